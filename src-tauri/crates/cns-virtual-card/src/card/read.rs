//! READ BINARY (ISO/IEC 7816-4 §11.3.3) and the ways in which cards end a file.

use crate::VirtualCard;
use crate::card::Done;
use crate::card::apdu::Apdu;
use crate::card::files::Node;
use crate::personality::ReadEnd;
use cns_iso7816::StatusWord;

impl VirtualCard {
    pub(super) fn read_binary(&self, apdu: &Apdu) -> Result<Done, StatusWord> {
        let (p1, p2) = apdu.parameters();
        // P1 bit 8 would name a short file identifier, which the CNS does not use.
        if p1 & 0x80 != 0 {
            return Err(StatusWord::WRONG_PARAMETERS);
        }
        let wanted = apdu
            .expected()
            .filter(|_| apdu.data().is_empty())
            .ok_or(StatusWord::WRONG_LENGTH)?;
        let asks_for_all = wanted == 256 && !apdu.is_extended;
        let asks_for_255 = wanted == 255 && !apdu.is_extended;
        let refused =
            asks_for_all && self.personality.refuses_le_00 || asks_for_255 && self.personality.refuses_le_ff;
        if refused {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let path = self.session.file.as_deref().ok_or(StatusWord::NO_CURRENT_FILE)?;
        let Some(Node::File(content)) = self.visible(path) else {
            return Err(StatusWord::NO_CURRENT_FILE);
        };
        let offset = usize::from(u16::from_be_bytes([p1, p2]));
        let rest = content
            .get(offset..)
            .filter(|rest| !rest.is_empty())
            .ok_or(StatusWord::OFFSET_OUTSIDE_FILE)?;
        if wanted <= rest.len() {
            return Ok(Done::from(rest[..wanted].to_vec()));
        }
        match self.personality.read_end {
            ReadEnd::Short => Ok(Done::from(rest.to_vec())),
            ReadEnd::Warning => Ok(Done {
                data: rest.to_vec(),
                status: StatusWord::END_OF_FILE,
            }),
            ReadEnd::ExactLength | ReadEnd::Refused if asks_for_all => Ok(Done::from(rest.to_vec())),
            ReadEnd::Refused => Err(StatusWord::OFFSET_OUTSIDE_FILE),
            ReadEnd::ExactLength | ReadEnd::ExactLengthAlways => {
                let length = u8::try_from(rest.len()).unwrap_or(0);
                Err(StatusWord::new(u16::from_be_bytes([0x6C, length])))
            }
        }
    }
}
