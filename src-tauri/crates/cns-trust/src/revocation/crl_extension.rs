//! Extensions, which a list and each of its entries may carry (RFC 5280 §5.2, §5.3).

use super::crl_der::{BOOLEAN, OBJECT_IDENTIFIER, OCTET_STRING, dotted};
use crate::der::{Element, SEQUENCE};
use crate::revocation::Unchecked;

/// One extension.
#[derive(Debug)]
pub(super) struct Extension<'a> {
    /// The bytes of its object identifier.
    pub(super) oid: &'a [u8],
    pub(super) critical: bool,
    /// DER of the value.
    pub(super) value: &'a [u8],
}

/// Reads the extensions in a SEQUENCE OF; each may stand there once (RFC 5280 §4.2).
pub(super) fn read<'a>(sequence: &Element<'a>) -> Result<Vec<Extension<'a>>, Unchecked> {
    let mut fields = sequence.fields();
    let mut extensions: Vec<Extension<'a>> = Vec::new();
    while let Some(element) = fields.take()? {
        if element.tag != SEQUENCE || extensions.len() == MOST {
            return Err(Unchecked::Malformed);
        }
        let mut inside = element.fields();
        let oid = inside.expect(OBJECT_IDENTIFIER)?.oid()?;
        let critical = match inside.optional(BOOLEAN)? {
            Some(flag) => flag.boolean()?,
            None => false,
        };
        let value = inside.expect(OCTET_STRING)?.content;
        inside.end()?;
        if extensions.iter().any(|before| before.oid == oid) {
            return Err(Unchecked::Malformed);
        }
        extensions.push(Extension { oid, critical, value });
    }
    // SIZE (1..MAX).
    match extensions.is_empty() {
        true => Err(Unchecked::Malformed),
        false => Ok(extensions),
    }
}

impl Extension<'_> {
    /// Refuses the extension that must be understood and is not.
    pub(super) fn unknown(&self) -> Result<(), Unchecked> {
        match self.critical {
            true => Err(Unchecked::CriticalExtension {
                oid: dotted(self.oid),
            }),
            false => Ok(()),
        }
    }
}

/// RFC 5280 knows eight for a list and three for an entry.
const MOST: usize = 64;
