//! Is the key of the certificate of a kind and size that still counts?

use crate::algorithms::{self, Worth};
use crate::summary::key_text;
use crate::{Finding, FindingCode};
use x509_parser::certificate::X509Certificate;

/// Judges the certificate's own key. The first CNS generations hold RSA of 1024 bits, which many servers refuse.
pub(crate) fn examine(certificate: &X509Certificate<'_>) -> Finding {
    let key = certificate.public_key();
    let finding = match algorithms::of_key(key) {
        Worth::Sound => Finding::good(FindingCode::Key),
        Worth::Legacy => Finding::unknown(FindingCode::Key, "legacy"),
        Worth::Refused => Finding::bad(FindingCode::Key, "not_allowed"),
    };
    finding.with("key", key_text(key))
}
