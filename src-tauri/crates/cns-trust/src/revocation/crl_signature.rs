//! The signature over a CRL, whose digest is taken while the list passes by.

use super::crl_algorithm::{Algorithm, Hash, Padding};
use super::crl_issuer::CrlIssuer;
use crate::der::{Element, SEQUENCE};
use crate::revocation::Unchecked;
use crate::summary::key_text;
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, Pkcs1v15Sign, Pss, RsaPublicKey};
use sha2::digest::const_oid::AssociatedOid;
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
    identifier: Vec<u8>,
    taken: Taken,
}

#[derive(Debug)]
enum Taken {
    /// What stands before the algorithm's name.
    Beginning(Vec<u8>),
    Sha256(Sha256, Padding),
    Sha384(Sha384, Padding),
    Sha512(Sha512, Padding),
    /// All of it: the verifier of ECDSA takes no digest.
    Whole(Vec<u8>),
}

impl Signed {
    /// Nothing of it yet.
    pub(super) fn new() -> Self {
        Self {
            identifier: Vec::new(),
            taken: Taken::Beginning(Vec::new()),
        }
    }

    /// Takes the next bytes in.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        match &mut self.taken {
            Taken::Beginning(kept) | Taken::Whole(kept) => kept.extend_from_slice(bytes),
            Taken::Sha256(digest, _) => digest.update(bytes),
            Taken::Sha384(digest, _) => digest.update(bytes),
            Taken::Sha512(digest, _) => digest.update(bytes),
        }
    }

    /// Takes the algorithm that the signed part names, all of which is `length` bytes long.
    pub(super) fn choose(&mut self, identifier: &Element<'_>, length: usize) -> Result<(), Unchecked> {
        let algorithm = Algorithm::read(identifier)?;
        let Taken::Beginning(beginning) = &mut self.taken else {
            return Err(Unchecked::Malformed);
        };
        let beginning = std::mem::take(beginning);
        self.taken = match algorithm {
            Algorithm::Rsa(Hash::Sha256, padding) => Taken::Sha256(Sha256::new(), padding),
            Algorithm::Rsa(Hash::Sha384, padding) => Taken::Sha384(Sha384::new(), padding),
            Algorithm::Rsa(Hash::Sha512, padding) => Taken::Sha512(Sha512::new(), padding),
            Algorithm::Ecdsa if length > LARGEST_KEPT => return Err(Unchecked::FieldTooLarge),
            Algorithm::Ecdsa => Taken::Whole(Vec::with_capacity(length)),
        };
        self.identifier = identifier.whole.to_vec();
        self.take(&beginning);
        Ok(())
    }

    /// Whether the algorithm beside the signature is the one under it (RFC 5280 §5.1.1.2).
    pub(super) fn names(&self, identifier: &Element<'_>) -> bool {
        identifier.tag == SEQUENCE && self.identifier == identifier.whole
    }

    /// Verifies the signature over what was taken in.
    pub(super) fn verify(self, signature: &[u8], issuer: &CrlIssuer) -> Result<(), Unchecked> {
        match self.taken {
            Taken::Beginning(_) => Err(Unchecked::Malformed),
            Taken::Sha256(digest, padding) => rsa_verify::<Sha256>(issuer, padding, digest, signature),
            Taken::Sha384(digest, padding) => rsa_verify::<Sha384>(issuer, padding, digest, signature),
            Taken::Sha512(digest, padding) => rsa_verify::<Sha512>(issuer, padding, digest, signature),
            Taken::Whole(signed) => {
                let (_, algorithm) =
                    AlgorithmIdentifier::from_der(&self.identifier).map_err(|_| Unchecked::Malformed)?;
                let signature = BitString::new(0, signature);
                verify_signature(&issuer.key()?, &algorithm, &signature, &signed)
                    .map_err(|_| Unchecked::BadSignature)
            }
        }
    }

    /// How many bytes it holds.
    pub(super) fn held_bytes(&self) -> usize {
        match &self.taken {
            Taken::Beginning(kept) | Taken::Whole(kept) => kept.capacity(),
            Taken::Sha256(..) | Taken::Sha384(..) | Taken::Sha512(..) => 0,
        }
    }
}

fn rsa_verify<D>(issuer: &CrlIssuer, padding: Padding, digest: D, signature: &[u8]) -> Result<(), Unchecked>
where
    D: Digest + sha2::digest::DynDigest + AssociatedOid + Send + Sync + 'static,
{
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
    let digest = Digest::finalize(digest);
    match padding {
        Padding::Pkcs1 => key.verify(Pkcs1v15Sign::new::<D>(), &digest, signature),
        Padding::Pss { salt } => key.verify(Pss::new_with_salt::<D>(salt), &digest, signature),
    }
    .map_err(|_| Unchecked::BadSignature)
}

const SMALLEST_KEY_BITS: usize = 2048;

/// Larger keys only cost time; the verifier of certificates takes none either.
const LARGEST_KEY_BITS: usize = 8192;

/// A list that is kept as a whole until its signature is verified: some 25,000 entries.
pub(super) const LARGEST_KEPT: usize = 1024 * 1024;
