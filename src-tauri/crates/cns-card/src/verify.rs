//! One typing, one comparison: where the PIN is, and the VERIFY.

use crate::applications::go_to_key;
use crate::entrusted::Entrusted;
use crate::profile::{Pin, Profile};
use crate::tries::Tries;
use crate::verdict::{Verdict, compare, compare_on_pad};
use crate::{CardError, CardPin};
use cns_iso7816::{Exchange, PadEntry, PadRequest, SecretBytes, commands};

/// The references that exist on this card, as far as it has said so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct References {
    pub(crate) pin: Option<u8>,
    pub(crate) puk: Option<u8>,
}

/// Verifies the PIN that a person typed: one typing, one comparison.
///
/// # Errors
/// [`CardError::WrongPin`], [`CardError::PinBlocked`], [`CardError::PinNotUsable`], [`CardError::PinNotAllowed`],
/// [`CardError::PinNotFound`], [`CardError::Refused`] and [`CardError::Channel`].
pub(crate) fn verify(
    line: &mut dyn Exchange,
    profile: &Profile,
    rows: &Pin,
    known: &mut References,
    tries: &Tries,
    pin: &Entrusted<CardPin>,
) -> Result<(), CardError> {
    go_to_key(line, profile)?;
    by_reference(&mut known.pin, pin_references(rows), |reference| {
        let command = pin.with(|pin| commands::verify(reference, padded(pin.digits()).expose()))?;
        compare(line, tries, &command)
    })?
    .on_pin("VERIFY")
}

/// Has the reader's pad ask for what `entry` says, once.
///
/// Where the card has no PIN under its first reference, the other one would be a second typing: nobody is asked to
/// type twice without a word. It is kept for the next time.
///
/// # Errors
/// Those of [`verify`] and of [`compare_on_pad`], and [`CardError::PadOnceMore`].
pub(crate) fn type_on_pad(
    line: &mut dyn Exchange,
    profile: &Profile,
    rows: &Pin,
    known: &mut References,
    tries: &Tries,
    entry: PadEntry,
) -> Result<(), CardError> {
    go_to_key(line, profile)?;
    let request = PadRequest {
        entry,
        reference: known.pin.unwrap_or(rows.reference),
    };
    let verdict = compare_on_pad(line, tries, &request)?;
    match verdict {
        Verdict::NoSuchReference if known.pin.is_none() && rows.otherwise.is_some() => {
            known.pin = rows.otherwise;
            return Err(CardError::PadOnceMore);
        }
        Verdict::NoSuchReference => {}
        Verdict::Right | Verdict::Wrong { .. } | Verdict::Blocked => known.pin = Some(request.reference),
        Verdict::NotUsable | Verdict::NotAllowed | Verdict::NotUnderstood(_) | Verdict::Unclear(_) => {}
    }
    verdict.on_pin(request.name())
}

/// Has the first reference that exists on the card answer.
///
/// The second one is tried after 6A88 ("there is none") alone, which compares nothing; after any other answer, and
/// after no answer, nothing is sent again. What exists is remembered in `known`.
///
/// # Errors
/// Those of `ask`.
pub(crate) fn by_reference(
    known: &mut Option<u8>,
    choices: [Option<u8>; 2],
    mut ask: impl FnMut(u8) -> Result<Verdict, CardError>,
) -> Result<Verdict, CardError> {
    let choices = match *known {
        Some(known) => [Some(known), None],
        None => choices,
    };
    for reference in choices.into_iter().flatten() {
        match ask(reference)? {
            Verdict::NoSuchReference => {}
            verdict @ (Verdict::Right | Verdict::Wrong { .. } | Verdict::Blocked) => {
                *known = Some(reference);
                return Ok(verdict);
            }
            verdict @ (Verdict::NotUsable
            | Verdict::NotAllowed
            | Verdict::NotUnderstood(_)
            | Verdict::Unclear(_)) => return Ok(verdict),
        }
    }
    Ok(Verdict::NoSuchReference)
}

/// The references under which the PIN may be, in order.
pub(crate) fn pin_references(rows: &Pin) -> [Option<u8>; 2] {
    [Some(rows.reference), rows.otherwise]
}

/// The references under which the PUK may be, in order.
pub(crate) fn puk_references(rows: &Pin) -> [Option<u8>; 2] {
    [rows.puk, rows.puk_otherwise]
}

