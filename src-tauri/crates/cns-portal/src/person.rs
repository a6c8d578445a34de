//! What a codice fiscale tells of its bearer, and what it does not.

use crate::store::Citizen;
use cns_portal_api::Person;
use cns_trust::CodiceFiscale;
use time::Date;

/// The name to greet a citizen with: the certificate's, the archive's, or the codice fiscale where neither tells one.
pub(crate) fn shown_name(citizen: &Citizen) -> String {
    let archive = citizen.registered.full_name();
    citizen
        .full_name
        .clone()
        .or_else(|| (!archive.is_empty()).then_some(archive))
        .unwrap_or_else(|| citizen.codice_fiscale.as_str().to_owned())
}

/// A citizen as a document names them. A name that nobody told is left empty.
pub(crate) fn person(citizen: &Citizen) -> Person {
    Person {
        codice_fiscale: citizen.codice_fiscale.as_str().to_owned(),
        surname: citizen.registered.surname.clone(),
        name: citizen.registered.name.clone(),
        birth_date: citizen.registered.birth_date,
    }
}

/// The day of birth. Of the years that two digits stand for it is the latest that is not in the future.
pub(crate) fn birth_date(codice_fiscale: &CodiceFiscale, today: Date) -> Date {
    let in_century = |century: i32| {
        let year = century + i32::from(codice_fiscale.birth_year_of_century());
        let day = codice_fiscale
            .birth_day()
            .min(codice_fiscale.birth_month().length(year));
        Date::from_calendar_date(year, codice_fiscale.birth_month(), day)
    };
    let century = today.year() - today.year().rem_euclid(100);
    [century, century - 100]
        .into_iter()
        .filter_map(|century| in_century(century).ok())
        .find(|born| *born <= today)
        .unwrap_or(today)
}

/// Parts "given name, surname". Both may have several words; the surname is the part whose letters open the codice
/// fiscale (DM 23-12-1976), or the last word when none does.
pub(crate) fn name_and_surname(full_name: &str, letters: &str) -> (String, String) {
    let words: Vec<&str> = full_name.split_whitespace().collect();
    let cut = (1..words.len())
        .find(|cut| surname_letters(&words[*cut..].concat()) == letters)
        .unwrap_or(words.len().saturating_sub(1));
    (words[..cut].join(" "), words[cut..].join(" "))
}

/// The three letters for a given name: of four consonants or more the first, third and fourth; else as for a surname.
pub(crate) fn name_letters(name: &str) -> String {
    let consonants: Vec<char> = name
        .chars()
        .map(plain_letter)
        .filter(|letter| letter.is_ascii_uppercase() && !"AEIOU".contains(*letter))
        .collect();
    match consonants.as_slice() {
        [first, _, third, fourth, ..] => [*first, *third, *fourth].into_iter().collect(),
        _ => surname_letters(name),
    }
}

/// The three letters for a surname: consonants first, then vowels, then X.
pub(crate) fn surname_letters(surname: &str) -> String {
    let letters = || surname.chars().map(plain_letter).filter(char::is_ascii_uppercase);
    let consonants = letters().filter(|letter| !"AEIOU".contains(*letter));
    let vowels = letters().filter(|letter| "AEIOU".contains(*letter));
    consonants.chain(vowels).chain("XXX".chars()).take(3).collect()
}

fn plain_letter(letter: char) -> char {
    match letter.to_lowercase().next().unwrap_or(letter) {
        'à' | 'á' | 'â' | 'ä' => 'A',
        'è' | 'é' | 'ê' | 'ë' => 'E',
        'ì' | 'í' | 'î' | 'ï' => 'I',
        'ò' | 'ó' | 'ô' | 'ö' => 'O',
        'ù' | 'ú' | 'û' | 'ü' => 'U',
        other => other.to_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::people::codice_fiscale;
    use time::macros::date;

    #[test]
    fn the_surname_is_found_by_the_letters_of_the_code() {
        for (full_name, letters, name, surname) in [
            ("Mario Rossi", "RSS", "Mario", "Rossi"),
            ("Maria Grazia De Luca", "DLC", "Maria Grazia", "De Luca"),
            ("Anna D'Alò", "DLA", "Anna", "D'Alò"),
            ("Li Fo", "FOX", "Li", "Fo"),
            ("Ada Lovelace Byron", "ZZZ", "Ada Lovelace", "Byron"),
            ("Solo", "SLO", "", "Solo"),
            ("", "RSS", "", ""),
        ] {
            assert_eq!(
                name_and_surname(full_name, letters),
                (name.to_owned(), surname.to_owned())
            );
        }
    }

    #[test]
    fn a_day_of_birth_is_never_in_the_future() {
        let today = date!(2026 - 11 - 22);
        for (born, expected) in [
            (date!(1980 - 01 - 01), date!(1980 - 01 - 01)),
            (date!(2026 - 11 - 22), date!(2026 - 11 - 22)),
            (date!(1926 - 11 - 23), date!(1926 - 11 - 23)),
            (date!(2000 - 02 - 29), date!(2000 - 02 - 29)),
        ] {
            assert_eq!(birth_date(&codice_fiscale("RSSMRA", born, true), today), expected);
        }
    }
}
