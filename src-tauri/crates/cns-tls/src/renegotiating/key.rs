//! The card, as BoringSSL asks for a key that is elsewhere.

use super::Seen;
use crate::card_key::{CardSigner, LentCard};
use boring::ssl::{PrivateKeyMethod, PrivateKeyMethodError, SslRef, SslSignatureAlgorithm};
use cns_card::SignatureScheme;

/// The key of one connection.
pub(super) struct CardKey {
    pub(super) card: LentCard,
    pub(super) seen: Seen,
}

impl PrivateKeyMethod for CardKey {
    fn sign(
        &self,
        _ssl: &mut SslRef,
        message: &[u8],
        algorithm: SslSignatureAlgorithm,
        output: &mut [u8],
    ) -> Result<usize, PrivateKeyMethodError> {
        let mut seen = self.seen.lock();
        // One connection asks once, whatever the library thinks.
        let scheme = SCHEMES.iter().find(|(_, boring, _)| *boring == algorithm);
        let (Some((scheme, ..)), None) = (scheme, seen.signed) else {
            return Err(PrivateKeyMethodError::FAILURE);
        };
        match self.card.sign(*scheme, message) {
            Ok(signature) => {
                let place = output.get_mut(..signature.len());
                place
                    .ok_or(PrivateKeyMethodError::FAILURE)?
                    .copy_from_slice(&signature);
                seen.signed = Some(*scheme);
                Ok(signature.len())
            }
            Err(error) => {
                seen.card_problem.get_or_insert(error.into());
                Err(PrivateKeyMethodError::FAILURE)
            }
        }
    }

    fn decrypt(
        &self,
        _ssl: &mut SslRef,
        _input: &[u8],
        _output: &mut [u8],
    ) -> Result<usize, PrivateKeyMethodError> {
        // A client's key signs (RFC 5246 §7.4.8).
        Err(PrivateKeyMethodError::FAILURE)
    }

    fn complete(&self, _ssl: &mut SslRef, _output: &mut [u8]) -> Result<usize, PrivateKeyMethodError> {
        // Nothing is ever left pending.
        Err(PrivateKeyMethodError::FAILURE)
    }
}

/// The name of a scheme in the TLS registry, where BoringSSL knows it.
pub(super) fn name_of(scheme: SignatureScheme) -> Option<&'static str> {
    let known = SCHEMES.iter().find(|(known, ..)| *known == scheme);
    known.map(|(.., name)| *name)
}

/// The schemes of cards, BoringSSL's constants, and their names in the TLS registry.
const SCHEMES: [(SignatureScheme, SslSignatureAlgorithm, &str); 6] = [
    (
        SignatureScheme::PssSha256,
        SslSignatureAlgorithm::RSA_PSS_RSAE_SHA256,
        "rsa_pss_rsae_sha256",
    ),
    (
        SignatureScheme::PssSha384,
        SslSignatureAlgorithm::RSA_PSS_RSAE_SHA384,
        "rsa_pss_rsae_sha384",
    ),
    (
        SignatureScheme::PssSha512,
        SslSignatureAlgorithm::RSA_PSS_RSAE_SHA512,
        "rsa_pss_rsae_sha512",
    ),
    (
        SignatureScheme::Pkcs1Sha256,
        SslSignatureAlgorithm::RSA_PKCS1_SHA256,
        "rsa_pkcs1_sha256",
    ),
    (
        SignatureScheme::Pkcs1Sha384,
        SslSignatureAlgorithm::RSA_PKCS1_SHA384,
        "rsa_pkcs1_sha384",
    ),
    (
        SignatureScheme::Pkcs1Sha512,
        SslSignatureAlgorithm::RSA_PKCS1_SHA512,
        "rsa_pkcs1_sha512",
    ),
];
