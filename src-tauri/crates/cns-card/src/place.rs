//! Where things are on a card: names of applications, and paths of files.

use crate::pattern::byte;
use serde::Deserialize;

/// The name of an application (ISO/IEC 7816-4 §8.2.1.2): 5 to 16 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Aid(Vec<u8>);

impl Aid {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<String> for Aid {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = text
            .split_ascii_whitespace()
            .map(byte)
            .collect::<Option<Vec<_>>>()
            .filter(|bytes| (5..=16).contains(&bytes.len()));
        bytes
            .map(Self)
            .ok_or("the name of an application has 5 to 16 bytes")
    }
}

/// File identifiers from the MF downwards, without the MF.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct FilePath(Vec<u8>);

impl FilePath {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn identifiers(&self) -> impl Iterator<Item = [u8; 2]> {
        self.0.as_chunks().0.iter().copied()
    }
}

impl TryFrom<String> for FilePath {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut bytes = Vec::new();
        for identifier in text.split_ascii_whitespace() {
            let well_formed =
                identifier.len() == 4 && identifier.bytes().all(|digit| digit.is_ascii_hexdigit());
            let number = u16::from_str_radix(identifier, 16).ok().filter(|_| well_formed);
            bytes.extend(
                number
                    .ok_or("a file identifier has four hexadecimal digits")?
                    .to_be_bytes(),
            );
        }
        let path = Self(bytes);
        // ISO/IEC 7816-4 §7.4.1 keeps them for the MF and for the current directory: a path that begins anew on its way,
        // or stays where it is, says the same as another one.
        if path
            .identifiers()
            .any(|identifier| matches!(identifier, [0x3F, 0x00 | 0xFF]))
        {
            Err("a path goes down from the MF, and names neither the MF nor the current directory")
        } else if path.0.is_empty() {
            Err("a path names at least one file")
        } else {
            Ok(path)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_application_has_a_name_of_5_to_16_bytes() {
        assert_eq!(
            Aid::try_from("A0 00 00 00 95 01".to_owned()).unwrap().as_bytes(),
            [0xA0, 0x00, 0x00, 0x00, 0x95, 0x01]
        );
        for text in [
            "",
            "A0 00 00 00",
            "A0 00 00 00 9",
            "A0000000 95",
            &"A0 ".repeat(17),
        ] {
            assert!(Aid::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_path_or_a_name_panic(text in "\\PC{0,60}") {
            let _ = FilePath::try_from(text.clone());
            let _ = Aid::try_from(text);
        }
    }
}
