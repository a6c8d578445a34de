//! Command APDUs (ISO/IEC 7816-4 §5.1): what is sent, and in which of its forms.

use crate::{SecretBytes, StatusWord};
use zeroize::Zeroizing;

/// A command APDU before it is put on the wire.
///
/// Its `Debug` shows the header and the length of the data, never the data of a secret command.
pub struct Command {
    name: &'static str,
    header: [u8; 4],
    data: Data,
    expected: Expected,
}

enum Data {
    Plain(Vec<u8>),
    Secret(SecretBytes),
}

/// The bytes of a command APDU; they wipe themselves.
pub type Encoded = Zeroizing<Vec<u8>>;

/// How many bytes of answer are asked for (Le).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// No Le field.
    None,
    /// One byte of Le; 0 stands for "up to 256". In an extended APDU 0 becomes `00 00`.
    Short(u8),
    /// Two bytes of Le, which makes the APDU extended; 0 stands for "up to 65 536".
    Extended(u16),
}

/// A place in a transparent file: 15 bits, as READ BINARY with P1 bit 8 = 0 can say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileOffset(u16);

impl FileOffset {
    /// The first byte.
    pub const START: Self = Self(0);

    /// The place `offset` bytes from the start, if 15 bits can say it.
    pub fn new(offset: usize) -> Option<Self> {
        u16::try_from(offset)
            .ok()
            .filter(|offset| *offset <= 0x7FFF)
            .map(Self)
    }

    /// P1, P2.
    pub const fn to_bytes(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }
}

/// The data do not fit into an APDU: more than 65 535 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the command does not fit into an APDU")]
pub struct CommandTooLong;

/// The class bit that says "more commands of this chain follow" (ISO/IEC 7816-4 §5.1.1.1).
const CHAINED: u8 = 0x10;

/// The most that a short APDU can carry.
const SHORT_MAX: usize = 255;

impl Command {
    /// A command without data. `name` is the standard's name for it, for logs and errors.
    pub fn new(name: &'static str, header: [u8; 4]) -> Self {
        Self {
            name,
            header,
            data: Data::Plain(Vec::new()),
            expected: Expected::None,
        }
    }

    /// Gives it data that may be seen.
    #[must_use]
    pub fn with_data(mut self, data: &[u8]) -> Self {
        self.data = Data::Plain(data.to_vec());
        self
    }

    /// Gives it data that nobody may see.
    #[must_use]
    pub fn with_secret(mut self, data: SecretBytes) -> Self {
        self.data = Data::Secret(data);
        self
    }

    /// Asks for an answer.
    #[must_use]
    pub fn expecting(mut self, expected: Expected) -> Self {
        self.expected = expected;
        self
    }

    /// The standard's name for the command, such as `READ BINARY`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// CLA, INS, P1, P2.
    pub fn header(&self) -> [u8; 4] {
        self.header
    }

    /// How many bytes of answer are asked for.
    pub fn expected(&self) -> Expected {
        self.expected
    }

    /// How many bytes of data the command carries.
    pub fn data_len(&self) -> usize {
        self.data().len()
    }

    /// Whether the data are secret.
    pub fn is_secret(&self) -> bool {
        matches!(self.data, Data::Secret(_))
    }

    /// The APDU: short where it can be, extended where the data or the expected length need it
    /// (ISO/IEC 7816-4 §5.1, cases 1 to 4).
    ///
    /// # Errors
    /// [`CommandTooLong`] for more than 65 535 bytes of data.
    pub fn encode(&self) -> Result<Encoded, CommandTooLong> {
        let data = self.data();
        let length = u16::try_from(data.len()).map_err(|_| CommandTooLong)?;
        let mut apdu = Zeroizing::new(Vec::with_capacity(data.len() + 9));
        apdu.extend_from_slice(&self.header);
        if data.len() <= SHORT_MAX && !matches!(self.expected, Expected::Extended(_)) {
            if !data.is_empty() {
                apdu.push(length.to_be_bytes()[1]);
                apdu.extend_from_slice(data);
            }
            if let Expected::Short(le) = self.expected {
                apdu.push(le);
            }
            return Ok(apdu);
        }
        apdu.push(0);
        if !data.is_empty() {
            apdu.extend_from_slice(&length.to_be_bytes());
            apdu.extend_from_slice(data);
        }
        match self.expected {
            Expected::None => {}
            Expected::Short(le) => apdu.extend_from_slice(&[0, le]),
            Expected::Extended(le) => apdu.extend_from_slice(&le.to_be_bytes()),
        }
        Ok(apdu)
    }

    /// Splits the command into a chain of short ones: all but the last carry 255 bytes and the chaining bit
    /// (ISO/IEC 7816-4 §5.1.1.1). A command that fits into one short APDU comes back as one.
    pub fn chained(&self) -> Vec<Command> {
        let data = self.data();
        let pieces: Vec<&[u8]> = if data.is_empty() {
            vec![data]
        } else {
            data.chunks(SHORT_MAX).collect()
        };
        let last = pieces.len() - 1;
        let short = match self.expected {
            Expected::Extended(le) => Expected::Short(u8::try_from(le).unwrap_or(0)),
            Expected::None | Expected::Short(_) => self.expected,
        };
        let [cla, ins, p1, p2] = self.header;
        pieces
            .into_iter()
            .enumerate()
            .map(|(index, piece)| {
                let is_last = index == last;
                Command {
                    name: self.name,
                    header: [if is_last { cla } else { cla | CHAINED }, ins, p1, p2],
                    data: match self.data {
                        Data::Plain(_) => Data::Plain(piece.to_vec()),
                        Data::Secret(_) => Data::Secret(SecretBytes::new(piece.to_vec())),
                    },
                    expected: if is_last { short } else { Expected::None },
                }
            })
            .collect()
    }

