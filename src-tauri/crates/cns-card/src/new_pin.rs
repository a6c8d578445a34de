//! A PIN that a person chose: refused when it is easy to guess, before any card is touched.

use crate::guess::{Guess, birth_date, card_number, codice_fiscale, is_run};
use crate::{CardContents, CardPin, PinFormatError};
use x509_parser::prelude::{FromDer, X509Certificate};

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
        match known.guesses().weakness(pin.digits()) {
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
    /// What stands on and in the card. Where a file is missing, the name in the certificate says it as well.
    pub fn of(contents: &CardContents) -> Self {
        let data = contents.personal_data.as_ref();
        let named = named_in(&contents.certificate_der);
        Self {
            birth_date: data.and_then(|data| data.birth_date),
            codice_fiscale: data
                .and_then(|data| data.codice_fiscale.clone())
                .or_else(|| named.as_ref().map(|(code, _)| code.clone())),
            card_id: contents.card_id.clone().or_else(|| named.map(|(_, id)| id)),
        }
    }

    /// What somebody who knows this would try.
    fn guesses(&self) -> Guesses {
        let code = self.codice_fiscale.as_deref();
        let id = self.card_id.as_deref();
        Guesses([
            (Weakness::BirthDate, birth_date(self.birth_date, code)),
            (
                Weakness::CodiceFiscale,
                code.map(codice_fiscale).unwrap_or_default(),
            ),
            (Weakness::CardNumber, id.map(card_number).unwrap_or_default()),
        ])
    }
}

struct Guesses([(Weakness, Vec<Guess>); 3]);

impl Guesses {
    fn weakness(&self, pin: &[u8]) -> Option<Weakness> {
        if pin.windows(2).all(|pair| pair[0] == pair[1]) {
            return Some(Weakness::SameDigits);
        }
        if is_run(pin) {
            return Some(Weakness::Run);
        }
        let Self(rows) = self;
        rows.iter()
            .find(|(_, guesses)| guesses.iter().any(|guess| guess.hits(pin)))
            .map(|(weakness, _)| *weakness)
    }
}

impl std::fmt::Debug for PinFacts {
    /// Prints nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinFacts([personal])")
    }
}

