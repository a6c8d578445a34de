//! The table of card families: `profiles.toml`, or a further one of the user's, checked once.

use crate::profile::{Paths, Profile, Refusal};
use serde::Deserialize;
use std::sync::LazyLock;

/// A table of card families, and of kinds of card that are none of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) struct ProfileTable {
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) profiles: Vec<Profile>,
}

/// A table as it is written, before it is looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "refusal", default)]
    refusals: Vec<Refusal>,
    #[serde(rename = "profile", default)]
    profiles: Vec<Profile>,
}

impl TryFrom<Written> for ProfileTable {
    type Error = String;

    /// Looks for what the shape alone cannot exclude: rows that fit no card, and the qualified signature.
    fn try_from(written: Written) -> Result<Self, Self::Error> {
        for refusal in &written.refusals {
            let signs = [
                refusal.historical.is_some(),
                refusal.atr.is_some(),
                refusal.application.is_some(),
            ];
            if signs.into_iter().filter(|sign| *sign).count() != 1 {
                return Err(format!(
                    "the refusal `{}` needs exactly one sign",
                    refusal.kind.name()
                ));
            }
        }
        for profile in &written.profiles {
            profile.fault().map_or(Ok(()), |fault| {
                Err(format!("the profile `{}` {fault}", profile.name))
            })?;
        }
        Ok(Self {
            refusals: written.refusals,
            profiles: written.profiles,
        })
    }
}

impl Profile {
    fn fault(&self) -> Option<&'static str> {
        if self.name.is_empty()
            || !self
                .name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        {
            return Some("has a name that is not made of a-z, 0-9 and `-`");
        }
        if self.is.is_empty() && self.may_be.is_empty() {
            return Some("has no mark by which it is recognised");
        }
        if self.certificates.is_empty() {
            return Some("has no certificate");
        }
        if !self.certificates.iter().all(|file| file.framing.is_sound()) {
            return Some("has a framing whose length lies outside its header");
        }
        if self.pins.last().is_none_or(|pin| pin.historical.is_some()) {
            return Some("has no PIN for the rest of its cards");
        }
        if self.application.is_none() && self.paths == Paths::FromApplication {
            return Some("counts its paths from an application that it does not name");
        }
        self.touches_the_qualified_signature()
            .then_some("names something of the qualified signature, which is never touched")
    }

    /// The application of the qualified signature: certificate 9010, key directory 8110, key 10, PIN 1A and PUK 1B.
    fn touches_the_qualified_signature(&self) -> bool {
        let paths = self
            .certificates
            .iter()
            .map(|certificate| &certificate.path)
            .chain(&self.key.directory)
            .chain([&self.files.card_id, &self.files.personal_data]);
        let references = self.pins.iter().flat_map(|pin| {
            [Some(pin.reference), pin.otherwise, pin.puk, pin.puk_otherwise]
                .into_iter()
                .flatten()
        });
        // The lower five bits are the object's number, the highest says from where it is looked for.
        paths.into_iter().any(|path| {
            SIGNATURE_PATHS
                .iter()
                .any(|taboo| path.as_bytes().starts_with(taboo))
        }) || references
            .into_iter()
            .any(|reference| matches!(reference & 0x1F, 0x1A | 0x1B))
            || self.key.reference == 0x10
            || self
                .application
                .as_ref()
                .is_some_and(|aid| ESIGN.starts_with(aid.as_bytes()) || aid.as_bytes().starts_with(&ESIGN))
    }
}

const SIGNATURE_PATHS: [&[u8]; 2] = [&[0x14, 0x00, 0x90, 0x10], &[0x14, 0x00, 0x81, 0x10]];
/// The signature's application of ACe2025.
const ESIGN: [u8; 10] = [0xA0, 0x00, 0x00, 0x05, 0x30, 0x45, 0x53, 0x49, 0x47, 0x4E];

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

    fn refused(change: impl Fn(&str) -> String) -> bool {
        let changed = change(BUILT_IN);
        assert_ne!(changed, BUILT_IN);
        toml::from_str::<ProfileTable>(&changed).is_err()
    }

    #[test]
    fn the_built_in_table_is_well_formed() {
        let table: ProfileTable = toml::from_str(BUILT_IN).unwrap();
        assert!(!table.profiles.is_empty() && !table.refusals.is_empty());
        for (index, profile) in table.profiles.iter().enumerate() {
            let same = table.profiles[..index]
                .iter()
                .any(|other| other.name == profile.name);
            assert!(!same, "{} stands there twice", profile.name);
            assert!(
                profile.unblock.experimental && !profile.tries_may_be_asked,
                "{}",
                profile.name
            );
        }
    }

    #[test]
    fn nothing_of_the_qualified_signature_can_be_named() {
        for (sound, taboo) in [
            ("path = \"1100 1101\"", "path = \"1400 9010\""),
            (
                "# No `directory`: the key lies under the MF.",
                "directory = \"1400 8110\"",
            ),
            ("reference = 0x01", "reference = 0x10"),
            ("reference = 0x90", "reference = 0x1A"),
            ("otherwise = 0x10", "otherwise = 0x9A"),
            ("puk = 0x91", "puk = 0x1B"),
        ] {
            assert!(refused(|table| table.replace(sound, taboo)), "{taboo}");
        }
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
}
