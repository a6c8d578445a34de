//! The one sentence above all findings.

use crate::Language;
use crate::texts::headline_text;
use cns_trust::{Finding, FindingCode, Outcome, Verdict};

/// The sentence: the catalogue has its words under `case`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// Which sentence.
    pub case: &'static str,
    /// Facts for its places.
    pub facts: Vec<(&'static str, String)>,
}

impl Headline {
    /// What matters most in a verdict. A clock that seems wrong comes before a certificate that seems out of date.
    pub fn of(verdict: &Verdict) -> Self {
        let (case, finding) = choose(verdict);
        let mut facts = finding.map(|finding| finding.facts.clone()).unwrap_or_default();
        let certificate = verdict.certificate.as_ref();
        if let Some(certificate) = certificate.filter(|_| facts.iter().all(|(name, _)| *name != "date")) {
            facts.push(("date", certificate.not_after.date().to_string()));
        }
        Self { case, facts }
    }

    /// The sentence in words.
    pub fn text(&self, language: Language) -> String {
        headline_text(self, language)
    }
}

/// What matters most, and the finding that says it.
fn choose(verdict: &Verdict) -> (&'static str, Option<&Finding>) {
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
    let under_way = |finding: &&Finding| matches!(finding.case, "asking" | "loading");
    if of(Outcome::Unknown).any(|finding| under_way(&finding)) {
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

/// Every case, for who must have words for it.
#[cfg(test)]
pub(crate) const ALL_HEADLINES: [&str; 14] = [
    "good",
    "checking",
    "revoked",
    "suspended",
    "never_activated",
    "expired",
    "not_yet",
    "clock",
    "bad",
    "list_stale",
    "list_unchecked",
    "revocation_not_asked",
    "revocation_unchecked",
    "unknown",
];
