//! The codice fiscale: shape, check character, omocodia, and what it hints of its bearer (DM 23-12-1976).
//!
//! The registry decides who has which code: it is never computed again from a name to "verify" somebody.

use time::Month;

/// A codice fiscale of a person, 16 characters, upper case, whose check character is right.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CodiceFiscale {
    text: String,
    /// The same with digits where omocodia put letters; its last character is not computed again.
    plain: [u8; 16],
    month: Month,
}

impl CodiceFiscale {
    /// Reads a code, in either case.
    ///
    /// ```
    /// use cns_trust::{CodiceFiscale, CodiceFiscaleError};
    ///
    /// assert!(CodiceFiscale::parse("RSSMRA80A01H501U").is_ok());
    /// assert_eq!(CodiceFiscale::parse("RSSMRA80A01H501A"), Err(CodiceFiscaleError::CheckCharacter));
    /// ```
    ///
    /// # Errors
    /// [`CodiceFiscaleError::Provisional`] for an eleven-digit code, [`CodiceFiscaleError::Shape`] when letters and
    /// digits are not where they belong, [`CodiceFiscaleError::BirthDate`] when the birth date exists in no century,
    /// [`CodiceFiscaleError::CheckCharacter`] when the last character does not follow from the others.
    pub fn parse(text: &str) -> Result<Self, CodiceFiscaleError> {
        if text.len() == 11 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CodiceFiscaleError::Provisional);
        }
        let text = text.to_ascii_uppercase();
        let written: [u8; 16] = text
            .as_bytes()
            .try_into()
            .map_err(|_| CodiceFiscaleError::Shape)?;
        let mut plain = written;
        for (position, character) in plain.iter_mut().enumerate() {
            if DIGITS.contains(&position) {
                *character = digit_behind(*character).ok_or(CodiceFiscaleError::Shape)?;
            } else if !character.is_ascii_uppercase() {
                return Err(CodiceFiscaleError::Shape);
            }
        }
        let month = MONTHS
            .iter()
            .find(|(letter, _)| *letter == plain[8])
            .map(|(_, month)| *month);
        let month = month.ok_or(CodiceFiscaleError::BirthDate)?;
        let code = Self { text, plain, month };
        // A year of two digits stands for several centuries; 1900 was no leap year and 2000 was, so 00 may be one.
        let longest = month.length(2000 + i32::from(code.birth_year_of_century()));
        if !(1..=longest).contains(&code.birth_day()) {
            return Err(CodiceFiscaleError::BirthDate);
        }
        match check_character(&written[..15]) == Some(written[15]) {
            true => Ok(code),
            false => Err(CodiceFiscaleError::CheckCharacter),
        }
    }

    /// The code as it is issued, upper case.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether letters stand for some digits, because two people would have had the same code.
    pub fn has_omocodia(&self) -> bool {
        self.text.as_bytes()[..15] != self.plain[..15]
    }

    /// The sex that the code says.
    pub fn sex(&self) -> Sex {
        if self.written_day() > 40 {
            Sex::Female
        } else {
            Sex::Male
        }
    }

    /// The last two digits of the year of birth; the code does not say the century.
    pub fn birth_year_of_century(&self) -> u8 {
        self.number(6)
    }

    /// The month of birth.
    pub fn birth_month(&self) -> Month {
        self.month
    }

    /// The day of the month of birth.
    pub fn birth_day(&self) -> u8 {
        let day = self.written_day();
        if day > 40 { day - 40 } else { day }
    }

    /// The cadastral code of the place of birth, such as `H501`, or a country's, which begins with Z.
    pub fn birthplace(&self) -> String {
        self.plain[11..15].iter().copied().map(char::from).collect()
    }

    fn written_day(&self) -> u8 {
        self.number(9)
    }

    fn number(&self, position: usize) -> u8 {
        (self.plain[position] - b'0') * 10 + (self.plain[position + 1] - b'0')
    }
}

impl std::fmt::Debug for CodiceFiscale {
    /// Prints nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodiceFiscale([personal])")
    }
}

/// The sex that a codice fiscale says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// M.
    Male,
    /// F: forty is added to the day.
    Female,
}

/// Why a text is not a codice fiscale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodiceFiscaleError {
    /// Eleven digits: a provisional code, or that of a body. No CNS is issued on it.
    #[error("this is an eleven-digit code")]
    Provisional,
    /// It is not 16 letters and digits, each where it belongs.
    #[error("this has not the shape of a codice fiscale")]
    Shape,
    /// The birth date does not exist.
    #[error("the birth date in it does not exist")]
    BirthDate,
    /// The last character does not follow from the others.
    #[error("its check character is wrong")]
    CheckCharacter,
}

/// The check character for the first fifteen: of the text as written, omocodia included.
fn check_character(first_fifteen: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (index, character) in first_fifteen.iter().enumerate() {
        let value = match character {
            b'0'..=b'9' => character - b'0',
            b'A'..=b'Z' => character - b'A',
            _ => return None,
        };
        // Positions are counted from one: the first is odd.
        sum += if index % 2 == 0 {
            ODD[usize::from(value)]
        } else {
            u32::from(value)
        };
    }
    u8::try_from(sum % 26).ok().map(|letter| b'A' + letter)
}

