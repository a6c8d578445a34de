//! A portal's profile that is not ours, in full, before anything is done by it.

use cns_login::{Language, PortalProfile};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// The whole of such a profile in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct OwnProfile {
    /// The file that it comes from.
    pub path: String,
    /// Its lines, by language: some are the file's own words.
    pub lines: BTreeMap<String, Vec<ProfileLineSeen>>,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ProfileLineSeen {
    /// What it is about.
    pub about: String,
    /// What the profile says.
    pub says: String,
}

impl OwnProfile {
    /// What the file at `path` says.
    pub fn new(path: &str, profile: &PortalProfile) -> Self {
        let lines = [("it", Language::It), ("en", Language::En)].map(|(name, language)| {
            let lines = profile
                .in_words(language)
                .into_iter()
                .map(|line| ProfileLineSeen {
                    about: line.about.to_owned(),
                    says: line.says,
                });
            (name.to_owned(), lines.collect())
        });
        Self {
            path: path.to_owned(),
            lines: BTreeMap::from(lines),
        }
    }
}
