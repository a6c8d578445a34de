//! Who signed an OCSP answer, and may they? (RFC 6960 §4.2.2.2)

use crate::algorithms::verify_answer;
use crate::der::algorithm_identifiers;
use crate::name::comparison_key;
use crate::revocation::Unchecked;
use crate::revocation::cert_id::{digest, key_bits};
use crate::revocation::ocsp::{CertIdHash, malformed};
use crate::{Outcome, format, validity};
use der::asn1::{AnyRef, BitStringRef, ContextSpecific, ObjectIdentifier};
use der::{Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged};
use std::collections::HashSet;
use time::OffsetDateTime;
use x509_cert::spki::AlgorithmIdentifierRef;
use x509_ocsp::ResponderId;
use x509_parser::asn1_rs::BitString;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo, X509Name};

/// A `BasicOCSPResponse`, cut where it was put together. The signature is over the bytes as they came: what a parser
/// would write again may differ from them.
pub(super) struct Parts<'a> {
    /// `tbsResponseData`.
    pub(super) signed: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
    certificates: Vec<&'a [u8]>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(basic: &'a [u8]) -> Result<Self, Unchecked> {
        let mut reader = SliceReader::new(basic).map_err(malformed)?;
        let (signed, algorithm, signature, certificates) = reader
            .sequence(|fields| {
                let signed = fields.tlv_bytes()?;
                let algorithm = fields.tlv_bytes()?;
                let signature = BitStringRef::decode(fields)?;
                let certificates = ContextSpecific::<AnyRef<'a>>::decode_explicit(fields, TagNumber::N0)?;
                Ok((signed, algorithm, signature, certificates))
            })
            .and_then(|parts| reader.finish(parts))
            .map_err(malformed)?;
        Ok(Self {
            signed,
            algorithm,
            signature: signature.as_bytes().ok_or(Unchecked::Malformed)?,
            certificates: match certificates {
                Some(certificates) => elements(certificates.value)?,
                None => Vec::new(),
            },
        })
    }

    /// Verifies the signature with a key.
    fn verify(&self, key: &SubjectPublicKeyInfo<'_>) -> Result<(), Unchecked> {
        let Ok(([], algorithm)) = AlgorithmIdentifier::from_der(self.algorithm) else {
            return Err(Unchecked::Malformed);
        };
        // The parameters stand outside of what is signed: nothing but their form holds them (RFC 4055 §5).
        let exact = AlgorithmIdentifierRef::from_der(self.algorithm).map_err(malformed)?;
        if exact.parameters.is_some_and(|given| given != AnyRef::NULL) && exact.oid != PSS {
            return Err(Unchecked::Malformed);
        }
        verify_answer(key, &algorithm, &BitString::new(0, self.signature), self.signed)
    }
}

/// The elements of a sequence, each as it stands.
fn elements(sequence: AnyRef<'_>) -> Result<Vec<&[u8]>, Unchecked> {
    if sequence.tag() != Tag::Sequence {
        return Err(Unchecked::Malformed);
    }
    let mut elements = Vec::new();
    let mut reader = SliceReader::new(sequence.value()).map_err(malformed)?;
    while !reader.is_finished() {
        if elements.len() == MOST_CERTIFICATES {
            return Err(Unchecked::FieldTooLarge);
        }
        elements.push(reader.tlv_bytes().map_err(malformed)?);
    }
    Ok(elements)
}

/// Somebody who may answer for an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The issuer itself, or a delegate about whom nothing is to be asked.
    Settled,
    /// A delegate that may itself have been revoked.
    MayBeRevoked,
}

impl Standing {
    pub(super) fn accept(self) -> Result<(), Unchecked> {
        match self {
            Self::Settled => Ok(()),
            Self::MayBeRevoked => Err(Unchecked::ResponderUnchecked),
        }
    }
}

/// Finds the signer that the answer names, verifies the signature, and judges whether the signer may answer for
/// `issuer` at the instant `at`.
pub(super) fn verify(
    parts: &Parts<'_>,
    named: &ResponderId,
    issuer: &X509Certificate<'_>,
    at: OffsetDateTime,
) -> Result<Standing, Unchecked> {
    let is_issuer = is_named(issuer, named)?;
    let mut delegates = Vec::new();
    for der in &parts.certificates {
        let certificate = format::parse(der).map_err(|_| Unchecked::Malformed)?;
        if is_named(&certificate, named)? {
            delegates.push((*der, certificate));
        }
    }
    if !is_issuer && delegates.is_empty() {
        return Err(Unchecked::WrongResponder);
    }
    let mut outcome = Err(Unchecked::BadSignature);
    if is_issuer {
        outcome = parts.verify(issuer.public_key()).map(|()| Standing::Settled);
    }
    // One key may have several certificates: an old one beside its successor.
    for (der, delegate) in delegates {
        if outcome == Ok(Standing::Settled) {
            break;
        }
        let verified = parts.verify(delegate.public_key());
        let judged = verified.and_then(|()| judge_delegate(der, &delegate, issuer, at));
        if judged.is_ok() || (outcome.is_err() && judged != Err(Unchecked::BadSignature)) {
            outcome = judged;
        }
    }
    outcome
}

