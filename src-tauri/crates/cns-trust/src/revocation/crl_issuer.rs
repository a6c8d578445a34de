//! The CA that a CRL must come from: the anchor that signed the certificate.

use super::crl_der::{OBJECT_IDENTIFIER, SET, context, context_constructed};
use crate::der::{Element, SEQUENCE};
use crate::name;
use crate::revocation::Unchecked;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Name};

/// What is needed of the anchor.
#[derive(Clone, Debug)]
pub(super) struct CrlIssuer {
    /// DER of its subject.
    pub(super) name: Vec<u8>,
    name_key: String,
    key_identifier: Option<Vec<u8>>,
    serial: Vec<u8>,
    /// DER of its SubjectPublicKeyInfo.
    key: Vec<u8>,
}

impl CrlIssuer {
    /// The anchor with this certificate (DER), if it may sign CRLs. Its own key usage is asked here, other than for
    /// certificates: RFC 5280 §6.3.3 f.
    pub(super) fn of(certificate: &[u8]) -> Result<Self, Unchecked> {
        let Ok((_, anchor)) = X509Certificate::from_der(certificate) else {
            return Err(Unchecked::WrongIssuer);
        };
        let mut key_identifier = None;
        for extension in anchor.extensions() {
            let parsed = extension.parsed_extension();
            let may_sign = matches!(parsed, ParsedExtension::KeyUsage(usage) if usage.crl_sign());
            if extension.oid.as_bytes() == KEY_USAGE && !may_sign {
                return Err(Unchecked::WrongIssuer);
            }
            if let ParsedExtension::SubjectKeyIdentifier(identifier) = parsed {
                key_identifier = Some(identifier.0.to_vec());
            }
        }
        Ok(Self {
            name: anchor.subject().as_raw().to_vec(),
            name_key: name::comparison_key(anchor.subject()),
            key_identifier,
            serial: anchor.raw_serial().to_vec(),
            key: anchor.public_key().raw.to_vec(),
        })
    }

    /// Whether a list whose issuer is this name (DER) may be its own.
    pub(super) fn is_named(&self, name: &[u8]) -> Result<(), Unchecked> {
        let key = name_key(name)?;
        match key == self.name_key && !key.is_empty() {
            true => Ok(()),
            false => Err(Unchecked::WrongIssuer),
        }
    }

    /// Whether the list's authority key identifier (DER) names its key, as far as both say anything (RFC 5280 §5.2.1).
    pub(super) fn is_identified(&self, authority: &[u8]) -> Result<(), Unchecked> {
        let mut fields = Element::alone(authority, SEQUENCE)?.fields();
        let identifier = fields.optional(context(0))?;
        fields.optional(context_constructed(1))?;
        let serial = fields.optional(context(2))?;
        fields.end()?;
        let key_agrees = match (identifier, &self.key_identifier) {
            (Some(wanted), Some(offered)) => wanted.content == offered.as_slice(),
            _ => true,
        };
        let serial_agrees = serial.is_none_or(|serial| serial.content == self.serial.as_slice());
        match key_agrees && serial_agrees {
            true => Ok(()),
            false => Err(Unchecked::WrongIssuer),
        }
    }

    /// Its public key.
    pub(super) fn key(&self) -> Result<SubjectPublicKeyInfo<'_>, Unchecked> {
        let (_, key) = SubjectPublicKeyInfo::from_der(&self.key).map_err(|_| Unchecked::WrongIssuer)?;
        Ok(key)
    }
}

/// The form in which a name (DER) is compared. The parser would pass over what is no part of a name.
pub(super) fn name_key(name: &[u8]) -> Result<String, Unchecked> {
    let mut components = Element::alone(name, SEQUENCE)?.fields();
    while let Some(component) = components.take()? {
        component.is(SET)?;
        let mut attributes = component.fields();
        while let Some(attribute) = attributes.take()? {
            attribute.is(SEQUENCE)?;
            let mut fields = attribute.fields();
            fields.expect(OBJECT_IDENTIFIER)?.oid()?;
            let value = fields.take()?.ok_or(Unchecked::Malformed)?;
            fields.end()?;
            // DER writes no string in parts (X.690 §10.2); the parser would take the parts for the text.
            let in_parts = value.tag & CONSTRUCTED != 0 && value.tag != SEQUENCE && value.tag != SET;
            if in_parts {
                return Err(Unchecked::Malformed);
            }
        }
    }
    match X509Name::from_der(name) {
        Ok(([], parsed)) => Ok(name::comparison_key(&parsed)),
        Ok(_) | Err(_) => Err(Unchecked::Malformed),
    }
}

/// The bit of a tag which says that elements stand inside.
const CONSTRUCTED: u8 = 0x20;

/// 2.5.29.15.
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
