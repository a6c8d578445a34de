//! The signature over a CRL, whose digest is taken while the list passes by.

use super::crl_der::{NULL, OBJECT_IDENTIFIER, dotted};
use super::crl_issuer::CrlIssuer;
use crate::der::{Element, SEQUENCE};
use crate::revocation::Unchecked;
use crate::summary::key_text;
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_parser::asn1_rs::BitString;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::verify::verify_signature;
use x509_parser::x509::AlgorithmIdentifier;

/// Takes the signed part of a list in.
#[derive(Debug)]
pub(super) struct Signed {
    /// The AlgorithmIdentifier (DER), once it was read.
    algorithm: Vec<u8>,
    digest: Taken,
}

#[derive(Debug)]
enum Taken {
    /// What stands before the algorithm's name.
    Beginning(Vec<u8>),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
    /// All of it: the verifier of ECDSA takes no digest.
    Whole(Vec<u8>),
}

impl Signed {
    /// Nothing of it yet.
    pub(super) fn new() -> Self {
        Self {
            algorithm: Vec::new(),
            digest: Taken::Beginning(Vec::new()),
        }
    }

    /// Takes the next bytes in.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        match &mut self.digest {
            Taken::Beginning(kept) | Taken::Whole(kept) => kept.extend_from_slice(bytes),
            Taken::Sha256(digest) => digest.update(bytes),
            Taken::Sha384(digest) => digest.update(bytes),
            Taken::Sha512(digest) => digest.update(bytes),
        }
    }

    /// Takes the algorithm that the signed part names, all of which is `length` bytes long.
    pub(super) fn choose(&mut self, identifier: &Element<'_>, length: usize) -> Result<(), Unchecked> {
        let mut fields = identifier.fields();
        let oid = fields.expect(OBJECT_IDENTIFIER)?.oid()?;
        let Some(algorithm) = ALGORITHMS.iter().find(|algorithm| algorithm.oid == oid) else {
            return Err(Unchecked::WeakSignature {
                algorithm: dotted(oid),
            });
        };
        // RFC 4055 §5 writes NULL for RSA, some leave it out; RFC 5758 §3.2 forbids any parameter for ECDSA.
        if algorithm.kind != Kind::Ecdsa
            && let Some(null) = fields.optional(NULL)?
            && !null.content.is_empty()
        {
            return Err(Unchecked::Malformed);
        }
        fields.end()?;
        let Taken::Beginning(beginning) = &mut self.digest else {
            return Err(Unchecked::Malformed);
        };
        let beginning = std::mem::take(beginning);
        self.digest = match algorithm.kind {
            Kind::RsaSha256 => Taken::Sha256(Sha256::new()),
            Kind::RsaSha384 => Taken::Sha384(Sha384::new()),
            Kind::RsaSha512 => Taken::Sha512(Sha512::new()),
            Kind::Ecdsa if length > LARGEST_KEPT => return Err(Unchecked::FieldTooLarge),
            Kind::Ecdsa => Taken::Whole(Vec::with_capacity(length)),
            Kind::Weak(name) => {
                return Err(Unchecked::WeakSignature {
                    algorithm: name.to_owned(),
                });
            }
        };
        self.algorithm = identifier.whole.to_vec();
        self.take(&beginning);
        Ok(())
    }

    /// Whether the algorithm beside the signature is the one under it (RFC 5280 §5.1.1.2).
    pub(super) fn names(&self, identifier: &Element<'_>) -> bool {
        identifier.tag == SEQUENCE && self.algorithm == identifier.whole
    }

    /// Verifies the signature over what was taken in.
    pub(super) fn verify(self, signature: &[u8], issuer: &CrlIssuer) -> Result<(), Unchecked> {
        match self.digest {
            Taken::Beginning(_) => Err(Unchecked::Malformed),
            Taken::Sha256(digest) => rsa_verify(
                issuer,
                Pkcs1v15Sign::new::<Sha256>(),
                &digest.finalize(),
                signature,
            ),
            Taken::Sha384(digest) => rsa_verify(
                issuer,
                Pkcs1v15Sign::new::<Sha384>(),
                &digest.finalize(),
                signature,
            ),
            Taken::Sha512(digest) => rsa_verify(
                issuer,
                Pkcs1v15Sign::new::<Sha512>(),
                &digest.finalize(),
                signature,
            ),
            Taken::Whole(signed) => {
                let (_, algorithm) =
                    AlgorithmIdentifier::from_der(&self.algorithm).map_err(|_| Unchecked::Malformed)?;
                let signature = BitString::new(0, signature);
                verify_signature(&issuer.key()?, &algorithm, &signature, &signed)
                    .map_err(|_| Unchecked::BadSignature)
            }
        }
    }

    /// How many bytes it holds.
    pub(super) fn held_bytes(&self) -> usize {
        match &self.digest {
            Taken::Beginning(kept) | Taken::Whole(kept) => kept.capacity(),
            Taken::Sha256(_) | Taken::Sha384(_) | Taken::Sha512(_) => 0,
        }
    }
}

