//! The algorithms that a list's signature may use, by the identifiers of XML signatures (RFC 9231).

use crate::trust_list::TrustListError;
use bergshamra_c14n::C14nSink;
use sha2::digest::DynDigest;
use x509_parser::asn1_rs::{BitString, Oid};
use x509_parser::oid_registry::{
    OID_EC_P256, OID_NIST_EC_P384, OID_PKCS1_SHA256WITHRSA, OID_PKCS1_SHA384WITHRSA, OID_PKCS1_SHA512WITHRSA,
    OID_SIG_ECDSA_WITH_SHA256, OID_SIG_ECDSA_WITH_SHA384,
};
use x509_parser::public_key::PublicKey;
use x509_parser::verify::verify_signature;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

/// A digest that canonical XML runs into.
pub(super) struct Digesting(Box<dyn DynDigest>);

impl Digesting {
    /// A digest that may vouch for a part of a list.
    pub(super) fn of(algorithm: &str) -> Result<Self, TrustListError> {
        Ok(Self(match algorithm {
            "http://www.w3.org/2001/04/xmlenc#sha256" => Box::new(sha2::Sha256::default()),
            "http://www.w3.org/2001/04/xmldsig-more#sha384" => Box::new(sha2::Sha384::default()),
            "http://www.w3.org/2001/04/xmlenc#sha512" => Box::new(sha2::Sha512::default()),
            other => return Err(not_taken(other)),
        }))
    }

    /// A digest that names a certificate which a stronger one already vouches for. Here SHA-1 does no harm, and the
    /// Italian list uses it.
    pub(super) fn of_certificate(algorithm: &str) -> Result<Self, TrustListError> {
        match algorithm {
            "http://www.w3.org/2000/09/xmldsig#sha1" => Ok(Self(Box::new(sha1::Sha1::default()))),
            stronger => Self::of(stronger),
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0.finalize().into_vec()
    }
}

impl C14nSink for Digesting {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

/// Verifies the value of a signature over `signed`.
///
/// # Errors
/// [`TrustListError::Algorithm`] when it or the key is of a kind that is not taken, [`TrustListError::BadSignature`]
/// when the value is wrong.
pub(super) fn verify_value(
    algorithm: &str,
    key: &SubjectPublicKeyInfo<'_>,
    value: &[u8],
    signed: &[u8],
) -> Result<(), TrustListError> {
    let (oid, is_rsa): (Oid<'static>, bool) = match algorithm {
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => (OID_PKCS1_SHA256WITHRSA, true),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => (OID_PKCS1_SHA384WITHRSA, true),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => (OID_PKCS1_SHA512WITHRSA, true),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" => (OID_SIG_ECDSA_WITH_SHA256, false),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384" => (OID_SIG_ECDSA_WITH_SHA384, false),
        other => return Err(not_taken(other)),
    };
    let encoded = if is_rsa {
        long_enough(key)?;
        value.to_vec()
    } else {
        encoded_pair(value, coordinate(key)?).ok_or(TrustListError::BadSignature)?
    };
    let identifier = AlgorithmIdentifier::new(oid, None);
    verify_signature(key, &identifier, &BitString::new(0, &encoded), signed)
        .map_err(|_| TrustListError::BadSignature)
}

fn long_enough(key: &SubjectPublicKeyInfo<'_>) -> Result<(), TrustListError> {
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) if rsa.key_size() >= 2048 => Ok(()),
        Ok(PublicKey::RSA(rsa)) => Err(not_taken(&format!("RSA-{}", rsa.key_size()))),
        // The algorithm says RSA and the key is of another kind: nothing that it could have signed.
        Ok(_) | Err(_) => Err(TrustListError::BadSignature),
    }
}

/// Bytes of one coordinate of the key's curve.
fn coordinate(key: &SubjectPublicKeyInfo<'_>) -> Result<usize, TrustListError> {
    let Ok(PublicKey::EC(_)) = key.parsed() else {
        return Err(TrustListError::BadSignature);
    };
    let parameters = key.algorithm.parameters.as_ref();
    match parameters.and_then(|parameters| parameters.as_oid().ok()) {
        Some(curve) if curve == OID_EC_P256 => Ok(32),
        Some(curve) if curve == OID_NIST_EC_P384 => Ok(48),
        Some(curve) => Err(not_taken(&curve.to_id_string())),
        None => Err(TrustListError::BadSignature),
    }
}

/// An ECDSA value as certificates have it, in DER, from the form of XML signatures: two numbers side by side, each as
/// long as a coordinate (RFC 6931 §2.3.6).
fn encoded_pair(value: &[u8], coordinate: usize) -> Option<Vec<u8>> {
    if value.len() != 2 * coordinate {
        return None;
    }
    let mut pair = Vec::new();
    for half in value.chunks(coordinate) {
        let zeros = half.iter().take_while(|byte| **byte == 0).count();
        let mut number = half.get(zeros..)?.to_vec();
        if number.first().is_none_or(|byte| *byte >= 0x80) {
            number.insert(0, 0);
        }
        pair.extend([INTEGER, u8::try_from(number.len()).ok()?]);
        pair.extend(number);
    }
    let mut encoded = vec![SEQUENCE, u8::try_from(pair.len()).ok()?];
    encoded.extend(pair);
    Some(encoded)
}

fn not_taken(algorithm: &str) -> TrustListError {
    TrustListError::Algorithm {
        algorithm: algorithm.to_owned(),
    }
}

const INTEGER: u8 = 0x02;
const SEQUENCE: u8 = 0x30;
