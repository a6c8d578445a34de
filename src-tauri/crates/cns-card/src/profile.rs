//! The card families as data: what `profiles.toml` says, checked once.

use crate::pattern::Pattern;
use serde::Deserialize;
use std::sync::LazyLock;

/// The table that comes with the crate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileTable {
    #[serde(rename = "refusal", default)]
    pub(crate) refusals: Vec<Refusal>,
    #[serde(rename = "profile", default)]
    pub(crate) profiles: Vec<Profile>,
}

/// A kind of card that is known not to be a CNS. It has one of the two patterns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refusal {
    pub(crate) kind: NotACns,
    pub(crate) historical: Option<Pattern>,
    pub(crate) atr: Option<Pattern>,
}

/// Names of what is not a CNS, as [`crate::CardError::NotACns`] gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotACns {
    Cie,
    HealthProfessional,
    Signature,
}

impl NotACns {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cie => "cie",
            Self::HealthProfessional => "health_professional",
            Self::Signature => "signature",
        }
    }
}

/// One family of cards: how it is recognised, and where its things are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) historical: Pattern,
    pub(crate) files: Files,
    pub(crate) certificates: Vec<CertificateFile>,
    pub(crate) key: Key,
    pub(crate) pins: Vec<Pin>,
}

/// Where the files that greet the holder are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Files {
    pub(crate) card_id: FilePath,
    pub(crate) personal_data: FilePath,
}

/// A file in which the authentication certificate may be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CertificateFile {
    pub(crate) path: FilePath,
    pub(crate) framing: Framing,
}

/// How the certificate lies in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Framing {
    /// DER from the first byte, zeros after it.
    Raw,
}

/// The authentication key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    /// The directory that must be current; without it the MF.
    pub(crate) directory: Option<FilePath>,
    pub(crate) reference: u8,
    pub(crate) security_environment: u8,
}

/// The references of the PIN of some cards of the family.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pin {
    /// Which cards; without it all.
    pub(crate) historical: Option<Pattern>,
    pub(crate) reference: u8,
    /// Tried after 6A88 alone.
    pub(crate) otherwise: Option<u8>,
}

/// File identifiers from the MF downwards, without the MF.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct FilePath(Vec<u8>);

impl FilePath {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
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
        if bytes.is_empty() {
            Err("a path names at least one file")
        } else {
            Ok(Self(bytes))
        }
    }
}

/// Returns the table that comes with the crate.
pub(crate) fn built_in() -> &'static ProfileTable {
    static TABLE: LazyLock<ProfileTable> = LazyLock::new(|| {
        toml::from_str(BUILT_IN).unwrap_or_else(|fault| {
            tracing::error!(%fault, "the built-in profile table is malformed");
            ProfileTable {
                refusals: Vec::new(),
                profiles: Vec::new(),
            }
        })
    });
    &TABLE
}

const BUILT_IN: &str = include_str!("../profiles.toml");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(change: impl Fn(&str) -> String) -> bool {
        let changed = change(BUILT_IN);
        assert_ne!(changed, BUILT_IN);
        toml::from_str::<ProfileTable>(&changed).is_err()
    }

    #[test]
    fn the_built_in_table_is_well_formed() {
        let table: ProfileTable = toml::from_str(BUILT_IN).unwrap();
        assert_eq!(table.profiles.len(), 1);
        assert_eq!(table.refusals.len(), 4);
        for refusal in table.refusals {
            assert!(
                refusal.atr.is_some() != refusal.historical.is_some(),
                "{:?}",
                refusal.kind
            );
        }
        for profile in table.profiles {
            assert!(
                !profile.certificates.is_empty() && !profile.pins.is_empty(),
                "{}",
                profile.name
            );
        }
        assert_eq!(
            built_in().profiles[0].files.card_id.as_bytes(),
            [0x10, 0x00, 0x10, 0x03]
        );
    }

    #[test]
    fn unknown_keys_and_values_are_refused() {
        assert!(refused(
            |table| table.replace("reference = 0x01", "reference = 0x01\ncolour = 1")
        ));
        assert!(refused(
            |table| table.replace("reference = 0x01", "reference = 0x101")
        ));
        assert!(refused(
            |table| table.replace("framing = \"raw\"", "framing = \"zip\"")
        ));
        assert!(refused(
            |table| table.replace("kind = \"cie\"", "kind = \"cheese\"")
        ));
        // No pattern of an answer to reset tells a bank card: it is unknown, not refused by kind.
        assert!(refused(
            |table| table.replace("kind = \"cie\"", "kind = \"bank_or_other\"")
        ));
        assert!(refused(|table| table.replace("1000 1003", "1000 103")));
        assert!(refused(|table| table.replace("1000 1003", "")));
        assert!(refused(|table| table.replace("name = \"classic\"", "")));
    }

    proptest! {
        #[test]
        fn no_text_makes_a_path_panic(text in "\\PC{0,40}") {
            let _ = FilePath::try_from(text);
        }
    }
}