/// The digit itself, or the one that a letter of omocodia stands for.
fn digit_behind(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character),
        _ => OMOCODIA
            .iter()
            .zip(b'0'..=b'9')
            .find(|(letter, _)| **letter == character)
            .map(|(_, digit)| digit),
    }
}

/// Where digits stand, counted from zero: year, day, and the number of the place.
const DIGITS: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];

/// The letters of omocodia, in the order of the digits that they stand for.
const OMOCODIA: &[u8; 10] = b"LMNPQRSTUV";

/// The value of each letter in an odd position; a digit has the value of the letter with the same index.
const ODD: [u32; 26] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

const MONTHS: [(u8, Month); 12] = [
    (b'A', Month::January),
    (b'B', Month::February),
    (b'C', Month::March),
    (b'D', Month::April),
    (b'E', Month::May),
    (b'H', Month::June),
    (b'L', Month::July),
    (b'M', Month::August),
    (b'P', Month::September),
    (b'R', Month::October),
    (b'S', Month::November),
    (b'T', Month::December),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn agrees_with_every_row_of_the_vectors() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../../shared/data/codicefiscale/vectors.tsv"
        );
        let vectors = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("the vectors are needed beside the project, at {path}: {error}"));
        let mut rows = 0;
        for row in vectors.lines().skip(1) {
            let columns: Vec<&str> = row.split('\t').collect();
            let parsed = CodiceFiscale::parse(columns[0]);
            assert_eq!(
                parsed.is_ok(),
                columns[1].starts_with("valid"),
                "{row}: {parsed:?}"
            );
            if let Ok(code) = parsed {
                assert_eq!(code.as_str(), columns[0].to_uppercase());
            }
            rows += 1;
        }
        assert_eq!(rows, 140);
    }

    #[test]
    fn every_pattern_of_omocodia_tells_the_same_person() {
        for mask in 0..128_u32 {
            let mut text = *b"RSSMRA80A41H501?";
            for (_, position) in DIGITS.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1) {
                text[*position] = OMOCODIA[usize::from(text[*position] - b'0')];
            }
            text[15] = check_character(&text[..15]).unwrap();
            let code = CodiceFiscale::parse(std::str::from_utf8(&text).unwrap()).unwrap();
            assert_eq!(code.has_omocodia(), mask != 0);
            assert_eq!(code.sex(), Sex::Female);
            assert_eq!(
                (code.birth_year_of_century(), code.birth_month(), code.birth_day()),
                (80, Month::January, 1)
            );
            assert_eq!(code.birthplace(), "H501");
        }
    }

    #[test]
    fn each_error_is_named() {
        for (text, error) in [
            ("", CodiceFiscaleError::Shape),
            ("12345678903", CodiceFiscaleError::Provisional),
            ("1234567890", CodiceFiscaleError::Shape),
            ("RSSMRA80A01H501", CodiceFiscaleError::Shape),
            ("RSSMRA80A01H501UU", CodiceFiscaleError::Shape),
            ("R5SMRA80A01H501U", CodiceFiscaleError::Shape),
            ("RSSMRAA0A01H501U", CodiceFiscaleError::Shape),
            ("RSSMRA80A01H50è", CodiceFiscaleError::Shape),
            ("RSSMRA80F01H501G", CodiceFiscaleError::BirthDate),
            ("RSSMRA81B29H501R", CodiceFiscaleError::BirthDate),
            ("RSSMRA80A72H501G", CodiceFiscaleError::BirthDate),
            ("RSSMRA80A01H501A", CodiceFiscaleError::CheckCharacter),
        ] {
            assert_eq!(CodiceFiscale::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn debug_tells_nothing_of_the_person() {
        let code = CodiceFiscale::parse("RSSMRA80A01H501U").unwrap();
        assert!(!format!("{code:?}").contains("RSS"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,20}") {
            let _ = CodiceFiscale::parse(&text);
        }

        #[test]
        fn sixteen_odd_characters_do_not_either(text in "[0-9A-Za-zèß]{16}") {
            let _ = CodiceFiscale::parse(&text);
        }

        #[test]
        fn one_wrong_check_character_is_found(
            text in "[A-Z]{6}[0-9]{2}[ABCDEHLMPRST](0[1-9]|1[0-9]|2[0-8])[A-Z][0-9]{3}", shift in 1..26_u8,
        ) {
            let right = check_character(text.as_bytes()).unwrap();
            let good = format!("{text}{}", char::from(right));
            let parsed = CodiceFiscale::parse(&good.to_lowercase()).unwrap();
            prop_assert_eq!(parsed.as_str(), good);
            let wrong = format!("{text}{}", char::from((right - b'A' + shift) % 26 + b'A'));
            prop_assert_eq!(CodiceFiscale::parse(&wrong), Err(CodiceFiscaleError::CheckCharacter));
        }
    }
}
