//! Unblocking: the PUK is compared once at most, in whichever form the card understands.

use crate::applications::go_to_key;
use crate::entrusted::Entrusted;
use crate::file::refused;
use crate::read::Reading;
use crate::tries::AllTries;
use crate::verdict::{Verdict, compare};
use crate::verify::{References, by_reference, padded, pin_references, puk_references};
use crate::{CardError, CardPuk, NewPin, UnblockForm, Unblocked};
use cns_iso7816::{Exchange, StatusWord, commands, send_once};

/// Tries the forms of the profile in its order.
///
/// Another form is tried only after an answer to which nothing was compared. Whatever says that the PUK was compared,
/// or leaves it open, ends the act: a PUK that is used up makes the card useless for ever.
///
/// # Errors
/// [`CardError::WrongPuk`], [`CardError::PukBlocked`], [`CardError::PukNotFound`],
/// [`CardError::UnblockNotSupported`], [`CardError::PinNotUsable`], [`CardError::PinNotAllowed`],
/// [`CardError::Refused`] and [`CardError::Channel`].
pub(crate) fn unblock(
    line: &mut dyn Exchange,
    reading: &Reading,
    references: &mut References,
    tries: &AllTries,
    typed: &Entrusted<(CardPuk, NewPin)>,
) -> Result<Unblocked, CardError> {
    go_to_key(line, &reading.profile)?;
    let mut is_understood = false;
    for form in &reading.contents.pin_rules.unblock {
        let (verdict, command) = match form {
            UnblockForm::WithNewPin => (
                with_new_pin(line, reading, references, tries, typed)?,
                "RESET RETRY COUNTER",
            ),
            UnblockForm::AfterPuk => (verify_puk(line, reading, references, tries, typed)?, "VERIFY"),
        };
        match verdict {
            Verdict::Right => {
                let unblocked = match form {
                    UnblockForm::WithNewPin => Unblocked::NewPin,
                    UnblockForm::AfterPuk => {
                        reset_counter(line, reading, references)?;
                        Unblocked::SamePin
                    }
                };
                // The counter is full again, however many tries that are.
                tries.pin.restored();
                return Ok(unblocked);
            }
            Verdict::NoSuchReference => is_understood = true,
            // The other form ends with the same instruction: a PUK would be compared for nothing.
            Verdict::NotUnderstood(StatusWord::INSTRUCTION_UNKNOWN | StatusWord::CLASS_UNKNOWN)
                if *form == UnblockForm::WithNewPin =>
            {
                return Err(CardError::UnblockNotSupported);
            }
            Verdict::NotUnderstood(
                StatusWord::INSTRUCTION_UNKNOWN
                | StatusWord::CLASS_UNKNOWN
                | StatusWord::WRONG_PARAMETERS
                | StatusWord::FUNCTION_NOT_SUPPORTED,
            ) => {}
            Verdict::Wrong { .. }
            | Verdict::Blocked
            | Verdict::NotUsable
            | Verdict::NotAllowed
            | Verdict::NotUnderstood(_)
            | Verdict::Unclear(_) => verdict.on_puk(command)?,
        }
    }
    Err(if is_understood {
        CardError::PukNotFound
    } else {
        CardError::UnblockNotSupported
    })
}

/// The PUK and the new PIN in one command, which names the PIN.
fn with_new_pin(
    line: &mut dyn Exchange,
    reading: &Reading,
    references: &mut References,
    tries: &AllTries,
    typed: &Entrusted<(CardPuk, NewPin)>,
) -> Result<Verdict, CardError> {
    by_reference(&mut references.pin, pin_references(&reading.pin), |reference| {
        let command = typed.with(|(puk, new)| {
            let (puk, new) = (padded(puk.digits()), padded(new.digits()));
            commands::reset_retry_counter(reference, puk.expose(), new.expose())
        })?;
        compare(line, &tries.puk, &command)
    })
}

