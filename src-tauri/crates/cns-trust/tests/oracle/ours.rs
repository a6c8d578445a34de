//! Our own word on a case, and how it is held against OpenSSL's.

use crate::openssl::{self, Case};
use cns_trust::revocation::crl::CrlReader;
use cns_trust::revocation::{CrlPoint, Status};
use cns_trust::{FindingCode, Outcome, Pour, TrustRoots, Verdict, check};
use std::collections::BTreeMap;

/// One case, and both words on it.
pub(crate) struct Compared<'a> {
    pub(crate) case: &'a Case,
    pub(crate) ours: Outcome,
    /// Good where no CRL is given.
    pub(crate) revocation: Outcome,
    pub(crate) verdict: Verdict,
    pub(crate) openssl: Result<(), String>,
}

/// How often each word was said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) cases: usize,
    pub(crate) good_to_us: usize,
    pub(crate) good_to_openssl: usize,
}

/// Judges every case twice.
pub(crate) fn compare(cases: &[Case]) -> Vec<Compared<'_>> {
    let openssl = openssl::verify(cases);
    cases
        .iter()
        .zip(openssl)
        .map(|(case, openssl)| {
            let mut roots = TrustRoots::default();
            for anchor in &case.anchors {
                // What is no certificate at all is refused here already.
                roots.add_der(anchor.clone());
            }
            let verdict = check(&case.leaf, None, &roots, case.at);
            let revocation = revocation(case, &verdict);
            let ours = worst(&verdict).max(revocation);
            Compared {
                case,
                ours,
                revocation,
                verdict,
                openssl,
            }
        })
        .collect()
}

/// Fails where we believe what OpenSSL does not, unless it is one of the known differences, each of which must occur as
/// often as is said.
pub(crate) fn no_false_accept(compared: &[Compared<'_>], known: &[(&Known, usize)]) -> Tally {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in compared.iter().filter(|row| row.ours == Outcome::Good) {
        let Err(error) = &row.openssl else { continue };
        let is_it = |known: &&(&Known, usize)| error.starts_with(known.0.error) && (known.0.only)(row.case);
        match known.iter().find(is_it) {
            Some((known, _)) => *seen.entry(known.because).or_default() += 1,
            None => wrong.push(row.told()),
        }
    }
    assert!(wrong.is_empty(), "false accepts:\n{}", wrong.join("\n"));
    let expected: BTreeMap<&str, usize> = known
        .iter()
        .map(|(known, count)| (known.because, *count))
        .collect();
    assert_eq!(seen, expected, "the known differences");
    Tally {
        cases: compared.len(),
        good_to_us: compared.iter().filter(|row| row.ours == Outcome::Good).count(),
        good_to_openssl: compared.iter().filter(|row| row.openssl.is_ok()).count(),
    }
}

/// A difference that we know and mean.
#[derive(Debug)]
pub(crate) struct Known {
    /// How OpenSSL's error begins.
    pub(crate) error: &'static str,
    /// And which cases it may be about.
    pub(crate) only: fn(&Case) -> bool,
    /// Why we differ.
    pub(crate) because: &'static str,
}

