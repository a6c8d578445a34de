//! The table of card families: `profiles.toml`, or a further one of the user's, checked once.

use crate::place::Aid;
use crate::profile::{Paths, Pin, Profile, Refusal};
use crate::profiles::{BrokenRule, ProfilesError};
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
pub(crate) struct Written {
    #[serde(rename = "refusal", default)]
    refusals: Vec<Refusal>,
    #[serde(rename = "profile", default)]
    profiles: Vec<Profile>,
}

impl TryFrom<Written> for ProfileTable {
    type Error = ProfilesError;

    /// Looks for what the shape alone cannot exclude: rows that fit no card, and the qualified signature.
    fn try_from(written: Written) -> Result<Self, Self::Error> {
        if written.profiles.len() > MOST_ROWS || written.refusals.len() > MOST_ROWS {
            return Err(ProfilesError::Rule {
                row: "profile, refusal".to_owned(),
                rule: BrokenRule::TooMany,
            });
        }
        for refusal in &written.refusals {
            if let Some(rule) = refusal.broken_rule() {
                let row = refusal.kind.name().to_owned();
                return Err(ProfilesError::Rule { row, rule });
            }
        }
        for profile in &written.profiles {
            if let Some(rule) = profile.broken_rule() {
                let row = profile.name.clone();
                return Err(ProfilesError::Rule { row, rule });
            }
        }
        Ok(Self {
            refusals: written.refusals,
            profiles: written.profiles,
        })
    }
}

impl Refusal {
    fn broken_rule(&self) -> Option<BrokenRule> {
        let signs = [
            self.historical.is_some(),
            self.atr.is_some(),
            self.application.is_some(),
        ];
        if signs.into_iter().filter(|sign| *sign).count() != 1 {
            return Some(BrokenRule::OneSign);
        }
        self.application
            .as_ref()
            .is_some_and(may_be_of_signature)
            .then_some(BrokenRule::QualifiedSignature)
    }
}

impl Profile {
    fn broken_rule(&self) -> Option<BrokenRule> {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if self.name.is_empty() || !self.name.bytes().all(is_plain) {
            return Some(BrokenRule::Name);
        }
        if self.is.is_empty() && self.may_be.is_empty() {
            return Some(BrokenRule::NoMark);
        }
        if self.certificates.is_empty() {
            return Some(BrokenRule::NoCertificate);
        }
        if self.certificates.len() > MOST_CERTIFICATES {
            return Some(BrokenRule::TooMany);
        }
        if !self.certificates.iter().all(|file| file.framing.is_sound()) {
            return Some(BrokenRule::Framing);
        }
        if self.pins.last().is_none_or(|pin| pin.historical.is_some()) {
            return Some(BrokenRule::NoPin);
        }
        if self.application.is_none() && self.paths == Paths::FromApplication {
            return Some(BrokenRule::NoApplication);
        }
        if self.pins.iter().any(Pin::confuses_pin_and_puk) {
            return Some(BrokenRule::PinIsPuk);
        }
        self.touches_the_qualified_signature()
            .then_some(BrokenRule::QualifiedSignature)
    }

    /// The application of the qualified signature: certificate 9010, key directory 8110, key 10, PIN 1A and PUK 1B.
    fn touches_the_qualified_signature(&self) -> bool {
        let mut paths = self
            .certificates
            .iter()
            .map(|certificate| &certificate.path)
            .chain(&self.key.directory)
            .chain([&self.files.card_id, &self.files.personal_data]);
        let mut references = self.pins.iter().flat_map(Pin::references);
        paths.any(|path| path.identifiers().any(|identifier| SIGNATURE_FILES.contains(&identifier)))
            // Other things lie in files below it, but a key that is named there is the signature's.
            || self.key.directory.as_ref().and_then(|path| path.identifiers().last()) == Some(SIGNATURE_DIRECTORY)
            || references.any(|reference| matches!(number(reference), SIGNATURE_PIN | SIGNATURE_PUK))
            || number(self.key.reference) == SIGNATURE_KEY
            || self.application.as_ref().is_some_and(may_be_of_signature)
    }
}

impl Pin {
    /// Whether a PIN would be compared with a PUK, or a PUK with a PIN: each would cost a try of the other.
    fn confuses_pin_and_puk(&self) -> bool {
        let pins = [Some(self.reference), self.otherwise].into_iter().flatten();
        let puks = || [self.puk, self.puk_otherwise].into_iter().flatten();
        pins.map(number)
            .any(|pin| pin == PUK || puks().map(number).any(|puk| puk == pin))
    }

    fn references(&self) -> impl Iterator<Item = u8> {
        [Some(self.reference), self.otherwise, self.puk, self.puk_otherwise]
            .into_iter()
            .flatten()
    }
}

/// The number of an object: the lower five bits of its reference. The others say from where it is looked for, or nothing.
fn number(reference: u8) -> u8 {
    reference & 0x1F
}

/// Says whether selecting by this name may select an application of signatures: a part of a name selects it too.
fn may_be_of_signature(application: &Aid) -> bool {
    let name = application.as_bytes();
    SIGNATURE_APPLICATIONS
        .iter()
        .any(|taboo| taboo.starts_with(name) || name.starts_with(taboo))
}

