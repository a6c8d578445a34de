//! The one sentence above all findings, as the page sees it.

use cns_login::Headline;
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// The sentence: the page finds its text in the catalogue by `case`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct HeadlineSeen {
    /// Which sentence.
    pub case: String,
    /// Facts for its places.
    pub facts: BTreeMap<String, String>,
}

impl From<Headline> for HeadlineSeen {
    fn from(headline: Headline) -> Self {
        let facts = headline.facts.into_iter();
        Self {
            case: headline.case.to_owned(),
            facts: facts.map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }
}
