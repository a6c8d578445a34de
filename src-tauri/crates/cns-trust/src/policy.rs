//! Is it the certificate of a CNS, and not of another card?

use crate::{Finding, FindingCode};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;

/// Looks for the policy of the CNS. The issuer cannot tell: the same list names the CAs of the CIE and of services
/// that are neither.
pub(crate) fn examine(certificate: &X509Certificate<'_>) -> Finding {
    let policies: Vec<String> = certificate
        .extensions()
        .iter()
        .filter_map(|extension| {
            let ParsedExtension::CertificatePolicies(policies) = extension.parsed_extension() else {
                return None;
            };
            Some(policies.iter())
        })
        .flatten()
        .map(|policy| policy.policy_id.to_id_string())
        .collect();
    let first_of = |wanted: &[&str]| policies.iter().find(|policy| wanted.contains(&policy.as_str()));
    if let Some(oid) = first_of(CNS) {
        return Finding::good(FindingCode::Policy).with("oid", oid);
    }
    if let Some(oid) = first_of(CIE) {
        return Finding::bad(FindingCode::Policy, "cie").with("oid", oid);
    }
    match policies.first() {
        Some(_) => Finding::bad(FindingCode::Policy, "not_cns").with("oid", policies.join(" ")),
        None => Finding::bad(FindingCode::Policy, "missing"),
    }
}

/// The policy of the CNS, then the two of Lombardy's CRS/SISS that AgID's profile declares equivalent.
const CNS: &[&str] = &["1.3.76.16.2.1", "1.3.159.6.1.3.2.10", "1.3.76.12.1.1.10.2.2.10"];

/// The policy of the electronic identity card's authentication certificate.
const CIE: &[&str] = &["1.3.76.47.4"];
