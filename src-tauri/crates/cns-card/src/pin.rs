//! The PIN and the PUK of the card: never to be confused with the PIN of a portal.

use zeroize::Zeroizing;

/// The card's PIN as a person typed it, 5 to 8 digits. It wipes itself, has no `Clone`, and prints as `[secret]`.
pub struct CardPin {
    digits: Zeroizing<Vec<u8>>,
    spends_last_try: bool,
}

impl CardPin {
    /// Takes what a person typed; only 5 to 8 ASCII digits pass. No card is touched.
    ///
    /// # Errors
    /// [`PinFormatError`] when it is anything else.
    pub fn parse(typed: &str) -> Result<Self, PinFormatError> {
        digits(typed, 5).map(|digits| Self {
            digits,
            spends_last_try: false,
        })
    }

    /// Says that the person wants this PIN to be compared even if one try is left.
    ///
    /// Without it, a PIN whose comparison would be the last try known is refused before the card is touched.
    #[must_use]
    pub fn for_the_last_try(mut self) -> Self {
        self.spends_last_try = true;
        self
    }

    /// The digits, ASCII, without padding.
    pub fn digits(&self) -> &[u8] {
        &self.digits
    }

    pub(crate) fn spends_last_try(&self) -> bool {
        self.spends_last_try
    }
}

/// The card's PUK as a person typed it, 8 digits. It wipes itself, has no `Clone`, and prints as `[secret]`.
pub struct CardPuk {
    digits: Zeroizing<Vec<u8>>,
    spends_last_try: bool,
}

impl CardPuk {
    /// Takes what a person typed; only 8 ASCII digits pass. No card is touched.
    ///
    /// # Errors
    /// [`PukFormatError`] when it is anything else.
    pub fn parse(typed: &str) -> Result<Self, PukFormatError> {
        let digits = digits(typed, 8).map_err(|PinFormatError| PukFormatError)?;
        Ok(Self {
            digits,
            spends_last_try: false,
        })
    }

    /// Says that the person wants this PUK to be compared even if one try is left.
    #[must_use]
    pub fn for_the_last_try(mut self) -> Self {
        self.spends_last_try = true;
        self
    }

    /// The digits, ASCII.
    pub fn digits(&self) -> &[u8] {
        &self.digits
    }

    pub(crate) fn spends_last_try(&self) -> bool {
        self.spends_last_try
    }
}

/// `least` to 8 ASCII digits.
fn digits(typed: &str, least: usize) -> Result<Zeroizing<Vec<u8>>, PinFormatError> {
    let digits = typed.as_bytes();
    if !(least..=8).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return Err(PinFormatError);
    }
    Ok(Zeroizing::new(digits.to_vec()))
}

macro_rules! secret_debug {
    ($($type:ident),*) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("[secret]")
            }
        }
    )*};
}
secret_debug!(CardPin, CardPuk);

/// What was typed is not 5 to 8 digits; the card was not touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a card PIN has 5 to 8 digits")]
pub struct PinFormatError;

/// What was typed is not 8 digits; the card was not touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a card PUK has 8 digits")]
pub struct PukFormatError;
