//! What a look at a portal found, before the card and its PIN come into it.

use crate::texts::{self, Language};
use cns_trust::Outcome;
use std::fmt;

/// One thing that a look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookFinding {
    /// What was looked at.
    pub code: LookCode,
    /// How it is: what is unknown stands in nobody's way.
    pub outcome: Outcome,
    /// Which of its sentences is the one.
    pub case: &'static str,
    /// The facts in that sentence.
    pub facts: Vec<(&'static str, String)>,
}

/// What is looked at, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LookCode {
    /// Whether anybody answers.
    Reachable,
    /// Which versions of TLS are spoken.
    TlsVersions,
    /// Whether the server's certificate is good.
    Chain,
    /// Whether somebody on the way reads the connection.
    Interception,
    /// Whether the two clocks agree.
    Clock,
    /// Whether the server takes cards of this card's authority.
    Issuers,
}

impl LookFinding {
    /// A finding about a host.
    pub fn about(host: &str, code: LookCode, outcome: Outcome, case: &'static str) -> Self {
        Self {
            code,
            outcome,
            case,
            facts: vec![("host", host.to_owned())],
        }
    }

    /// Adds one fact for the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }

    /// Its sentence.
    pub fn text(&self, language: Language) -> String {
        texts::look_text(self.code.name(), self.case, &self.facts, language)
    }
}

impl LookCode {
    /// The code as it is shown to programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reachable => "reachable",
            Self::TlsVersions => "tls_versions",
            Self::Chain => "chain",
            Self::Interception => "interception",
            Self::Clock => "clock",
            Self::Issuers => "issuers",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_its_sentence_in_both_languages() {
        let finding = LookFinding::about("idp.ente.example", LookCode::Clock, Outcome::Bad, "behind");
        let finding = finding.with("minutes", 12);
        let italian = finding.text(Language::It);
        assert!(
            italian.contains("12 minuti") && italian.contains("idp.ente.example"),
            "{italian}"
        );
        assert_ne!(italian, finding.text(Language::En));
    }
}
