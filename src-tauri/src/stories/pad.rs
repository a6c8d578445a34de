//! A reader with a pad of its own: the PIN never comes near the page.

use super::page::{Page, page_with, what_stays};
use crate::desk::{Answer, Question};
use crate::person::{Act, Care};
use cns_contract::{PinPadSeen, Purpose, View};
use cns_demo::DemoReaders;
use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange, PadRequest};
use cns_login::{PinPad, Problem, Readers, ReadersSnapshot};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_typed_on_the_readers_own_pad_opens_the_area_and_another_takes_its_place() {
    let typed = Arc::new(Mutex::new(vec![
        ["99999", ""],
        [cns_demo::PIN, "80513"],
        ["80513", ""],
    ]));
    let mut page = page_beside(typed.clone()).await;
    page.card().await;
    page.enter().unwrap();
    let View::PinOfTheCard { pin_pad, .. } = page.until("pin_of_the_card").await.view else {
        panic!()
    };
    assert_eq!(pin_pad, PinPadSeen::Present);
    assert_eq!(typed.lock().unwrap().len(), 3, "the pad is never used by itself");
    page.use_pad(Question::Pin);
    let View::OnThePad { purpose } = page.until("on_the_pad").await.view else {
        panic!()
    };
    assert!(matches!(purpose, Purpose::LogIn { .. }));
    let View::PinOfTheCard { refused, .. } = page.until("pin_of_the_card").await.view else {
        panic!()
    };
    assert_eq!(refused.unwrap().code, "pin_wrong");
    page.wishes.desk.back().unwrap();
    page.card().await;

    page.wishes.act(Act::Care(Care::ChangePin)).unwrap();
    page.until("change_pin").await;
    page.use_pad(Question::NewPin);
    let View::OnThePad { purpose } = page.until("on_the_pad").await.view else {
        panic!()
    };
    assert_eq!(purpose, Purpose::ChangePin);
    page.until("pin_changed").await;
    page.wishes.desk.back().unwrap();
    page.card().await;

    page.enter().unwrap();
    page.until("pin_of_the_card").await;
    page.use_pad(Question::Pin);
    page.statement().await;
}

impl Page {
    fn use_pad(&self, question: Question) {
        self.wishes.desk.answer(question, Answer::OnThePad).unwrap();
    }
}

/// A page on a world whose reader has a pad on which this is typed.
async fn page_beside(typed: Typed) -> Page {
    let (demo, vault) = what_stays().await;
    let reader = PadReader {
        reader: &demo.readers,
        typed,
    };
    page_with(reader, demo, vault)
}

/// What somebody types, time after time: a PIN, and where another is asked for, that one.
type Typed = Arc<Mutex<Vec<[&'static str; 2]>>>;

/// The example's reader with a pad on it.
#[derive(Clone)]
struct PadReader {
    reader: &'static DemoReaders,
    typed: Typed,
}

impl Readers for PadReader {
    fn watch(&self) -> watch::Receiver<ReadersSnapshot> {
        self.reader.watch()
    }

    async fn open(&self, reader: &str) -> Result<Box<dyn Channel>, Problem> {
        Ok(Box::new(PadChannel {
            channel: self.reader.open(reader).await?,
            typed: self.typed.clone(),
        }))
    }
}

struct PadChannel {
    channel: Box<dyn Channel>,
    typed: Typed,
}

impl Channel for PadChannel {
    fn atr(&self) -> &Atr {
        self.channel.atr()
    }

    fn pin_pad(&self) -> PinPad {
        PinPad::Present { changes: true }
    }

    fn transaction(
        &mut self,
        ending: Ending,
        act: &mut dyn FnMut(&mut dyn Exchange),
    ) -> Result<(), ChannelError> {
        let typed = &self.typed;
        self.channel
            .transaction(ending, &mut |line| act(&mut PadLine { line, typed }))
    }
}

struct PadLine<'a> {
    line: &'a mut dyn Exchange,
    typed: &'a Mutex<Vec<[&'static str; 2]>>,
}

impl Exchange for PadLine<'_> {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.line.exchange(command)
    }

    fn exchange_on_pad(&mut self, request: &PadRequest) -> Result<Vec<u8>, ChannelError> {
        let mut command = request.template();
        for (digits, place) in self.typed.lock().unwrap().remove(0).iter().zip([5, 13]) {
            command[place..place + digits.len()].copy_from_slice(digits.as_bytes());
        }
        self.line.exchange(&command)
    }
}
