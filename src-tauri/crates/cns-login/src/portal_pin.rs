//! The PIN of a portal, as a person types it. It is not the PIN of the card: another type, other words.

use cns_portal_api::PIN_ALPHABET;
use zeroize::Zeroizing;

/// The PIN that opens a portal: eight symbols, or the sixteen of an initial one. It wipes itself, prints as `[secret]`.
#[derive(Clone, PartialEq, Eq)]
pub struct PortalPin(Zeroizing<String>);

/// One half of an initial PIN: eight symbols that came by themselves. It wipes itself, prints as `[secret]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Half(Zeroizing<String>);

/// The two halves of an initial PIN, each typed in a place of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Halves {
    /// The one called “prima parte”.
    pub first: Half,
    /// The one called “seconda parte”.
    pub second: Half,
}

/// A code that came for one step: a receipt, or the confirmation of a restore or a revocation. It wipes itself.
#[derive(Clone, PartialEq, Eq)]
pub struct PortalCode(Zeroizing<String>);

/// What was typed is not a PIN, a half or a code of a portal; nothing was sent. What it was is not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was typed is not of the form that the portal gives")]
pub struct PortalPinFormatError;

impl PortalPin {
    /// Takes what was typed: letters of either case, with or without spaces and hyphens.
    ///
    /// # Errors
    /// [`PortalPinFormatError`] unless 8 or 16 of the portal's symbols are left.
    pub fn parse(typed: &str) -> Result<Self, PortalPinFormatError> {
        symbols(typed, &[WORKING, 2 * HALF]).map(Self)
    }

    /// Whether it is an initial PIN, good only for making the working one.
    pub fn is_initial(&self) -> bool {
        self.0.len() == 2 * HALF
    }

    /// The symbols, for the portal and for the one screen that shows a new PIN.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The symbols in groups of four, as a person learns or copies them.
    pub fn in_groups(&self) -> Zeroizing<String> {
        let mut grouped = Zeroizing::new(String::with_capacity(2 * self.0.len()));
        for (place, symbol) in self.0.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(symbol);
        }
        grouped
    }
}

impl Half {
    /// Takes what was typed: letters of either case, with or without spaces and hyphens.
    ///
    /// # Errors
    /// [`PortalPinFormatError`] unless 8 of the portal's symbols are left.
    pub fn parse(typed: &str) -> Result<Self, PortalPinFormatError> {
        symbols(typed, &[HALF]).map(Self)
    }

    /// The symbols, for the portal alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl PortalCode {
    /// Takes what was typed: letters of either case, with or without spaces and hyphens.
    ///
    /// # Errors
    /// [`PortalPinFormatError`] unless 8 or 16 of the portal's symbols are left.
    pub fn parse(typed: &str) -> Result<Self, PortalPinFormatError> {
        symbols(typed, &[CODE, RECEIPT]).map(Self)
    }

    /// The symbols, for the portal alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<Halves> for PortalPin {
    /// Puts the halves together, the first before the second, whichever came first.
    fn from(halves: Halves) -> Self {
        let mut whole = Zeroizing::new(String::with_capacity(2 * HALF));
        whole.push_str(halves.first.reveal());
        whole.push_str(halves.second.reveal());
        Self(whole)
    }
}

macro_rules! prints_as_secret {
    ($($type:ident),*) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("[secret]")
            }
        }
    )*};
}
prints_as_secret!(PortalPin, Half, PortalCode);

/// The symbols of the portal's alphabet in upper case, if as many as one of `lengths` are left.
fn symbols(typed: &str, lengths: &[usize]) -> Result<Zeroizing<String>, PortalPinFormatError> {
    // All the room at once: a text that grows leaves copies of the secret behind.
    let mut taken = Zeroizing::new(String::with_capacity(LONGEST));
    for sign in typed.chars().filter(|sign| !sign.is_whitespace() && *sign != '-') {
        let sign = sign.to_ascii_uppercase();
        if !PIN_ALPHABET.contains(sign) || taken.len() == LONGEST {
            return Err(PortalPinFormatError);
        }
        taken.push(sign);
    }
    if lengths.contains(&taken.len()) {
        Ok(taken)
    } else {
        Err(PortalPinFormatError)
    }
}

const WORKING: usize = 8;
const HALF: usize = 8;
const CODE: usize = 8;
const RECEIPT: usize = 16;
const LONGEST: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_taken_however_it_is_written() {
        for typed in [
            "K7PQ2WXY",
            "k7pq2wxy",
            " K7PQ 2WXY ",
            "K7PQ-2WXY",
            "k7 pq\t2w-xy\n",
        ] {
            let pin = PortalPin::parse(typed).unwrap();
            assert_eq!((pin.reveal(), pin.is_initial()), ("K7PQ2WXY", false), "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_pin_is_refused_before_it_is_sent() {
        for typed in [
            "",
            "K7PQ2WX",
            "K7PQ2WXYZ",
            "K7PQ2WX0",
            "K7PQ2WXI",
            "K7PQ2WXO",
            "K7PQ2WX1",
            "K7PQ2WXè",
            "K7PQ_2WX",
            "K7PQ2WXYK7PQ2WXYK",
        ] {
            assert_eq!(PortalPin::parse(typed), Err(PortalPinFormatError), "{typed:?}");
        }
        assert_eq!(Half::parse("K7PQ2WXYK7PQ2WXY"), Err(PortalPinFormatError));
    }

    #[test]
    fn the_halves_are_one_initial_pin_the_first_before_the_second() {
        let halves = Halves {
            second: Half::parse("22223333").unwrap(),
            first: Half::parse("aaaa-bbbb").unwrap(),
        };
        let pin = PortalPin::from(halves);
        assert!(pin.is_initial());
        assert_eq!(pin.reveal(), "AAAABBBB22223333");
        assert_eq!(pin.in_groups().as_str(), "AAAA BBBB 2222 3333");
    }

    #[test]
    fn a_receipt_is_taken_with_its_hyphens() {
        let receipt = PortalCode::parse("abcd-efgh-2345-6789").unwrap();
        assert_eq!(receipt.reveal(), "ABCDEFGH23456789");
    }

    #[test]
    fn nothing_of_a_secret_is_printed() {
        let halves = Halves {
            first: Half::parse("AAAABBBB").unwrap(),
            second: Half::parse("22223333").unwrap(),
        };
        let code = PortalCode::parse("AAAABBBB").unwrap();
        let printed = format!("{halves:?} {:?} {code:?}", PortalPin::from(halves.clone()));
        assert!(
            !printed.contains("AAAA") && !printed.contains("2222"),
            "{printed}"
        );
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_is_taken_or_refused(typed in ".{0,40}") {
            if let Ok(pin) = PortalPin::parse(&typed) {
                proptest::prop_assert!(pin.reveal().chars().all(|sign| PIN_ALPHABET.contains(sign)));
            }
        }
    }
}
