//! Signature schemes, named as in TLS (RFC 8446 §4.2.3).

use rsa::{Pkcs1v15Sign, Pss, RsaPublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// A signature scheme that a CNS can carry out with padding made on the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureScheme {
    /// `rsa_pss_rsae_sha256`.
    PssSha256,
    /// `rsa_pss_rsae_sha384`.
    PssSha384,
    /// `rsa_pss_rsae_sha512`.
    PssSha512,
    /// `rsa_pkcs1_sha256`.
    Pkcs1Sha256,
    /// `rsa_pkcs1_sha384`.
    Pkcs1Sha384,
    /// `rsa_pkcs1_sha512`.
    Pkcs1Sha512,
}

impl SignatureScheme {
    /// All of them, best first: PSS has a proof and is the only one that TLS 1.3 takes.
    pub const ALL: [Self; 6] = [
        Self::PssSha256,
        Self::PssSha384,
        Self::PssSha512,
        Self::Pkcs1Sha256,
        Self::Pkcs1Sha384,
        Self::Pkcs1Sha512,
    ];

    /// The name in the TLS registry.
    pub fn name(self) -> &'static str {
        match self {
            Self::PssSha256 => "rsa_pss_rsae_sha256",
            Self::PssSha384 => "rsa_pss_rsae_sha384",
            Self::PssSha512 => "rsa_pss_rsae_sha512",
            Self::Pkcs1Sha256 => "rsa_pkcs1_sha256",
            Self::Pkcs1Sha384 => "rsa_pkcs1_sha384",
            Self::Pkcs1Sha512 => "rsa_pkcs1_sha512",
        }
    }

    /// Says whether `signature` is one of `message` under this scheme.
    pub(crate) fn verify(self, key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> bool {
        let digest = self.hash().digest(message);
        let salt = self.hash().length();
        let verdict = match self {
            Self::PssSha256 => key.verify(Pss::new_with_salt::<Sha256>(salt), &digest, signature),
            Self::PssSha384 => key.verify(Pss::new_with_salt::<Sha384>(salt), &digest, signature),
            Self::PssSha512 => key.verify(Pss::new_with_salt::<Sha512>(salt), &digest, signature),
            Self::Pkcs1Sha256 => key.verify(Pkcs1v15Sign::new::<Sha256>(), &digest, signature),
            Self::Pkcs1Sha384 => key.verify(Pkcs1v15Sign::new::<Sha384>(), &digest, signature),
            Self::Pkcs1Sha512 => key.verify(Pkcs1v15Sign::new::<Sha512>(), &digest, signature),
        };
        verdict.is_ok()
    }

    pub(crate) fn padding(self) -> Padding {
        match self {
            Self::PssSha256 | Self::PssSha384 | Self::PssSha512 => Padding::Pss,
            Self::Pkcs1Sha256 | Self::Pkcs1Sha384 | Self::Pkcs1Sha512 => Padding::Pkcs1,
        }
    }

    pub(crate) fn hash(self) -> Hash {
        match self {
            Self::PssSha256 | Self::Pkcs1Sha256 => Hash::Sha256,
            Self::PssSha384 | Self::Pkcs1Sha384 => Hash::Sha384,
            Self::PssSha512 | Self::Pkcs1Sha512 => Hash::Sha512,
        }
    }
}

/// How a digest becomes a block as long as the modulus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Padding {
    /// EMSA-PSS.
    Pss,
    /// EMSA-PKCS1-v1_5.
    Pkcs1,
}

/// The hash functions of the schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// Bytes of a digest.
    pub(crate) fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    pub(crate) fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }

    /// The DigestInfo up to the digest (RFC 8017 §9.2, note 1).
    pub(crate) fn digest_info_prefix(self) -> &'static [u8] {
        match self {
            Self::Sha256 => b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
            Self::Sha384 => b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
            Self::Sha512 => b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
        }
    }
}