/// Whether the answer names this certificate as its signer: by its subject, or by the SHA-1 of its key.
fn is_named(certificate: &X509Certificate<'_>, named: &ResponderId) -> Result<bool, Unchecked> {
    match named {
        ResponderId::ByName(name) => {
            let der = name.to_der().map_err(malformed)?;
            let (_, name) = X509Name::from_der(&der).map_err(|_| Unchecked::Malformed)?;
            Ok(comparison_key(&name) == comparison_key(certificate.subject()))
        }
        ResponderId::ByKey(hash) => Ok(hash.as_bytes() == digest(CertIdHash::Sha1, key_bits(certificate))),
    }
}

/// Whether the issuer made this certificate, with the very key that it signs citizens' certificates with, for
/// answering in its place.
fn judge_delegate(
    der: &[u8],
    delegate: &X509Certificate<'_>,
    issuer: &X509Certificate<'_>,
    at: OffsetDateTime,
) -> Result<Standing, Unchecked> {
    let (signed, beside) = algorithm_identifiers(der).ok_or(Unchecked::Malformed)?;
    let is_issued_by_name = comparison_key(delegate.issuer()) == comparison_key(issuer.subject());
    if signed != beside || !is_issued_by_name {
        return Err(Unchecked::WrongResponder);
    }
    verify_answer(
        issuer.public_key(),
        &delegate.signature_algorithm,
        &delegate.signature_value,
        delegate.tbs_certificate.as_ref(),
    )
    .map_err(|reason| match reason == Unchecked::BadSignature {
        // It was made with another key: perhaps that of a CA of the same name.
        true => Unchecked::WrongResponder,
        false => reason,
    })?;
    refuse_unknown_extensions(delegate)?;
    // Any purpose is not this one (RFC 6960 §4.2.2.2).
    let may_answer = matches!(delegate.extended_key_usage(), Ok(Some(usage)) if usage.value.ocsp_signing);
    let may_sign = match delegate.key_usage() {
        Ok(Some(usage)) => usage.value.digital_signature(),
        Ok(None) => true,
        Err(_) => false,
    };
    if !(may_answer && may_sign) {
        return Err(Unchecked::WrongResponder);
    }
    // No answer of its key is older than itself: a wrong clock, or a day of the past.
    let produced_at = delegate.validity().not_before.to_datetime();
    if at < produced_at {
        return Err(Unchecked::FromTheFuture { produced_at });
    }
    if validity::examine(delegate, at).outcome != Outcome::Good {
        return Err(Unchecked::WrongResponder);
    }
    let is_exempt = delegate
        .extensions()
        .iter()
        .any(|extension| extension.oid.to_id_string() == NO_CHECK);
    Ok(match is_exempt {
        true => Standing::Settled,
        false => Standing::MayBeRevoked,
    })
}

fn refuse_unknown_extensions(delegate: &X509Certificate<'_>) -> Result<(), Unchecked> {
    let mut seen = HashSet::new();
    for extension in delegate.extensions() {
        let oid = extension.oid.to_id_string();
        if extension.critical && !KNOWN_EXTENSIONS.contains(&oid.as_str()) {
            return Err(Unchecked::CriticalExtension { oid });
        }
        let is_broken = matches!(extension.parsed_extension(), ParsedExtension::ParseError { .. });
        if is_broken || !seen.insert(oid) {
            return Err(Unchecked::Malformed);
        }
    }
    Ok(())
}

/// An answer carries the responder's certificate, sometimes with a CA or two.
const MOST_CERTIFICATES: usize = 8;

const PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");

/// id-pkix-ocsp-nocheck: the issuer answers for the certificate until its end (RFC 6960 §4.2.2.2.1).
const NO_CHECK: &str = "1.3.6.1.5.5.7.48.1.5";

/// The extensions whose meaning is checked, or can be left aside on a responder's certificate without harm.
const KNOWN_EXTENSIONS: &[&str] = &[
    NO_CHECK,
    "2.5.29.14", // Subject key identifier.
    "2.5.29.15", // Key usage.
    "2.5.29.17", // Subject alternative name.
    "2.5.29.18", // Issuer alternative name.
    "2.5.29.19", // Basic constraints.
    "2.5.29.31", // CRL distribution points.
    "2.5.29.32", // Certificate policies.
    "2.5.29.35", // Authority key identifier.
    "2.5.29.37", // Extended key usage.
];
