//! Command APDUs taken apart on the card's side (ISO/IEC 7816-4 §5.1).

use cns_iso7816::StatusWord;
use zeroize::Zeroizing;

/// A command as the card sees it. Its data may be a PIN: they wipe themselves.
#[derive(PartialEq, Eq)]
pub(crate) struct Apdu {
    header: [u8; 4],
    data: Zeroizing<Vec<u8>>,
    expected: Option<usize>,
    pub(crate) is_extended: bool,
}

impl Apdu {
    /// Reads any of the seven forms; 6700 is the answer to all else.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, StatusWord> {
        let Some((header, body)) = bytes.split_first_chunk::<4>() else {
            return Err(StatusWord::WRONG_LENGTH);
        };
        let with = |data: &[u8], expected, is_extended| Self {
            header: *header,
            data: Zeroizing::new(data.to_vec()),
            expected,
            is_extended,
        };
        match body {
            [] => Ok(with(&[], None, false)),
            [le] => Ok(with(&[], Some(short(*le)), false)),
            [0, high, low] => Ok(with(&[], Some(extended(*high, *low)), true)),
            [0, high, low, rest @ ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                match rest.split_at_checked(length) {
                    Some((data, [])) if length > 0 => Ok(with(data, None, true)),
                    Some((data, [high, low])) if length > 0 => {
                        Ok(with(data, Some(extended(*high, *low)), true))
                    }
                    _ => Err(StatusWord::WRONG_LENGTH),
                }
            }
            [length, rest @ ..] => match rest.split_at_checked(usize::from(*length)) {
                Some((data, [])) if *length > 0 => Ok(with(data, None, false)),
                Some((data, [le])) if *length > 0 => Ok(with(data, Some(short(*le)), false)),
                _ => Err(StatusWord::WRONG_LENGTH),
            },
        }
    }

    pub(crate) fn class(&self) -> u8 {
        self.header[0]
    }

    pub(crate) fn instruction(&self) -> u8 {
        self.header[1]
    }

    /// P1, P2.
    pub(crate) fn parameters(&self) -> (u8, u8) {
        (self.header[2], self.header[3])
    }

    /// INS, P1, P2: what the parts of a chain have in common.
    pub(crate) fn command(&self) -> [u8; 3] {
        [self.header[1], self.header[2], self.header[3]]
    }

    pub(crate) fn data(&self) -> &[u8] {
        &self.data
    }

    /// Le as a number, 256 for `00` and 65 536 for `00 00`.
    pub(crate) fn expected(&self) -> Option<usize> {
        self.expected
    }

    /// Puts the earlier parts of a chain before the data.
    pub(crate) fn prepend(&mut self, earlier: &[u8]) {
        self.data = Zeroizing::new([earlier, &self.data].concat());
    }
}

impl std::fmt::Debug for Apdu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Apdu({:02X?}, {} bytes)", self.header, self.data.len())
    }
}

fn short(le: u8) -> usize {
    if le == 0 { 256 } else { usize::from(le) }
}

fn extended(high: u8, low: u8) -> usize {
    match u16::from_be_bytes([high, low]) {
        0 => 65_536,
        le => usize::from(le),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cns_iso7816::transcript::bytes_of;

    #[test]
    fn all_seven_forms_are_understood() {
        let rows: [(&str, &[u8], Option<usize>, bool); 7] = [
            ("00 20 00 10", &[], None, false),
            ("00 B0 00 00 00", &[], Some(256), false),
            ("00 A4 00 00 02 3F 00", &[0x3F, 0x00], None, false),
            ("00 A4 00 00 02 3F 00 10", &[0x3F, 0x00], Some(16), false),
            ("00 B0 00 00 00 00 00", &[], Some(65_536), true),
            ("00 A4 00 00 00 00 02 3F 00", &[0x3F, 0x00], None, true),
            ("00 A4 00 00 00 00 02 3F 00 01 00", &[0x3F, 0x00], Some(256), true),
        ];
        for (hex, data, expected, is_extended) in rows {
            let apdu = Apdu::parse(&bytes_of(hex)).unwrap();
            assert_eq!(
                (apdu.data(), apdu.expected(), apdu.is_extended),
                (data, expected, is_extended),
                "{hex}"
            );
        }
    }

    #[test]
    fn lengths_that_do_not_add_up_are_refused() {
        for hex in [
            "",
            "00 B0 00",
            "00 A4 00 00 03 3F 00",
            "00 A4 00 00 01 3F 00 00",
            "00 B0 00 00 00 00",
            "00 A4 00 00 00 00 03 3F 00",
        ] {
            assert_eq!(
                Apdu::parse(&bytes_of(hex)),
                Err(StatusWord::WRONG_LENGTH),
                "{hex}"
            );
        }
    }
}