/// The codice fiscale and the card's number out of the certificate's common name, `CF/ID.hash`.
///
/// The hash is Base64, in which `/` and `.` may follow: only the first ones part the name.
fn named_in(certificate_der: &[u8]) -> Option<(String, String)> {
    let (_, certificate) = X509Certificate::from_der(certificate_der).ok()?;
    let name = certificate.subject().iter_common_name().next()?.as_str().ok()?;
    let (code, rest) = name.split_once('/')?;
    let (id, _) = rest.split_once('.')?;
    Some((code.to_owned(), id.to_owned()))
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
    /// Digits that follow each other up or down, by ones or by twos; 0 follows 9.
    Run,
    /// The holder's birth date, in any order of its parts.
    BirthDate,
    /// Digits of the codice fiscale.
    CodiceFiscale,
    /// Digits of the card's number, of the one in the chip or of the one printed on the back.
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

#[cfg(test)]
mod tests {
    use super::*;
    use cns_virtual_card::pki;
    use proptest::prelude::*;
    use time::macros::{date, datetime};
    use time::{Date, Month};

    /// Invented: born on 7 December 1985, a woman, with a place of birth that does not exist.
    fn known() -> PinFacts {
        PinFacts {
            birth_date: Some(date!(1985 - 12 - 07)),
            codice_fiscale: Some("RSSMRA85T47Z999C".to_owned()),
            card_id: Some("6999000000123455".to_owned()),
        }
    }

    fn weakness(pin: &str, known: &PinFacts) -> Option<Weakness> {
        match NewPin::choose(pin, known) {
            Ok(_) => None,
            Err(NewPinError::Weak(weakness)) => Some(weakness),
            Err(NewPinError::Format(error)) => panic!("{pin}: {error}"),
        }
    }

    fn check(expected: Option<Weakness>, known: &PinFacts, pins: &[&str]) {
        for pin in pins {
            assert_eq!(weakness(pin, known), expected, "{pin}");
        }
    }

    #[test]
    fn one_digit_over_and_over_is_weak() {
        check(
            Some(Weakness::SameDigits),
            &known(),
            &["00000", "111111", "9999999", "88888888"],
        );
    }

    #[test]
    fn runs_up_and_down_by_ones_and_twos_are_weak() {
        let pins = [
            "12345", "01234567", "54321", "98765432", "90123", "78901", "10987", "13579", "24680", "86420",
            "97531", "46802",
        ];
        check(Some(Weakness::Run), &known(), &pins);
    }

    #[test]
    fn the_birth_date_is_weak_in_any_order_and_length() {
        let pins = [
            "071285", "07121985", "851207", "19851207", "120785", "12071985", "71285", "7121985", "85127",
            "1985127", "121985", "071219", "198512", "85071219", "850712", "19850712", "07128500",
            "90712850",
        ];
        check(Some(Weakness::BirthDate), &known(), &pins);
    }

    #[test]
    fn the_birth_date_is_told_by_the_codice_fiscale_too() {
        let known = PinFacts {
            birth_date: None,
            ..known()
        };
        let pins = ["071285", "07121985", "07122085", "851207", "19851207"];
        check(Some(Weakness::BirthDate), &known, &pins);
    }

    #[test]
    fn digits_of_the_codice_fiscale_are_weak() {
        let pins = [
            "8547999", "85479", "47999", "54799", "99985", "99947", "4785999", "18547999", "8547999",
        ];
        check(Some(Weakness::CodiceFiscale), &known(), &pins);
        // Where two people had the same code, letters stand for digits: the digits they stand for are known as well.
        let substituted = PinFacts {
            codice_fiscale: Some("RSSMRA85T47Z99VK".to_owned()),
            ..known_without_date()
        };
        check(
            Some(Weakness::CodiceFiscale),
            &substituted,
            &["8547999", "854799"],
        );
        let provisional = PinFacts {
            codice_fiscale: Some("90012345678".to_owned()),
            ..PinFacts::default()
        };
        check(
            Some(Weakness::CodiceFiscale),
            &provisional,
            &["90012", "00123456"],
        );
    }

    fn known_without_date() -> PinFacts {
        PinFacts {
            birth_date: None,
            ..known()
        }
    }

    #[test]
    fn digits_of_the_cards_number_are_weak() {
        let pins = [
            "69990", "99900000", "23455", "123455", "80380", "8038000", "38000999", "01232", "00001232",
        ];
        check(Some(Weakness::CardNumber), &known(), &pins);
    }

    #[test]
    fn other_pins_are_taken() {
        let pins = [
            "27183", "31415", "90210", "142857", "161803", "60221407", "12346", "13570", "11112", "85122",
            "50001", "48151623",
        ];
        check(None, &known(), &pins);
        check(None, &PinFacts::default(), &["071285", "69990", "8547999"]);
    }

    #[test]
    fn a_card_without_its_files_is_known_by_its_certificate() {
        let person = pki::identity("citizen-good", datetime!(2026-11-22 12:00 UTC)).unwrap();
        let contents = CardContents {
            profile: "classic".to_owned(),
            card_id: None,
            personal_data: None,
            personal_data_file: None,
            certificate_der: person.certificate_der.clone(),
            apdus: 0,
            pin_rules: crate::PinRules::default(),
        };
        let known = PinFacts::of(&contents);
        assert_eq!(known.card_id.as_deref(), Some(person.card_id()));
        assert_eq!(known.codice_fiscale.as_ref().map(String::len), Some(16));
        assert_eq!(
            weakness(&person.card_id()[3..9], &known),
            Some(Weakness::CardNumber)
        );
    }

    #[test]
    fn what_is_known_and_what_is_chosen_are_not_printed() {
        let known = known();
        let chosen = NewPin::choose("27183", &known).unwrap();
        assert_eq!(
            format!("{known:?} {chosen:?}"),
            "PinFacts([personal]) NewPin([secret])"
        );
    }

    #[test]
    fn of_all_pins_of_five_digits_only_two_in_a_thousand_are_refused() {
        let guesses = known().guesses();
        let refused = (0..100_000_u32)
            .filter(|pin| guesses.weakness(format!("{pin:05}").as_bytes()).is_some())
            .count();
        println!("{refused} of 100000 PINs of five digits are refused");
        assert!((60..=200).contains(&refused), "{refused}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_random_pin_is_seldom_refused(
            born in (1920_i32..2020, 1_u8..=12, 1_u8..=28),
            card in "[5-9][0-9]{15}",
            pins in prop::collection::vec("[0-9]{5,8}", 400),
        ) {
            let (year, month, day) = born;
            let month = Month::try_from(month).unwrap();
            let code = format!("RSSMRA{:02}{}{day:02}Z999C", year % 100, ['A','B','C','D','E','H','L','M','P','R','S','T'][usize::from(u8::from(month)) - 1]);
            let known = PinFacts {
                birth_date: Some(Date::from_calendar_date(year, month, day).unwrap()),
                codice_fiscale: Some(code),
                card_id: Some(card),
            };
            let guesses = known.guesses();
            let refused = pins.iter().filter(|pin| guesses.weakness(pin.as_bytes()).is_some()).count();
            prop_assert!(refused <= 10, "{} of {}", refused, pins.len());
        }

        #[test]
        fn no_digits_make_it_panic(pin in "[0-9]{5,8}", code in "\\PC{0,20}", card in "\\PC{0,24}") {
            let known = PinFacts { birth_date: None, codice_fiscale: Some(code), card_id: Some(card) };
            let _ = weakness(&pin, &known);
        }
    }
}
