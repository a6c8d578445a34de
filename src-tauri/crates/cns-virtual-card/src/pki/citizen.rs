//! People who do not exist.
//!
//! All are born in `Z999`, a place that no register knows, so that no codice fiscale here is a real person's.

use crate::pki::codice_fiscale::codice_fiscale;
use time::Date;
use time::macros::date;

/// An invented person with a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citizen {
    /// Surname, upper case as cards write it.
    pub surname: String,
    /// Given name, upper case.
    pub name: String,
    /// Sex, as the register has it.
    pub sex: Sex,
    /// Day of birth.
    pub birth_date: Date,
    /// Cadastral code of the place of birth.
    pub birth_place: String,
    /// Cadastral code of the town of residence.
    pub residence: String,
    /// EF.ID_Carta: 16 digits, the last one Luhn's.
    pub card_id: String,
}

/// Sex, as a codice fiscale and EF.Dati_personali say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// `F`.
    Female,
    /// `M`.
    Male,
}

impl Citizen {
    /// Maria Rossi, the everyday citizen of the examples.
    pub fn maria_rossi() -> Self {
        Self::invented(
            "ROSSI",
            "MARIA",
            Sex::Female,
            date!(1980 - 01 - 01),
            "6999000000123455",
        )
    }

    /// Luca Bianchi, for whatever needs a second person.
    pub fn luca_bianchi() -> Self {
        Self::invented(
            "BIANCHI",
            "LUCA",
            Sex::Male,
            date!(1975 - 08 - 23),
            "6999000000200014",
        )
    }

    /// Ada Fo: names too short to fill their letters, and a birthday in another century than it seems.
    pub fn ada_fo() -> Self {
        Self::invented(
            "FO",
            "ADA",
            Sex::Female,
            date!(1924 - 02 - 29),
            "6999000000300020",
        )
    }

    /// Gianfranco D'Esempio: an apostrophe, and a given name of many consonants.
    pub fn gianfranco_desempio() -> Self {
        Self::invented(
            "D'ESEMPIO",
            "GIANFRANCO",
            Sex::Male,
            date!(2001 - 12 - 31),
            "6999000000400036",
        )
    }

    /// Everybody there is.
    pub fn all() -> [Self; 4] {
        [
            Self::maria_rossi(),
            Self::luca_bianchi(),
            Self::ada_fo(),
            Self::gianfranco_desempio(),
        ]
    }

    /// The codice fiscale, check character included.
    pub fn codice_fiscale(&self) -> String {
        codice_fiscale(self)
    }

    fn invented(surname: &str, name: &str, sex: Sex, birth_date: Date, card_id: &str) -> Self {
        Self {
            surname: surname.to_owned(),
            name: name.to_owned(),
            sex,
            birth_date,
            birth_place: "Z999".to_owned(),
            residence: "H501".to_owned(),
            card_id: card_id.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pki::luhn_digit;

    #[test]
    fn card_numbers_end_in_their_luhn_digit() {
        for citizen in Citizen::all() {
            assert_eq!(
                luhn_digit(&citizen.card_id[..15]),
                citizen.card_id.chars().last(),
                "{}",
                citizen.card_id
            );
        }
    }
}
