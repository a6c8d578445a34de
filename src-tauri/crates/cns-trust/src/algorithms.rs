//! What each algorithm still proves: one dated table for certificates, their keys, and the answers about them.
//!
//! Whatever is not on the table is refused. The dates say since when a row stands as it does; a check as of an earlier
//! day applies the same row, because what can be forged today can carry any date.

use crate::der::{Element, SEQUENCE};
use crate::revocation::Unchecked;
use crate::summary::{KeyKind, key_kind, key_text};
use x509_parser::asn1_rs::BitString;
use x509_parser::verify::verify_signature;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlgorithmRule {
    /// What people call it: `SHA-1, RSA`, `RSA-1024`.
    pub name: &'static str,
    /// Its dotted numbers; none for a key that is told by its size.
    pub oids: &'static [&'static str],
    /// What it is worth on a citizen's certificate.
    pub on_certificate: Worth,
    /// What it is worth on an answer about one: OCSP, CRL. Such a one is made today, so nothing old is excused.
    pub on_answer: Worth,
    /// Since when that is so: `2017-02-23`.
    pub since: &'static str,
    /// Why, and who says so.
    pub because: &'static str,
}

/// What an algorithm is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It counts.
    Sound,
    /// It can be verified and proves too little: portals may refuse it, and it is never silently good.
    Legacy,
    /// It proves nothing.
    Refused,
}

/// The rule for a signature algorithm, told by its dotted number.
pub(crate) fn of_signature(oid: &str) -> Option<&'static AlgorithmRule> {
    ALGORITHM_POLICY.iter().find(|rule| rule.oids.contains(&oid))
}

/// The rule for an RSA key of so many bits, where there is one beside the general one.
pub(crate) fn of_key(key: &SubjectPublicKeyInfo<'_>) -> Worth {
    match key_kind(key) {
        KeyKind::Rsa { bits: 2048.. } => RSA.on_certificate,
        KeyKind::Rsa { bits: 1024.. } => RSA_1024.on_certificate,
        KeyKind::Rsa { .. } => RSA_SMALL.on_certificate,
        KeyKind::P256 | KeyKind::P384 => NIST_CURVES.on_certificate,
        KeyKind::Other => Worth::Refused,
    }
}

/// The rule under which an answer signed with this algorithm counts.
///
/// # Errors
/// [`Unchecked::WeakSignature`] when it proves too little, or nothing.
pub(crate) fn of_answer(oid: &str) -> Result<&'static AlgorithmRule, Unchecked> {
    let weak = |algorithm: &str| Unchecked::WeakSignature {
        algorithm: algorithm.to_owned(),
    };
    match of_signature(oid) {
        Some(rule) if rule.on_answer == Worth::Sound => Ok(rule),
        Some(rule) => Err(weak(rule.name)),
        None => Err(weak(oid)),
    }
}

/// Verifies the signature of an answer with the key of whoever may have signed it.
///
/// # Errors
/// [`Unchecked::WeakSignature`] when the algorithm, its parameters or the key prove too little,
/// [`Unchecked::BadSignature`] when the signature is wrong.
pub(crate) fn verify_answer(
    key: &SubjectPublicKeyInfo<'_>,
    algorithm: &AlgorithmIdentifier<'_>,
    signature: &BitString<'_>,
    signed: &[u8],
) -> Result<(), Unchecked> {
    let rule = of_answer(&algorithm.algorithm.to_id_string())?;
    let weak = |algorithm: String| Unchecked::WeakSignature { algorithm };
    if of_key(key) != Worth::Sound {
        return Err(weak(format!("{}, {}", rule.name, key_text(key))));
    }
    match verify(key, algorithm, signature, signed) {
        Err(Unverified::Parameters) => Err(weak(rule.name.to_owned())),
        Err(Unverified::Wrong) => Err(Unchecked::BadSignature),
        Ok(()) => Ok(()),
    }
}

/// Why a signature was not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unverified {
    /// The parameters of RSA-PSS are not the ones that the verifier applies.
    Parameters,
    /// It is wrong, or made with another kind of key.
    Wrong,
}

/// Verifies a signature, whatever its algorithm is worth.
pub(crate) fn verify(
    key: &SubjectPublicKeyInfo<'_>,
    algorithm: &AlgorithmIdentifier<'_>,
    signature: &BitString<'_>,
    signed: &[u8],
) -> Result<(), Unverified> {
    if algorithm.algorithm.to_id_string() == PSS && !are_pss_parameters_as_verified(algorithm) {
        return Err(Unverified::Parameters);
    }
    // A key that is bound to RSA-PSS by its own identifier is of another kind: its conditions are not applied here.
    let kind = key.algorithm.algorithm.to_id_string();
    if signature.unused_bits != 0 || ![RSA_KEY, EC_KEY].contains(&kind.as_str()) {
        return Err(Unverified::Wrong);
    }
    verify_signature(key, algorithm, signature, signed).map_err(|_| Unverified::Wrong)
}

