//! The PIN of the card: never to be confused with the PIN of a portal.

use zeroize::Zeroizing;

/// The card's PIN, 5 to 8 digits. It wipes itself, has no `Clone`, and prints as `[secret]`.
pub struct CardPin(Zeroizing<Vec<u8>>);

impl CardPin {
    /// Takes what a person typed; only 5 to 8 ASCII digits pass. No card is touched.
    ///
    /// # Errors
    /// [`PinFormatError`] when it is anything else.
    pub fn parse(typed: &str) -> Result<Self, PinFormatError> {
        let digits = typed.as_bytes();
        if !(5..=8).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
            return Err(PinFormatError);
        }
        Ok(Self(Zeroizing::new(digits.to_vec())))
    }

    /// The digits, ASCII, without padding.
    pub fn digits(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for CardPin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// What was typed is not 5 to 8 digits; the card was not touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a card PIN has 5 to 8 digits")]
pub struct PinFormatError;
