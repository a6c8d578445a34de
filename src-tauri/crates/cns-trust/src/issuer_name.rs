//! Names of authorities, as TLS and certificates carry them: DER.

use crate::{format, name};
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

/// The name of whoever issued a certificate, DER; none where it is no certificate.
pub fn issuer_name(certificate_der: &[u8]) -> Option<Vec<u8>> {
    let certificate = format::parse(certificate_der).ok()?;
    Some(certificate.issuer().as_raw().to_vec())
}

/// A name as people know it: its common name, or the whole where there is none.
pub fn name_for_people(name_der: &[u8]) -> Option<String> {
    parse(name_der).map(|name| name::for_people(&name))
}

/// Whether two names are the same (RFC 5280 §7.1): the string type, case and repeated spaces do not count.
pub fn same_name(one: &[u8], other: &[u8]) -> bool {
    match (parse(one), parse(other)) {
        (Some(one), Some(other)) => name::comparison_key(&one) == name::comparison_key(&other),
        _ => false,
    }
}

fn parse(name_der: &[u8]) -> Option<X509Name<'_>> {
    match X509Name::from_der(name_der) {
        Ok(([], name)) => Some(name),
        _ => None,
    }
}
