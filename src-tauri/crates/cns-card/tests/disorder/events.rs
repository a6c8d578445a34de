//! What may happen to a card, its driver and the person, in any order.

use cns_virtual_card::FaultKind;
use proptest::prelude::*;
use std::time::Duration;

/// One thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Read,
    Ask,
    /// The PIN is typed, the right one or a wrong one.
    Unlock {
        right: bool,
    },
    Sign,
    Lock,
    Change {
        right: bool,
    },
    Unblock {
        right: bool,
    },
    /// The PIN is typed on the reader's pad, or not typed at all.
    UnlockOnPad {
        typed: Option<bool>,
    },
    ChangeOnPad {
        typed: Option<bool>,
    },
    /// Something is asked, and whoever asked walks away after a few turns.
    GiveUp {
        what: Secret,
        turns: usize,
    },
    /// Something is read while the card is unlocked.
    ReadAllTheSame,
    Remove,
    Insert,
    ResetByAnother,
    /// Something goes wrong with an APDU to come.
    Fault {
        at: u64,
        kind: FaultKind,
    },
    /// Another program holds the card during the next thing asked.
    Hold {
        what: Secret,
    },
    LetGo,
    OpenAnew,
}

/// Whose typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secret {
    Pin,
    OldAndNewPin,
    Puk,
}

/// Longer than the patience of these tests.
pub(crate) const SILENCE: Duration = Duration::from_millis(160);

/// A seed for the digits, and up to fourteen events.
pub(crate) fn events() -> impl Strategy<Value = (u64, Vec<Event>)> {
    (any::<u64>(), prop::collection::vec(event(), 1..15))
}

fn event() -> impl Strategy<Value = Event> {
    let mostly_right = || prop::bool::weighted(0.7);
    prop_oneof![
        2 => Just(Event::Read),
        2 => Just(Event::Ask),
        6 => mostly_right().prop_map(|right| Event::Unlock { right }),
        4 => Just(Event::Sign),
        3 => Just(Event::Lock),
        4 => mostly_right().prop_map(|right| Event::Change { right }),
        4 => mostly_right().prop_map(|right| Event::Unblock { right }),
        2 => prop::option::of(mostly_right()).prop_map(|typed| Event::UnlockOnPad { typed }),
        1 => prop::option::of(mostly_right()).prop_map(|typed| Event::ChangeOnPad { typed }),
        4 => (secret(), 0_usize..40).prop_map(|(what, turns)| Event::GiveUp { what, turns }),
        1 => Just(Event::ReadAllTheSame),
        2 => Just(Event::Remove),
        4 => Just(Event::Insert),
        2 => Just(Event::ResetByAnother),
        5 => (0_u64..8, fault()).prop_map(|(at, kind)| Event::Fault { at, kind }),
        1 => secret().prop_map(|what| Event::Hold { what }),
        1 => Just(Event::LetGo),
        2 => Just(Event::OpenAnew),
    ]
}

fn secret() -> impl Strategy<Value = Secret> {
    prop_oneof![Just(Secret::Pin), Just(Secret::OldAndNewPin), Just(Secret::Puk)]
}

fn fault() -> impl Strategy<Value = FaultKind> {
    prop_oneof![
        Just(FaultKind::Removal),
        Just(FaultKind::Reset),
        any::<u16>().prop_map(FaultKind::Status),
        (0_usize..4).prop_map(FaultKind::Truncated),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(FaultKind::Garbage),
        Just(FaultKind::Silence(SILENCE)),
        Just(FaultKind::ServiceGone),
        Just(FaultKind::ReaderGone),
        Just(FaultKind::Busy(1)),
    ]
}
