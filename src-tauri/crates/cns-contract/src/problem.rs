//! A problem, as the page sees it.

use cns_login::Problem;
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// A named problem: the page finds its texts in the catalogue by `code` and fills them with `facts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ProblemSeen {
    /// Stable code, such as `card_removed`.
    pub code: String,
    /// Whether the person can simply try again.
    pub retriable: bool,
    /// Facts for the text's places. Never a secret.
    pub facts: BTreeMap<String, String>,
}

impl From<&Problem> for ProblemSeen {
    fn from(problem: &Problem) -> Self {
        Self {
            code: problem.code.name().to_owned(),
            retriable: problem.retriable(),
            facts: problem
                .facts
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        }
    }
}
