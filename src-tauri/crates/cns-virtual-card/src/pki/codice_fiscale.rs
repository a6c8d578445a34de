//! The codice fiscale (DM 23-12-1976), computed for people who do not exist.

use crate::pki::{Citizen, Sex};

/// The codice fiscale of an invented person.
pub(crate) fn codice_fiscale(citizen: &Citizen) -> String {
    let mut code = String::with_capacity(16);
    code.extend(three(&letters(&citizen.surname), false));
    code.extend(three(&letters(&citizen.name), true));
    let (year, month, day) = citizen.birth_date.to_calendar_date();
    let day = match citizen.sex {
        Sex::Male => day,
        Sex::Female => day + 40,
    };
    let month = MONTHS
        .as_bytes()
        .get(usize::from(u8::from(month)) - 1)
        .map_or('A', |letter| char::from(*letter));
    code.push_str(&format!(
        "{:02}{month}{day:02}{}",
        year.rem_euclid(100),
        citizen.birth_place
    ));
    code.push(check_character(&code).unwrap_or('X'));
    code
}

/// The check character of the first 15 characters; `None` for anything but 15 or more of `0-9A-Z`.
pub fn check_character(code: &str) -> Option<char> {
    let first = code.as_bytes().get(..15)?;
    let mut sum = 0_u32;
    for (index, byte) in first.iter().enumerate() {
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A',
            _ => return None,
        };
        // The standard counts from 1: index 0 is an odd place.
        sum += if index % 2 == 0 {
            *ODD.get(usize::from(value))?
        } else {
            u32::from(value)
        };
    }
    char::from_u32(u32::from(b'A') + sum % 26)
}

/// The omocodia form of a codice fiscale: its last `count` digits become letters, and the check character follows.
pub fn omocodia(code: &str, count: usize) -> String {
    let mut characters: Vec<char> = code.chars().take(15).collect();
    for index in DIGIT_PLACES.into_iter().take(count) {
        if let Some(character) = characters.get_mut(index) {
            let digit = character
                .to_digit(10)
                .and_then(|digit| usize::try_from(digit).ok());
            if let Some(letter) = digit.and_then(|digit| SUBSTITUTES.chars().nth(digit)) {
                *character = letter;
            }
        }
    }
    let mut code: String = characters.into_iter().collect();
    let check = check_character(&code).unwrap_or('X');
    code.push(check);
    code
}

/// Three letters: consonants, then vowels, then `X`. Of a given name with four consonants the second is left out.
fn three(letters: &str, is_given_name: bool) -> Vec<char> {
    let is_vowel = |letter: &char| "AEIOU".contains(*letter);
    let mut consonants: Vec<char> = letters.chars().filter(|letter| !is_vowel(letter)).collect();
    if is_given_name && consonants.len() >= 4 {
        consonants.remove(1);
    }
    consonants
        .into_iter()
        .chain(letters.chars().filter(is_vowel))
        .chain("XXX".chars())
        .take(3)
        .collect()
}

fn letters(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphabetic)
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

const MONTHS: &str = "ABCDEHLMPRST";
const SUBSTITUTES: &str = "LMNPQRSTUV";
/// Where the digits stand, from the right, as substitution is done.
const DIGIT_PLACES: [usize; 7] = [14, 13, 12, 10, 9, 7, 6];
/// Values in odd places, for `0`/`A`, `1`/`B`, and so on to `Z`.
const ODD: [u32; 26] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_people_have_correct_codes() {
        assert_eq!(Citizen::maria_rossi().codice_fiscale(), "RSSMRA80A41Z999C");
        for citizen in Citizen::all() {
            let code = citizen.codice_fiscale();
            assert_eq!(code.len(), 16, "{code}");
            assert_eq!(check_character(&code), code.chars().last(), "{code}");
        }
    }

    #[test]
    fn letters_are_chosen_as_the_decree_says() {
        let rows = [
            ("ROSSI", false, "RSS"),
            ("FO", false, "FOX"),
            ("AIO", false, "AIO"),
            ("GIANFRANCO", true, "GFR"),
        ];
        for (name, given, expected) in rows {
            assert_eq!(three(name, given).into_iter().collect::<String>(), expected);
        }
    }

    #[test]
    fn omocodia_replaces_digits_from_the_right_and_computes_the_check_anew() {
        let code = omocodia("RSSMRA80A41Z999C", 1);
        assert_eq!(&code[..15], "RSSMRA80A41Z99V");
        assert_eq!(check_character(&code), code.chars().last());
        assert_eq!(&omocodia("RSSMRA80A41Z999C", 7)[..15], "RSSMRAULAQMZVVV");
    }
}
