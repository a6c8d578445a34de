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
    if let Some(finding) = of(Outcome::Unknown).find(|finding| is_issuer_open(finding)) {
        return ("issuer_unchecked", Some(finding));
    }
    let mut unknown = of(Outcome::Unknown);
    match (unknown.next(), unknown.next()) {
        (None, _) => ("good", None),
        _ if of(Outcome::Unknown).all(is_legacy) => ("legacy", None),
        (Some(finding), None) => (alone(finding), Some(finding)),
        (Some(_), Some(_)) => ("unknown", None),
    }
}

/// Nobody that is trusted vouches for the certificate, and nobody could be asked whether somebody else does: about such
/// a certificate there is nothing good to say.
fn is_issuer_open(finding: &Finding) -> bool {
    let cases = ["no_roots", "awaiting_list", "list_unusable", "list_stale"];
    finding.code == FindingCode::Signature && cases.contains(&finding.case)
}

/// All was checked; what was found is old.
fn is_legacy(finding: &Finding) -> bool {
    let old = [FindingCode::Signature, FindingCode::Key].contains(&finding.code);
    old && finding.case == "legacy"
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
pub(crate) const ALL_HEADLINES: [&str; 16] = [
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
    "issuer_unchecked",
    "legacy",
    "unknown",
];

#[cfg(test)]
mod tests {
    use super::*;
    use cns_trust::{TrustRoots, check};
    use time::macros::datetime;

    /// The sentence above these findings, beside a good one.
    fn above(findings: &[(FindingCode, Outcome, &'static str)]) -> &'static str {
        let mut verdict = check(b"", None, &TrustRoots::default(), datetime!(2026-11-22 0:00 UTC));
        let good = (FindingCode::Validity, Outcome::Good, "good");
        let finding = |(code, outcome, case): &(FindingCode, Outcome, &'static str)| Finding {
            code: *code,
            outcome: *outcome,
            case,
            facts: Vec::new(),
            evidence: None,
        };
        verdict.findings = findings.iter().chain([&good]).map(finding).collect();
        Headline::of(&verdict).case
    }

    #[test]
    fn a_certificate_that_nobody_vouches_for_is_not_called_good_enough() {
        let not_asked = (FindingCode::Revocation, Outcome::Unknown, "not_verified");
        for (case, list) in [
            ("no_roots", "none"),
            ("no_roots", "changed"),
            ("awaiting_list", "not_fetched"),
            ("list_unusable", "changed"),
            ("list_stale", "not_listed_stale"),
        ] {
            let signature = (FindingCode::Signature, Outcome::Unknown, case);
            let list = (FindingCode::TrustList, Outcome::Unknown, list);
            assert_eq!(above(&[signature, not_asked, list]), "issuer_unchecked", "{case}");
            assert_eq!(above(&[signature]), "issuer_unchecked", "{case}");
            let loading = (FindingCode::TrustList, Outcome::Unknown, "loading");
            assert_eq!(above(&[signature, loading]), "checking", "{case}");
            let revoked = (FindingCode::Revocation, Outcome::Bad, "revoked");
            assert_eq!(above(&[signature, revoked]), "revoked", "{case}");
        }
    }

    #[test]
    fn an_old_kind_of_signature_or_key_is_not_called_a_check_that_was_not_made() {
        let signature = (FindingCode::Signature, Outcome::Unknown, "legacy");
        let key = (FindingCode::Key, Outcome::Unknown, "legacy");
        let unanswered = (FindingCode::Revocation, Outcome::Unknown, "no_answer");
        for (findings, expected) in [
            (&[signature][..], "legacy"),
            (&[key], "legacy"),
            (&[signature, key], "legacy"),
            (&[signature, unanswered], "unknown"),
            (&[unanswered], "revocation_unchecked"),
            (&[], "good"),
        ] {
            assert_eq!(above(findings), expected, "{findings:?}");
        }
    }
}
