//! The codes that people type: working PINs, halves, receipts. All are made of the same 32 symbols.

use cns_portal_api::PIN_ALPHABET;
use rand::RngCore as _;
use rand::rngs::OsRng;
use std::fmt;
use zeroize::{Zeroize as _, Zeroizing};

/// Symbols of a working PIN, and of a half.
pub(crate) const PIN_LENGTH: usize = 8;
/// Symbols of a receipt: 80 bits.
const RECEIPT_LENGTH: usize = 16;

/// Eight symbols: a working PIN, half of an initial one, or a code that confirms. It wipes itself.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PinCode(Zeroizing<[u8; PIN_LENGTH]>);

impl PinCode {
    /// Draws one of 2^40.
    pub(crate) fn random() -> Self {
        let mut code = Zeroizing::new([0; PIN_LENGTH]);
        OsRng.fill_bytes(&mut *code);
        for byte in code.iter_mut() {
            *byte = symbol(*byte);
        }
        Self(code)
    }

    /// Reads what a person typed, in either case, with spaces and hyphens where they like.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        symbols(text).map(|read: Zeroizing<[u8; PIN_LENGTH]>| Self(read))
    }

    /// The eight symbols.
    pub(crate) fn bytes(&self) -> &[u8; PIN_LENGTH] {
        &self.0
    }

    /// The eight symbols, to be sent or shown.
    pub(crate) fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.iter().copied().map(char::from).collect())
    }
}

impl fmt::Debug for PinCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// What somebody typed as their PIN.
#[derive(Debug)]
pub(crate) enum TypedPin {
    /// Eight symbols.
    Working(PinCode),
    /// Sixteen: both halves, the first one first.
    Initial(PinCode, PinCode),
}

impl TypedPin {
    /// Reads what a person typed; `None` when it cannot be a PIN.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(code) = PinCode::parse(text) {
            return Some(Self::Working(code));
        }
        let both: Zeroizing<[u8; 2 * PIN_LENGTH]> = symbols(text)?;
        let (mut first, mut second) = ([0; PIN_LENGTH], [0; PIN_LENGTH]);
        first.copy_from_slice(both.first_chunk::<PIN_LENGTH>()?);
        second.copy_from_slice(both.last_chunk::<PIN_LENGTH>()?);
        let halves = (PinCode(Zeroizing::new(first)), PinCode(Zeroizing::new(second)));
        first.zeroize();
        second.zeroize();
        Some(Self::Initial(halves.0, halves.1))
    }
}

/// The receipt of a request, made of bytes that only the portal can compute again: four groups of four.
pub(crate) fn receipt(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(RECEIPT_LENGTH + 3));
    for (position, byte) in bytes.iter().take(RECEIPT_LENGTH).enumerate() {
        if position > 0 && position % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(symbol(*byte)));
    }
    text
}

/// A receipt as it is looked for: its symbols without anything between them.
pub(crate) fn plain_receipt(text: &str) -> Option<Zeroizing<String>> {
    let read: Zeroizing<[u8; RECEIPT_LENGTH]> = symbols(text)?;
    Some(Zeroizing::new(read.iter().copied().map(char::from).collect()))
}

/// Five bits of a byte as a symbol: 32 divide 256, so all are equally likely.
fn symbol(byte: u8) -> u8 {
    ALPHABET[usize::from(byte % 32)]
}

/// Exactly so many symbols, whatever spaces and hyphens stand between them.
fn symbols<const LENGTH: usize>(text: &str) -> Option<Zeroizing<[u8; LENGTH]>> {
    let mut read = Zeroizing::new([0; LENGTH]);
    let mut typed = text
        .bytes()
        .filter(|byte| !matches!(byte, b' ' | b'-' | b'\t'))
        .map(|byte| byte.to_ascii_uppercase());
    for place in read.iter_mut() {
        *place = typed.next().filter(|byte| ALPHABET.contains(byte))?;
    }
    typed.next().is_none().then_some(read)
}

const ALPHABET: &[u8; 32] = match PIN_ALPHABET.as_bytes().first_chunk() {
    Some(alphabet) => alphabet,
    None => panic!("the alphabet has 32 symbols"),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_drawn_from_all_32_symbols_and_no_others() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..400 {
            let code = PinCode::random();
            assert_eq!(PinCode::parse(&code.reveal()), Some(code.clone()));
            seen.extend(code.bytes().to_vec());
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), PIN_ALPHABET.as_bytes());
    }

    #[test]
    fn eight_are_a_working_pin_and_sixteen_both_halves() {
        for (typed, read) in [
            ("ABCDEFGH", Some(1)),
            ("abcd efgh", Some(1)),
            ("ABCD-EFGH-2345-6789", Some(2)),
            (" abcdefgh 23456789 ", Some(2)),
            ("", None),
            ("ABCDEFG", None),
            ("ABCDEFGHJ", None),
            ("ABCDEFG0", None),
            ("ABCDEFGI", None),
            ("ABCDEFGÈ", None),
            ("ABCDEFGH23456789A", None),
        ] {
            let halves = match TypedPin::parse(typed) {
                Some(TypedPin::Working(code)) => {
                    assert_eq!(code.bytes(), b"ABCDEFGH");
                    Some(1)
                }
                Some(TypedPin::Initial(first, second)) => {
                    assert_eq!((first.bytes(), second.bytes()), (b"ABCDEFGH", b"23456789"));
                    Some(2)
                }
                None => None,
            };
            assert_eq!(halves, read, "{typed}");
        }
    }

    #[test]
    fn a_receipt_is_found_with_or_without_its_hyphens() {
        let text = receipt(&[0, 1, 31, 32, 255, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
        assert_eq!(&*text, "23Z2-Z9AB-CDEF-GHJK");
        assert_eq!(
            plain_receipt(&text).as_deref().map(String::as_str),
            Some("23Z2Z9ABCDEFGHJK")
        );
        assert_eq!(plain_receipt("23z2z9abcdefghjk"), plain_receipt(&text));
        assert_eq!(plain_receipt("23Z2"), None);
    }

    #[test]
    fn a_code_prints_nothing_of_itself() {
        assert_eq!(format!("{:?}", PinCode::random()), "[secret]");
        let typed = TypedPin::parse("ABCDEFGH23456789");
        assert!(!format!("{typed:?}").contains("ABCD"));
    }
}
