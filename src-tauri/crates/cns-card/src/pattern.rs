//! Byte patterns of the profile table: `3B`, `..` for any byte, `20-FF` for a range, `*` at the end for any rest.

use serde::Deserialize;
use std::ops::RangeInclusive;

/// A pattern that fits byte strings of exactly its own length, or with `*` at its end of that length and more.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Pattern {
    ranges: Vec<RangeInclusive<u8>>,
    open: bool,
}

impl Pattern {
    /// Says whether the pattern fits the whole of `bytes`.
    pub(crate) fn fits(&self, bytes: &[u8]) -> bool {
        let long_enough = match self.open {
            true => bytes.len() >= self.ranges.len(),
            false => bytes.len() == self.ranges.len(),
        };
        long_enough
            && self
                .ranges
                .iter()
                .zip(bytes)
                .all(|(range, byte)| range.contains(byte))
    }
}

impl TryFrom<String> for Pattern {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut tokens: Vec<&str> = text.split_ascii_whitespace().collect();
        let open = tokens.pop_if(|last| *last == "*").is_some();
        let ranges = tokens.into_iter().map(range).collect::<Option<Vec<_>>>();
        match ranges {
            Some(ranges) if open || !ranges.is_empty() => Ok(Self { ranges, open }),
            Some(_) | None => {
                Err("a pattern is made of `3B`, `..` and `20-FF`, with `*` at its end for any rest")
            }
        }
    }
}

fn range(token: &str) -> Option<RangeInclusive<u8>> {
    if token == ".." {
        return Some(0..=0xFF);
    }
    match token.split_once('-') {
        Some((first, last)) => {
            let range = byte(first)?..=byte(last)?;
            (!range.is_empty()).then_some(range)
        }
        None => byte(token).map(|byte| byte..=byte),
    }
}

pub(crate) fn byte(digits: &str) -> Option<u8> {
    let well_formed = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16).ok().filter(|_| well_formed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_fits_bytes_wildcards_and_ranges_of_its_own_length() {
        let pattern = Pattern::try_from("3B .. 20-FF".to_owned()).unwrap();
        assert!(pattern.fits(&[0x3B, 0x77, 0x20]));
        assert!(pattern.fits(&[0x3B, 0x00, 0xFF]));
        for other in [
            &[0x3B, 0x77, 0x1F][..],
            &[0x3C, 0x77, 0x20],
            &[0x3B, 0x77],
            &[0x3B, 0x77, 0x20, 0x20],
            &[],
        ] {
            assert!(!pattern.fits(other), "{other:02X?}");
        }
    }

    #[test]
    fn a_star_at_the_end_fits_any_rest() {
        let pattern = Pattern::try_from("3B 80-8F *".to_owned()).unwrap();
        for fits in [&[0x3B, 0x8B][..], &[0x3B, 0x80, 1], &[0x3B, 0x8F, 1, 2, 3]] {
            assert!(pattern.fits(fits), "{fits:02X?}");
        }
        for other in [&[0x3B][..], &[0x3B, 0x7F, 1], &[]] {
            assert!(!pattern.fits(other), "{other:02X?}");
        }
        let any = Pattern::try_from("*".to_owned()).unwrap();
        assert!(any.fits(&[]) && any.fits(&[0x3F]));
    }

    #[test]
    fn malformed_patterns_are_refused() {
        for text in [
            "", " ", "* 3B", "* *", "3*", "3", "3BB", "GG", "+1", "3B-", "-3B", "FF-20", "...", "3B,3C",
        ] {
            assert!(Pattern::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,60}") {
            let _ = Pattern::try_from(text);
        }

        #[test]
        fn the_bytes_written_out_fit(bytes in prop::collection::vec(any::<u8>(), 1..40)) {
            let text = bytes.iter().map(|byte| format!("{byte:02X} ")).collect::<String>();
            prop_assert!(Pattern::try_from(text).unwrap().fits(&bytes));
        }
    }
}
