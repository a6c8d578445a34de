//! The card families that a driver is given: those of the crate, and those of a file of the user's.

use crate::CardError;
use crate::profile::Profile;
use crate::recognise::candidates;
use crate::table::{ProfileTable, Written, built_in};
use cns_iso7816::Atr;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// The card families to be tried, in order. Cloning is cheap, and clones learn together.
///
/// What they learn is which family fitted a card of some answer to reset, so that the next one like it is tried as that
/// first, and which kinds of card count a question for their tries. It says nothing of a person, and is kept nowhere but
/// here.
#[derive(Clone, Debug)]
pub struct CardProfiles {
    table: Arc<ProfileTable>,
    fitted: Arc<Mutex<HashMap<Vec<u8>, String>>>,
    /// The kinds of card that were found to count the question for their tries, whatever their profile says.
    found_counting: Arc<Mutex<HashSet<Vec<u8>>>>,
}

impl CardProfiles {
    /// The families that come with the crate.
    pub fn built_in() -> Self {
        Self::of(built_in().clone())
    }

    /// These families after those of `table`, a text in the form of `profiles.toml`.
    ///
    /// # Errors
    /// [`ProfilesError`] when the table is malformed.
    pub fn with(&self, table: &str) -> Result<Self, ProfilesError> {
        let written: Written = toml::from_str(table).map_err(|error| ProfilesError::Syntax {
            line: error.span().map(|span| line_of(table, span.start)),
            message: error.message().to_owned(),
        })?;
        let mut joined = ProfileTable::try_from(written)?;
        joined.refusals.extend(self.table.refusals.iter().cloned());
        joined.profiles.extend(self.table.profiles.iter().cloned());
        Ok(Self::of(joined))
    }

    /// The names of the families, in the order of the table.
    pub fn names(&self) -> Vec<&str> {
        self.table
            .profiles
            .iter()
            .map(|profile| profile.name.as_str())
            .collect()
    }

    pub(crate) fn table(&self) -> &ProfileTable {
        &self.table
    }

    /// The profiles to try on a card with this answer to reset, in order; see [`candidates`].
    ///
    /// # Errors
    /// [`CardError::NotACns`].
    pub(crate) fn candidates(&self, atr: &Atr) -> Result<Vec<&Profile>, CardError> {
        let mut candidates = candidates(&self.table, atr)?;
        let fitted = self.fitted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(name) = fitted.get(atr.as_bytes()) {
            candidates.sort_by_key(|profile| profile.name != *name);
        }
        Ok(candidates)
    }

    /// Remembers which profile fitted a card with this answer to reset.
    pub(crate) fn learn(&self, atr: &Atr, profile: &Profile) {
        let mut fitted = self.fitted.lock().unwrap_or_else(PoisonError::into_inner);
        if fitted.len() < MOST_REMEMBERED {
            fitted.insert(atr.as_bytes().to_vec(), profile.name.clone());
        }
    }

    /// Whether a card with this answer to reset was found to count the question for its tries.
    pub(crate) fn is_found_counting(&self, atr: &Atr) -> bool {
        let found = self.found_counting.lock().unwrap_or_else(PoisonError::into_inner);
        found.contains(atr.as_bytes())
    }

    /// Remembers that cards with this answer to reset count the question for their tries.
    pub(crate) fn finds_counting(&self, atr: &Atr) {
        let mut found = self.found_counting.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() < MOST_REMEMBERED {
            found.insert(atr.as_bytes().to_vec());
        }
    }

    fn of(table: ProfileTable) -> Self {
        Self {
            table: Arc::new(table),
            fitted: Arc::default(),
            found_counting: Arc::default(),
        }
    }
}

/// The line of the text in which this byte is.
fn line_of(text: &str, at: usize) -> usize {
    let before = text.as_bytes().iter().take(at);
    before.filter(|byte| **byte == b'\n').count() + 1
}

/// More kinds of card than one place sees; beyond them nothing is learned.
const MOST_REMEMBERED: usize = 64;

impl Default for CardProfiles {
    fn default() -> Self {
        Self::built_in()
    }
}

/// Why a table of card families cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfilesError {
    /// It is not TOML, or not of the shape of `profiles.toml`.
    #[error("the table of card profiles is malformed: {message}")]
    Syntax {
        /// The line in which it is wrong, counted from 1, where the TOML reader knows it.
        line: Option<usize>,
        /// What is wrong with it, in the words of the TOML reader.
        message: String,
    },
    /// One of its rows breaks a rule.
    #[error("the row `{row}` of the table of card profiles breaks the rule `{}`", rule.name())]
    Rule {
        /// The name of the row.
        row: String,
        /// The rule.
        rule: BrokenRule,
    },
}

/// What the shape of a table alone does not exclude.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BrokenRule {
    /// A kind of card that is refused has no mark, or several.
    OneSign,
    /// A profile's name is not made of a-z, 0-9 and `-`.
    Name,
    /// A profile has no mark by which its cards are recognised.
    NoMark,
    /// A profile has no certificate.
    NoCertificate,
    /// A framing has its length outside its header.
    Framing,
    /// A profile has no PIN for the rest of its cards.
    NoPin,
    /// A profile counts its paths from an application that it does not name.
    NoApplication,
    /// There are more rows, or more certificates in one of them, than a card is asked for.
    TooMany,
    /// A profile names a PUK in the place of a PIN, or one for both.
    PinIsPuk,
    /// A row names something of the qualified signature, which is never touched.
    QualifiedSignature,
}

impl BrokenRule {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::OneSign,
        Self::Name,
        Self::NoMark,
        Self::NoCertificate,
        Self::Framing,
        Self::NoPin,
        Self::NoApplication,
        Self::TooMany,
        Self::PinIsPuk,
        Self::QualifiedSignature,
    ];

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneSign => "one_sign",
            Self::Name => "name",
            Self::NoMark => "no_mark",
            Self::NoCertificate => "no_certificate",
            Self::Framing => "framing",
            Self::NoPin => "no_pin",
            Self::NoApplication => "no_application",
            Self::TooMany => "too_many",
            Self::PinIsPuk => "pin_is_puk",
            Self::QualifiedSignature => "qualified_signature",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TABLE: &str = include_str!("../profiles.toml");

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn no_text_in_place_of_a_part_of_the_table_makes_it_panic(
            from in 0..TABLE.len(),
            length in 0_usize..60,
            text in "([\\[\\]{}=\"#a-f0-9 .*-]|\\PC|\n){0,40}",
        ) {
            let from = TABLE.floor_char_boundary(from);
            let until = TABLE.floor_char_boundary((from + length).min(TABLE.len()));
            let changed = [&TABLE[..from], &text, &TABLE[until..]].concat();
            for table in [changed, text] {
                if let Ok(profiles) = CardProfiles::built_in().with(&table) {
                    let _ = profiles.candidates(&Atr::new(*b"\x3B\x80\x80\x01\x01"));
                }
            }
        }
    }
}
