//! Is a certificate DER through and through (ITU-T X.690 §8, §10, §11), and made of the fields that it should have?
//!
//! The parser is tolerant: it takes numbers with leading zeros, times without seconds, text that is none, and fields of
//! another tag than theirs. What is signed would still be what was signed; but two readers could read two things.

use crate::der::{Element, SEQUENCE};

/// Whether these bytes are a certificate (RFC 5280 §4.1).
pub(crate) fn is_certificate(der: &[u8]) -> bool {
    read(der).is_some()
}

/// Whether the value of an extension is one element of DER, of a type of its own.
pub(crate) fn is_one_element(value: &[u8]) -> bool {
    matches!(Element::read(value), Some((element, [])) if element.tag & CLASS == 0 && is_der(&element, DEEPEST))
}

fn read(der: &[u8]) -> Option<()> {
    let [signed, algorithm, signature] = *Element::all(Element::only(SEQUENCE, der)?)? else {
        return None;
    };
    let has_kinds = [signed.tag, algorithm.tag, signature.tag] == [SEQUENCE, SEQUENCE, BIT_STRING];
    let is_sound = [signed, algorithm, signature]
        .iter()
        .all(|part| is_der(part, DEEPEST));
    (has_kinds && is_sound).then_some(())?;
    fields(signed.content)
}

/// `TBSCertificate`: each field in its place and of its kind.
fn fields(signed: &[u8]) -> Option<()> {
    let (version, rest) = Element::optional(VERSION, signed)?;
    let mut fields = Element::all(rest)?.into_iter();
    let mut next = |tag| fields.next().filter(|field| field.tag == tag);
    next(INTEGER)?;
    let _algorithm = next(SEQUENCE)?;
    let issuer = next(SEQUENCE)?;
    let validity = next(SEQUENCE)?;
    let subject = next(SEQUENCE)?;
    let key = next(SEQUENCE)?;
    let names = [issuer, subject];
    names.iter().all(|name| is_name(name.content)).then_some(())?;
    is_list(
        validity.content,
        &[&[UTC_TIME, GENERALIZED_TIME], &[UTC_TIME, GENERALIZED_TIME]],
    )?;
    is_list(key.content, &[&[SEQUENCE], &[BIT_STRING]])?;
    let mut last = fields.next();
    for unique in [ISSUER_UNIQUE, SUBJECT_UNIQUE] {
        if last.is_some_and(|field| field.tag == unique) {
            last = fields.next();
        }
    }
    let is_last = fields.next().is_none();
    // Which version has which fields is another rule's.
    let has_version = matches!(
        version.map(|version| version.content),
        None | Some([INTEGER, 1, _])
    );
    (has_version && is_last).then_some(())?;
    match last {
        Some(extensions) if extensions.tag == EXTENSIONS => {
            are_extensions(Element::only(SEQUENCE, extensions.content)?)
        }
        Some(_) => None,
        None => Some(()),
    }
}

/// A name is made of parts, and no part is empty (§4.1.2.4).
fn is_name(content: &[u8]) -> bool {
    let is_attribute = |attribute: &Element<'_>| {
        attribute.tag == SEQUENCE
            && matches!(Element::all(attribute.content).as_deref(), Some([kind, value]) if kind.tag == OBJECT_IDENTIFIER && IN_NAMES.contains(&value.tag))
    };
    let is_part = |part: &Element<'_>| {
        let attributes = Element::all(part.content).unwrap_or_default();
        part.tag == SET && !attributes.is_empty() && attributes.iter().all(is_attribute)
    };
    Element::all(content).is_some_and(|parts| parts.iter().all(is_part))
}

fn are_extensions(content: &[u8]) -> Option<()> {
    let extensions = Element::all(content).filter(|extensions| !extensions.is_empty())?;
    extensions.iter().try_for_each(|extension| {
        let fields = Element::all(extension.content)?;
        let tags: Vec<u8> = fields.iter().map(|field| field.tag).collect();
        let is_extension = extension.tag == SEQUENCE
            && matches!(
                tags[..],
                [OBJECT_IDENTIFIER, OCTET_STRING] | [OBJECT_IDENTIFIER, BOOLEAN, OCTET_STRING]
            );
        is_extension.then_some(())
    })
}

