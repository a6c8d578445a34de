//! What the check found, as the page sees it.

use crate::HeadlineSeen;
use cns_login::{Headline, LookFinding};
use cns_trust::revocation::{Answers, Source};
use cns_trust::{Evidence, Finding, FindingCode, Outcome, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use ts_rs::TS;

/// The outcome of the check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct VerdictSeen {
    /// The worst of the findings.
    pub outcome: OutcomeSeen,
    /// It in one sentence.
    pub headline: HeadlineSeen,
    /// Whether something is still being asked: the same card is told again when that is over.
    pub checking: bool,
    /// One line per check.
    pub findings: Vec<FindingSeen>,
    /// Who was asked about revocation, in that order, and what each said.
    pub attempts: Vec<AttemptSeen>,
    /// The official list that was consulted.
    pub list: Option<ListSeen>,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeSeen {
    /// Made and passed.
    Good,
    /// Could not be made.
    Unknown,
    /// Made and failed.
    Bad,
}

/// One line of the verdict: the page finds its text in the catalogue by `code` and `case`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FindingSeen {
    /// What was checked.
    pub code: String,
    /// How it ended.
    pub outcome: OutcomeSeen,
    /// Which text tells it.
    pub case: String,
    /// Facts for the text's places.
    pub facts: BTreeMap<String, String>,
    /// What it rests on, where that is more than certificate and card.
    pub evidence: Option<EvidenceSeen>,
}

/// What a finding rests on. Instants are RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct EvidenceSeen {
    /// Who says it: a host, or a file's name.
    pub source: String,
    /// When that was asked.
    pub checked_at: String,
    /// As of when it holds.
    pub produced_at: Option<String>,
    /// Until when it holds.
    pub next_update: Option<String>,
    /// How old it was when it was asked, in whole days.
    pub age_days: Option<u32>,
}

/// One question about revocation, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct AttemptSeen {
    /// `ocsp` or `crl`.
    pub way: String,
    /// What came of it, as a line of the verdict would say it.
    pub finding: FindingSeen,
}

/// The official list. Instants are RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ListSeen {
    /// Its number, where it is told.
    pub sequence: Option<String>,
    /// When it was issued.
    pub issued: String,
    /// Until when it holds.
    pub next_update: Option<String>,
    /// Where it came from: a host, or a file's name.
    pub origin: String,
}

impl VerdictSeen {
    /// A verdict, and whether others are still being asked.
    pub fn new(verdict: &Verdict, checking: bool) -> Self {
        Self {
            outcome: verdict.outcome().into(),
            headline: Headline::of(verdict).into(),
            checking,
            findings: verdict.findings.iter().map(FindingSeen::from).collect(),
            attempts: verdict.answers().map(AttemptSeen::all).unwrap_or_default(),
            list: verdict.finding(FindingCode::TrustList).and_then(ListSeen::of),
        }
    }
}

impl From<Outcome> for OutcomeSeen {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Good => Self::Good,
            Outcome::Unknown => Self::Unknown,
            Outcome::Bad => Self::Bad,
        }
    }
}

impl From<&LookFinding> for FindingSeen {
    fn from(finding: &LookFinding) -> Self {
        let facts = finding.facts.iter();
        Self {
            code: finding.code.name().to_owned(),
            outcome: finding.outcome.into(),
            case: finding.case.to_owned(),
            facts: facts
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            evidence: None,
        }
    }
}

impl From<&Finding> for FindingSeen {
    fn from(finding: &Finding) -> Self {
        Self {
            code: finding.code.name().to_owned(),
            outcome: finding.outcome.into(),
            case: finding.case.to_owned(),
            facts: finding
                .facts
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            evidence: finding.evidence.as_ref().map(EvidenceSeen::from),
        }
    }
}

impl From<&Evidence> for EvidenceSeen {
    fn from(evidence: &Evidence) -> Self {
        Self {
            source: evidence.source.clone(),
            checked_at: instant(evidence.checked_at),
            produced_at: evidence.produced_at.map(instant),
            next_update: evidence.next_update.map(instant),
            age_days: evidence
                .age()
                .and_then(|age| u32::try_from(age.whole_days()).ok()),
        }
    }
}

impl ListSeen {
    /// The list that a finding rests on.
    fn of(finding: &Finding) -> Option<Self> {
        let evidence = finding.evidence.as_ref()?;
        let sequence = finding.facts.iter().find(|(name, _)| *name == "sequence");
        Some(Self {
            sequence: sequence.map(|(_, value)| value.clone()),
            issued: instant(evidence.produced_at?),
            next_update: evidence.next_update.map(instant),
            origin: evidence.source.clone(),
        })
    }
}

impl AttemptSeen {
    fn all(answers: &Answers) -> Vec<Self> {
        let asked = answers
            .attempts
            .iter()
            .filter(|attempt| attempt.source != Source::Nobody);
        asked
            .map(|attempt| Self {
                way: attempt.source.name().to_owned(),
                finding: FindingSeen::from(&answers.finding_of(attempt)),
            })
            .collect()
    }
}

fn instant(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}
