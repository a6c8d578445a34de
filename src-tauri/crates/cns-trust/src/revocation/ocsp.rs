//! OCSP (RFC 6960): the request, and what an answer is worth.

use crate::revocation::cert_id::Pair;
use crate::revocation::responder::{self, Parts};
use crate::revocation::{Question, Reason, Status, Times, Unchecked};
use der::asn1::{GeneralizedTime, ObjectIdentifier, OctetString};
use der::{Decode, Encode};
use std::collections::HashSet;
use time::{Duration, OffsetDateTime};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::CrlReason;
use x509_ocsp::{
    CertStatus, OcspRequest, OcspResponse, OcspResponseStatus, Request, ResponseData, SingleResponse,
    TbsRequest,
};

/// The hash that names a certificate in a request (`CertID`, RFC 6960 §4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertIdHash {
    /// SHA-1, which every responder knows.
    Sha1,
    /// SHA-256.
    Sha256,
}

/// The DER of a request about one certificate, without a signature.
///
/// # Errors
/// [`Unchecked::Malformed`] when the question's certificates cannot be read, or its serial number is none.
pub fn request(question: &Question, hash: CertIdHash, nonce: Option<[u8; 16]>) -> Result<Vec<u8>, Unchecked> {
    let name = Pair::of(question).and_then(|pair| pair.named(hash));
    let request = OcspRequest {
        tbs_request: TbsRequest {
            request_list: vec![Request {
                req_cert: name.ok_or(Unchecked::Malformed)?,
                single_request_extensions: None,
            }],
            request_extensions: match nonce {
                Some(nonce) => Some(vec![Extension {
                    extn_id: NONCE,
                    critical: false,
                    extn_value: OctetString::new(nonce_value(nonce)?).map_err(malformed)?,
                }]),
                None => None,
            },
            ..TbsRequest::default()
        },
        optional_signature: None,
    };
    request.to_der().map_err(malformed)
}

/// Judges an answer (DER) at the instant `at`.
///
/// # Errors
/// Why it does not count.
pub fn judge(
    answer: &[u8],
    question: &Question,
    nonce: Option<[u8; 16]>,
    at: OffsetDateTime,
) -> Result<(Status, Times), Unchecked> {
    let pair = Pair::of(question).ok_or(Unchecked::Malformed)?;
    let basic = basic_response(answer)?;
    let parts = Parts::of(&basic)?;
    let data = ResponseData::from_der(parts.signed).map_err(malformed)?;
    let standing = responder::verify(&parts, &data.responder_id, &pair.issuer, at)?;

    let extensions = data.response_extensions.as_deref().unwrap_or_default();
    refuse_unknown_critical(extensions, KNOWN_OF_ANSWER)?;
    refuse_other_nonce(extensions, nonce)?;
    let single = strictest(&data.responses, &pair)?;
    let times = Times {
        produced_at: instant(single.this_update.0)?,
        next_update: single.next_update.map(|next| instant(next.0)).transpose()?,
    };
    refuse_out_of_date(times, instant(data.produced_at.0)?, at)?;
    let status = status(single)?;
    // Last, so that this is said only of an answer that has no other fault.
    standing.accept()?;
    Ok((status, times))
}

/// The DER of the `BasicOCSPResponse`, or what the responder says instead (RFC 6960 §4.2.1).
fn basic_response(answer: &[u8]) -> Result<Vec<u8>, Unchecked> {
    if answer.len() > LARGEST_ANSWER {
        return Err(Unchecked::FieldTooLarge);
    }
    // A status that the standard does not list: `SEQUENCE { ENUMERATED }`, and nothing the types could hold.
    if let [0x30, 3, 0x0a, 1, 4 | 7..] = answer {
        return Err(Unchecked::ResponderSays { status: "unknown" });
    }
    let response = OcspResponse::from_der(answer).map_err(malformed)?;
    let status = match response.response_status {
        OcspResponseStatus::Successful => {
            let bytes = response.response_bytes.ok_or(Unchecked::Malformed)?;
            return match bytes.response_type {
                BASIC => Ok(bytes.response.into_bytes()),
                _ => Err(Unchecked::Malformed),
            };
        }
        OcspResponseStatus::MalformedRequest => "malformedRequest",
        OcspResponseStatus::InternalError => "internalError",
        OcspResponseStatus::TryLater => "tryLater",
        OcspResponseStatus::SigRequired => "sigRequired",
        OcspResponseStatus::Unauthorized => "unauthorized",
    };
    Err(Unchecked::ResponderSays { status })
}

/// The answer about this certificate. Where there are several, the strictest: a responder that contradicts itself
/// must not do so to anybody's advantage.
fn strictest<'d>(all: &'d [SingleResponse], pair: &Pair<'_>) -> Result<&'d SingleResponse, Unchecked> {
    if all.len() > MOST_SINGLES {
        return Err(Unchecked::FieldTooLarge);
    }
    let ours: Vec<&SingleResponse> = all
        .iter()
        .filter(|single| pair.is_named_by(&single.cert_id))
        .collect();
    for single in &ours {
        refuse_unknown_critical(
            single.single_extensions.as_deref().unwrap_or_default(),
            KNOWN_OF_SINGLE,
        )?;
    }
    let severity = |single: &&SingleResponse| match single.cert_status {
        CertStatus::Good(_) => 0,
        CertStatus::Unknown(_) => 1,
        CertStatus::Revoked(_) => 2,
    };
    ours.into_iter()
        .max_by_key(severity)
        .ok_or(Unchecked::OtherCertificate)
}

