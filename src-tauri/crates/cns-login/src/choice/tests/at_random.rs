//! Cards that come and go at any moment: whatever happens, the end is a card that is in place, and that was meant.

use super::*;
use crate::CardPresence::{Absent, Mute, Present};
use proptest::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

/// Something that happens while something else is told.
#[derive(Clone, Copy, Debug)]
enum Event {
    Move(&'static str, CardPresence),
    Nothing,
}

fn event() -> impl Strategy<Value = Event> {
    let reader = prop::sample::select(vec!["A", "B", "C"]);
    let presence = prop::sample::select(vec![Absent, Mute, Present, Present]);
    prop_oneof![
        (reader, presence).prop_map(|(reader, presence)| Event::Move(reader, presence)),
        Just(Event::Nothing),
    ]
}

/// Hesitates while things still happen, then takes the last card that can be used.
struct Hesitant<'a> {
    events: &'a Mutex<VecDeque<Event>>,
    happen: &'a (dyn Fn() + Sync),
    chose: Vec<Slot>,
}

impl CardChoice for Hesitant<'_> {
    async fn choose(&mut self, offered: &[OfferedCard]) -> Option<usize> {
        while !self.events.lock().unwrap().is_empty() {
            (self.happen)();
            tokio::task::yield_now().await;
        }
        let place = offered.iter().rposition(|card| card.problem.is_none())?;
        self.chose.push(offered[place].slot.clone());
        Some(place)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_end_is_a_card_in_place_that_was_meant(events in prop::collection::vec(event(), 0..16)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(walk(events));
    }
}

async fn walk(events: Vec<Event>) {
    let readers = ScriptedReaders::with(&[MARIA, LUCA, ("C", "bank-emv", "citizen-ada")]);
    let cards = Cards::new(&readers, CardProfiles::built_in());
    let events = Mutex::new(VecDeque::from(events));
    let happen = || match events.lock().unwrap().pop_front() {
        Some(Event::Move(reader, presence)) if readers.slot(reader).card != presence => {
            readers.move_card(reader, presence);
        }
        Some(Event::Move(..) | Event::Nothing) => {}
        // When nothing else happens, whoever waits for a card gets one.
        None if readers.slot("A").card == Absent => readers.move_card("A", Present),
        None => {}
    };
    let mut person = Hesitant {
        events: &events,
        happen: &happen,
        chose: Vec::new(),
    };
    let decided = AtomicBool::new(false);
    let tell = |progress: Progress| {
        if let Progress::Several { taken, .. } = progress {
            decided.store(taken.is_some(), Ordering::Relaxed);
        }
        // It is told once, and nothing would ever happen again.
        if matches!(progress, Progress::NoCard) {
            decided.store(false, Ordering::Relaxed);
            while ["A", "B", "C"]
                .iter()
                .all(|reader| readers.slot(reader).card == Absent)
            {
                happen();
            }
        }
        // What comes after the choice is the journey's affair.
        if !decided.load(Ordering::Relaxed) {
            happen();
        }
    };
    loop {
        match choose_card(&cards, None, &mut person, &tell).await {
            Ok(found) => {
                let now = readers.slot(&found.slot.reader);
                let others = ["A", "B"].into_iter().filter(|other| *other != found.slot.reader);
                let usable_others = others.filter(|other| readers.slot(other).card == Present).count();
                // Of a card that moved in the last moment, the journey's own watch takes care.
                if now == found.slot && usable_others > 0 && person.chose.last() != Some(&found.slot) {
                    assert!(
                        !events.lock().unwrap().is_empty(),
                        "nobody was asked for {:?}",
                        found.slot
                    );
                }
                assert_ne!(found.slot.reader, "C", "a bank card logs nobody in");
                return;
            }
            Err(problem) => {
                assert!(
                    matches!(
                        problem.code,
                        ProblemCode::CardRemoved
                            | ProblemCode::CardMute
                            | ProblemCode::NotACns
                            | ProblemCode::UnknownCard
                            | ProblemCode::SeveralCards
                    ),
                    "{}",
                    problem.code.name()
                );
                readers.move_card("A", Absent);
                happen();
            }
        }
    }
}
