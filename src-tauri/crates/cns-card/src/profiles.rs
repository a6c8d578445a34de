//! The card families that a driver is given: those of the crate, and those of a file of the user's.

use crate::table::{ProfileTable, built_in};
use std::sync::Arc;

/// The card families to be tried, in order. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct CardProfiles(Arc<ProfileTable>);

impl CardProfiles {
    /// The families that come with the crate.
    pub fn built_in() -> Self {
        Self(Arc::new(built_in().clone()))
    }

    /// These families after those of `table`, a text in the form of `profiles.toml`.
    ///
    /// # Errors
    /// [`ProfilesError`] when the table is malformed.
    pub fn with(&self, table: &str) -> Result<Self, ProfilesError> {
        let mut joined: ProfileTable = toml::from_str(table).map_err(|error| ProfilesError {
            reason: error.message().to_owned(),
        })?;
        joined.refusals.extend(self.0.refusals.iter().cloned());
        joined.profiles.extend(self.0.profiles.iter().cloned());
        Ok(Self(Arc::new(joined)))
    }

    /// The names of the families, in the order of the table.
    pub fn names(&self) -> Vec<&str> {
        self.0
            .profiles
            .iter()
            .map(|profile| profile.name.as_str())
            .collect()
    }

    pub(crate) fn table(&self) -> &ProfileTable {
        &self.0
    }
}

impl Default for CardProfiles {
    fn default() -> Self {
        Self::built_in()
    }
}

/// A table of card families that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the table of card profiles is malformed: {reason}")]
pub struct ProfilesError {
    /// What is wrong with it, in the words of the TOML reader.
    pub reason: String,
}
