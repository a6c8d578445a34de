//! The one sentence above all findings.

use cns_trust::{Finding, FindingCode, Outcome, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// The sentence: the page finds its text by `case`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct HeadlineSeen {
    /// Which sentence.
    pub case: String,
    /// Facts for its places.
    pub facts: BTreeMap<String, String>,
}

impl HeadlineSeen {
    /// The sentence for a verdict; while others are still being asked, nothing is promised.
    pub fn of(verdict: &Verdict, checking: bool) -> Self {
        let (case, finding) = choose(verdict, checking);
        let mut facts = BTreeMap::new();
        if let Some(certificate) = &verdict.certificate {
            facts.insert("date".to_owned(), certificate.not_after.date().to_string());
        }
        for (name, value) in finding.map(|finding| &finding.facts).into_iter().flatten() {
            facts.insert((*name).to_owned(), value.clone());
        }
        Self {
            case: case.to_owned(),
            facts,
        }
    }
}

/// What matters most, and the finding that says it.
fn choose(verdict: &Verdict, checking: bool) -> (&'static str, Option<&Finding>) {
    let of = |outcome: Outcome| {
        verdict
            .findings
            .iter()
            .filter(move |finding| finding.outcome == outcome)
    };
    // What does not depend on the day is not the clock's fault.
    let real = of(Outcome::Bad).find(|finding| finding.code != FindingCode::Validity);
    if let Some(finding) = real {
        return (bad(finding), Some(finding));
    }
    if let Some(clock) = verdict.finding(FindingCode::Clock) {
        return ("clock", Some(clock));
    }
    if let Some(finding) = of(Outcome::Bad).next() {
        return (bad(finding), Some(finding));
    }
    if checking {
        return ("checking", None);
    }
    let mut unknown = of(Outcome::Unknown);
    match (unknown.next(), unknown.next()) {
        (None, _) => ("good", None),
        (Some(finding), None) => (alone(finding), Some(finding)),
        (Some(_), Some(_)) => ("unknown", None),
    }
}

/// A check that failed.
fn bad(finding: &Finding) -> &'static str {
    match (finding.code, finding.case) {
        (FindingCode::Revocation, "suspended") => "suspended",
        (FindingCode::Revocation, "never_activated") => "never_activated",
        (FindingCode::Revocation, _) => "revoked",
        (FindingCode::Validity, "expired") => "expired",
        (FindingCode::Validity, _) => "not_yet",
        _ => "bad",
    }
}

/// The only check that was not possible.
fn alone(finding: &Finding) -> &'static str {
    match (finding.code, finding.case) {
        (FindingCode::Revocation, "not_asked") => "revocation_not_asked",
        (FindingCode::Revocation, _) => "revocation_unchecked",
        (FindingCode::TrustList, "stale") => "list_stale",
        (FindingCode::TrustList, _) => "list_unchecked",
        _ => "unknown",
    }
}