/// Whether these are elements of these kinds, one of each.
fn is_list(content: &[u8], kinds: &[&[u8]]) -> Option<()> {
    let elements = Element::all(content)?;
    let agree = elements
        .iter()
        .zip(kinds)
        .all(|(element, kinds)| kinds.contains(&element.tag));
    (agree && elements.len() == kinds.len()).then_some(())
}

/// Whether an element, and all in it, is written as DER writes it.
fn is_der(element: &Element<'_>, depth: usize) -> bool {
    let content = element.content;
    match element.tag {
        BOOLEAN => matches!(content, [0 | 0xFF]),
        INTEGER | ENUMERATED => match content {
            [] | [0, ..=0x7F, ..] | [0xFF, 0x80..=0xFF, ..] => false,
            [..] => true,
        },
        BIT_STRING => match content {
            [0] => true,
            [unused @ ..=7, .., last] => last.trailing_zeros() >= u32::from(*unused),
            [..] => false,
        },
        NULL => content.is_empty(),
        OBJECT_IDENTIFIER => is_object_identifier(content),
        UTF8_STRING => std::str::from_utf8(content).is_ok(),
        UTC_TIME => is_time(content, 12),
        GENERALIZED_TIME => is_time(content, 14),
        UNIVERSAL_STRING => is_universal_string(content),
        BMP_STRING => content.len().is_multiple_of(2),
        OCTET_STRING | NUMERIC_STRING..=IA5_STRING | GRAPHIC_STRING..=GENERAL_STRING => true,
        tag if is_of_its_place(tag) && tag & CONSTRUCTED == 0 => true,
        tag if is_of_its_place(tag) || tag == SEQUENCE || tag == SET => {
            depth > 0
                && Element::all(content)
                    .is_some_and(|inner| inner.iter().all(|element| is_der(element, depth - 1)))
        }
        _ => false,
    }
}

/// Whether what a tag means is said by where it stands; no field of a certificate has a higher number than eight.
fn is_of_its_place(tag: u8) -> bool {
    tag & CLASS == CONTEXT && tag & NUMBER <= 8
}

/// Four bytes for each character, all of which exist.
fn is_universal_string(content: &[u8]) -> bool {
    let (characters, rest) = content.as_chunks();
    rest.is_empty()
        && characters
            .iter()
            .all(|bytes| char::from_u32(u32::from_be_bytes(*bytes)).is_some())
}

/// §8.19: at least one byte, none of them a leading zero of its number, and the last number complete.
fn is_object_identifier(content: &[u8]) -> bool {
    let ends = content.last().is_some_and(|last| last & 0x80 == 0);
    let starts = |position: usize| {
        position
            .checked_sub(1)
            .is_none_or(|before| content[before] & 0x80 == 0)
    };
    ends && content
        .iter()
        .enumerate()
        .all(|(position, byte)| *byte != 0x80 || !starts(position))
}

