//! The card families that a driver is given: those of the crate, and those of a file of the user's.

use crate::CardError;
use crate::profile::Profile;
use crate::recognise::candidates;
use crate::table::{ProfileTable, built_in};
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
        let mut joined: ProfileTable = toml::from_str(table).map_err(|error| ProfilesError {
            line: error.span().map(|span| line_of(table, span.start)),
            reason: error.message().to_owned(),
        })?;
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

/// A table of card families that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the table of card profiles is malformed: {reason}")]
pub struct ProfilesError {
    /// The line in which it is wrong, counted from 1, where the TOML reader knows it.
    pub line: Option<usize>,
    /// What is wrong with it, in the words of the TOML reader.
    pub reason: String,
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
