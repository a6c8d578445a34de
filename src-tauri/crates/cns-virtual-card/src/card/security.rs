//! MANAGE SECURITY ENVIRONMENT (ISO/IEC 7816-4 §11.5.11) and PERFORM SECURITY OPERATION (ISO/IEC 7816-8).

use crate::VirtualCard;
use crate::card::Answer;
use crate::card::apdu::Apdu;
use crate::card::files::parse_path;
use crate::personality::{Announced, KeyRow};
use cns_iso7816::StatusWord;

/// Which environment is in force, and which template has a key.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    is_restored: bool,
    template: Option<u8>,
}

const CONFIDENTIALITY: u8 = 0xB8;
const SIGNATURE: u8 = 0xB6;

impl VirtualCard {
    pub(super) fn manage_security_environment(&mut self, apdu: &Apdu) -> Answer {
        let Some(key) = &self.personality.key else {
            return Err(StatusWord::INSTRUCTION_UNKNOWN);
        };
        match apdu.parameters() {
            (0xF3, number) => {
                // The specification wants an empty Lc here, which on the wire is a fifth byte.
                if apdu.expected().is_none() || !apdu.data().is_empty() {
                    return Err(StatusWord::WRONG_LENGTH);
                }
                if number != key.security_environment || !self.is_home() {
                    return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
                }
                self.session.environment = Environment {
                    is_restored: true,
                    template: None,
                };
                Ok(Vec::new())
            }
            (0xF1, template @ (CONFIDENTIALITY | SIGNATURE)) => {
                let &[0x83, 0x01, reference] = apdu.data() else {
                    return Err(StatusWord::WRONG_DATA);
                };
                if reference != key.reference || !self.is_key_in_reach(key) {
                    return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
                }
                self.session.environment.template = Some(template);
                Ok(Vec::new())
            }
            _ => Err(StatusWord::WRONG_PARAMETERS),
        }
    }

    pub(super) fn perform_security_operation(&mut self, apdu: &Apdu) -> Answer {
        if !self.personality.is_cns() {
            return Err(StatusWord::INSTRUCTION_UNKNOWN);
        }
        let (template, block) = match (apdu.parameters(), apdu.data()) {
            // The padding indicator 00 says: no further indication.
            ((0x80, 0x86), [0x00, block @ ..]) => (CONFIDENTIALITY, block),
            ((0x80, 0x86), []) => return Err(StatusWord::WRONG_LENGTH),
            ((0x80, 0x86), _) => return Err(StatusWord::WRONG_DATA),
            ((0x9E, 0x9A), block) => (SIGNATURE, block),
            _ => return Err(StatusWord::WRONG_PARAMETERS),
        };
        if !self.session.pin_verified {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        }
        let environment = &self.session.environment;
        if !environment.is_restored || environment.template != Some(template) {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        let size = self.key.size();
        let is_announced = self.personality.announces.contains(&Announced::Sign);
        let has_room = is_announced || apdu.expected().is_some_and(|expected| expected >= size);
        if block.len() != size || !has_room {
            return Err(StatusWord::WRONG_LENGTH);
        }
        self.key.raw(block).ok_or(StatusWord::WRONG_DATA)
    }

    fn is_key_in_reach(&self, key: &KeyRow) -> bool {
        let wanted = key.directory.as_deref();
        self.is_home() && wanted.is_none_or(|path| parse_path(path).as_ref() == Some(&self.session.directory))
    }
}