/// RFC 5280 §4.1.2.5.1 and §4.1.2.5.2: down to the second, in UTC, without fractions.
fn is_time(content: &[u8], digits: usize) -> bool {
    match content.split_last() {
        Some((b'Z', rest)) => rest.len() == digits && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Far deeper than any name or policy.
const DEEPEST: usize = 16;

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const NULL: u8 = 0x05;
const OBJECT_IDENTIFIER: u8 = 0x06;
const ENUMERATED: u8 = 0x0A;
const UTF8_STRING: u8 = 0x0C;
/// Numeric, printable, T.61, videotex and IA5 stand in a row, as do graphic, visible and general.
const NUMERIC_STRING: u8 = 0x12;
const PRINTABLE_STRING: u8 = 0x13;
const T61_STRING: u8 = 0x14;
const IA5_STRING: u8 = 0x16;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const GRAPHIC_STRING: u8 = 0x19;
const GENERAL_STRING: u8 = 0x1B;
const UNIVERSAL_STRING: u8 = 0x1C;
const BMP_STRING: u8 = 0x1E;
const CONSTRUCTED: u8 = 0x20;
const SET: u8 = 0x31;
/// The two bits of a tag that say whether its meaning is the same everywhere.
const CLASS: u8 = 0xC0;
/// The types of a name's values: those of RFC 5280 §4.1.2.4, IA5 and numeric strings, and a bit string, which is the type of
/// one old attribute.
const IN_NAMES: &[u8] = &[
    UTF8_STRING,
    NUMERIC_STRING,
    PRINTABLE_STRING,
    T61_STRING,
    IA5_STRING,
    UNIVERSAL_STRING,
    BMP_STRING,
    BIT_STRING,
];
const CONTEXT: u8 = 0x80;
const NUMBER: u8 = 0x1F;
const VERSION: u8 = 0xA0;
const ISSUER_UNIQUE: u8 = 0x81;
const SUBJECT_UNIQUE: u8 = 0x82;
const EXTENSIONS: u8 = 0xA3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_written_in_the_one_way_that_der_allows() {
        for (bytes, expected) in [
            (&[0x01, 1, 0xFF][..], true),
            (&[0x01, 1, 1], false),
            (&[0x01, 0], false),
            (&[0x02, 1, 0], true),
            (&[0x02, 0], false),
            (&[0x02, 2, 0, 0x80], true),
            (&[0x02, 2, 0, 0x7F], false),
            (&[0x02, 2, 0xFF, 0x7F], true),
            (&[0x02, 2, 0xFF, 0x80], false),
            (&[0x03, 1, 0], true),
            (&[0x03, 1, 1], false),
            (&[0x03, 0], false),
            (&[0x03, 2, 7, 0x80], true),
            (&[0x03, 2, 7, 0xC0], false),
            (&[0x03, 2, 8, 0], false),
            (&[0x05, 0], true),
            (&[0x05, 1, 0], false),
            (&[0x06, 1, 0x2A], true),
            (&[0x06, 0], false),
            (&[0x06, 2, 0x2A, 0x80], false),
            (&[0x06, 3, 0x2A, 0x80, 1], false),
            (&[0x06, 3, 0x2A, 0x81, 0], true),
            (&[0x0C, 2, 0xC3, 0xA0], true),
            (&[0x0C, 1, 0xC3], false),
            (&[0x1E, 2, 0, 65], true),
            (&[0x1E, 1, 0], false),
            (b"\x17\x0D330101000000Z", true),
            (b"\x17\x0B3301010000Z", false),
            (b"\x17\x11330101000000+0100", false),
            (b"\x18\x0F20500101000000Z", true),
            (b"\x18\x1120500101000000.5Z", false),
            (&[0x30, 2, 5, 0], true),
            (&[0x30, 2, 5, 1], false),
            (&[0x10, 2, 5, 0], false),
            (&[0x24, 2, 4, 0], false),
            (&[0x80, 1, 7], false),
            (&[0x30, 3, 0x80, 1, 7], true),
            (&[0x30, 3, 0xA0, 1, 7], false),
            (&[0x30, 3, 0x89, 1, 7], false),
            (&[0x30, 3, 0xC0, 1, 7], false),
            (&[0x1C, 4, 0, 0, 0, 65], true),
            (&[0x1C, 4, 0, 0x11, 0, 0], false),
        ] {
            assert_eq!(is_one_element(bytes), expected, "{bytes:02x?}");
        }
        let mut deep = vec![5, 0];
        for _ in 0..20 {
            let length = u8::try_from(deep.len()).unwrap();
            deep.splice(0..0, [0x30, length]);
        }
        assert!(!is_one_element(&deep));
    }
}
