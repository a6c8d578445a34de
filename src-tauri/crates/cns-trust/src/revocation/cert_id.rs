//! How a request names a certificate, and how an answer names it back (`CertID`, RFC 6960 §4.1.1).

use crate::revocation::Question;
use crate::revocation::ocsp::CertIdHash;
use der::asn1::{AnyRef, Null, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Tag};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_ocsp::CertId;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

/// The certificate that is asked about, and the anchor whose key signed it.
pub(super) struct Pair<'a> {
    serial: &'a [u8],
    leaf: X509Certificate<'a>,
    pub(super) issuer: X509Certificate<'a>,
}

impl<'a> Pair<'a> {
    /// `None` when one of them is no certificate.
    pub(super) fn of(question: &'a Question) -> Option<Self> {
        let (_, leaf) = X509Certificate::from_der(&question.leaf_der).ok()?;
        let (_, issuer) = X509Certificate::from_der(&question.issuer_der).ok()?;
        Some(Self {
            serial: &question.serial,
            leaf,
            issuer,
        })
    }

    /// The certificate's name in a request; `None` when its serial number is none that DER knows (RFC 5280 §4.1.2.2).
    pub(super) fn named(&self, hash: CertIdHash) -> Option<CertId> {
        let algorithm = match hash {
            CertIdHash::Sha1 => SHA1,
            CertIdHash::Sha256 => SHA256,
        };
        Some(CertId {
            hash_algorithm: AlgorithmIdentifierOwned {
                oid: algorithm,
                parameters: Some(Null.into()),
            },
            // The name as the certificate itself writes it.
            issuer_name_hash: OctetString::new(digest(hash, self.leaf.issuer().as_raw())).ok()?,
            issuer_key_hash: OctetString::new(self.issuer_key_hash(hash)).ok()?,
            serial_number: self.serial()?,
        })
    }

    /// Whether an answer speaks of this certificate. A responder may have signed its answers in advance, so either hash
    /// will do, and the issuer's name as the certificate or as the issuer itself writes it: some CAs write their own in
    /// another string type. The key's hash leaves no doubt whose name it is.
    pub(super) fn is_named_by(&self, id: &CertId) -> bool {
        let hash = match id.hash_algorithm.oid {
            SHA1 => CertIdHash::Sha1,
            SHA256 => CertIdHash::Sha256,
            _ => return false,
        };
        let names = [
            &self.leaf.tbs_certificate.issuer,
            &self.issuer.tbs_certificate.subject,
        ];
        let is_named = |name: &X509Name<'_>| id.issuer_name_hash.as_bytes() == digest(hash, name.as_raw());
        names.into_iter().any(is_named)
            && id.issuer_key_hash.as_bytes() == self.issuer_key_hash(hash)
            && self.serial().is_some_and(|serial| serial == id.serial_number)
    }

    fn serial(&self) -> Option<SerialNumber> {
        let integer = AnyRef::new(Tag::Integer, self.serial).ok()?.to_der().ok()?;
        SerialNumber::from_der(&integer).ok()
    }

    fn issuer_key_hash(&self, hash: CertIdHash) -> Vec<u8> {
        digest(hash, key_bits(&self.issuer))
    }
}

/// What a key hash of RFC 6960 is made over: the bits of the key, without tag, length and the count of unused bits.
pub(super) fn key_bits<'c>(certificate: &'c X509Certificate<'_>) -> &'c [u8] {
    &certificate.public_key().subject_public_key.data
}

pub(super) fn digest(hash: CertIdHash, bytes: &[u8]) -> Vec<u8> {
    match hash {
        CertIdHash::Sha1 => Sha1::digest(bytes).to_vec(),
        CertIdHash::Sha256 => Sha256::digest(bytes).to_vec(),
    }
}

const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
