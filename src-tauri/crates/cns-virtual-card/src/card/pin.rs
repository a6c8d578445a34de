//! PIN and PUK: VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER (ISO/IEC 7816-4 §11.5).

use crate::card::Answer;
use crate::card::apdu::Apdu;
use crate::card::files::{Path, parse_path};
use crate::personality::{EmptyVerify, Unblocking, WrongPin};
use crate::{VirtualCard, VirtualCardError};
use cns_iso7816::StatusWord;

/// A PIN as the card stores it: eight bytes, masked, so that its digits are nowhere in memory; and two counters.
pub(crate) struct Pin {
    masked: [u8; 8],
    most_tries: u8,
    tries_left: u8,
    comparisons: u64,
    /// What it is answered with while it was never activated.
    unusable: Option<StatusWord>,
}

impl Pin {
    pub(crate) fn new(digits: &str, most_tries: u8) -> Result<Self, VirtualCardError> {
        Ok(Self {
            masked: masked(digits.as_bytes()).ok_or(VirtualCardError::PinFormat)?,
            most_tries,
            tries_left: most_tries,
            comparisons: 0,
            unusable: None,
        })
    }

    pub(crate) fn with_tries_left(mut self, tries_left: u8) -> Self {
        self.tries_left = tries_left.min(self.most_tries);
        self
    }

    pub(crate) fn not_activated(mut self, answer: StatusWord) -> Self {
        self.unusable = Some(answer);
        self
    }

    pub(crate) fn tries_left(&self) -> u8 {
        self.tries_left
    }

    pub(crate) fn comparisons(&self) -> u64 {
        self.comparisons
    }

    /// Compares, and counts.
    fn compare(&mut self, presented: &[u8], answer: WrongPin) -> Result<(), StatusWord> {
        self.usable()?;
        self.comparisons += 1;
        if self.is(presented) {
            self.tries_left = self.most_tries;
            return Ok(());
        }
        self.tries_left -= 1;
        Err(self.wrong(answer))
    }

    fn usable(&self) -> Result<(), StatusWord> {
        if let Some(answer) = self.unusable {
            return Err(answer);
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
        let length = padded.iter().take_while(|byte| **byte != 0xFF).count();
        let (digits, filling) = padded.split_at(length);
        let is_filled = padded.len() == 8 && filling.iter().all(|byte| *byte == 0xFF);
        let new = masked(digits).filter(|_| is_filled);
        self.masked = new.ok_or(StatusWord::WRONG_DATA)?;
        self.tries_left = self.most_tries;
        Ok(())
    }

    fn is(&self, presented: &[u8]) -> bool {
        let pairs = presented.iter().zip(self.masked.iter().zip(MASK));
        presented.len() == self.masked.len()
            && pairs.fold(true, |same, (byte, (masked, mask))| {
                same & (byte ^ mask == *masked)
            })
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
        let mut of_signature = false;
        let (pin, verified) = if self.is_home() && self.personality.pin_references.contains(&reference) {
            (&mut self.pin, &mut self.session.pin_verified)
        } else if self.is_home() && self.personality.puk_references.contains(&reference) {
            (&mut self.puk, &mut self.session.puk_verified)
        } else if self.is_signature_pin(reference) {
            (&mut self.signature_pin, &mut of_signature)
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
        if self.is_home() && self.personality.puk_references.contains(&reference) {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        }
        if !self.is_pin(reference) {
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
        if self.personality.unblocking.is_empty() {
            return Err(StatusWord::INSTRUCTION_UNKNOWN);
        }
        if !self.is_pin(reference) {
            return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
        }
        if let Some(answer) = self.pin.unusable {
            return Err(answer);
        }
        let knows = |form| self.personality.unblocking.contains(&form);
        match p1 {
            0x00 if knows(Unblocking::PukWithNewPin) => {
                let (puk, new) = two_pins(apdu.data())?;
                self.puk.compare(puk, self.personality.wrong_pin)?;
                self.pin.replace(new)?;
            }
            0x03 if knows(Unblocking::CounterAlone) => {
                if !apdu.data().is_empty() {
                    return Err(StatusWord::WRONG_LENGTH);
                }
                if !self.session.puk_verified {
                    return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
                }
                self.pin.tries_left = self.pin.most_tries;
            }
            _ => return Err(StatusWord::WRONG_PARAMETERS),
        }
        Ok(Vec::new())
    }

    fn is_pin(&self, reference: u8) -> bool {
        self.is_home() && self.personality.pin_references.contains(&reference)
    }

    fn is_signature_pin(&self, reference: u8) -> bool {
        self.personality.signature.as_ref().is_some_and(|signature| {
            let directory = signature
                .directory
                .as_deref()
                .map_or(Some(Path::new()), parse_path);
            signature.pin_references.contains(&reference)
                && self.files.root_of(signature.application.as_deref()) == Some(self.session.root)
                && directory.as_ref() == Some(&self.session.directory)
        })
    }
}

fn two_pins(data: &[u8]) -> Result<(&[u8], &[u8]), StatusWord> {
    match data.split_at_checked(8) {
        Some((first, second)) if second.len() == 8 => Ok((first, second)),
        _ => Err(StatusWord::WRONG_LENGTH),
    }
}

/// ASCII digits, filled up with `FF` to eight bytes, masked byte by byte: there is never a plain copy. Five to eight
/// digits pass.
fn masked(digits: &[u8]) -> Option<[u8; 8]> {
    let is_pin = (5..=8).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    is_pin.then(|| std::array::from_fn(|at| digits.get(at).unwrap_or(&0xFF) ^ MASK[at]))
}

/// Hides digits from whoever looks through the memory for them. It keeps nothing secret: the PINs here are examples.
const MASK: [u8; 8] = [0xA7, 0x5C, 0xE1, 0x93, 0x4F, 0xD8, 0xB2, 0x6E];
