//! OCSP (RFC 6960): the request, and what an answer is worth.

use crate::revocation::{Question, Status, Times, Unchecked};
use time::OffsetDateTime;

/// The hash that names a certificate in a request (`CertID`, RFC 6960 §4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertIdHash {
    /// SHA-1, which every responder knows.
    Sha1,
    /// SHA-256.
    Sha256,
}

/// The DER of a request about one certificate, without a signature.
pub fn request(_question: &Question, _hash: CertIdHash, _nonce: Option<[u8; 16]>) -> Vec<u8> {
    Vec::new()
}

/// Judges an answer (DER) at the instant `at`.
///
/// # Errors
/// Why it does not count.
pub fn judge(
    _answer: &[u8],
    _question: &Question,
    _nonce: Option<[u8; 16]>,
    _at: OffsetDateTime,
) -> Result<(Status, Times), Unchecked> {
    Err(Unchecked::Malformed)
}
