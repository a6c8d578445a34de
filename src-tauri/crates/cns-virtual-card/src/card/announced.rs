//! Answers that are announced by `61xx` and fetched by GET RESPONSE (ISO/IEC 7816-4 §11.7.1).

use crate::VirtualCard;
use crate::card::Done;
use crate::card::apdu::Apdu;
use crate::personality::Announced;
use cns_iso7816::StatusWord;

impl VirtualCard {
    /// Keeps an answer back and says that it is there, if this kind of card does so.
    pub(super) fn announce(&mut self, instruction: u8, done: Done) -> Done {
        let habit = match instruction {
            0xA4 => Some(Announced::Select),
            0xB0 => Some(Announced::Read),
            0x2A => Some(Announced::Sign),
            _ => None,
        };
        let keeps_back = habit.is_some_and(|habit| self.personality.announces.contains(&habit));
        if done.data.is_empty() || !keeps_back {
            return done;
        }
        let status = more_bytes(done.data.len());
        self.session.announced = Some(done);
        Done {
            data: Vec::new(),
            status,
        }
    }

    /// Gives what was announced, or as much of it as is asked for.
    pub(super) fn get_response(&mut self, apdu: &Apdu) -> Result<Done, StatusWord> {
        let mut announced = self
            .session
            .announced
            .take()
            .ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
        let wanted = apdu.expected().ok_or(StatusWord::WRONG_LENGTH)?;
        if wanted >= announced.data.len() {
            return Ok(announced);
        }
        let rest = announced.data.split_off(wanted);
        let given = Done {
            data: announced.data,
            status: more_bytes(rest.len()),
        };
        self.session.announced = Some(Done {
            data: rest,
            status: announced.status,
        });
        Ok(given)
    }
}

/// `61xx`; `6100` stands for 256 bytes or more.
fn more_bytes(length: usize) -> StatusWord {
    StatusWord::new(u16::from_be_bytes([0x61, u8::try_from(length).unwrap_or(0)]))
}