fn verify_puk(
    line: &mut dyn Exchange,
    reading: &Reading,
    references: &mut References,
    tries: &AllTries,
    typed: &Entrusted<(CardPuk, NewPin)>,
) -> Result<Verdict, CardError> {
    by_reference(&mut references.puk, puk_references(&reading.pin), |reference| {
        let command = typed.with(|(puk, _)| commands::verify(reference, padded(puk.digits()).expose()))?;
        compare(line, &tries.puk, &command)
    })
}

/// Fills the PIN's counter again after a VERIFY of the PUK. Nothing is compared here.
fn reset_counter(
    line: &mut dyn Exchange,
    reading: &Reading,
    references: &mut References,
) -> Result<(), CardError> {
    let mut status = StatusWord::REFERENCED_DATA_NOT_FOUND;
    let verdict = by_reference(&mut references.pin, pin_references(&reading.pin), |reference| {
        status = send_once(line, &commands::reset_retry_counter_only(reference))?.status();
        Ok(Verdict::of(status))
    })?;
    if verdict == Verdict::Right {
        Ok(())
    } else {
        Err(refused(status, "RESET RETRY COUNTER"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entrusted::entrust;
    use crate::table::built_in;
    use crate::{CardContents, PinFacts, PinRules};
    use cns_iso7816::ChannelError;
    use rsa::{BigUint, RsaPublicKey};
    use std::sync::Arc;

    /// Whoever understands every command, and answers each instruction by one status word.
    struct Card {
        to_reset: StatusWord,
        to_verify: StatusWord,
        /// Instruction, P1 and P2 of what was sent, but for the way to the PIN.
        heard: Vec<[u8; 3]>,
    }

    impl Exchange for Card {
        fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
            let status = match command[1] {
                0x2C => self.to_reset,
                0x20 => self.to_verify,
                _ => return Ok(vec![0x90, 0x00]),
            };
            self.heard.push([command[1], command[2], command[3]]);
            Ok(status.to_bytes().to_vec())
        }
    }

    fn reading(forms: &[UnblockForm]) -> Reading {
        let profile = &built_in().profiles[0];
        Reading {
            contents: CardContents {
                profile: profile.name.clone(),
                card_id: None,
                personal_data: None,
                personal_data_file: None,
                certificate_der: Vec::new(),
                apdus: 0,
                pin_rules: PinRules {
                    unblock: forms.to_vec(),
                    ..PinRules::default()
                },
            },
            key: RsaPublicKey::new(BigUint::from(3233_u32), BigUint::from(17_u32)).unwrap(),
            profile: Arc::new(profile.clone()),
            pin: profile.pins[0].clone(),
        }
    }

    fn unblocked(
        reading: &Reading,
        to_reset: u16,
        to_verify: u16,
    ) -> (Result<Unblocked, CardError>, Vec<[u8; 3]>, AllTries) {
        let mut card = Card {
            to_reset: StatusWord::new(to_reset),
            to_verify: StatusWord::new(to_verify),
            heard: Vec::new(),
        };
        let puk = CardPuk::parse("87654321").unwrap();
        let new = NewPin::choose("27183", &PinFacts::default()).unwrap();
        let (_lender, typed) = entrust((puk, new));
        let tries = AllTries::default();
        let outcome = unblock(&mut card, reading, &mut References::default(), &tries, &typed);
        (outcome, card.heard, tries)
    }

    const WITH_NEW_PIN: [u8; 3] = [0x2C, 0x00, 0x90];
    const WITH_NEW_PIN_10: [u8; 3] = [0x2C, 0x00, 0x10];
    const PUK: [u8; 3] = [0x20, 0x00, 0x91];
    const PUK_11: [u8; 3] = [0x20, 0x00, 0x11];
    const COUNTER: [u8; 3] = [0x2C, 0x03, 0x90];

    #[test]
    fn of_all_status_words_three_alone_are_followed_by_the_form_that_verifies_the_puk() {
        let reading = reading(&[UnblockForm::WithNewPin, UnblockForm::AfterPuk]);
        for value in 0..=u16::MAX {
            let (_, heard, _) = unblocked(&reading, value, 0x63C2);
            let expected: &[[u8; 3]] = match value {
                0x6A81 | 0x6A86 => &[WITH_NEW_PIN, PUK],
                0x6A88 => &[WITH_NEW_PIN, WITH_NEW_PIN_10, PUK],
                _ => &[WITH_NEW_PIN],
            };
            assert_eq!(heard, expected, "{value:04X}");
        }
    }

    #[test]
    fn of_all_status_words_five_alone_are_followed_by_the_form_with_the_new_pin() {
        let reading = reading(&[UnblockForm::AfterPuk, UnblockForm::WithNewPin]);
        for value in 0..=u16::MAX {
            let (_, heard, _) = unblocked(&reading, 0x63C2, value);
            let expected: &[[u8; 3]] = match value {
                0x6A81 | 0x6A86 | 0x6D00 | 0x6E00 => &[PUK, WITH_NEW_PIN],
                0x6A88 => &[PUK, PUK_11, WITH_NEW_PIN],
                // The PUK is right, and the counter is all that is left to do.
                0x9000 | 0x9001 => &[PUK, COUNTER],
                _ => &[PUK],
            };
            assert_eq!(heard, expected, "{value:04X}");
        }
    }

    #[test]
    fn each_status_word_is_its_own_problem() {
        let form_a = reading(&[UnblockForm::WithNewPin]);
        let form_b = reading(&[UnblockForm::AfterPuk]);
        let refused = |status, command| Err(CardError::Refused { status, command });
        let wrong = |tries_left| Err(CardError::WrongPuk { tries_left });
        let rows = [
            (0x9000, Ok(Unblocked::NewPin), Ok(Unblocked::SamePin)),
            (0x63C7, wrong(Some(7)), wrong(Some(7))),
            (0x6300, wrong(None), wrong(None)),
            (0x63C0, Err(CardError::PukBlocked), Err(CardError::PukBlocked)),
            (0x6983, Err(CardError::PukBlocked), Err(CardError::PukBlocked)),
            (0x6984, Err(CardError::PinNotUsable), Err(CardError::PinNotUsable)),
            (
                0x6985,
                Err(CardError::PinNotAllowed),
                Err(CardError::PinNotAllowed),
            ),
            (0x6A88, Err(CardError::PukNotFound), Err(CardError::PukNotFound)),
            (
                0x6D00,
                Err(CardError::UnblockNotSupported),
                Err(CardError::UnblockNotSupported),
            ),
            (
                0x6700,
                refused(0x6700, "RESET RETRY COUNTER"),
                refused(0x6700, "VERIFY"),
            ),
            (
                0x6F00,
                refused(0x6F00, "RESET RETRY COUNTER"),
                refused(0x6F00, "VERIFY"),
            ),
        ];
        for (status, with_new_pin, after_puk) in rows {
            assert_eq!(unblocked(&form_a, status, 0x9000).0, with_new_pin, "{status:04X}");
            assert_eq!(unblocked(&form_b, 0x9000, status).0, after_puk, "{status:04X}");
        }
        let after_a_right_puk = unblocked(&form_b, 0x6985, 0x9000).0;
        assert_eq!(after_a_right_puk, refused(0x6985, "RESET RETRY COUNTER"));
    }

    #[test]
    fn the_tries_of_the_puk_are_known_from_its_answer() {
        let reading = reading(&[UnblockForm::WithNewPin]);
        for (status, known) in [
            (0x63C7, Some(7)),
            (0x6983, Some(0)),
            (0x6300, None),
            (0x9000, None),
        ] {
            let (_, _, tries) = unblocked(&reading, status, 0x9000);
            assert_eq!(
                (tries.puk.known(), tries.pin.known()),
                (known, None),
                "{status:04X}"
            );
        }
    }
}