/// A PIN or PUK as the card keeps it: ASCII digits, `FF` up to eight bytes. It lies in one place and is wiped there.
pub(crate) fn padded(digits: &[u8]) -> SecretBytes {
    let filling = [0xFF; 8];
    SecretBytes::joined(&[digits, filling.get(digits.len()..).unwrap_or_default()])
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::entrusted::entrust;
    use crate::table::built_in;
    use cns_iso7816::transcript::{Transcript, bytes_of};
    use cns_iso7816::{Channel, ChannelError, Ending, StatusWord};

    const MF: &str = "00 A4 00 00 02 3F 00 00";
    const VERIFY_90: &str = "00 20 00 90 08 31 32 33 34 35 FF FF FF";
    const VERIFY_10: &str = "00 20 00 10 08 31 32 33 34 35 FF FF FF";

    struct Card {
        tries: Tries,
        known: References,
    }

    impl Card {
        fn new() -> Self {
            Self {
                tries: Tries::default(),
                known: References::default(),
            }
        }

        /// Types 12345 once; the conversation must be exactly as written.
        fn type_pin(&mut self, mut written: Transcript) -> Result<(), CardError> {
            let profile = &built_in().profiles[0];
            let mut outcome = None;
            let act = &mut |line: &mut dyn Exchange| {
                let (_lender, pin) = entrust(CardPin::parse("12345").unwrap());
                outcome = Some(verify(
                    line,
                    profile,
                    &profile.pins[0],
                    &mut self.known,
                    &self.tries,
                    &pin,
                ));
            };
            written.transaction(Ending::Reset, act).unwrap();
            written.finished().unwrap();
            outcome.unwrap()
        }
    }

    fn answering(status: &str) -> Transcript {
        Transcript::new("3B00")
            .answer(MF, "90 00")
            .answer(VERIFY_90, status)
    }

    #[test]
    fn each_status_word_is_its_own_problem_after_one_verify() {
        let rows = [
            ("90 00", Ok(()), None),
            ("90 01", Ok(()), None),
            ("63 C2", Err(CardError::WrongPin { tries_left: Some(2) }), Some(2)),
            ("63 C0", Err(CardError::PinBlocked), Some(0)),
            ("63 00", Err(CardError::WrongPin { tries_left: None }), None),
            ("69 83", Err(CardError::PinBlocked), Some(0)),
            ("69 84", Err(CardError::PinNotUsable), None),
            ("69 85", Err(CardError::PinNotAllowed), None),
            (
                "67 00",
                Err(CardError::Refused {
                    status: 0x6700,
                    command: "VERIFY",
                }),
                None,
            ),
            (
                "6F 00",
                Err(CardError::Refused {
                    status: 0x6F00,
                    command: "VERIFY",
                }),
                None,
            ),
            (
                "6C 08",
                Err(CardError::Refused {
                    status: 0x6C08,
                    command: "VERIFY",
                }),
                None,
            ),
            ("90", Err(CardError::Channel(ChannelError::Garbled)), None),
        ];
        for (status, outcome, tries) in rows {
            let mut card = Card::new();
            assert_eq!(card.type_pin(answering(status)), outcome, "{status}");
            assert_eq!(card.tries.known(), tries, "{status}");
        }
    }

    #[test]
    fn the_other_reference_is_tried_after_6a88_alone_and_then_remembered() {
        let mut card = Card::new();
        assert_eq!(
            card.type_pin(answering("6A 88").answer(VERIFY_10, "90 00")),
            Ok(())
        );
        let again = Transcript::new("3B00")
            .answer(MF, "90 00")
            .answer(VERIFY_10, "63 C1");
        assert_eq!(
            card.type_pin(again),
            Err(CardError::WrongPin { tries_left: Some(1) })
        );
    }

    #[test]
    fn bytes_promised_after_a_verify_are_not_fetched_and_are_no_verdict() {
        for promise in ["61 00", "61 02"] {
            let mut card = Card::new();
            card.type_pin(answering("63 C2")).unwrap_err();
            let status = StatusWord::from([0x61, bytes_of(promise)[1]]).value();
            let command = "VERIFY";
            let outcome = card.type_pin(answering(promise));
            assert_eq!(outcome, Err(CardError::Refused { status, command }));
            assert_eq!(card.tries.known(), None, "the try may be spent");
        }
    }

    /// Answers the way to the PIN by 9000 and all else by one status word, and counts the VERIFYs.
    struct OfOneWord {
        status: StatusWord,
        verifies: u32,
    }

    impl Exchange for OfOneWord {
        fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
            let is_verify = command[1] == 0x20;
            self.verifies += u32::from(is_verify);
            let status = if is_verify { self.status } else { StatusWord::OK };
            Ok(status.to_bytes().to_vec())
        }
    }

    #[test]
    fn of_all_status_words_6a88_alone_is_followed_by_a_second_verify() {
        let profile = &built_in().profiles[0];
        for value in 0..=u16::MAX {
            let status = StatusWord::new(value);
            let mut line = OfOneWord { status, verifies: 0 };
            let (_lender, pin) = entrust(CardPin::parse("12345").unwrap());
            let (tries, mut known) = (Tries::default(), References::default());
            let outcome = verify(&mut line, profile, &profile.pins[0], &mut known, &tries, &pin);
            assert_eq!(line.verifies, if value == 0x6A88 { 2 } else { 1 }, "{status}");
            assert_eq!(outcome.is_ok(), matches!(value, 0x9000 | 0x9001), "{status}");
        }
    }

    #[test]
    fn a_card_without_either_reference_has_no_pin() {
        let mut card = Card::new();
        assert_eq!(
            card.type_pin(answering("6A 88").answer(VERIFY_10, "6A 88")),
            Err(CardError::PinNotFound)
        );
    }

    #[test]
    fn silence_is_never_followed_by_a_second_verify() {
        let errors = [
            ChannelError::Removed,
            ChannelError::Reset,
            ChannelError::Mute,
            ChannelError::Transport { code: 0x8010_0016 },
        ];
        for error in errors {
            let mut card = Card::new();
            card.type_pin(answering("63 C2")).unwrap_err();
            let silent = Transcript::new("3B00").answer(MF, "90 00").fail(VERIFY_90, error);
            assert_eq!(card.type_pin(silent), Err(CardError::Channel(error)));
            assert_eq!(card.tries.known(), None, "the try may be spent");
        }
    }

    #[test]
    fn no_pin_is_sent_when_the_directory_cannot_be_selected() {
        let refused = Transcript::new("3B00").answer(MF, "6A 82");
        let outcome = Card::new().type_pin(refused);
        assert_eq!(
            outcome,
            Err(CardError::Refused {
                status: 0x6A82,
                command: "SELECT"
            })
        );
    }
}
