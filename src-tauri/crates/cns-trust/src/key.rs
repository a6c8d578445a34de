//! Is the key of the certificate of a kind and size that still counts?

use crate::summary::{KeyKind, key_kind, key_text};
use crate::{Finding, FindingCode};
use x509_parser::certificate::X509Certificate;

/// Judges the certificate's own key. The first CNS generations hold RSA of 1024 bits, which many servers refuse.
pub(crate) fn examine(certificate: &X509Certificate<'_>) -> Finding {
    let key = certificate.public_key();
    let finding = match key_kind(key) {
        KeyKind::Rsa { bits: 2048.. } | KeyKind::P256 | KeyKind::P384 => Finding::good(FindingCode::Key),
        KeyKind::Rsa { bits: 1024.. } => Finding::unknown(FindingCode::Key, "legacy"),
        KeyKind::Rsa { .. } | KeyKind::Other => Finding::bad(FindingCode::Key, "not_allowed"),
    };
    finding.with("key", key_text(key))
}
