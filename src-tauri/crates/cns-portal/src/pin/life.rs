//! The life of a PIN: one table of what can happen to it, and where it leads.
//!
//! `docs/pin-life.md` is written from this table.

use cns_portal_api::PinState;
use cns_portal_api::PinState::{
    Active, Expired, FirstSent, Initial, Locked, Requested, Revoked, SecondSent, ToVerify,
};

/// What happens to a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PinEvent {
    /// Somebody asked for one, online or by phone.
    Asked,
    /// The body offers one: the first half goes by letter, unasked (R-42).
    Campaign,
    /// Handed over at the counter, in a sealed envelope (R-43).
    Counter,
    /// Something given differs from the archive, or a rule asks for a call.
    Mismatch,
    /// The person confirmed what was given.
    CallConfirmed,
    /// The person did not.
    CallRefused,
    /// The first half has left.
    FirstLeft,
    /// Whether the first half left is not known: another takes its place.
    FirstInDoubt,
    /// The letter with the second half is at the print house.
    LetterLeft,
    /// The second half has left for a contact.
    SecondLeft,
    /// Whether the second half left is not known: another takes its place.
    SecondInDoubt,
    /// A half cannot be sent: the contact does not exist.
    Undeliverable,
    /// The same at a restore: another one is possible, once the contacts are right.
    RestoreUndeliverable,
    /// Who has the first half and the tessera asked for the second on another contact.
    Activated,
    /// Both halves were typed and the working PIN was made.
    FirstUse,
    /// The working PIN is older than the rule allows.
    Aged,
    /// Another working PIN was made.
    Changed,
    /// Five wrong tries.
    FiveWrong,
    /// New halves were ordered, on two verified contacts. Only for a PIN that was used once.
    Restored,
    /// Nobody used the halves in time, and the PIN was never used.
    HalvesAged,
    /// Nobody used the halves of a restore in time.
    RestoreAged,
    /// Its holder, or an operator, ended it.
    Ended,
}

use PinEvent::{
    Activated, Aged, Asked, CallConfirmed, CallRefused, Campaign, Changed, Counter, Ended, FirstInDoubt,
    FirstLeft, FirstUse, FiveWrong, HalvesAged, LetterLeft, Mismatch, RestoreAged, RestoreUndeliverable,
    Restored, SecondInDoubt, SecondLeft, Undeliverable,
};

/// From where, what, to where. Nothing comes before `None`.
pub(crate) const LIFE: &[(Option<PinState>, PinEvent, PinState)] = &[
    (None, Asked, Requested),
    (None, Campaign, Requested),
    (None, Counter, Active),
    (Some(Requested), Mismatch, ToVerify),
    (Some(ToVerify), CallConfirmed, Requested),
    (Some(ToVerify), CallRefused, Revoked),
    (Some(Requested), FirstLeft, FirstSent),
    (Some(Requested), FirstInDoubt, Requested),
    (Some(Requested), Undeliverable, ToVerify),
    (Some(FirstSent), LetterLeft, SecondSent),
    (Some(FirstSent), SecondLeft, Initial),
    (Some(FirstSent), SecondInDoubt, FirstSent),
    (Some(FirstSent), Undeliverable, ToVerify),
    (Some(Requested), RestoreUndeliverable, Locked),
    (Some(FirstSent), RestoreUndeliverable, Locked),
    (Some(FirstSent), Activated, FirstSent),
    (Some(SecondSent), Activated, FirstSent),
    (Some(SecondSent), FirstUse, Active),
    (Some(Initial), FirstUse, Active),
    (Some(Active), Aged, Expired),
    (Some(Active), Changed, Active),
    (Some(Expired), Changed, Active),
    (Some(SecondSent), FiveWrong, Locked),
    (Some(Initial), FiveWrong, Locked),
    (Some(Active), FiveWrong, Locked),
    (Some(Expired), FiveWrong, Locked),
    (Some(Active), Restored, Requested),
    (Some(Expired), Restored, Requested),
    (Some(Locked), Restored, Requested),
    (Some(Requested), Restored, Requested),
    (Some(FirstSent), Restored, Requested),
    (Some(Initial), Restored, Requested),
    (Some(Requested), HalvesAged, Revoked),
    (Some(FirstSent), HalvesAged, Revoked),
    (Some(SecondSent), HalvesAged, Revoked),
    (Some(Initial), HalvesAged, Revoked),
    (Some(Requested), RestoreAged, Locked),
    (Some(FirstSent), RestoreAged, Locked),
    (Some(Initial), RestoreAged, Locked),
    (Some(Requested), Ended, Revoked),
    (Some(ToVerify), Ended, Revoked),
    (Some(FirstSent), Ended, Revoked),
    (Some(SecondSent), Ended, Revoked),
    (Some(Initial), Ended, Revoked),
    (Some(Active), Ended, Revoked),
    (Some(Expired), Ended, Revoked),
    (Some(Locked), Ended, Revoked),
];

