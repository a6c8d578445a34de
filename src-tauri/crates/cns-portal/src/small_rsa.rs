//! Signatures of RSA keys below 2048 bits, which *ring* does not verify.
//!
//! Cards issued before 2019 carry 1024-bit keys. Whether such a certificate is still good is for `cns-trust` to judge;
//! the handshake only has to find out whether its key was there.

use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs1v15;
use rsa::pss;
use rsa::signature::Verifier as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{RsaPublicKey, pkcs8::AssociatedOid, sha2::Sha256, sha2::Sha384, sha2::Sha512};
use rustls::SignatureScheme;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
use sha2::digest::{Digest, FixedOutputReset};
use std::fmt;

/// The schemes of TLS that a small key can sign. PSS with SHA-512 does not fit into 1024 bits.
pub(crate) static SMALL_RSA: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[],
    mapping: &[
        (SignatureScheme::RSA_PKCS1_SHA256, &[&PKCS1_SHA256]),
        (SignatureScheme::RSA_PKCS1_SHA384, &[&PKCS1_SHA384]),
        (SignatureScheme::RSA_PKCS1_SHA512, &[&PKCS1_SHA512]),
        (SignatureScheme::RSA_PSS_SHA256, &[&PSS_SHA256]),
        (SignatureScheme::RSA_PSS_SHA384, &[&PSS_SHA384]),
    ],
};

static PKCS1_SHA256: SmallRsa = SmallRsa {
    signature_alg_id: alg_id::RSA_PKCS1_SHA256,
    verifies: pkcs1::<Sha256>,
};
static PKCS1_SHA384: SmallRsa = SmallRsa {
    signature_alg_id: alg_id::RSA_PKCS1_SHA384,
    verifies: pkcs1::<Sha384>,
};
static PKCS1_SHA512: SmallRsa = SmallRsa {
    signature_alg_id: alg_id::RSA_PKCS1_SHA512,
    verifies: pkcs1::<Sha512>,
};
static PSS_SHA256: SmallRsa = SmallRsa {
    signature_alg_id: alg_id::RSA_PSS_SHA256,
    verifies: pss::<Sha256>,
};
static PSS_SHA384: SmallRsa = SmallRsa {
    signature_alg_id: alg_id::RSA_PSS_SHA384,
    verifies: pss::<Sha384>,
};

struct SmallRsa {
    signature_alg_id: AlgorithmIdentifier,
    verifies: fn(RsaPublicKey, &[u8], &[u8]) -> bool,
}

impl SignatureVerificationAlgorithm for SmallRsa {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let key = RsaPublicKey::from_pkcs1_der(public_key).map_err(|_| InvalidSignature)?;
        // Only the sizes that are left over: 1024 bits up to, not including, 2048.
        let verified = (1024..2048).contains(&key.n().bits()) && (self.verifies)(key, message, signature);
        if verified { Ok(()) } else { Err(InvalidSignature) }
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::RSA_ENCRYPTION
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature_alg_id
    }
}

impl fmt::Debug for SmallRsa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmallRsa")
    }
}

fn pkcs1<D: Digest + AssociatedOid>(key: RsaPublicKey, message: &[u8], signature: &[u8]) -> bool {
    pkcs1v15::Signature::try_from(signature).is_ok_and(|signature| {
        pkcs1v15::VerifyingKey::<D>::new(key)
            .verify(message, &signature)
            .is_ok()
    })
}

fn pss<D: Digest + FixedOutputReset>(key: RsaPublicKey, message: &[u8], signature: &[u8]) -> bool {
    pss::Signature::try_from(signature).is_ok_and(|signature| {
        pss::VerifyingKey::<D>::new(key)
            .verify(message, &signature)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rsa::RsaPrivateKey;
    use rsa::pkcs1::EncodeRsaPublicKey as _;
    use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _, Signer as _};

    fn check(bits: usize, expected: bool) {
        let key = RsaPrivateKey::new(&mut rand::rngs::OsRng, bits).unwrap();
        let public = key.to_public_key().to_pkcs1_der().unwrap();
        let pkcs1 = pkcs1v15::SigningKey::<Sha256>::new(key.clone())
            .sign(b"handshake")
            .to_vec();
        let pss = pss::SigningKey::<Sha256>::new(key)
            .sign_with_rng(&mut rand::rngs::OsRng, b"handshake")
            .to_vec();
        for (algorithm, signature) in [(&PKCS1_SHA256, pkcs1), (&PSS_SHA256, pss)] {
            let verified = |message: &[u8]| {
                algorithm
                    .verify_signature(public.as_bytes(), message, &signature)
                    .is_ok()
            };
            assert_eq!(verified(b"handshake"), expected, "{bits} bits");
            assert!(!verified(b"another handshake"), "{bits} bits");
        }
    }

    #[test]
    fn a_key_of_an_old_card_proves_itself() {
        check(1024, true);
    }

    #[test]
    fn a_key_that_anybody_can_break_proves_nothing() {
        check(768, false);
    }

    #[test]
    fn larger_keys_are_not_ours_to_verify() {
        check(2048, false);
    }
}
