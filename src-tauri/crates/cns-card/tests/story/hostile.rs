//! A card that answers whatever it likes: looking at it ends, and soon.

use crate::bench::{ST2021, open_as, person, personality, slot, wait};
use cns_card::{Card, CardError, CardProfiles};
use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange};
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Says the same things over and over, and counts how often it is asked.
#[derive(Clone)]
struct Babbler {
    atr: Atr,
    answers: Vec<Vec<u8>>,
    asked: Arc<AtomicUsize>,
}

impl Babbler {
    fn new(atr: &[u8], answers: Vec<Vec<u8>>) -> Self {
        Self {
            atr: Atr::new(atr),
            answers,
            asked: Arc::default(),
        }
    }
}

impl Channel for Babbler {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transaction(&mut self, _: Ending, act: &mut dyn FnMut(&mut dyn Exchange)) -> Result<(), ChannelError> {
        act(self);
        Ok(())
    }
}

impl Exchange for Babbler {
    fn exchange(&mut self, _: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        Ok(self.answers[asked % self.answers.len()].clone())
    }
}

/// A card whose answer to reset says that it is a CNS.
const ATR: [u8; 25] = [
    0x3B, 0xFF, 0x18, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x55, 0x00, 0x6B, 0x02, 0x09, 0x16, 0x17, 0x01, 0x11,
    0x01, 0x43, 0x4E, 0x53, 0x11, 0x31, 0x80, 0x8D,
];
/// What one act may ask of a card.
const MOST_APDUS: usize = 400;

fn look_at(babbler: &Babbler) -> [usize; 3] {
    let card = Card::open(Box::new(babbler.clone()));
    let asked = || babbler.asked.swap(0, Ordering::Relaxed);
    let greeted = wait(card.greet()).err();
    let greeting = asked();
    let read = wait(card.read()).err();
    let reading = asked();
    for outcome in [&greeted, &read] {
        assert_ne!(*outcome, Some(CardError::ThreadGone));
    }
    // What one act found is not asked for by the next: both have one bound.
    if greeting + reading >= MOST_APDUS {
        assert_eq!(
            read,
            Some(CardError::Endless),
            "the card is to blame, and not the reader"
        );
    }
    assert!(wait(card.report()).is_ok());
    [greeting, reading, asked()]
}

#[test]
fn one_that_never_comes_to_an_end_is_left() {
    let endless = |status: [u8; 2], length: usize| [vec![0x30; length], status.to_vec()].concat();
    let rows = [
        ("one byte at a time", vec![endless([0x90, 0x00], 1)]),
        ("a block at a time", vec![endless([0x90, 0x00], 256)]),
        ("as much as fits", vec![endless([0x90, 0x00], 65_534)]),
        ("always more", vec![endless([0x61, 0x00], 1)]),
        ("another length", vec![endless([0x6C, 0x10], 0)]),
        ("wrong length", vec![endless([0x67, 0x00], 0)]),
        (
            "a long certificate, byte by byte",
            vec![vec![0x90, 0x00], vec![0x30, 0x83, 0x00, 0x7F, 0x00, 0x90, 0x00]],
        ),
    ];
    for (name, answers) in rows {
        let babbler = Babbler::new(&ATR, answers);
        let acts = look_at(&babbler);
        println!("{name}: {acts:?} APDUs");
        assert!(acts.iter().all(|asked| *asked <= MOST_APDUS), "{name}: {acts:?}");
    }
}

/// So many rows that fit every card, and name what none has.
fn rows(profiles: usize, certificates: usize, applications: bool) -> String {
    let row = |row: usize| {
        let certificates = (0..certificates)
            .map(|at| format!("{{ path = \"5{row:03} 6{at:03}\", framing = \"raw\" }}"))
            .collect::<Vec<_>>()
            .join(", ");
        let (first, last) = (row / 100, row % 100);
        let application = format!("application = \"F0 00 00 00 {first:02} {last:02}\"");
        format!(
            "[[profile]]\nname = \"row-{row}\"\nmay_be = [{{ atr = \"*\" }}]\n{}\n\
             files = {{ card_id = \"5{row:03} 7001\", personal_data = \"5{row:03} 7002\" }}\n\
             certificates = [{certificates}]\nkey = {{ reference = 1 }}\npins = [{{ reference = 0x10 }}]\n",
            if applications { &application } else { "" }
        )
    };
    (0..profiles).map(row).collect()
}

#[test]
fn whatever_a_table_of_the_users_names_a_good_card_is_read() {
    let built_in = CardProfiles::built_in();
    for (profiles, certificates, applications) in [(32, 8, false), (32, 8, true), (32, 1, false)] {
        let table = rows(profiles, certificates, applications);
        for extended in [true, false] {
            let mut kind = personality(ST2021);
            kind.extended = extended;
            let slot = slot(kind, person("citizen-good"));
            let (card, watch) = open_as(&slot, &built_in.with(&table).unwrap());
            wait(card.read()).unwrap();
            println!(
                "{profiles} rows of {certificates}: {} APDUs",
                watch.log().commands.len()
            );
        }
    }
}

#[test]
fn a_table_that_names_more_than_a_card_is_asked_for_is_refused() {
    for (profiles, certificates, applications) in [(33, 1, true), (450, 1, true), (1, 9, false)] {
        let table = rows(profiles, certificates, applications);
        let refused = CardProfiles::built_in().with(&table).unwrap_err();
        assert!(refused.to_string().contains("too_many"), "{refused}");
    }
    let refusal = "[[refusal]]\nkind = \"bank\"\napplication = \"F0 00 00 00 01\"\n";
    assert!(CardProfiles::built_in().with(&refusal.repeat(33)).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_it_answers_looking_ends(
        says_cns: bool,
        atr in prop::collection::vec(any::<u8>(), 0..34),
        answers in prop::collection::vec(
            (
                prop_oneof![
                    prop::collection::vec(any::<u8>(), 0..40),
                    (0..70_000_usize).prop_map(|length| vec![0x30; length]),
                    Just(vec![0x30, 0x82, 0x05, 0x00, 0x30, 0x82]),
                ],
                prop_oneof![
                    4 => Just([0x90, 0x00]),
                    1 => Just([0x62, 0x82]),
                    1 => Just([0x6A, 0x82]),
                    1 => Just([0x67, 0x00]),
                    1 => Just([0x61, 0x00]),
                    1 => Just([0x6C, 0x10]),
                    1 => any::<[u8; 2]>(),
                ],
                0..3_usize,
            ),
            1..12,
        ),
    ) {
        let answers = answers
            .into_iter()
            .map(|(data, status, cut)| {
                let mut answer = [data, status.to_vec()].concat();
                answer.truncate(answer.len() - cut.saturating_sub(1));
                answer
            })
            .collect();
        let babbler = Babbler::new(if says_cns { &ATR } else { &atr }, answers);
        let acts = look_at(&babbler);
        prop_assert!(acts.iter().all(|asked| *asked <= MOST_APDUS), "{acts:?}");
    }
}