/// Where an event leads, if it can happen there.
pub(crate) fn next(from: Option<PinState>, event: PinEvent) -> Option<PinState> {
    LIFE.iter()
        .find(|(state, happens, _)| (*state, *happens) == (from, event))
        .map(|(_, _, to)| *to)
}

/// The word for a state: the person's, the protocol's and the database's.
pub(crate) fn word(state: PinState) -> &'static str {
    match state {
        Requested => "richiesto",
        ToVerify => "da_verificare",
        FirstSent => "prima_parte_inviata",
        SecondSent => "seconda_parte_inviata",
        Initial => "iniziale",
        Active => "attivo",
        Expired => "scaduto",
        Locked => "bloccato",
        Revoked => "revocato",
    }
}

/// All states, in the order of a life without mishaps.
pub(crate) const STATES: [PinState; 9] = [
    Requested, ToVerify, FirstSent, SecondSent, Initial, Active, Expired, Locked, Revoked,
];

/// The state that a word means.
pub(crate) fn state(text: &str) -> Option<PinState> {
    STATES.into_iter().find(|state| word(*state) == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;
    use std::path::Path;

    #[test]
    fn the_words_are_those_of_the_protocol() {
        for any in STATES {
            assert_eq!(serde_json::to_value(any).unwrap(), word(any));
            assert_eq!(state(word(any)), Some(any));
        }
        assert_eq!(state("sospeso"), None);
    }

    #[test]
    fn nothing_happens_twice_in_the_table() {
        let mut seen = std::collections::HashSet::new();
        for (from, event, _) in LIFE {
            assert!(seen.insert((from, event)), "{from:?} {event:?}");
        }
    }

    #[test]
    fn what_was_revoked_stays_so_and_all_else_can_end() {
        for from in STATES {
            let goes_on = LIFE.iter().any(|(state, _, _)| *state == Some(from));
            assert_eq!(goes_on, from != Revoked, "{from:?}");
            assert_eq!(next(Some(from), Ended).is_some(), from != Revoked, "{from:?}");
        }
    }

    #[test]
    fn every_state_is_reached() {
        let mut reached: Vec<PinState> = Vec::new();
        while let Some((_, _, to)) = LIFE
            .iter()
            .find(|(from, _, to)| from.is_none_or(|from| reached.contains(&from)) && !reached.contains(to))
        {
            reached.push(*to);
        }
        assert_eq!(reached.len(), STATES.len());
    }

    /// Writes the diagram, so that a commit that changes the table changes it too.
    #[test]
    fn the_diagram_of_the_documentation_is_that_of_the_table() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pin-life.md");
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        let drawn = diagram();
        if written != drawn {
            std::fs::write(&path, drawn).unwrap();
            panic!("docs/pin-life.md was stale: it has been written again, look at it and commit it");
        }
    }

    fn diagram() -> String {
        let mut text = String::from(INTRODUCTION);
        for (from, event, to) in LIFE {
            let from = from.map_or("[*]", word);
            writeln!(text, "    {from} --> {}: {}", word(*to), snake_case(*event)).unwrap();
        }
        text.push_str("    revocato --> [*]\n```\n");
        text
    }

    fn snake_case(event: PinEvent) -> String {
        let mut text = String::new();
        for letter in format!("{event:?}").chars() {
            if letter.is_uppercase() && !text.is_empty() {
                text.push('_');
            }
            text.extend(letter.to_lowercase());
        }
        text
    }

    const INTRODUCTION: &str = "\
# The life of a portal's PIN

A test draws this from the table in `src/pin/life.rs` and fails when the two differ.

`aged`, `halves_aged` and `restore_aged` are never written: they follow from a date whenever the PIN is read. The kind,
*ordinario* or *dispositivo*, is no state: a restore keeps it, a conversion raises it.

```mermaid
stateDiagram-v2
";
}
