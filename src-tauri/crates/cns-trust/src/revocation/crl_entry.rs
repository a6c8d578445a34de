//! The entries of a CRL (RFC 5280 §5.1.2.6, §5.3), and what those about one certificate say together.

use super::crl_der::{ENUMERATED, INTEGER};
use super::{crl_extension, crl_time};
use crate::der::{Element, SEQUENCE};
use crate::revocation::{Reason, Status, Unchecked};
use time::OffsetDateTime;

/// One entry.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// The revoked certificate's serial number: the content of its INTEGER.
    serial: &'a [u8],
    at: OffsetDateTime,
    reason: Option<Reason>,
}

impl<'a> Entry<'a> {
    /// Reads one entry.
    pub(super) fn read(entry: &Element<'a>) -> Result<Self, Unchecked> {
        let mut fields = entry.fields();
        let serial = fields.expect(INTEGER)?.integer()?;
        let at = crl_time::read(&fields.take()?.ok_or(Unchecked::Malformed)?)?;
        let mut reason = None;
        if let Some(extensions) = fields.optional(SEQUENCE)? {
            reason = reason_among(&extensions)?;
        }
        fields.end()?;
        Ok(Self { serial, at, reason })
    }
}

/// What the entries about one certificate say.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    strictest: Option<(Severity, OffsetDateTime, Option<Reason>)>,
}

impl Found {
    /// Takes an entry in, if it is about the certificate with this serial number. Of several, the strictest counts; of
    /// equally strict ones the earliest.
    pub(super) fn weigh(&mut self, entry: &Entry<'_>, serial: &[u8]) {
        if magnitude(entry.serial) != magnitude(serial) {
            return;
        }
        let severity = Severity::of(entry.reason);
        let stricter = self
            .strictest
            .is_none_or(|(so_far, at, _)| severity > so_far || severity == so_far && entry.at < at);
        if stricter {
            self.strictest = Some((severity, entry.at, entry.reason));
        }
    }

    /// What follows for the certificate.
    pub(super) fn status(&self) -> Status {
        match self.strictest {
            // In a list that is complete in itself, an entry which takes another one back revokes nothing.
            None | Some((Severity::TakenBack, ..)) => Status::Good,
            Some((Severity::Suspended | Severity::Revoked, at, reason)) => Status::Revoked { at, reason },
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Severity {
    TakenBack,
    Suspended,
    Revoked,
}

impl Severity {
    fn of(reason: Option<Reason>) -> Self {
        if reason == Some(Reason::RemoveFromCrl) {
            Self::TakenBack
        } else if reason == Some(Reason::CertificateHold) {
            Self::Suspended
        } else {
            Self::Revoked
        }
    }
}

/// A serial number without leading zeros. Some CAs leave out the zero that keeps a large number positive, and put it
/// into their lists.
fn magnitude(serial: &[u8]) -> &[u8] {
    let first = serial.iter().position(|byte| *byte != 0);
    first.and_then(|first| serial.get(first..)).unwrap_or_default()
}

fn reason_among(extensions: &Element<'_>) -> Result<Option<Reason>, Unchecked> {
    let mut reason = None;
    for extension in crl_extension::read(extensions)? {
        if extension.oid == CERTIFICATE_ISSUER {
            // The entry, and all that follow it, are about another CA's certificates.
            return Err(Unchecked::Indirect);
        }
        extension.unknown()?;
        if extension.oid == REASON_CODE {
            reason = reason_of(extension.value)?;
        }
    }
    Ok(reason)
}

/// A number that RFC 5280 does not know is no reason, and the entry revokes all the same.
fn reason_of(value: &[u8]) -> Result<Option<Reason>, Unchecked> {
    let number = Element::alone(value, ENUMERATED)?.integer()?;
    Ok(match *number {
        [0] => Some(Reason::Unspecified),
        [1] => Some(Reason::KeyCompromise),
        [2] => Some(Reason::CaCompromise),
        [3] => Some(Reason::AffiliationChanged),
        [4] => Some(Reason::Superseded),
        [5] => Some(Reason::CessationOfOperation),
        [6] => Some(Reason::CertificateHold),
        [8] => Some(Reason::RemoveFromCrl),
        [9] => Some(Reason::PrivilegeWithdrawn),
        [10] => Some(Reason::AaCompromise),
        _ => None,
    })
}

/// 2.5.29.21.
const REASON_CODE: &[u8] = &[0x55, 0x1d, 21];
/// 2.5.29.29.
const CERTIFICATE_ISSUER: &[u8] = &[0x55, 0x1d, 29];
