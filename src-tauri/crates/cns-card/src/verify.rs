//! The PIN: one typing, one VERIFY.

use crate::applications::go_to_key;
use crate::file::refused;
use crate::habits::Habits;
use crate::profile::{Pin, Profile};
use crate::{CardError, CardPin};
use cns_iso7816::{Exchange, StatusWord, commands, send_once};
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// The tries left as the card itself told them.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<Option<u8>>);

/// The tries of both secrets.
#[derive(Debug, Default)]
pub(crate) struct AllTries {
    pub(crate) pin: Tries,
    pub(crate) puk: Tries,
}

impl Tries {
    pub(crate) fn known(&self) -> Option<u8> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn learn(&self, tries_left: Option<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = tries_left;
    }
}

/// Makes the key's directory current and verifies the PIN there.
///
/// The second reference is tried after 6A88 ("no such PIN") alone, which compares nothing; after any other answer,
/// and after no answer, nothing is sent again.
///
/// # Errors
/// [`CardError::WrongPin`], [`CardError::PinBlocked`], [`CardError::PinNotUsable`], [`CardError::PinNotFound`],
/// [`CardError::Refused`] and [`CardError::Channel`].
pub(crate) fn verify(
    line: &mut dyn Exchange,
    profile: &Profile,
    references: &Pin,
    habits: &mut Habits,
    tries: &Tries,
    pin: &CardPin,
) -> Result<(), CardError> {
    go_to_key(line, profile)?;

    let padded = padded(pin);
    let choices = match habits.pin_reference {
        Some(known) => [Some(known), None],
        None => [Some(references.reference), references.otherwise],
    };
    for reference in choices.into_iter().flatten() {
        // Until the card has answered, nobody knows how many tries there are.
        let before = tries.known();
        tries.learn(None);
        let status = send_once(line, &commands::verify(reference, &padded[..]))?.status();
        match status {
            StatusWord::REFERENCED_DATA_NOT_FOUND => tries.learn(before),
            StatusWord::AUTHENTICATION_BLOCKED => {
                habits.pin_reference = Some(reference);
                tries.learn(Some(0));
                return Err(CardError::PinBlocked);
            }
            StatusWord::REFERENCE_DATA_NOT_USABLE => return Err(CardError::PinNotUsable),
            status if status.is_wrong_pin() => {
                habits.pin_reference = Some(reference);
                tries.learn(status.tries_left());
                return Err(match status.tries_left() {
                    // The last try is spent: what the person needs to hear is that the PIN is blocked.
                    Some(0) => CardError::PinBlocked,
                    tries_left => CardError::WrongPin { tries_left },
                });
            }
            status if status.is_success() => {
                habits.pin_reference = Some(reference);
                return Ok(());
            }
            // "More bytes" says neither right nor wrong, and the PIN may have been compared.
            status if status.bytes_remaining().is_some() => return Err(refused(status, "VERIFY")),
            status => {
                tries.learn(before);
                return Err(refused(status, "VERIFY"));
            }
        }
    }
    Err(CardError::PinNotFound)
}

/// The PIN as the card keeps it: ASCII digits, `FF` up to eight bytes.
fn padded(pin: &CardPin) -> Zeroizing<[u8; 8]> {
    let mut padded = Zeroizing::new([0xFF; 8]);
    for (place, digit) in padded.iter_mut().zip(pin.digits()) {
        *place = *digit;
    }
    padded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::built_in;
    use cns_iso7816::transcript::{Transcript, bytes_of};
    use cns_iso7816::{Channel, ChannelError, Ending};

    const MF: &str = "00 A4 00 00 02 3F 00 00";
    const VERIFY_90: &str = "00 20 00 90 08 31 32 33 34 35 FF FF FF";
    const VERIFY_10: &str = "00 20 00 10 08 31 32 33 34 35 FF FF FF";

    struct Card {
        tries: Tries,
        habits: Habits,
    }

    impl Card {
        fn new() -> Self {
            Self {
                tries: Tries::default(),
                habits: Habits::default(),
            }
        }

        /// Types 12345 once; the conversation must be exactly as written.
        fn type_pin(&mut self, mut written: Transcript) -> Result<(), CardError> {
            let profile = &built_in().profiles[0];
            let mut outcome = None;
            let act = &mut |line: &mut dyn Exchange| {
                let pin = CardPin::parse("12345").unwrap();
                outcome = Some(verify(
                    line,
                    profile,
                    &profile.pins[0],
                    &mut self.habits,
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
            (
                "69 85",
                Err(CardError::Refused {
                    status: 0x6985,
                    command: "VERIFY",
                }),
                None,
            ),
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