    /// The same command with another Le, as a `6Cxx` answer asks for it.
    pub(crate) fn repeated_with(&self, le: u8) -> Command {
        Command {
            name: self.name,
            header: self.header,
            data: match &self.data {
                Data::Plain(data) => Data::Plain(data.clone()),
                Data::Secret(data) => Data::Secret(SecretBytes::joined(&[data.expose()])),
            },
            expected: Expected::Short(le),
        }
    }

    fn data(&self) -> &[u8] {
        match &self.data {
            Data::Plain(data) => data,
            Data::Secret(data) => data.expose(),
        }
    }
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [cla, ins, p1, p2] = self.header;
        write!(f, "{} {cla:02X} {ins:02X} {p1:02X} {p2:02X}", self.name)?;
        match &self.data {
            Data::Plain(data) if data.is_empty() => {}
            Data::Plain(data) => write!(f, " {data:02X?}")?,
            Data::Secret(data) => write!(f, " {data:?}")?,
        }
        write!(f, " {:?}", self.expected)
    }
}

impl StatusWord {
    /// Whether a card that answered this to an extended APDU, or to a chain, may accept the other form.
    pub fn asks_for_another_form(self) -> bool {
        matches!(
            self,
            Self::WRONG_LENGTH
                | Self::CLASS_UNKNOWN
                | Self::INSTRUCTION_UNKNOWN
                | Self::LAST_OF_CHAIN_EXPECTED
                | Self::CHAINING_NOT_SUPPORTED
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::bytes_of;

    fn check(command: &Command, apdu: &str) {
        assert_eq!(
            command.encode().unwrap().as_slice(),
            bytes_of(apdu),
            "{command:?}"
        );
    }

    #[test]
    fn the_four_cases_are_encoded_short() {
        let bare = || Command::new("TEST", [0x00, 0x20, 0x01, 0x02]);
        check(&bare(), "00 20 01 02");
        check(&bare().expecting(Expected::Short(0)), "00 20 01 02 00");
        check(&bare().with_data(&[7, 8]), "00 20 01 02 02 07 08");
        check(
            &bare().with_data(&[7, 8]).expecting(Expected::Short(9)),
            "00 20 01 02 02 07 08 09",
        );
    }

    #[test]
    fn the_four_cases_are_encoded_extended_when_they_must() {
        let bare = || Command::new("TEST", [0x00, 0x20, 0x01, 0x02]);
        check(&bare().expecting(Expected::Extended(0)), "00 20 01 02 00 00 00");
        check(
            &bare().with_data(&[7]).expecting(Expected::Extended(0x0100)),
            "00 20 01 02 00 00 01 07 01 00",
        );
        let long = "AA".repeat(256);
        check(
            &bare().with_data(&[0xAA; 256]),
            &format!("00 20 01 02 00 01 00 {long}"),
        );
        check(
            &bare().with_data(&[0xAA; 256]).expecting(Expected::Short(0)),
            &format!("00 20 01 02 00 01 00 {long} 00 00"),
        );
    }

    #[test]
    fn a_chain_carries_255_bytes_each_and_the_class_bit_on_all_but_the_last() {
        let command = Command::new("TEST", [0x00, 0x2A, 0x80, 0x86])
            .with_data(&[0xAA; 257])
            .expecting(Expected::Extended(256));
        let chain = command.chained();
        assert_eq!(chain.len(), 2);
        check(&chain[0], &format!("10 2A 80 86 FF {}", "AA".repeat(255)));
        check(&chain[1], "00 2A 80 86 02 AA AA 00");
    }

    #[test]
    fn a_short_command_chains_into_itself() {
        let chain = Command::new("TEST", [0, 0x20, 0, 0x10])
            .with_secret(SecretBytes::new(vec![1; 8]))
            .chained();
        assert_eq!(chain.len(), 1);
        assert!(chain[0].is_secret());
        check(&chain[0], "00 20 00 10 08 01 01 01 01 01 01 01 01");
    }

    #[test]
    fn more_than_an_apdu_can_hold_is_refused() {
        let command = Command::new("TEST", [0; 4]).with_data(&vec![0; 0x1_0000]);
        assert_eq!(command.encode().unwrap_err(), CommandTooLong);
    }

    #[test]
    fn a_secret_command_does_not_print_its_data() {
        let command = Command::new("VERIFY", [0, 0x20, 0, 0x90])
            .with_secret(SecretBytes::new(b"97531\xFF\xFF\xFF".to_vec()));
        assert_eq!(format!("{command:?}"), "VERIFY 00 20 00 90 [secret] None");
    }

    #[test]
    fn offsets_have_fifteen_bits() {
        assert_eq!(FileOffset::new(0x7FFF).unwrap().to_bytes(), [0x7F, 0xFF]);
        assert_eq!(FileOffset::new(0x8000), None);
    }
}
