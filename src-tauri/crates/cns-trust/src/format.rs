//! Can the certificate be read, and does it ask for nothing that we do not know?

use crate::der::algorithm_identifiers;
use crate::{Finding, FindingCode};
use std::collections::HashSet;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;

/// Reads a certificate that fills `der` to the last byte.
pub(crate) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, Finding> {
    if der.len() > LIMIT {
        return Err(Finding::bad(FindingCode::Format, "too_large").with("limit", LIMIT.to_string()));
    }
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) if algorithm_identifiers(der).is_some() => Ok(certificate),
        Ok(_) | Err(_) => Err(Finding::bad(FindingCode::Format, "malformed")),
    }
}

/// Judges what the certificate is made of.
pub(crate) fn examine(der: &[u8], certificate: &X509Certificate<'_>) -> Finding {
    // RFC 5280 §4.1.1.2: the algorithm outside the signature and the one under it are the same.
    if algorithm_identifiers(der).is_none_or(|(signed, beside)| signed != beside) {
        return Finding::bad(FindingCode::Format, "algorithms_differ");
    }
    let mut seen = HashSet::new();
    for extension in certificate.extensions() {
        let oid = extension.oid.to_id_string();
        if matches!(extension.parsed_extension(), ParsedExtension::ParseError { .. }) {
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
    Finding::good(FindingCode::Format)
}

/// No citizen's certificate comes near this; the card's file is at most as large.
const LIMIT: usize = 32 * 1024;

/// The extensions whose meaning is checked or can be left aside on a leaf without harm (RFC 5280 §4.2.1).
const KNOWN_EXTENSIONS: &[&str] = &[
    "2.5.29.14", // Subject key identifier.
    "2.5.29.15", // Key usage.
    "2.5.29.17", // Subject alternative name.
    "2.5.29.18", // Issuer alternative name.
    "2.5.29.19", // Basic constraints.
    "2.5.29.31", // CRL distribution points.
    "2.5.29.32", // Certificate policies.
    "2.5.29.35", // Authority key identifier.
    "2.5.29.37", // Extended key usage.
];
