//! What stands inside the elements of a CRL, in DER (ITU-T X.690 §10).

use crate::der::{Element, Head, HeadError};
use crate::revocation::Unchecked;
use std::borrow::Cow;
use x509_parser::asn1_rs::Oid;

/// The head at the beginning of `bytes`; `None` while not all of it is there.
pub(super) fn head(bytes: &[u8]) -> Result<Option<Head>, Unchecked> {
    match Head::read(bytes) {
        // Sums of lengths that a list can have do not overflow.
        Ok(head) if head.length > LONGEST => Err(Unchecked::FieldTooLarge),
        Ok(head) => Ok(Some(head)),
        Err(HeadError::Short) => Ok(None),
        Err(HeadError::Malformed) => Err(Unchecked::Malformed),
    }
}

impl Head {
    /// How many bytes the whole element takes.
    pub(super) fn whole(self) -> usize {
        self.size + self.length
    }
}

impl<'a> Element<'a> {
    /// Reads the element that fills `bytes` and has this tag.
    pub(super) fn alone(bytes: &'a [u8], tag: u8) -> Result<Self, Unchecked> {
        let mut fields = Fields::of(bytes);
        let element = fields.expect(tag)?;
        fields.end()?;
        Ok(element)
    }

    /// Checks its tag.
    pub(super) fn is(&self, tag: u8) -> Result<(), Unchecked> {
        match self.tag == tag {
            true => Ok(()),
            false => Err(Unchecked::Malformed),
        }
    }

    /// The elements inside.
    pub(super) fn fields(&self) -> Fields<'a> {
        Fields::of(self.content)
    }

    /// The truth value inside. X.690 §11.1 knows two bytes only.
    pub(super) fn boolean(&self) -> Result<bool, Unchecked> {
        match *self.content {
            [0x00] => Ok(false),
            [0xff] => Ok(true),
            _ => Err(Unchecked::Malformed),
        }
    }

    /// The bytes of the whole number inside, which X.690 §8.3.2 wants in the shortest form.
    pub(super) fn integer(&self) -> Result<&'a [u8], Unchecked> {
        match *self.content {
            [] | [0x00, ..=0x7f, ..] | [0xff, 0x80..=0xff, ..] => Err(Unchecked::Malformed),
            _ => Ok(self.content),
        }
    }

    /// Checks the bit string inside: its count of unused bits, and that those are zero.
    pub(super) fn bits(&self) -> Result<&'a [u8], Unchecked> {
        let (&unused, bits) = self.content.split_first().ok_or(Unchecked::Malformed)?;
        let sound = match bits.last() {
            None => unused == 0,
            Some(last) => unused < 8 && last & ((1 << unused) - 1) == 0,
        };
        if sound {
            Ok(bits)
        } else {
            Err(Unchecked::Malformed)
        }
    }

    /// The bytes of the object identifier inside, which X.690 §8.19 wants in the shortest form.
    pub(super) fn oid(&self) -> Result<&'a [u8], Unchecked> {
        let ends = self.content.last().is_some_and(|last| last & 0x80 == 0);
        let before = std::iter::once(&0).chain(self.content);
        let padded = before
            .zip(self.content)
            .any(|(before, byte)| before & 0x80 == 0 && *byte == 0x80);
        match ends && !padded && self.content.len() <= LONGEST_OID {
            true => Ok(self.content),
            false => Err(Unchecked::Malformed),
        }
    }
}

/// An object identifier, of which [`Element::oid`] gave the bytes, as a dotted number.
pub(super) fn dotted(oid: &[u8]) -> String {
    Oid::new(Cow::Borrowed(oid)).to_id_string()
}

/// Elements one after the other, all of them there.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next element, if there is one.
    pub(super) fn take(&mut self) -> Result<Option<Element<'a>>, Unchecked> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (element, rest) = Element::read(self.rest).ok_or(Unchecked::Malformed)?;
        self.rest = rest;
        Ok(Some(element))
    }

    /// The next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Result<Element<'a>, Unchecked> {
        match self.take()? {
            Some(element) if element.tag == tag => Ok(element),
            _ => Err(Unchecked::Malformed),
        }
    }

    /// The next element, if it has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, Unchecked> {
        match self.rest.first() {
            Some(first) if *first == tag => self.take(),
            _ => Ok(None),
        }
    }

    /// Nothing is left over.
    pub(super) fn end(&self) -> Result<(), Unchecked> {
        match self.rest.is_empty() {
            true => Ok(()),
            false => Err(Unchecked::Malformed),
        }
    }
}

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const ENUMERATED: u8 = 0x0a;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SET: u8 = 0x31;

/// The tag `[number]` of an element without elements inside.
pub(super) const fn context(number: u8) -> u8 {
    0x80 | number
}

/// The tag `[number]` of an element with elements inside.
pub(super) const fn context_constructed(number: u8) -> u8 {
    0xa0 | number
}

/// No list is longer, so nothing in one.
pub(super) const LONGEST: usize = 32 * 1024 * 1024;

/// Sound object identifiers are shorter.
const LONGEST_OID: usize = 64;
