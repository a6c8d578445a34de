//! The PIN: one typing, one VERIFY.

use crate::file::refused;
use crate::habits::Habits;
use crate::profile::{Pin, Profile};
use crate::{CardError, CardPin};
use cns_iso7816::{Exchange, StatusWord, commands, send};
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// The tries left as the card itself told them.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<Option<u8>>);

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
/// The directory comes first because no source says whether a verified PIN survives the SELECT of another one.
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
    let select = match &profile.key.directory {
        Some(directory) => commands::select_path(directory.as_bytes()),
        None => commands::select_mf(),
    };
    let selected = send(line, &select)?;
    if !selected.is_success() {
        return Err(refused(selected.status(), "SELECT"));
    }

    let padded = padded(pin);
    let choices = match habits.pin_reference {
        Some(known) => [Some(known), None],
        None => [Some(references.reference), references.otherwise],
    };
    for reference in choices.into_iter().flatten() {
        // Until the card has answered, nobody knows how many tries there are.
        let before = tries.known();
        tries.learn(None);
        let status = send(line, &commands::verify(reference, &padded[..]))?.status();
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
                return Err(CardError::WrongPin { tries_left: status.tries_left() });
            }
            status if status.is_success() => {
                habits.pin_reference = Some(reference);
                return Ok(());
            }
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