/// The one difference about whom to believe, in its four forms.
pub(crate) const NO_CERTIFICATE_SIGNING: Known = Known {
    error: "error 79 at 1 ",
    only: |case| ANCHORS.iter().any(|name| case.name.contains(name)),
    because: "an anchor is a name and a key (RFC 5280 §6.1.1 d): a CA of the official list lacks keyCertSign",
};
pub(crate) const NO_CERTIFICATE_SIGNING_NOR_LIMIT: Known = Known {
    error: "error 20 at 0 ",
    only: |case| case.name == "rfc5280::root-inconsistent-ca-extensions",
    because: "the same, where the anchor does not limit its chains either",
};
pub(crate) const NO_KEY_USAGE: Known = Known {
    error: "error 81 at 1 ",
    only: |case| case.name == "anchor: no key usage",
    because: "the same: a CA without key usage that limits its chains",
};
pub(crate) const NO_KEY_USAGE_NOR_LIMIT: Known = Known {
    error: "error 92 at 1 ",
    only: |case| case.name == "crl::issuer-no-keyusage-extension",
    because: "the same: a CA without key usage",
};
pub(crate) const NOT_CRITICAL: Known = Known {
    error: "error 89 at 1 ",
    only: |case| NOT_CRITICAL_ANCHORS.iter().any(|name| case.name.contains(name)),
    because: "the same: four CAs of the official list do not call their basic constraints critical",
};
pub(crate) const LAST_SECOND: Known = Known {
    error: "error 10 at ",
    only: |case| case.name.ends_with(" to the second"),
    because: "the last second of a validity belongs to it (RFC 5280 §4.1.2.5), which OpenSSL 3.0 cuts off",
};
const ANCHORS: &[&str] = &[
    cns_virtual_card::pki::chains::NO_CERTIFICATE_SIGNING,
    " under keyUsageCriticalkeyCertSignFalseCACert",
    " under keyUsageNotCriticalkeyCertSignFalseCACert",
];
const NOT_CRITICAL_ANCHORS: &[&str] = &[
    "anchor: a CA, not critical",
    " under basicConstraintsNotCriticalCACert",
    "rfc5280::root-non-critical-basic-constraints",
];

/// What the CRLs of the anchor that signed say, where there are any: first that it is revoked, then that it is not.
fn revocation(case: &Case, verdict: &Verdict) -> Outcome {
    if case.crls.is_empty() {
        return Outcome::Good;
    }
    let Some(question) = verdict.question() else {
        return Outcome::Unknown;
    };
    let nowhere = CrlPoint {
        url: "http://crl.example/".to_owned(),
        name: Vec::new(),
    };
    let points = match question.crl.as_slice() {
        [] => std::slice::from_ref(&nowhere),
        points => points,
    };
    let mut worst = Outcome::Unknown;
    for (point, crl) in points
        .iter()
        .flat_map(|point| case.crls.iter().map(move |crl| (point, crl)))
    {
        let mut reader = CrlReader::new(question, point);
        let _whole = reader.pour(crl);
        match reader.finish(case.at) {
            Ok((Status::Revoked { .. }, _)) => return Outcome::Bad,
            Ok((Status::Good, _)) => worst = Outcome::Good,
            Ok((Status::UnknownToResponder, _)) | Err(_) => {}
        }
    }
    worst
}

/// The worst of what any verifier judges; what makes a certificate a CNS is left aside.
fn worst(verdict: &Verdict) -> Outcome {
    let judged = |code| {
        matches!(
            code,
            FindingCode::Format | FindingCode::Signature | FindingCode::Key | FindingCode::Validity
        )
    };
    let findings = verdict.findings.iter().filter(|finding| judged(finding.code));
    findings
        .map(|finding| finding.outcome)
        .max()
        .unwrap_or(Outcome::Bad)
}

impl Compared<'_> {
    /// The first finding that is not good.
    pub(crate) fn reason(&self) -> String {
        let finding = self
            .verdict
            .findings
            .iter()
            .find(|finding| finding.outcome != Outcome::Good);
        finding.map_or_else(String::new, |finding| {
            format!("{} {}", finding.code.name(), finding.case)
        })
    }

    /// What to show of a case that is not as it should be.
    pub(crate) fn told(&self) -> String {
        let findings: Vec<String> = self
            .verdict
            .findings
            .iter()
            .filter(|finding| finding.outcome != Outcome::Good)
            .map(|finding| format!("{} {}", finding.code.name(), finding.case))
            .collect();
        let (name, ours) = (&self.case.name, self.ours);
        format!(
            "{name}: {ours:?} [{}], OpenSSL {:?}",
            findings.join(", "),
            self.openssl
        )
    }
}

/// Whether two names are one, or nearly: capital letters and spaces aside, as RFC 5280 §7.1 compares them.
pub(crate) fn are_one_name(
    one: &x509_parser::x509::X509Name<'_>,
    other: &x509_parser::x509::X509Name<'_>,
) -> bool {
    let words = |name: &x509_parser::x509::X509Name<'_>| {
        name.to_string()
            .to_lowercase()
            .split_whitespace()
            .collect::<String>()
    };
    words(one) == words(other)
}
