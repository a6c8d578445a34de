//! A card that was asked to compare a PIN or a PUK, and whose answer never came.

use super::page::{Page, page_with, what_stays};
use crate::desk::Question;
use crate::person::{Act, Care};
use cns_contract::{Unsure, View};
use cns_demo::DemoReaders;
use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange};
use cns_login::{Problem, Readers, ReadersSnapshot};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

#[tokio::test(flavor = "multi_thread")]
async fn after_one_try_left_and_a_silence_the_last_try_can_still_be_confirmed() {
    for lost in [Lost::Silence, Lost::Unclear] {
        let (mut page, answers) = page_losing().await;
        page.card().await;
        page.enter().unwrap();
        for _ in 0..2 {
            page.until("pin_of_the_card").await;
            page.type_pin("99999").unwrap();
        }
        page.until("last_try").await;
        page.go_on_from(Question::LastTry).unwrap();
        page.until("pin_of_the_card").await;
        answers.lose([lost]);
        page.type_pin(cns_demo::PIN).unwrap();
        page.until("problem").await;

        page.wishes.act(Act::Retry).unwrap();
        assert_eq!(page.card().await.tries_left, None, "{lost:?}: nobody knows");
        page.enter().unwrap();
        let View::LastTry { tries_left, .. } = page.until("last_try").await.view else {
            panic!()
        };
        assert_eq!(tries_left, None, "{lost:?}");
        page.go_on_from(Question::LastTry).unwrap();
        page.until("pin_of_the_card").await;
        page.type_pin(cns_demo::PIN).unwrap();
        page.statement().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_whose_answer_was_lost_is_told_to_have_cost_a_try_perhaps() {
    for (lost, code) in [
        (Lost::Silence, "card_silent"),
        (Lost::Unclear, "card_refused"),
        (Lost::Pulled, "card_removed"),
    ] {
        let (mut page, answers) = page_losing().await;
        page.card().await;
        page.enter().unwrap();
        page.until("pin_of_the_card").await;
        answers.lose([lost]);
        page.type_pin(cns_demo::PIN).unwrap();
        let View::Problem { problem, unsure, .. } = page.until("problem").await.view else {
            panic!()
        };
        assert_eq!((problem.code.as_str(), unsure), (code, None));
        assert!(problem.facts.contains_key("pin_in_doubt"), "{lost:?}");
        if let Lost::Pulled = lost {
            answers.reader.insert();
            page.card().await;
            page.go_in().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_or_an_unblocking_whose_answer_was_lost_is_never_offered_for_another_typing() {
    for lost in [Lost::Silence, Lost::Unclear, Lost::Pulled] {
        for care in [Care::ChangePin, Care::UnblockPin] {
            let (mut page, answers) = page_losing().await;
            page.card().await;
            page.wishes.act(Act::Care(care)).unwrap();
            let (expected, fact) = if care == Care::ChangePin {
                page.until("change_pin").await;
                answers.lose([lost]);
                page.type_change(cns_demo::PIN, "80513").unwrap();
                (Unsure::PinChanged, "pin_in_doubt")
            } else {
                page.until("before_unblocking").await;
                page.go_on_from(Question::BeforeUnblocking).unwrap();
                page.until("unblock_pin").await;
                answers.lose([lost]);
                page.type_unblock(cns_demo::PUK, "80513").unwrap();
                (Unsure::PinUnblocked, "puk_in_doubt")
            };
            let View::Problem { problem, unsure, .. } = page.until("problem").await.view else {
                panic!()
            };
            assert_eq!(unsure, Some(expected), "{lost:?}");
            assert!(problem.facts.contains_key(fact), "{lost:?}");
        }
    }
}

/// A page on the example, in whose reader answers get lost.
async fn page_losing() -> (Page, LosingReader) {
    let (demo, vault) = what_stays().await;
    let reader = LosingReader {
        reader: &demo.readers,
        lost: Arc::default(),
    };
    (page_with(reader.clone(), demo, vault), reader)
}

/// What comes in the place of an answer. The card has done what it was told.
#[derive(Clone, Copy, Debug)]
enum Lost {
    Silence,
    Unclear,
    /// The card is pulled out.
    Pulled,
}

/// The example's reader, which loses the answers to some PINs and PUKs.
#[derive(Clone)]
struct LosingReader {
    reader: &'static DemoReaders,
    lost: Arc<Mutex<VecDeque<Lost>>>,
}

impl LosingReader {
    /// Loses the answers to the next comparisons.
    fn lose(&self, answers: impl IntoIterator<Item = Lost>) {
        self.lost.lock().unwrap().extend(answers);
    }
}

impl Readers for LosingReader {
    fn watch(&self) -> watch::Receiver<ReadersSnapshot> {
        self.reader.watch()
    }

    async fn open(&self, reader: &str) -> Result<Box<dyn Channel>, Problem> {
        Ok(Box::new(LosingChannel {
            channel: self.reader.open(reader).await?,
            reader: self.clone(),
        }))
    }
}

struct LosingChannel {
    channel: Box<dyn Channel>,
    reader: LosingReader,
}

impl Channel for LosingChannel {
    fn atr(&self) -> &Atr {
        self.channel.atr()
    }

    fn transaction(
        &mut self,
        ending: Ending,
        act: &mut dyn FnMut(&mut dyn Exchange),
    ) -> Result<(), ChannelError> {
        let reader = &self.reader;
        self.channel
            .transaction(ending, &mut |line| act(&mut LosingLine { line, reader }))
    }
}

struct LosingLine<'a> {
    line: &'a mut dyn Exchange,
    reader: &'a LosingReader,
}

impl Exchange for LosingLine<'_> {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let answer = self.line.exchange(command);
        let compares = matches!(command.get(1), Some(0x20 | 0x24 | 0x2C)) && command.len() > 5;
        let lost = compares
            .then(|| self.reader.lost.lock().unwrap().pop_front())
            .flatten();
        match lost {
            None => answer,
            Some(Lost::Silence) => Err(ChannelError::Silent),
            Some(Lost::Unclear) => Ok(vec![0x6F, 0x00]),
            Some(Lost::Pulled) => {
                self.reader.reader.remove();
                Err(ChannelError::Removed)
            }
        }
    }
}
