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

/// One element with a tag of one byte and a definite length of the shortest form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    /// Its tag.
    pub(crate) tag: u8,
    /// What stands in it.
    pub(crate) content: &'a [u8],
    /// The whole of it, header included.
    pub(crate) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// Reads one element, and gives what follows it.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let head = Head::read(bytes).ok()?;
        let end = head.length.checked_add(head.size)?;
        let whole = bytes.get(..end)?;
        Some((
            Self {
                tag: head.tag,
                content: bytes.get(head.size..end)?,
                whole,
            },
            bytes.get(end..)?,
        ))
    }

    /// Reads one element of this tag that fills `bytes`, and gives its content.
    pub(crate) fn only(tag: u8, bytes: &'a [u8]) -> Option<&'a [u8]> {
        match Self::read(bytes)? {
            (element, []) if element.tag == tag => Some(element.content),
            _ => None,
        }
    }

    /// Reads one element of this tag if the next is one; `None` when the next cannot be read at all.
    pub(crate) fn optional(tag: u8, bytes: &'a [u8]) -> Option<(Option<Self>, &'a [u8])> {
        if bytes.is_empty() {
            return Some((None, bytes));
        }
        let (element, rest) = Self::read(bytes)?;
        Some(match element.tag == tag {
            true => (Some(element), rest),
            false => (None, bytes),
        })
    }

    /// The elements that fill `bytes` to the last one; `None` when something else stands there.
    pub(crate) fn all(mut bytes: &'a [u8]) -> Option<Vec<Self>> {
        let mut found = Vec::new();
        while !bytes.is_empty() {
            let (element, rest) = Self::read(bytes)?;
            found.push(element);
            bytes = rest;
        }
        Some(found)
    }
}

/// The bytes before an element's content: its tag and its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// The tag.
    pub(crate) tag: u8,
    /// How many bytes the head itself takes.
    pub(crate) size: usize,
    /// How many bytes of content follow it.
    pub(crate) length: usize,
}

/// Why no head was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadError {
    /// More bytes are needed to tell.
    Short,
    /// A tag of several bytes, a length without end, of more than four bytes, or not of the shortest form.
    Malformed,
}

impl Head {
    /// Reads a head off the beginning of `bytes`; its content need not be there.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, HeadError> {
        let [tag, rest @ ..] = bytes else {
            return Err(HeadError::Short);
        };
        if tag & HIGH_TAG == HIGH_TAG {
            return Err(HeadError::Malformed);
        }
        let head = |size, length| Self {
            tag: *tag,
            size,
            length,
        };
        let count = match rest {
            [] => return Err(HeadError::Short),
            [length @ ..=0x7f, ..] => return Ok(head(2, usize::from(*length))),
            [count @ 0x81..=0x84, ..] => usize::from(count & 0x7f),
            _ => return Err(HeadError::Malformed),
        };
        let length = rest
            .get(1..=count)
            .ok_or(HeadError::Short)?
            .iter()
            .try_fold(0_usize, |length, byte| {
                Some(length.checked_mul(256)? | usize::from(*byte))
            })
            .ok_or(HeadError::Malformed)?;
        // The shortest form: one byte only from 128 on, and no leading zero.
        let is_shortest = match count {
            1 => length >= 0x80,
            _ => rest.get(1) != Some(&0),
        };
        match is_shortest {
            true => Ok(head(2 + count, length)),
            false => Err(HeadError::Malformed),
        }
    }
}

/// All five low bits of a tag: its number follows in further bytes.
const HIGH_TAG: u8 = 0x1f;

pub(crate) const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const VERSION: u8 = 0xa0;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_head_has_one_tag_byte_and_the_shortest_length_of_up_to_four() {
        let (short, malformed) = (Err(HeadError::Short), Err(HeadError::Malformed));
        let head = |size, length| {
            Ok(Head {
                tag: 0x30,
                size,
                length,
            })
        };
        for (bytes, expected) in [
            (&[][..], short),
            (&[0x30], short),
            (&[0x30, 0x00], head(2, 0)),
            (&[0x30, 0x7f, 1, 2], head(2, 127)),
            (&[0x30, 0x80], malformed),
            (&[0x30, 0x81], short),
            (&[0x30, 0x81, 0x7f], malformed),
            (&[0x30, 0x81, 0x80], head(3, 128)),
            (&[0x30, 0x82, 0x01], short),
            (&[0x30, 0x82, 0x00, 0xff], malformed),
            (&[0x30, 0x82, 0x01, 0x00], head(4, 256)),
            (&[0x30, 0x83, 0x00, 0xff, 0xff], malformed),
            (&[0x30, 0x83, 0x01, 0x00, 0x00], head(5, 65_536)),
            (&[0x30, 0x84, 0x00, 0xff, 0xff, 0xff], malformed),
            (&[0x30, 0x84, 0x01, 0x00, 0x00], short),
            (&[0x30, 0x84, 0x01, 0x00, 0x00, 0x00], head(6, 16_777_216)),
            (&[0x30, 0x85, 1, 0, 0, 0, 0], malformed),
            (&[0x30, 0xff], malformed),
            (&[0x1f, 0x20, 0x00], malformed),
            (&[0xbf, 0x20, 0x00], malformed),
        ] {
            assert_eq!(Head::read(bytes), expected, "{bytes:02x?}");
        }
    }

    #[test]
    fn an_element_is_there_whole_or_not_at_all() {
        let (element, rest) = Element::read(&[0x04, 2, 7, 8, 9]).unwrap();
        assert_eq!(
            (element.tag, element.content, element.whole),
            (4, &[7, 8][..], &[4, 2, 7, 8][..])
        );
        assert_eq!(rest, [9]);
        assert!(Element::read(&[0x04, 3, 7, 8]).is_none());
        assert!(Element::read(&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff]).is_none());
        assert_eq!(Element::only(4, &[4, 1, 7]), Some(&[7][..]));
        assert!(Element::only(4, &[4, 1, 7, 0]).is_none() && Element::only(5, &[4, 1, 7]).is_none());
        assert_eq!(Element::all(&[5, 0, 5, 0]).unwrap().len(), 2);
        assert!(Element::all(&[5, 0, 5]).is_none());
        assert!(Element::optional(5, &[5]).is_none());
        assert!(matches!(Element::optional(5, &[]), Some((None, []))));
        assert!(matches!(Element::optional(5, &[5, 0]), Some((Some(_), []))));
        assert!(matches!(Element::optional(5, &[4, 0]), Some((None, [4, 0]))));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_what_is_read_is_what_stands_there(bytes in any::<Vec<u8>>()) {
            if let Some((element, rest)) = Element::read(&bytes) {
                prop_assert_eq!([element.whole, rest].concat(), bytes);
            }
        }
    }
}
