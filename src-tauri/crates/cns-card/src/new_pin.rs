//! A PIN that a person chose: refused when it is easy to guess, before any card is touched.

use crate::{CardContents, CardPin, PinFormatError};

/// A new PIN for the card, of the right form and not a weak one. It wipes itself and prints as `[secret]`.
#[derive(Debug)]
pub struct NewPin(CardPin);

impl NewPin {
    /// Takes what a person typed, for a card of which `known` is known.
    ///
    /// # Errors
    /// [`NewPinError::Format`] when it is not 5 to 8 digits, [`NewPinError::Weak`] when it is easy to guess.
    pub fn choose(typed: &str, known: &PinFacts) -> Result<Self, NewPinError> {
        let pin = CardPin::parse(typed)?;
        match known.weakness(pin.digits()) {
            Some(weakness) => Err(NewPinError::Weak(weakness)),
            None => Ok(Self(pin)),
        }
    }

    /// The digits, ASCII, without padding.
    pub fn digits(&self) -> &[u8] {
        self.0.digits()
    }
}

/// What somebody who finds the card knows, and a PIN must not say.
#[derive(Clone, Default)]
pub struct PinFacts {
    birth_date: Option<time::Date>,
    codice_fiscale: Option<String>,
    card_id: Option<String>,
}

impl PinFacts {
    /// What stands on and in the card.
    pub fn of(contents: &CardContents) -> Self {
        let data = contents.personal_data.as_ref();
        Self {
            birth_date: data.and_then(|data| data.birth_date),
            codice_fiscale: data.and_then(|data| data.codice_fiscale.clone()),
            card_id: contents.card_id.clone(),
        }
    }

    fn weakness(&self, digits: &[u8]) -> Option<Weakness> {
        let [first, rest @ ..] = digits else { return None };
        rest.iter()
            .all(|digit| digit == first)
            .then_some(Weakness::SameDigits)
    }
}

impl std::fmt::Debug for PinFacts {
    /// Prints nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinFacts([personal])")
    }
}

/// Why a new PIN is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NewPinError {
    /// It is not 5 to 8 digits.
    #[error(transparent)]
    Format(#[from] PinFormatError),
    /// It is easy to guess.
    #[error("the new PIN is easy to guess: {}", .0.name())]
    Weak(Weakness),
}

/// What makes a PIN easy to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Weakness {
    /// One digit over and over.
    SameDigits,
    /// Digits that follow each other, up or down.
    Run,
    /// The holder's birth date, in any order of its parts.
    BirthDate,
    /// Digits of the codice fiscale.
    CodiceFiscale,
    /// Digits of the card's number.
    CardNumber,
}

impl Weakness {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::SameDigits,
        Self::Run,
        Self::BirthDate,
        Self::CodiceFiscale,
        Self::CardNumber,
    ];

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SameDigits => "same_digits",
            Self::Run => "run",
            Self::BirthDate => "birth_date",
            Self::CodiceFiscale => "codice_fiscale",
            Self::CardNumber => "card_number",
        }
    }
}
