//! Is it signed by somebody we trust?
//!
//! A citizen's certificate is signed directly by a CA that the user's roots name: there is no chain to build. An
//! anchor is a name and a key (RFC 5280 §6.1.1 d), so its own key usage is not applied: one CA of the official list
//! lacks keyCertSign. Nineteen issuer names of that list belong to two keys each, so the name alone selects nothing.

use crate::summary::{day, key_text};
use crate::{Finding, FindingCode, TrustSource, name};
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;

/// Looks for the root that signed the certificate.
pub(crate) fn examine(leaf: &X509Certificate<'_>, trust: &dyn TrustSource, at: OffsetDateTime) -> Finding {
    let issuer = name::for_people(leaf.issuer());
    let oid = leaf.signature_algorithm.algorithm.to_id_string();
    let Some(algorithm) = ALGORITHMS.iter().find(|algorithm| algorithm.oid == oid) else {
        return not_allowed(issuer, oid);
    };
    if trust.roots().is_empty() {
        return Finding::unknown(FindingCode::Signature, "no_roots").with("issuer", issuer);
    }
    let candidates: Vec<X509Certificate<'_>> = trust
        .named(leaf.issuer().as_raw())
        .into_iter()
        .filter_map(|der| X509Certificate::from_der(der).ok())
        .map(|(_, root)| root)
        .filter(|root| root.is_ca() && identifiers_agree(leaf, root))
        .collect();
    if candidates.is_empty() {
        return Finding::bad(FindingCode::Signature, "untrusted_issuer").with("issuer", issuer);
    }
    let Some(root) = candidates
        .iter()
        .find(|root| leaf.verify_signature(Some(root.public_key())).is_ok())
    else {
        // The verifier takes RSA below 2048 bits for SHA-1 only, as old CNS CAs used it.
        let small = candidates.iter().find(|root| is_small_rsa(root));
        return match small {
            Some(root) if !algorithm.legacy => not_allowed(
                issuer,
                format!("{}, {}", algorithm.name, key_text(root.public_key())),
            ),
            _ => Finding::bad(FindingCode::Signature, "bad_signature").with("issuer", issuer),
        };
    };
    let (from, until) = (
        root.validity().not_before.to_datetime(),
        root.validity().not_after.to_datetime(),
    );
    if at < from || at > until {
        let date = day(if at < from { from } else { until });
        return Finding::unknown(FindingCode::Signature, "root_out_of_date")
            .with("issuer", issuer)
            .with("date", date);
    }
    if algorithm.legacy {
        return Finding::unknown(FindingCode::Signature, "legacy")
            .with("issuer", issuer)
            .with("algorithm", algorithm.name);
    }
    Finding::good(FindingCode::Signature).with("issuer", issuer)
}

fn not_allowed(issuer: String, algorithm: String) -> Finding {
    Finding::bad(FindingCode::Signature, "not_allowed")
        .with("issuer", issuer)
        .with("algorithm", algorithm)
}

/// Whether the leaf's authority key identifier names this root, as far as both say anything (RFC 5280 §4.2.1.1).
fn identifiers_agree(leaf: &X509Certificate<'_>, root: &X509Certificate<'_>) -> bool {
    let authority = leaf.extensions().iter().find_map(|extension| {
        let ParsedExtension::AuthorityKeyIdentifier(identifier) = extension.parsed_extension() else {
            return None;
        };
        Some(identifier)
    });
    let subject = root.extensions().iter().find_map(|extension| {
        let ParsedExtension::SubjectKeyIdentifier(identifier) = extension.parsed_extension() else {
            return None;
        };
        Some(identifier)
    });
    let Some(authority) = authority else { return true };
    let key_agrees = match (&authority.key_identifier, subject) {
        (Some(wanted), Some(offered)) => wanted == offered,
        _ => true,
    };
    let serial_agrees = authority
        .authority_cert_serial
        .is_none_or(|serial| serial == root.raw_serial());
    key_agrees && serial_agrees
}

fn is_small_rsa(root: &X509Certificate<'_>) -> bool {
    matches!(root.public_key().parsed(), Ok(PublicKey::RSA(key)) if key.key_size() < 2048)
}

struct Algorithm {
    oid: &'static str,
    name: &'static str,
    /// The signature can be verified and proves little: collisions can be made.
    legacy: bool,
}

/// The algorithms that may sign a citizen's certificate; whatever is not here is refused. SHA-1 signatures were
/// issued until 2016 at least.
const ALGORITHMS: &[Algorithm] = &[
    Algorithm {
        oid: "1.2.840.113549.1.1.5",
        name: "SHA-1, RSA",
        legacy: true,
    },
    Algorithm {
        oid: "1.3.14.3.2.29",
        name: "SHA-1, RSA",
        legacy: true,
    },
    Algorithm {
        oid: "1.2.840.113549.1.1.11",
        name: "SHA-256, RSA",
        legacy: false,
    },
    Algorithm {
        oid: "1.2.840.113549.1.1.12",
        name: "SHA-384, RSA",
        legacy: false,
    },
    Algorithm {
        oid: "1.2.840.113549.1.1.13",
        name: "SHA-512, RSA",
        legacy: false,
    },
    Algorithm {
        oid: "1.2.840.113549.1.1.10",
        name: "RSA-PSS",
        legacy: false,
    },
    Algorithm {
        oid: "1.2.840.10045.4.3.2",
        name: "SHA-256, ECDSA",
        legacy: false,
    },
    Algorithm {
        oid: "1.2.840.10045.4.3.3",
        name: "SHA-384, ECDSA",
        legacy: false,
    },
];