fn status(single: &SingleResponse) -> Result<Status, Unchecked> {
    Ok(match &single.cert_status {
        CertStatus::Good(_) => Status::Good,
        CertStatus::Unknown(_) => Status::UnknownToResponder,
        CertStatus::Revoked(revoked) => Status::Revoked {
            at: instant(revoked.revocation_time.0)?,
            reason: match revoked.revocation_reason {
                Some(reason) => Some(reason_of(reason)),
                None => reason_beside(single)?,
            },
        },
    })
}

/// Some responders write the reason as a CRL writes it, among the extensions (RFC 6960 §4.4.5).
fn reason_beside(single: &SingleResponse) -> Result<Option<Reason>, Unchecked> {
    let extensions = single.single_extensions.as_deref().unwrap_or_default();
    let Some(found) = extensions.iter().find(|extension| extension.extn_id == REASON) else {
        return Ok(None);
    };
    let reason = CrlReason::from_der(found.extn_value.as_bytes()).map_err(malformed)?;
    Ok(Some(reason_of(reason)))
}

fn reason_of(reason: CrlReason) -> Reason {
    match reason {
        CrlReason::Unspecified => Reason::Unspecified,
        CrlReason::KeyCompromise => Reason::KeyCompromise,
        CrlReason::CaCompromise => Reason::CaCompromise,
        CrlReason::AffiliationChanged => Reason::AffiliationChanged,
        CrlReason::Superseded => Reason::Superseded,
        CrlReason::CessationOfOperation => Reason::CessationOfOperation,
        CrlReason::CertificateHold => Reason::CertificateHold,
        CrlReason::RemoveFromCRL => Reason::RemoveFromCrl,
        CrlReason::PrivilegeWithdrawn => Reason::PrivilegeWithdrawn,
        CrlReason::AaCompromise => Reason::AaCompromise,
    }
}

/// Both ends allow for clocks that differ a little (RFC 6960 §3.2, points 5 and 6).
fn refuse_out_of_date(times: Times, signed_at: OffsetDateTime, at: OffsetDateTime) -> Result<(), Unchecked> {
    let Times {
        produced_at,
        next_update,
    } = times;
    if next_update.is_some_and(|next| next < produced_at) {
        return Err(Unchecked::Malformed);
    }
    // Differences, because a sum could leave the range of dates.
    let latest = produced_at.max(signed_at);
    if latest - at > SKEW {
        return Err(Unchecked::FromTheFuture { produced_at: latest });
    }
    let end = next_update.unwrap_or_else(|| produced_at.saturating_add(OLDEST_WITHOUT_END));
    let skew = if next_update.is_some() {
        SKEW
    } else {
        Duration::ZERO
    };
    if at - end > skew {
        return Err(Unchecked::Expired { next_update: end });
    }
    Ok(())
}

fn refuse_unknown_critical(extensions: &[Extension], known: &[ObjectIdentifier]) -> Result<(), Unchecked> {
    let mut seen = HashSet::new();
    for extension in extensions {
        if extension.critical && !known.contains(&extension.extn_id) {
            return Err(Unchecked::CriticalExtension {
                oid: extension.extn_id.to_string(),
            });
        }
        if !seen.insert(extension.extn_id) {
            return Err(Unchecked::Malformed);
        }
    }
    Ok(())
}

/// An answer without a nonce is one made in advance, which is allowed (RFC 9654 §2.1); one with another's is another's.
fn refuse_other_nonce(extensions: &[Extension], nonce: Option<[u8; 16]>) -> Result<(), Unchecked> {
    let Some(sent) = nonce.map(nonce_value).transpose()? else {
        return Ok(());
    };
    let mut answered = extensions.iter().filter(|extension| extension.extn_id == NONCE);
    match answered.any(|extension| extension.extn_value.as_bytes() != sent) {
        true => Err(Unchecked::Nonce),
        false => Ok(()),
    }
}

/// `Nonce ::= OCTET STRING` (RFC 9654 §2.1), inside the extension's own octet string.
fn nonce_value(nonce: [u8; 16]) -> Result<Vec<u8>, Unchecked> {
    OctetString::new(nonce)
        .and_then(|nonce| nonce.to_der())
        .map_err(malformed)
}

fn instant(time: GeneralizedTime) -> Result<OffsetDateTime, Unchecked> {
    i64::try_from(time.to_unix_duration().as_secs())
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .ok_or(Unchecked::Malformed)
}

pub(super) fn malformed(_: der::Error) -> Unchecked {
    Unchecked::Malformed
}

/// The largest answer that is read.
pub(super) const LARGEST_ANSWER: usize = 64 * 1024;

/// Responders that sign in advance may put many certificates into one answer.
const MOST_SINGLES: usize = 256;

/// How far two sound clocks may be apart.
const SKEW: Duration = Duration::minutes(5);

/// How old an answer may be that does not say when there will be a newer one (RFC 6960 §4.2.2.1).
const OLDEST_WITHOUT_END: Duration = Duration::hours(24);

const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");
const REASON: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");

/// The extensions of a whole answer that are checked or take nothing from its meaning (RFC 6960 §4.4).
const KNOWN_OF_ANSWER: &[ObjectIdentifier] = &[
    NONCE,
    // Extended revoked definition: also certificates that were never issued are called revoked.
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.9"),
];

/// The same for the answer about one certificate.
const KNOWN_OF_SINGLE: &[ObjectIdentifier] = &[
    REASON,
    // CRL reference.
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.3"),
    // Archive cutoff.
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.6"),
    // Invalidity date.
    ObjectIdentifier::new_unwrap("2.5.29.24"),
];
