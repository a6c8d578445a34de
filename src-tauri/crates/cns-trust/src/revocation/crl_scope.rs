//! Which certificates a CRL speaks for: its own extensions (RFC 5280 §5.2, §6.3.3 b).

use super::crl_der::{Fields, INTEGER, SET, context, context_constructed};
use super::crl_extension;
use super::crl_issuer::{CrlIssuer, name_key};
use crate::der::{Element, SEQUENCE};
use crate::revocation::Unchecked;
use std::collections::BTreeSet;

/// The certificate that is asked about, as far as a list's scope depends on it.
#[derive(Clone, Debug)]
pub(super) struct Asked<'q> {
    /// Whether it is a CA's.
    pub(super) is_ca: bool,
    /// DER of the DistributionPointName under which it names the list; empty where it gives none.
    pub(super) point: &'q [u8],
}

/// How much a list says about the certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scope {
    /// All: who is not on it is not revoked.
    #[default]
    Whole,
    /// Some reasons only: who is on it is revoked, who is not may be for another reason.
    SomeReasons,
}

/// Reads the list's extensions.
pub(super) fn read(
    extensions: &Element<'_>,
    issuer: &CrlIssuer,
    asked: &Asked<'_>,
) -> Result<Scope, Unchecked> {
    let mut scope = Scope::Whole;
    let mut numbered = false;
    let sequence = Element::alone(extensions.content, SEQUENCE)?;
    for extension in crl_extension::read(&sequence)? {
        match extension.oid {
            AUTHORITY_KEY_IDENTIFIER => issuer.is_identified(extension.value)?,
            ISSUING_DISTRIBUTION_POINT => scope = distribution_point(extension.value, issuer, asked)?,
            DELTA_CRL_INDICATOR => return Err(Unchecked::Delta),
            CRL_NUMBER => {
                number(extension.value)?;
                numbered = true;
                // RFC 5280 §5.2.3 does not allow it to be critical.
                extension.unknown()?;
            }
            _ => extension.unknown()?,
        }
    }
    // Every list has a number (RFC 5280 §5.2.3); one without keeps to no profile that says what it covers.
    match numbered {
        true => Ok(scope),
        false => Err(Unchecked::Malformed),
    }
}

/// Reads the issuing distribution point (RFC 5280 §5.2.5), every byte of it. One that says nothing is not allowed.
fn distribution_point(value: &[u8], issuer: &CrlIssuer, asked: &Asked<'_>) -> Result<Scope, Unchecked> {
    let point = Element::alone(value, SEQUENCE)?;
    if point.content.is_empty() {
        return Err(Unchecked::Malformed);
    }
    let mut fields = point.fields();
    let name = fields.optional(context_constructed(0))?;
    let users = flag(&mut fields, 1)?;
    let cas = flag(&mut fields, 2)?;
    let reasons = fields.optional(context(3))?;
    let indirect = flag(&mut fields, 4)?;
    let attributes = flag(&mut fields, 5)?;
    fields.end()?;
    if let Some(reasons) = reasons {
        reasons.bits()?;
    }
    let names = name.map(|name| names(name.content, issuer)).transpose()?;
    if indirect {
        return Err(Unchecked::Indirect);
    }
    // At most one of the three may be set.
    let of_its_kind = match (users, cas, attributes) {
        (false, false, false) => true,
        (true, false, false) => !asked.is_ca,
        (false, true, false) => asked.is_ca,
        _ => false,
    };
    let of_its_place = match names {
        None => true,
        Some(names) => self::names(asked.point, issuer).is_ok_and(|wanted| !wanted.is_disjoint(&names)),
    };
    match (of_its_kind && of_its_place, reasons) {
        (false, _) => Err(Unchecked::Scope),
        (true, None) => Ok(Scope::Whole),
        (true, Some(_)) => Ok(Scope::SomeReasons),
    }
}

/// A truth value that is false where it is not written.
fn flag(fields: &mut Fields<'_>, number: u8) -> Result<bool, Unchecked> {
    match fields.optional(context(number))? {
        Some(flag) => flag.boolean(),
        None => Ok(false),
    }
}

/// One name of a distribution point, in a form that can be compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PointName {
    Directory(String),
    /// Any other GeneralName, as it is written: addresses are compared byte for byte, as OpenSSL does.
    Other(Vec<u8>),
}

/// The names in a DistributionPointName (DER).
fn names(point: &[u8], issuer: &CrlIssuer) -> Result<BTreeSet<PointName>, Unchecked> {
    let mut point = Fields::of(point);
    let name = point.take()?.ok_or(Unchecked::Malformed)?;
    point.end()?;
    if name.tag == RELATIVE_NAME {
        return Ok(BTreeSet::from([relative_name(name.content, issuer)?]));
    }
    if name.tag != FULL_NAME {
        return Err(Unchecked::Malformed);
    }
    let mut names = BTreeSet::new();
    let mut fields = name.fields();
    while let Some(name) = fields.take()? {
        names.insert(match name.tag {
            DIRECTORY_NAME => PointName::Directory(name_key(name.content)?),
            0xa0 | 0x81 | 0x82 | 0xa3 | 0xa5 | 0x86..=0x88 => PointName::Other(name.whole.to_vec()),
            _ => return Err(Unchecked::Malformed),
        });
    }
    // SIZE (1..MAX).
    match names.is_empty() {
        true => Err(Unchecked::Malformed),
        false => Ok(names),
    }
}

/// The name that a last component makes of the issuer's own (RFC 5280 §4.2.1.13).
fn relative_name(component: &[u8], issuer: &CrlIssuer) -> Result<PointName, Unchecked> {
    let mut components = Element::alone(&issuer.name, SEQUENCE)?.content.to_vec();
    components.extend(wrapped(SET, component)?);
    Ok(PointName::Directory(name_key(&wrapped(SEQUENCE, &components)?)?))
}

/// An element with this content, of a length that fits into two bytes.
fn wrapped(tag: u8, content: &[u8]) -> Result<Vec<u8>, Unchecked> {
    let [high, low] = u16::try_from(content.len())
        .map_err(|_| Unchecked::FieldTooLarge)?
        .to_be_bytes();
    let mut element = match (high, low) {
        (0, ..=0x7f) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    element.extend_from_slice(content);
    Ok(element)
}

fn number(value: &[u8]) -> Result<(), Unchecked> {
    let number = Element::alone(value, INTEGER)?.integer()?;
    // RFC 5280 §5.2.3: not negative, up to twenty bytes; a zero may stand before them.
    match number {
        [0x80..=0xff, ..] => Err(Unchecked::Malformed),
        _ if number.len() > 21 => Err(Unchecked::Malformed),
        _ => Ok(()),
    }
}

const FULL_NAME: u8 = context_constructed(0);
const RELATIVE_NAME: u8 = context_constructed(1);
const DIRECTORY_NAME: u8 = context_constructed(4);

/// 2.5.29.35.
const AUTHORITY_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 35];
/// 2.5.29.20.
const CRL_NUMBER: &[u8] = &[0x55, 0x1d, 20];
/// 2.5.29.27.
const DELTA_CRL_INDICATOR: &[u8] = &[0x55, 0x1d, 27];
/// 2.5.29.28.
const ISSUING_DISTRIBUTION_POINT: &[u8] = &[0x55, 0x1d, 28];
