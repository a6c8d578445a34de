//! Is the key of the certificate of a kind and size that still counts?

use crate::algorithms::{self, Worth};
use crate::summary::{KeyKind, key_kind, key_text};
use crate::{Finding, FindingCode, curve};
use x509_parser::certificate::X509Certificate;
use x509_parser::x509::SubjectPublicKeyInfo;

/// Judges the certificate's own key. The first CNS generations hold RSA of 1024 bits, which many servers refuse.
pub(crate) fn examine(certificate: &X509Certificate<'_>) -> Finding {
    let key = certificate.public_key();
    let finding = match algorithms::of_key(key) {
        _ if !is_point(key) => Finding::bad(FindingCode::Key, "not_allowed"),
        Worth::Sound => Finding::good(FindingCode::Key),
        Worth::Legacy => Finding::unknown(FindingCode::Key, "legacy"),
        Worth::Refused => Finding::bad(FindingCode::Key, "not_allowed"),
    };
    finding.with("key", key_text(key))
}

/// Whether the key of a curve is a point of it; other keys are none.
fn is_point(key: &SubjectPublicKeyInfo<'_>) -> bool {
    let bits = &key.subject_public_key.data;
    match key_kind(key) {
        KeyKind::P256 => curve::is_on_p256(bits),
        KeyKind::P384 => curve::is_on_p384(bits),
        KeyKind::Rsa { .. } | KeyKind::Other => true,
    }
}