/// What a table may name at most: whatever it names that a card does not have, enough is left of what a card is asked
/// altogether to read it as one of the families of the crate.
const MOST_ROWS: usize = 32;
const MOST_CERTIFICATES: usize = 8;
/// Its certificate, and the directory of its key: wherever a path passes them, it is there that it leads.
const SIGNATURE_FILES: [[u8; 2]; 2] = [[0x90, 0x10], [0x81, 0x10]];
/// The directory in which they lie. Cards of 2021 keep their authentication in other directories below it.
const SIGNATURE_DIRECTORY: [u8; 2] = [0x14, 0x00];
const SIGNATURE_KEY: u8 = 0x10;
const SIGNATURE_PIN: u8 = 0x1A;
const SIGNATURE_PUK: u8 = 0x1B;
/// The number of the PUK of every CNS known.
const PUK: u8 = 0x11;
/// "ESIGN" of ACe2025, and the container for signatures of Digital-DNA.
const SIGNATURE_APPLICATIONS: [[u8; 10]; 2] = [
    [0xA0, 0x00, 0x00, 0x05, 0x30, 0x45, 0x53, 0x49, 0x47, 0x4E],
    [0xE8, 0x28, 0xBD, 0x08, 0x0F, 0x01, 0x4E, 0x58, 0x50, 0x31],
];

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
            ("path = \"1100 1101\"", "path = \"3F00 1400 9010\""),
            (
                "A0 00 00 05 30 00 0B 10 40 01 02 1A",
                "A0 00 00 05 30 45 53 49 47 4E",
            ),
            ("A0 00 00 05 30 00 0B 10 40 01 02 1A", "A0 00 00 05 30"),
            ("A0 00 00 00 00 39", "A0 00 00 05 30 45 53 49 47 4E"),
            (
                "# No `directory`: the key lies under the MF.",
                "directory = \"1400 8110\"",
            ),
            // Whichever way the card comes there, and however much of it is written down.
            ("path = \"1100 1101\"", "path = \"1400 3FFF 9010\""),
            ("path = \"1100 1101\"", "path = \"9010\""),
            ("path = \"1400 9001 2002\"", "path = \"1400 8110 8010\""),
            ("card_id = \"1000 1003\"", "card_id = \"1000 9010\""),
            ("personal_data = \"1100 1102\"", "personal_data = \"8110 1102\""),
            ("directory = \"1400 9002\"", "directory = \"1400\""),
            ("directory = \"1400 9002\"", "directory = \"1100 1400\""),
            ("directory = \"1400 9002\"", "directory = \"1400 3FFF\""),
            ("directory = \"1400 9002\"", "directory = \"8110\""),
            (
                "A0 00 00 05 30 00 0B 10 40 01 02 1A",
                "E8 28 BD 08 0F 01 4E 58 50 31",
            ),
            ("A0 00 00 05 30 00 0B 10 40 01 02 1A", "E8 28 BD 08 0F 01"),
            (
                "A0 00 00 05 30 00 0B 10 40 01 02 1A",
                "E8 28 BD 08 0F 01 4E 58 50 31 01",
            ),
            ("A0 00 00 00 00 39", "E8 28 BD 08 0F 01 4E 58 50 31"),
            ("reference = 0x01", "reference = 0x10"),
            ("reference = 0x01", "reference = 0x30"),
            ("reference = 0x02", "reference = 0x90"),
            ("reference = 0x90", "reference = 0x1A"),
            ("otherwise = 0x10", "otherwise = 0x9A"),
            ("reference = 0x90", "reference = 0x3A"),
            ("reference = 0x90", "reference = 0x9B"),
            ("puk = 0x91", "puk = 0x1B"),
            ("puk = 0x91", "puk = 0x1A"),
            ("puk_otherwise = 0x11", "puk_otherwise = 0x5B"),
        ] {
            assert!(refused(|table| table.replace(sound, taboo)), "{taboo}");
        }
    }

    #[test]
    fn a_pin_is_not_compared_with_a_puk_nor_a_puk_with_a_pin() {
        for (sound, odd) in [
            ("reference = 0x90", "reference = 0x91"),
            ("reference = 0x90", "reference = 0x11"),
            ("otherwise = 0x10", "otherwise = 0x31"),
            ("puk = 0x91", "puk = 0x90"),
            ("puk_otherwise = 0x11", "puk_otherwise = 0x10"),
        ] {
            assert!(refused(|table| table.replace(sound, odd)), "{odd}");
        }
    }

    #[test]
    fn what_lies_beside_the_qualified_signature_can_be_named() {
        for (written, other) in [
            ("directory = \"1400 9002\"", "directory = \"1400 9003\""),
            ("path = \"1400 9001 2002\"", "path = \"1400 9001 2003\""),
            ("reference = 0x02", "reference = 0x11"),
            ("A0 00 00 00 95 01 00 4D", "E8 28 BD 08 0F 01 4E 58 50 30"),
        ] {
            assert!(!refused(|table| table.replace(written, other)), "{other}");
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
        // What has the right shape and fits no card.
        for (sound, odd) in [
            ("name = \"classic\"", "name = \"Rossi Maria\""),
            ("name = \"classic\"", "name = \"\""),
            ("bytes = 5, length_at = 1", "bytes = 5, length_at = 4"),
            ("atr = \"3B F4", "application = \"F0 00 00 00 01\"\natr = \"3B F4"),
            (
                "[[profile.pins]]\nreference = 0x10\notherwise",
                "[[profile.pins]]\nhistorical = \"*\"\nreference = 0x10\notherwise",
            ),
            ("application = \"A0 00 00 05 30 00 0B 10 40 01 02 1A\"", ""),
        ] {
            assert!(refused(|table| table.replace(sound, odd)), "{odd}");
        }
        assert!(refused(|table| table.replace("1000 1003", "1000 103")));
        assert!(refused(|table| table.replace("1000 1003", "")));
        assert!(refused(|table| table.replace("1000 1003", "3F00 1000 1003")));
        assert!(refused(|table| table.replace("1000 1003", "1000 3FFF 1003")));
        assert!(refused(|table| table.replace("name = \"classic\"", "")));
    }
}
