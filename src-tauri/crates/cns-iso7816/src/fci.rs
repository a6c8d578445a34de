//! File control information (ISO/IEC 7816-4 §7.4.1): what SELECT tells about a file.
//!
//! Cards leave out tags as they please, so every fact is optional, and none may be needed to read a file.

use crate::tlv::{Reader, Tlv};

/// What a card told about a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fci {
    /// Bytes in the body of an elementary file (tag `80`), or of a directory (tag `81`).
    pub size: Option<u32>,
    /// Elementary file or directory (tag `82`).
    pub kind: Option<FileKind>,
    /// The identifier (tag `83`).
    pub identifier: Option<u16>,
    /// The directory's name (tag `84`).
    pub name: Option<Vec<u8>>,
    /// The access conditions as they stand (tag `86`).
    pub access: Option<Vec<u8>>,
    /// The life cycle status (tag `8A`).
    pub life_cycle: Option<u8>,
}

/// The kind of a file, from its descriptor byte (ISO/IEC 7816-4 §7.4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// A transparent elementary file.
    Transparent,
    /// An elementary file of records.
    Records,
    /// A directory.
    Directory,
    /// A descriptor byte of another kind.
    Other(u8),
}

impl Fci {
    /// Reads the template `6F` (FCI) or `62` (FCP). Unknown tags are passed over, a malformed tail is ignored.
    ///
    /// `None` means that the bytes begin with neither template.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let template = Reader::new(bytes)
            .next()?
            .ok()
            .filter(|object| matches!(object.tag(), 0x6F | 0x62))?;
        let mut fci = Self::default();
        fci.take_in(template.children());
        // An FCI may hold an FCP template; one level is all that the standard knows.
        if let Some(inner) = template.children().find(0x62) {
            fci.take_in(inner.children());
        }
        Some(fci)
    }

    fn take_in(&mut self, objects: Reader<'_>) {
        for object in objects.flatten() {
            match object.tag() {
                0x80 => self.size = number(object).or(self.size),
                0x81 => self.size = self.size.or_else(|| number(object)),
                0x82 => self.kind = object.value().first().map(|byte| FileKind::of(*byte)),
                0x83 => self.identifier = number(object).and_then(|number| u16::try_from(number).ok()),
                0x84 => self.name = Some(object.value().to_vec()),
                0x86 => self.access = Some(object.value().to_vec()),
                0x8A => self.life_cycle = object.value().first().copied(),
                _ => {}
            }
        }
    }
}

impl FileKind {
    fn of(descriptor: u8) -> Self {
        match descriptor & 0x3F {
            0x38 => Self::Directory,
            byte if byte & 0x38 == 0x38 => Self::Other(descriptor),
            byte if byte & 0x07 == 0x01 => Self::Transparent,
            byte if byte & 0x07 > 0x01 => Self::Records,
            _ => Self::Other(descriptor),
        }
    }
}

/// A big-endian number of one to four bytes.
fn number(object: Tlv<'_>) -> Option<u32> {
    let bytes = object.value();
    (1..=4).contains(&bytes.len()).then(|| {
        bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u32::from(*byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::bytes_of;
    use proptest::prelude::*;

    #[test]
    fn a_real_card_tells_size_kind_identifier_and_access() {
        let bytes = bytes_of(
            "6F 38 80 02 01 90 82 03 01 00 00 83 02 11 02 85 01 01 86 09 00 FF FF FF FF FF FF FF FF 8A 01 05 CB 18
             FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF",
        );
        let fci = Fci::parse(&bytes).unwrap();
        assert_eq!((fci.size, fci.kind), (Some(0x190), Some(FileKind::Transparent)));
        assert_eq!((fci.identifier, fci.life_cycle), (Some(0x1102), Some(5)));
        assert_eq!(fci.access.unwrap()[..2], [0x00, 0xFF]);
    }

    #[test]
    fn templates_of_both_kinds_and_directories_are_read() {
        let rows = [
            (
                "62 07 82 01 38 83 02 3F 00",
                Some(FileKind::Directory),
                Some(0x3F00),
                None,
            ),
            ("6F 09 62 07 80 01 10 83 02 10 03", None, Some(0x1003), Some(0x10)),
            (
                "6F 08 81 02 70 2C 82 02 38 00",
                Some(FileKind::Directory),
                None,
                Some(0x702C),
            ),
            ("6F 00", None, None, None),
        ];
        for (hex, kind, identifier, size) in rows {
            let fci = Fci::parse(&bytes_of(hex)).unwrap();
            assert_eq!(
                (fci.kind, fci.identifier, fci.size),
                (kind, identifier, size),
                "{hex}"
            );
        }
    }

    #[test]
    fn what_begins_otherwise_is_no_template() {
        for hex in ["", "90 00", "30 03 02 01 00", "6F 05 80"] {
            assert_eq!(Fci::parse(&bytes_of(hex)), None, "{hex}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_template_or_not_but_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Fci::parse(&bytes);
            let mut wrapped = vec![0x6F, 0x82];
            wrapped.extend_from_slice(&u16::try_from(bytes.len()).unwrap().to_be_bytes());
            wrapped.extend_from_slice(&bytes);
            prop_assert!(Fci::parse(&wrapped).is_some());
        }
    }
}
