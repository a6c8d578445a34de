//! What is asked of a reader's own PIN pad (PC/SC part 10): the command, with gaps where the typing goes.

/// What a reader says of a PIN pad of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PinPad {
    /// It has none, or does not say so.
    #[default]
    Absent,
    /// It has one that can verify a PIN.
    Present {
        /// Whether it can also ask for an old and a new PIN.
        changes: bool,
    },
    /// It says that it has one, and readers of this model are known to say so wrongly.
    Doubtful,
}

/// A PIN to be asked for on the reader's pad: ASCII digits, left, filled up with `FF` to blocks of eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PadRequest {
    /// What is to be asked for.
    pub entry: PadEntry,
    /// P2: the reference of the PIN.
    pub reference: u8,
}

/// What a PIN pad can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PadEntry {
    /// The PIN: VERIFY (ISO/IEC 7816-4 §11.5.6).
    Verify,
    /// The old PIN, the new one, and the new one again: CHANGE REFERENCE DATA (ISO/IEC 7816-4 §11.5.7).
    Change,
}

impl PadRequest {
    /// CLA, INS, P1, P2.
    pub fn header(&self) -> [u8; 4] {
        let instruction = match self.entry {
            PadEntry::Verify => 0x20,
            PadEntry::Change => 0x24,
        };
        [0x00, instruction, 0x00, self.reference]
    }

    /// The command APDU with `FF` in every place that the pad fills in.
    pub fn template(&self) -> Vec<u8> {
        let blocks = match self.entry {
            PadEntry::Verify => 8,
            PadEntry::Change => 16,
        };
        let mut template = self.header().to_vec();
        template.push(blocks);
        template.resize(5 + usize::from(blocks), 0xFF);
        template
    }

    /// The name of the command in ISO/IEC 7816-4.
    pub fn name(&self) -> &'static str {
        match self.entry {
            PadEntry::Verify => "VERIFY",
            PadEntry::Change => "CHANGE REFERENCE DATA",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::bytes_of;

    #[test]
    fn the_template_has_gaps_where_the_typing_goes() {
        let verify = PadRequest {
            entry: PadEntry::Verify,
            reference: 0x90,
        };
        assert_eq!(
            verify.template(),
            bytes_of("00 20 00 90 08 FF FF FF FF FF FF FF FF")
        );
        let change = PadRequest {
            entry: PadEntry::Change,
            reference: 0x10,
        };
        let gaps = "FF".repeat(16);
        assert_eq!(change.template(), bytes_of(&format!("00 24 00 10 10 {gaps}")));
    }
}
