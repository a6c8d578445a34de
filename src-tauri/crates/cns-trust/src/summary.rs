//! What a certificate says of itself.

use crate::{format, name};
use std::fmt::Write;
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// Plain facts of a certificate.
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateSummary {
    /// Subject, RFC 4514 text.
    pub subject: String,
    /// Issuer, RFC 4514 text.
    pub issuer: String,
    /// Serial number, lower-case hexadecimal.
    pub serial: String,
    /// First instant of validity.
    pub not_before: OffsetDateTime,
    /// Last instant of validity.
    pub not_after: OffsetDateTime,
    /// Key, such as `RSA-2048`.
    pub key: String,
}

impl std::fmt::Debug for CertificateSummary {
    /// Leaves the subject out, which names a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CertificateSummary")
            .field("subject", &"[personal]")
            .field("issuer", &self.issuer)
            .field("not_after", &self.not_after)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Tells what a certificate says of itself, without judging it; `None` when the bytes are not a certificate.
pub fn summary(certificate_der: &[u8]) -> Option<CertificateSummary> {
    format::parse(certificate_der)
        .ok()
        .map(|certificate| summarise(&certificate))
}

pub(crate) fn summarise(certificate: &X509Certificate<'_>) -> CertificateSummary {
    CertificateSummary {
        subject: name::rfc4514(certificate.subject()),
        issuer: name::rfc4514(certificate.issuer()),
        serial: serial_text(certificate.raw_serial()),
        not_before: certificate.validity().not_before.to_datetime(),
        not_after: certificate.validity().not_after.to_datetime(),
        key: key_text(certificate.public_key()),
    }
}

/// The serial number in hexadecimal, without the zero that DER puts before a high bit.
fn serial_text(serial: &[u8]) -> String {
    let significant = match serial {
        [0, rest @ ..] if !rest.is_empty() => rest,
        other => other,
    };
    significant.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A date as texts carry it: `2029-03-12`.
pub(crate) fn day(instant: OffsetDateTime) -> String {
    instant.date().to_string()
}

/// The kinds of key that a rule speaks of.
pub(crate) enum KeyKind {
    /// RSA with a modulus of so many bits.
    Rsa {
        /// Bits of the modulus.
        bits: usize,
    },
    /// The NIST curve of 256 bits.
    P256,
    /// The NIST curve of 384 bits.
    P384,
    /// Anything else.
    Other,
}

pub(crate) fn key_kind(key: &SubjectPublicKeyInfo<'_>) -> KeyKind {
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) => KeyKind::Rsa {
            bits: bit_length(rsa.modulus),
        },
        Ok(PublicKey::EC(_)) => match curve(key).as_deref() {
            Some("1.2.840.10045.3.1.7") => KeyKind::P256,
            Some("1.3.132.0.34") => KeyKind::P384,
            _ => KeyKind::Other,
        },
        _ => KeyKind::Other,
    }
}

/// The key as texts name it: `RSA-2048`, `EC-P256`, or the dotted number of an algorithm that we do not name.
pub(crate) fn key_text(key: &SubjectPublicKeyInfo<'_>) -> String {
    match key_kind(key) {
        KeyKind::Rsa { bits } => format!("RSA-{bits}"),
        KeyKind::P256 => "EC-P256".to_owned(),
        KeyKind::P384 => "EC-P384".to_owned(),
        KeyKind::Other => curve(key).unwrap_or_else(|| key.algorithm.algorithm.to_id_string()),
    }
}

fn curve(key: &SubjectPublicKeyInfo<'_>) -> Option<String> {
    let parameters = key.algorithm.parameters.as_ref()?;
    parameters.as_oid().ok().map(|oid| oid.to_id_string())
}

fn bit_length(number: &[u8]) -> usize {
    match number.iter().position(|byte| *byte != 0) {
        Some(first) => (number.len() - first) * 8 - number[first].leading_zeros() as usize,
        None => 0,
    }
}
