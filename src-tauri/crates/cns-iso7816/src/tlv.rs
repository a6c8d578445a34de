//! A reader for BER-TLV (ISO/IEC 7816-4 §5.2.2; ITU-T X.690), bounded and without allocation.

/// One data object: a tag of up to three bytes, and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    tag: u32,
    value: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// The tag, its bytes read as one number: `0x6F`, `0x5F20`.
    pub fn tag(&self) -> u32 {
        self.tag
    }

    /// The value.
    pub fn value(&self) -> &'a [u8] {
        self.value
    }

    /// The objects inside a constructed one.
    pub fn children(&self) -> Reader<'a> {
        Reader::new(self.value)
    }
}

/// Why the bytes are not BER-TLV.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlvError {
    /// The bytes end inside an object.
    #[error("the data end inside an object")]
    CutShort,
    /// A tag of more than three bytes.
    #[error("a tag is longer than three bytes")]
    TagTooLong,
    /// A length of indefinite form or of more than four bytes.
    #[error("a length is of a form that cards do not use")]
    BadLength,
}

/// Walks through objects that stand one after another. After an error it ends.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the start of `bytes`. `00` and `FF` between objects are padding and skipped.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The first object with this tag, if all before it could be read.
    pub fn find(mut self, tag: u32) -> Option<Tlv<'a>> {
        self.find_map(|object| object.ok().filter(|object| object.tag == tag))
    }

    fn read(&mut self) -> Result<Tlv<'a>, TlvError> {
        let tag = self.tag()?;
        let length = self.length()?;
        if length > self.rest.len() {
            return Err(TlvError::CutShort);
        }
        let (value, rest) = self.rest.split_at(length);
        self.rest = rest;
        Ok(Tlv { tag, value })
    }

    fn tag(&mut self) -> Result<u32, TlvError> {
        let first = self.byte()?;
        let mut tag = u32::from(first);
        if first & 0x1F != 0x1F {
            return Ok(tag);
        }
        for _ in 0..2 {
            let next = self.byte()?;
            tag = tag << 8 | u32::from(next);
            if next & 0x80 == 0 {
                return Ok(tag);
            }
        }
        Err(TlvError::TagTooLong)
    }

    fn length(&mut self) -> Result<usize, TlvError> {
        let first = self.byte()?;
        let count = match first {
            0..=0x7F => return Ok(usize::from(first)),
            0x81..=0x84 => first & 0x7F,
            _ => return Err(TlvError::BadLength),
        };
        let mut length = 0_u32;
        for _ in 0..count {
            length = length << 8 | u32::from(self.byte()?);
        }
        usize::try_from(length).map_err(|_| TlvError::BadLength)
    }

    fn byte(&mut self) -> Result<u8, TlvError> {
        let (first, rest) = self.rest.split_first().ok_or(TlvError::CutShort)?;
        self.rest = rest;
        Ok(*first)
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Tlv<'a>, TlvError>;

    fn next(&mut self) -> Option<Self::Item> {
        while let [0x00 | 0xFF, rest @ ..] = self.rest {
            self.rest = rest;
        }
        if self.rest.is_empty() {
            return None;
        }
        let object = self.read();
        if object.is_err() {
            self.rest = &[];
        }
        Some(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::bytes_of;
    use proptest::prelude::*;

    #[test]
    fn tags_and_lengths_of_every_form_are_read() {
        let bytes = bytes_of("5A 02 12 34 00 00 5F 20 01 41 DF 81 01 00 80 81 01 07 81 82 00 01 08");
        let objects: Vec<(u32, Vec<u8>)> = Reader::new(&bytes)
            .map(|object| object.unwrap())
            .map(|object| (object.tag(), object.value().to_vec()))
            .collect();
        let expected = [
            (0x5A, vec![0x12, 0x34]),
            (0x5F20, vec![0x41]),
            (0xDF_8101, vec![]),
            (0x80, vec![7]),
            (0x81, vec![8]),
        ];
        assert_eq!(objects, expected);
    }

    #[test]
    fn malformed_bytes_are_named_and_end_the_walk() {
        let rows = [
            ("6F", TlvError::CutShort),
            ("6F 02 01", TlvError::CutShort),
            ("5F", TlvError::CutShort),
            ("6F 80 00 00", TlvError::BadLength),
            ("6F 85 00 00 00 00 01", TlvError::BadLength),
            ("6F 84 FF FF FF FF", TlvError::CutShort),
            ("1F 81 81 81 01", TlvError::TagTooLong),
        ];
        for (hex, error) in rows {
            let bytes = bytes_of(hex);
            let objects: Vec<_> = Reader::new(&bytes).collect();
            assert_eq!(objects, [Err(error)], "{hex}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_objects_or_a_named_error(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut total = 0;
            for object in Reader::new(&bytes).flatten() {
                total += object.value().len();
                let _ = object.children().count();
            }
            prop_assert!(total <= bytes.len());
        }

        #[test]
        fn what_was_written_is_read(tag in 0x41_u8..0x5F, value in proptest::collection::vec(any::<u8>(), 0..128)) {
            prop_assume!(tag & 0x1F != 0x1F);
            let mut bytes = vec![tag, u8::try_from(value.len()).unwrap()];
            bytes.extend_from_slice(&value);
            let object = Reader::new(&bytes).find(u32::from(tag)).unwrap();
            prop_assert_eq!(object.value(), &value[..]);
        }
    }
}
