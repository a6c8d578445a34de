//! Can the certificate be read, and does it ask for nothing that we do not know?

use crate::der::algorithm_identifiers;
use crate::{Finding, FindingCode, well_formed};
use std::collections::HashSet;
use x509_parser::certificate::BasicExtension;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{KeyUsage, ParsedExtension, X509Extension};
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Version;

/// Reads a certificate that fills `der` to the last byte.
pub(crate) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, Finding> {
    if der.len() > LIMIT {
        return Err(Finding::bad(FindingCode::Format, "too_large").with("limit", LIMIT.to_string()));
    }
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) if well_formed::is_certificate(der) => Ok(certificate),
        Ok(_) | Err(_) => Err(Finding::bad(FindingCode::Format, "malformed")),
    }
}

/// Judges what the certificate is made of.
pub(crate) fn examine(der: &[u8], certificate: &X509Certificate<'_>) -> Finding {
    // RFC 5280 §4.1.1.2: the algorithm outside the signature and the one under it are the same.
    if algorithm_identifiers(der).is_none_or(|(signed, beside)| signed != beside) {
        return Finding::bad(FindingCode::Format, "algorithms_differ");
    }
    // Everything that makes a certificate that of a CNS is an extension, which only version 3 has (§4.1.2.1).
    if certificate.version() != X509Version::V3 {
        return Finding::bad(FindingCode::Format, "version");
    }
    // §4.1.2.4.
    if certificate.issuer().iter_attributes().next().is_none() {
        return Finding::bad(FindingCode::Format, "no_issuer");
    }
    // A citizen has a name (§4.1.2.6).
    if certificate.subject().iter_attributes().next().is_none() {
        return Finding::bad(FindingCode::Format, "malformed");
    }
    let mut seen = HashSet::new();
    for extension in certificate.extensions() {
        let oid = extension.oid.to_id_string();
        if is_malformed(extension) {
            return Finding::bad(FindingCode::Format, "malformed_extension").with("oid", oid);
        }
        if extension.critical && !KNOWN_EXTENSIONS.contains(&oid.as_str()) {
            return Finding::bad(FindingCode::Format, "critical_extension").with("oid", oid);
        }
        if !seen.insert(oid.clone()) {
            return Finding::bad(FindingCode::Format, "repeated_extension").with("oid", oid);
        }
    }
    if certificate.is_ca() {
        return Finding::bad(FindingCode::Format, "is_ca");
    }
    if claims_powers_of_a_ca(certificate) {
        return Finding::bad(FindingCode::Format, "half_ca");
    }
    Finding::good(FindingCode::Format)
}

/// Whether an extension that we know cannot be read or is no DER. An alternative name must hold one at least
/// (RFC 5280 §4.2.1.6), and a key usage allow something (§4.2.1.3).
fn is_malformed(extension: &X509Extension<'_>) -> bool {
    let parsed = extension.parsed_extension();
    let is_empty =
        matches!(parsed, ParsedExtension::SubjectAlternativeName(names) if names.general_names.is_empty());
    let allows_nothing = matches!(parsed, ParsedExtension::KeyUsage(usage) if usage.flags == 0);
    let is_known = !matches!(parsed, ParsedExtension::UnsupportedExtension { .. });
    let is_unread = matches!(parsed, ParsedExtension::ParseError { .. });
    is_unread || is_empty || allows_nothing || (is_known && !well_formed::is_one_element(extension.value))
}

/// Signing certificates (RFC 5280 §4.2.1.3) and the length of a path (§4.2.1.9) are for CAs alone.
fn claims_powers_of_a_ca(leaf: &X509Certificate<'_>) -> bool {
    let signs =
        |usage: Option<_>| usage.is_some_and(|usage: BasicExtension<&KeyUsage>| usage.value.key_cert_sign());
    let has_path = leaf
        .basic_constraints()
        .is_ok_and(|constraints| constraints.is_some_and(|found| found.value.path_len_constraint.is_some()));
    has_path || leaf.key_usage().is_ok_and(signs)
}

/// No citizen's certificate comes near this; the card's file is at most as large.
const LIMIT: usize = 32 * 1024;

/// The extensions whose meaning is checked or can be left aside on a leaf without harm (RFC 5280 §4.2.1). The key
/// identifiers are not among them: they must never be critical (§4.2.1.1, §4.2.1.2).
const KNOWN_EXTENSIONS: &[&str] = &[
    "2.5.29.15", // Key usage.
    "2.5.29.17", // Subject alternative name.
    "2.5.29.19", // Basic constraints.
    "2.5.29.31", // CRL distribution points.
    "2.5.29.32", // Certificate policies.
    "2.5.29.37", // Extended key usage.
];
