//! Is an anchor's certificate made as a CA's must be?
//!
//! What counts of an anchor is its name and its key (RFC 5280 §6.1.1 d). But a file that only half resembles a CA's
//! certificate was made by nobody who issues certificates, and other verifiers refuse it: it vouches for nobody here
//! either. What the official list's own CAs lack is not asked: one has no keyCertSign, four do not call their basic
//! constraints critical.

use crate::algorithms::{self, Worth};
use crate::{der, name, well_formed};
use std::collections::HashSet;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::x509::X509Version;

/// Whether it stands in order: its form, its extensions, and its own signature where it signed itself.
pub(crate) fn is_sound(der: &[u8], root: &X509Certificate<'_>) -> bool {
    let says_one_algorithm = der::algorithm_identifiers(der).is_some_and(|(signed, beside)| signed == beside);
    well_formed::is_certificate(der)
        && root.version() == X509Version::V3
        && says_one_algorithm
        && has_sound_extensions(root)
        && signs_itself(root)
}

/// Each can be read and stands there once; it is a CA (§4.2.1.9), and names its key (§4.2.1.2).
fn has_sound_extensions(root: &X509Certificate<'_>) -> bool {
    let mut seen = HashSet::new();
    let mut is_ca = false;
    let mut names_its_key = false;
    for extension in root.extensions() {
        if !seen.insert(extension.oid.to_id_string()) {
            return false;
        }
        let parsed = extension.parsed_extension();
        if matches!(parsed, ParsedExtension::ParseError { .. }) {
            return false;
        }
        if let ParsedExtension::BasicConstraints(constraints) = parsed {
            is_ca = constraints.ca;
        }
        names_its_key |= matches!(parsed, ParsedExtension::SubjectKeyIdentifier(_));
        let is_known = !matches!(
            extension.parsed_extension(),
            ParsedExtension::UnsupportedExtension { .. }
        );
        if is_known && !well_formed::is_one_element(extension.value) {
            return false;
        }
    }
    is_ca && names_its_key
}

/// Whether its signature is right, where it names itself and its own key. Whoever else issued it is not asked.
fn signs_itself(root: &X509Certificate<'_>) -> bool {
    let (mut own, mut issuing) = (None, None);
    for extension in root.extensions() {
        if let ParsedExtension::SubjectKeyIdentifier(key) = extension.parsed_extension() {
            own = Some(key);
        }
        if let ParsedExtension::AuthorityKeyIdentifier(authority) = extension.parsed_extension() {
            issuing = authority.key_identifier.as_ref();
        }
    }
    let names_itself = name::comparison_key(root.subject()) == name::comparison_key(root.issuer());
    let is_own_issuer = names_itself && (issuing.is_none() || issuing == own);
    let own_signature = || {
        algorithms::verify(
            root.public_key(),
            &root.signature_algorithm,
            &root.signature_value,
            root.tbs_certificate.as_ref(),
        )
    };
    // With a key that the verifier does not take, no certificate below is good either.
    !is_own_issuer || algorithms::of_key(root.public_key()) != Worth::Sound || own_signature().is_ok()
}