/// The verifier reads the hash alone. It applies MGF1 with that hash, a salt as long as the hash and the usual trailer
/// (RFC 4055 §3.1), whatever the parameters say: so they must say just that.
fn are_pss_parameters_as_verified(algorithm: &AlgorithmIdentifier<'_>) -> bool {
    let Some(parameters) = &algorithm.parameters else {
        return false;
    };
    let is_one = |hash: &(&[u8], u8)| -> Option<()> {
        let (oid, salt) = *hash;
        let parameters = Element::all(parameters.data)?;
        let [hash, mask, length] = parameters.as_slice() else {
            return None;
        };
        let hash = Element::only(SEQUENCE, Element::only(0xa0, hash.whole)?)?;
        let mask = Element::only(SEQUENCE, Element::only(0xa1, mask.whole)?)?;
        let (function, mask_hash) = Element::read(mask)?;
        let length = Element::only(INTEGER, Element::only(0xa2, length.whole)?)?;
        let names = |identifier: &[u8]| -> Option<bool> {
            let (found, rest) = Element::read(identifier)?;
            Some(found.whole == oid && (rest.is_empty() || rest == NULL))
        };
        let agrees = names(hash)?
            && function.whole == MGF1
            && names(Element::only(SEQUENCE, mask_hash)?)?
            && length == [salt];
        agrees.then_some(())
    };
    parameters.tag().0 == 0x10 && PSS_HASHES.iter().any(|hash| is_one(hash).is_some())
}

/// The table. Every date and reason can be looked up in what it names.
pub const ALGORITHM_POLICY: &[AlgorithmRule] = &[
    AlgorithmRule {
        name: "MD5, RSA",
        oids: &["1.2.840.113549.1.1.4"],
        on_certificate: Worth::Refused,
        on_answer: Worth::Refused,
        since: "2008-12-30",
        because: "a CA certificate was forged with an MD5 collision; RFC 6151 forbids MD5 in signatures",
    },
    AlgorithmRule {
        name: "SHA-1, RSA",
        oids: &["1.2.840.113549.1.1.5", "1.3.14.3.2.29"],
        on_certificate: Worth::Legacy,
        on_answer: Worth::Legacy,
        since: "2017-02-23",
        because: "the first collision was published; NIST SP 800-131A disallows SHA-1 for new signatures since 2014. \
                  CNS certificates were signed so until 2016 at least",
    },
    AlgorithmRule {
        name: "SHA-1, ECDSA",
        oids: &["1.2.840.10045.4.1"],
        on_certificate: Worth::Refused,
        on_answer: Worth::Refused,
        since: "2017-02-23",
        because: "as SHA-1 with RSA, and no CNS was ever signed so",
    },
    AlgorithmRule {
        name: "SHA-256, RSA",
        oids: &["1.2.840.113549.1.1.11"],
        on_certificate: Worth::Sound,
        on_answer: Worth::Sound,
        since: "2005-06-01",
        because: "RFC 4055",
    },
    AlgorithmRule {
        name: "SHA-384, RSA",
        oids: &["1.2.840.113549.1.1.12"],
        on_certificate: Worth::Sound,
        on_answer: Worth::Sound,
        since: "2005-06-01",
        because: "RFC 4055",
    },
    AlgorithmRule {
        name: "SHA-512, RSA",
        oids: &["1.2.840.113549.1.1.13"],
        on_certificate: Worth::Sound,
        on_answer: Worth::Sound,
        since: "2005-06-01",
        because: "RFC 4055",
    },
    AlgorithmRule {
        name: "RSA-PSS",
        oids: &[PSS],
        on_certificate: Worth::Sound,
        on_answer: Worth::Sound,
        since: "2005-06-01",
        because: "RFC 4055; only with SHA-256, SHA-384 or SHA-512 and its usual parameters",
    },
    AlgorithmRule {
        name: "SHA-256, ECDSA",
        oids: &["1.2.840.10045.4.3.2"],
        on_certificate: Worth::Sound,
        on_answer: Worth::Sound,
        since: "2010-01-01",
        because: "RFC 5758",
    },
    AlgorithmRule {
        name: "SHA-384, ECDSA",
        oids: &["1.2.840.10045.4.3.3"],
        on_certificate: Worth::Sound,
        on_answer: Worth::Sound,
        since: "2010-01-01",
        because: "RFC 5758",
    },
    RSA,
    RSA_1024,
    RSA_SMALL,
    NIST_CURVES,
];

const RSA: AlgorithmRule = AlgorithmRule {
    name: "RSA from 2048 bits",
    oids: &[],
    on_certificate: Worth::Sound,
    on_answer: Worth::Sound,
    since: "2014-01-01",
    because: "the least that NIST SP 800-131A allows",
};

const RSA_1024: AlgorithmRule = AlgorithmRule {
    name: "RSA from 1024 bits",
    oids: &[],
    on_certificate: Worth::Legacy,
    on_answer: Worth::Legacy,
    since: "2014-01-01",
    because: "NIST SP 800-131A disallows it for new signatures; the first generations of the CNS hold such keys",
};

const RSA_SMALL: AlgorithmRule = AlgorithmRule {
    name: "RSA below 1024 bits",
    oids: &[],
    on_certificate: Worth::Refused,
    on_answer: Worth::Refused,
    since: "2009-12-12",
    because: "a modulus of 768 bits was factored (IACR ePrint 2010/006)",
};

const NIST_CURVES: AlgorithmRule = AlgorithmRule {
    name: "P-256 and P-384",
    oids: &[],
    on_certificate: Worth::Sound,
    on_answer: Worth::Sound,
    since: "2009-03-01",
    because: "RFC 5480; other curves are not used by any CNS and are refused",
};

const PSS: &str = "1.2.840.113549.1.1.10";
const RSA_KEY: &str = "1.2.840.113549.1.1.1";
const EC_KEY: &str = "1.2.840.10045.2.1";

/// SHA-256, SHA-384 and SHA-512 (2.16.840.1.101.3.4.2.n) with the lengths of their values.
const PSS_HASHES: &[(&[u8], u8)] = &[
    (
        &[0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01],
        32,
    ),
    (
        &[0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02],
        48,
    ),
    (
        &[0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03],
        64,
    ),
];
/// 1.2.840.113549.1.1.8.
const MGF1: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];
const NULL: &[u8] = &[0x05, 0x00];
const INTEGER: u8 = 0x02;
