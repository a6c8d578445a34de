//! The outer form of a certificate, byte for byte (ITU-T X.690 §10).
//!
//! The signature covers what stands inside; the few bytes around it are held by nothing but their form. The parser is
//! tolerant there, so without this two different files would be the same certificate.

/// The two algorithm identifiers of a certificate in DER: the signed one, and the one beside the signature. `None`
/// when the bytes are not three elements of the right kinds, with minimal lengths, filling the whole.
pub(crate) fn algorithm_identifiers(certificate: &[u8]) -> Option<(&[u8], &[u8])> {
    let (outer, rest) = Element::read(certificate)?;
    let (signed, body) = Element::read(outer.content)?;
    let (algorithm, body) = Element::read(body)?;
    let (signature, end) = Element::read(body)?;
    let kinds = [outer.tag, signed.tag, algorithm.tag, signature.tag];
    // The first byte of a bit string counts its unused bits.
    let is_whole = rest.is_empty() && end.is_empty() && signature.content.first() == Some(&0);
    if kinds != [SEQUENCE, SEQUENCE, SEQUENCE, BIT_STRING] || !is_whole {
        return None;
    }
    let (first, mut fields) = Element::read(signed.content)?;
    if first.tag == VERSION {
        (_, fields) = Element::read(fields)?;
    }
    let (signed_algorithm, _) = Element::read(fields)?;
    Some((signed_algorithm.whole, algorithm.whole))
}

struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// Reads one element with a tag of one byte and a length of the shortest form, and gives what follows it.
    fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (header, length) = match *bytes {
            [_, length @ ..=0x7f, ..] => (2, usize::from(length)),
            [_, 0x81, length @ 0x80..=0xff, ..] => (3, usize::from(length)),
            [_, 0x82, high @ 1..=0xff, low, ..] => (4, usize::from(u16::from_be_bytes([high, low]))),
            _ => return None,
        };
        let content = bytes.get(header..header + length)?;
        let (whole, rest) = bytes.split_at(header + length);
        Some((
            Self {
                tag: bytes[0],
                content,
                whole,
            },
            rest,
        ))
    }
}

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const VERSION: u8 = 0xa0;
