//! PIN and PUK: VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER (ISO/IEC 7816-4 §11.5).

use crate::card::Answer;
use crate::card::apdu::Apdu;
use crate::personality::{EmptyVerify, WrongPin};
use crate::{VirtualCard, VirtualCardError};
use cns_iso7816::StatusWord;

/// A PIN as the card stores it: eight bytes, and a counter.
pub(crate) struct Pin {
    padded: [u8; 8],
    most_tries: u8,
    tries_left: u8,
    is_activated: bool,
}

impl Pin {
    pub(crate) fn new(digits: &str, most_tries: u8) -> Result<Self, VirtualCardError> {
        let padded = pad(digits.as_bytes()).ok_or(VirtualCardError::PinFormat)?;
        Ok(Self {
            padded,
            most_tries,
            tries_left: most_tries,
            is_activated: true,
        })
    }

    pub(crate) fn with_tries_left(mut self, tries_left: u8) -> Self {
        self.tries_left = tries_left.min(self.most_tries);
        self
    }

    pub(crate) fn not_activated(mut self) -> Self {
        self.is_activated = false;
        self
    }

    pub(crate) fn tries_left(&self) -> u8 {
        self.tries_left
    }

    /// Compares, and counts.
    fn compare(&mut self, presented: &[u8], answer: WrongPin) -> Result<(), StatusWord> {
        self.usable()?;
        if presented == self.padded {
            self.tries_left = self.most_tries;
            return Ok(());
        }
        self.tries_left -= 1;
        Err(self.wrong(answer))
    }

    fn usable(&self) -> Result<(), StatusWord> {
        if !self.is_activated {
            return Err(StatusWord::REFERENCE_DATA_NOT_USABLE);
        }
        if self.tries_left == 0 {
            return Err(StatusWord::AUTHENTICATION_BLOCKED);
        }
        Ok(())
    }

    fn wrong(&self, answer: WrongPin) -> StatusWord {
        match answer {
            WrongPin::Counted => StatusWord::new(0x63C0 | u16::from(self.tries_left.min(15))),
            WrongPin::Uncounted => StatusWord::WRONG_NO_COUNT,
        }
    }

    fn replace(&mut self, padded: &[u8]) -> Result<(), StatusWord> {
        let digits = padded.split(|byte| *byte == 0xFF).next().unwrap_or_default();
        match pad(digits) {
            Some(new) if new == padded => {
                self.padded = new;
                self.tries_left = self.most_tries;
                Ok(())
            }
            _ => Err(StatusWord::WRONG_DATA),
        }
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pin([secret], {} tries left)", self.tries_left)
    }
}

impl VirtualCard {
    pub(super) fn verify(&mut self, apdu: &Apdu) -> Answer {
        let (p1, reference) = apdu.parameters();
        if p1 != 0 {
            return Err(StatusWord::WRONG_PARAMETERS);
        }
        let habits = (self.personality.wrong_pin, self.personality.empty_verify);
        let (pin, verified) = if self.personality.pin_references.contains(&reference) {
            (&mut self.pin, &mut self.session.pin_verified)
        } else if self.personality.puk_references.contains(&reference) {
            (&mut self.puk, &mut self.session.puk_verified)
        } else {
            return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
        };
        let result = match (apdu.data(), habits.1) {
            ([], EmptyVerify::Refused) => return Err(StatusWord::WRONG_LENGTH),
            ([], EmptyVerify::Reports) => {
                pin.usable()?;
                return if *verified {
                    Ok(Vec::new())
                } else {
                    Err(pin.wrong(WrongPin::Counted))
                };
            }
            (data @ [], EmptyVerify::EatsATry) => pin.compare(data, habits.0),
            (data, _) if data.len() == 8 => pin.compare(data, habits.0),
            _ => return Err(StatusWord::WRONG_LENGTH),
        };
        *verified = result.is_ok();
        result.map(|()| Vec::new())
    }

    pub(super) fn change_reference_data(&mut self, apdu: &Apdu) -> Answer {
        let (p1, reference) = apdu.parameters();
        if p1 != 0 {
            return Err(StatusWord::WRONG_PARAMETERS);
        }
        if self.personality.puk_references.contains(&reference) {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        }
        if !self.personality.pin_references.contains(&reference) {
            return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
        }
        let (old, new) = two_pins(apdu.data())?;
        let compared = self.pin.compare(old, self.personality.wrong_pin);
        self.session.pin_verified &= compared.is_ok();
        compared?;
        self.pin.replace(new)?;
        Ok(Vec::new())
    }

    pub(super) fn reset_retry_counter(&mut self, apdu: &Apdu) -> Answer {
        let (p1, reference) = apdu.parameters();
        if !self.personality.pin_references.contains(&reference) {
            return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
        }
        if !self.pin.is_activated {
            return Err(StatusWord::REFERENCE_DATA_NOT_USABLE);
        }
        match p1 {
            // PUK and new PIN in one.
            0x00 => {
                let (puk, new) = two_pins(apdu.data())?;
                self.puk.compare(puk, self.personality.wrong_pin)?;
                self.pin.replace(new)?;
            }
            // The counter alone, after a VERIFY of the PUK.
            0x03 if !apdu.data().is_empty() => return Err(StatusWord::WRONG_LENGTH),
            0x03 if !self.session.puk_verified => return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED),
            0x03 => self.pin.tries_left = self.pin.most_tries,
            _ => return Err(StatusWord::WRONG_PARAMETERS),
        }
        Ok(Vec::new())
    }
}

fn two_pins(data: &[u8]) -> Result<(&[u8], &[u8]), StatusWord> {
    match data.split_at_checked(8) {
        Some((first, second)) if second.len() == 8 => Ok((first, second)),
        _ => Err(StatusWord::WRONG_LENGTH),
    }
}

/// ASCII digits, filled up with `FF` to eight bytes; five to eight digits pass.
fn pad(digits: &[u8]) -> Option<[u8; 8]> {
    let mut padded = [0xFF; 8];
    if !(5..=8).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    padded.get_mut(..digits.len())?.copy_from_slice(digits);
    Some(padded)
}