fn rsa_verify(
    issuer: &CrlIssuer,
    padding: Pkcs1v15Sign,
    digest: &[u8],
    signature: &[u8],
) -> Result<(), Unchecked> {
    let info = issuer.key()?;
    let Ok(PublicKey::RSA(numbers)) = info.parsed() else {
        return Err(Unchecked::BadSignature);
    };
    let modulus = BigUint::from_bytes_be(numbers.modulus);
    let exponent = BigUint::from_bytes_be(numbers.exponent);
    let key = RsaPublicKey::new_with_max_size(modulus, exponent, LARGEST_KEY_BITS)
        .map_err(|_| Unchecked::BadSignature)?;
    if key.n().bits() < SMALLEST_KEY_BITS {
        return Err(Unchecked::WeakSignature {
            algorithm: key_text(&info),
        });
    }
    key.verify(padding, digest, signature)
        .map_err(|_| Unchecked::BadSignature)
}

struct Algorithm {
    oid: &'static [u8],
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    RsaSha256,
    RsaSha384,
    RsaSha512,
    Ecdsa,
    Weak(&'static str),
}

/// The algorithms that may sign a list; whatever is not here is refused.
const ALGORITHMS: &[Algorithm] = &[
    // 1.2.840.113549.1.1.11.
    Algorithm {
        oid: &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11],
        kind: Kind::RsaSha256,
    },
    // 1.2.840.113549.1.1.12.
    Algorithm {
        oid: &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12],
        kind: Kind::RsaSha384,
    },
    // 1.2.840.113549.1.1.13.
    Algorithm {
        oid: &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13],
        kind: Kind::RsaSha512,
    },
    // 1.2.840.10045.4.3.2, with SHA-256.
    Algorithm {
        oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2],
        kind: Kind::Ecdsa,
    },
    // 1.2.840.10045.4.3.3, with SHA-384.
    Algorithm {
        oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3],
        kind: Kind::Ecdsa,
    },
    // 1.2.840.113549.1.1.5.
    Algorithm {
        oid: &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5],
        kind: Kind::Weak("SHA-1, RSA"),
    },
    // 1.3.14.3.2.29.
    Algorithm {
        oid: &[0x2b, 14, 3, 2, 29],
        kind: Kind::Weak("SHA-1, RSA"),
    },
    // 1.2.840.10045.4.1.
    Algorithm {
        oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1],
        kind: Kind::Weak("SHA-1, ECDSA"),
    },
    // 1.2.840.113549.1.1.4.
    Algorithm {
        oid: &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4],
        kind: Kind::Weak("MD5, RSA"),
    },
];

const SMALLEST_KEY_BITS: usize = 2048;

/// Larger keys only cost time; the verifier of certificates takes none either.
const LARGEST_KEY_BITS: usize = 8192;

/// A list that is kept as a whole until its signature is verified: some 25,000 entries.
const LARGEST_KEPT: usize = 1024 * 1024;
