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
