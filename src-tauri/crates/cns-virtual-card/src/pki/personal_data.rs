//! EF.Dati_personali, EF.ID_Carta and EF.GDO, as the CNS file system lays them out.

use crate::VirtualCardError;
use crate::pki::{Citizen, Sex};
use time::Date;

/// The dates printed on the plastic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlasticDates {
    /// Day of issue.
    pub issued_on: Date,
    /// Last day.
    pub expires_on: Date,
}

/// EF.Dati_personali: total length, 16 fields each behind its length, zeros to 400 bytes.
///
/// # Errors
/// [`VirtualCardError::FileTooSmall`] when the person does not fit.
pub fn personal_data_file(
    citizen: &Citizen,
    codice_fiscale: &str,
    dates: PlasticDates,
) -> Result<Vec<u8>, VirtualCardError> {
    let sex = match citizen.sex {
        Sex::Female => "F",
        Sex::Male => "M",
    };
    let issued_on = day(dates.issued_on);
    let expires_on = day(dates.expires_on);
    let birth_date = day(citizen.birth_date);
    let fields: [&str; 16] = [
        citizen.card_id.get(..4).unwrap_or_default(),
        &issued_on,
        &expires_on,
        &citizen.surname,
        &citizen.name,
        &birth_date,
        sex,
        "",
        codice_fiscale,
        "",
        &citizen.birth_place,
        "",
        "",
        &citizen.residence,
        "",
        "",
    ];
    let mut text = String::new();
    for field in fields {
        text.push_str(&format!("{:02X}{field}", field.len()));
    }
    let mut file = format!("{:06X}{text}", text.len() + 6).into_bytes();
    let fits = file.len() <= PERSONAL_DATA_LENGTH && fields.iter().all(|field| field.len() <= 0xFF);
    if !fits {
        return Err(VirtualCardError::FileTooSmall {
            path: "1100/1102".to_owned(),
            length: file.len(),
        });
    }
    file.resize(PERSONAL_DATA_LENGTH, 0);
    Ok(file)
}

/// Luhn's check digit of a number; `None` when there is something else than digits.
pub fn luhn_digit(digits: &str) -> Option<char> {
    let mut sum = 0;
    for (index, character) in digits.chars().rev().enumerate() {
        let digit = character.to_digit(10)?;
        let counted = if index % 2 == 0 { digit * 2 } else { digit };
        sum += if counted > 9 { counted - 9 } else { counted };
    }
    char::from_digit((10 - sum % 10) % 10, 10)
}

/// EF.GDO: the 20-digit number on the back of the card as BCD, in a data object `5A`.
pub(crate) fn gdo_file(card_id: &str) -> Vec<u8> {
    let mut number = format!("8038000{}", card_id.get(1..13).unwrap_or_default());
    number.extend(luhn_digit(&number));
    let mut file = vec![0x5A, 0x0A];
    file.extend(bcd(&number));
    file
}

/// Two digits a byte.
pub(crate) fn bcd(number: &str) -> Vec<u8> {
    let digits: Vec<u8> = number.bytes().map(|digit| digit & 0x0F).collect();
    digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn day(date: Date) -> String {
    format!("{:02}{:02}{:04}", date.day(), u8::from(date.month()), date.year())
}

const PERSONAL_DATA_LENGTH: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;
    use cns_iso7816::transcript::bytes_of;
    use time::macros::date;

    #[test]
    fn the_worked_example_comes_out_byte_for_byte() {
        let dates = PlasticDates {
            issued_on: date!(2024 - 02 - 01),
            expires_on: date!(2030 - 01 - 31),
        };
        let maria = Citizen::maria_rossi();
        let file = personal_data_file(&maria, &maria.codice_fiscale(), dates).unwrap();
        let text = "0000650469990801022024083101203005ROSSI05MARIA080101198001F0010RSSMRA80A41Z999C0004Z999000004H5010000";
        assert_eq!(&file[..101], text.as_bytes());
        assert_eq!(file[101..], [0; 299]);
    }

    #[test]
    fn the_serial_number_is_the_printed_one() {
        assert_eq!(
            gdo_file("6999000000123455"),
            bytes_of("5A 0A 80 38 00 09 99 00 00 00 12 32")
        );
    }

    #[test]
    fn a_person_who_does_not_fit_is_refused() {
        let dates = PlasticDates {
            issued_on: date!(2024 - 02 - 01),
            expires_on: date!(2030 - 01 - 31),
        };
        let mut endless = Citizen::maria_rossi();
        endless.surname = "A".repeat(400);
        assert!(personal_data_file(&endless, "RSSMRA80A41Z999C", dates).is_err());
    }
}
