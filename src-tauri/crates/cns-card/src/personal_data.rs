//! EF.Dati_personali: sixteen fields, each behind two hexadecimal digits that say its length.
//!
//! The file only helps to greet the holder; the certificate is what counts. The reading is therefore lenient where
//! cards differ (fewer fields, lower-case lengths, accents) and strict where leniency would invent data.

use crate::{CardError, PersonalData};
use time::{Date, Month};

impl PersonalData {
    /// Takes the file apart, padding included or not.
    ///
    /// The total length in the first six characters is checked for shape only: cards disagree on whether it counts
    /// itself. Reading stops after sixteen fields, or at the first NUL where a length should stand.
    ///
    /// ```
    /// let file = b"0000650469990801022024083101203005ROSSI05MARIA080101198001F0010RSSMRA80A41Z999C0004Z999000004H5010000";
    /// let person = cns_card::PersonalData::parse(file)?;
    /// assert_eq!(person.surname.as_deref(), Some("ROSSI"));
    /// # Ok::<(), cns_card::CardError>(())
    /// ```
    ///
    /// # Errors
    /// [`CardError::Malformed`] when a length is not hexadecimal, a field runs over the end, or nothing is there.
    pub fn parse(file: &[u8]) -> Result<Self, CardError> {
        let fields = fields(file).ok_or(CardError::Malformed {
            file: PERSONAL_DATA_FILE,
        })?;
        let text = |index: usize| {
            let decoded = decode(fields.get(index).copied().unwrap_or_default());
            let trimmed = decoded.trim();
            (!trimmed.is_empty()).then(|| trimmed.to_owned())
        };
        let date = |index: usize| fields.get(index).copied().and_then(parse_date);
        Ok(Self {
            issuer: text(0),
            issued_on: date(1),
            expires_on: date(2),
            surname: text(3),
            name: text(4),
            birth_date: date(5),
            sex: text(6),
            codice_fiscale: text(8),
            birth_place: text(10),
            residence: text(13),
        })
    }
}

/// Splits the file into at most sixteen fields; `None` when it is not made that way.
fn fields(file: &[u8]) -> Option<Vec<&[u8]>> {
    let (total, mut rest) = file.split_at_checked(TOTAL_DIGITS)?;
    if !total.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut fields = Vec::with_capacity(FIELDS);
    while fields.len() < FIELDS {
        match rest {
            [] | [0, ..] => break,
            [high, low, after @ ..] => {
                let length = usize::from(hex_digit(*high)? << 4 | hex_digit(*low)?);
                let (field, next) = after.split_at_checked(length)?;
                fields.push(field);
                rest = next;
            }
            [_] => return None,
        }
    }
    (!fields.is_empty()).then_some(fields)
}

fn hex_digit(character: u8) -> Option<u8> {
    char::from(character)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// Reads ASCII, and Latin-1 where a card holds an accent. Control characters become the replacement character.
fn decode(field: &[u8]) -> String {
    field
        .iter()
        .map(|byte| char::from(*byte))
        .map(|character| {
            if character.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                character
            }
        })
        .collect()
}

/// Reads `ddmmyyyy`; anything else, such as an empty field, is no date.
fn parse_date(field: &[u8]) -> Option<Date> {
    if field.len() != 8 || !field.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |digits: &[u8]| {
        digits
            .iter()
            .fold(0_u16, |sum, digit| sum * 10 + u16::from(digit - b'0'))
    };
    let day = u8::try_from(number(&field[..2])).ok()?;
    let month = Month::try_from(u8::try_from(number(&field[2..4])).ok()?).ok()?;
    Date::from_calendar_date(i32::from(number(&field[4..])), month, day).ok()
}

/// The file, by its name in the CNS file system.
pub(crate) const PERSONAL_DATA_FILE: &str = "EF.Dati_personali";
/// The file has 400 bytes on every card seen; no more is ever read.
pub(crate) const PERSONAL_DATA_LIMIT: usize = 400;
const TOTAL_DIGITS: usize = 6;
const FIELDS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    const MARIA: &[u8] =
        b"0000650469990801022024083101203005ROSSI05MARIA080101198001F0010RSSMRA80A41Z999C0004Z999000004H5010000";

    #[test]
    fn the_worked_example_is_taken_apart() {
        let mut file = MARIA.to_vec();
        file.resize(400, 0);
        let person = PersonalData::parse(&file).unwrap();
        let expected = PersonalData {
            issuer: Some("6999".into()),
            issued_on: Some(date!(2024 - 02 - 01)),
            expires_on: Some(date!(2030 - 01 - 31)),
            surname: Some("ROSSI".into()),
            name: Some("MARIA".into()),
            birth_date: Some(date!(1980 - 01 - 01)),
            sex: Some("F".into()),
            codice_fiscale: Some("RSSMRA80A41Z999C".into()),
            birth_place: Some("Z999".into()),
            residence: Some("H501".into()),
        };
        assert!(person == expected);
        assert!(
            PersonalData::parse(MARIA).unwrap() == expected,
            "without padding too"
        );
    }

    #[test]
    fn fewer_fields_are_tolerated() {
        let person = PersonalData::parse(b"000014046999080102202400\0\0\0").unwrap();
        assert_eq!(person.issued_on, Some(date!(2024 - 02 - 01)));
        assert_eq!((person.expires_on, person.surname), (None, None));
    }

    #[test]
    fn lower_case_lengths_and_accents_are_understood() {
        let person = PersonalData::parse(b"00003C0000000aDE' R\xC8 ABC04NICO").unwrap();
        assert_eq!(person.surname.as_deref(), Some("DE' RÈ ABC"));
        assert_eq!(person.name.as_deref(), Some("NICO"));
    }

    #[test]
    fn a_day_that_does_not_exist_is_no_date() {
        let person = PersonalData::parse(b"0000000000083102202508ABCDEFGH").unwrap();
        assert_eq!((person.issued_on, person.expires_on), (None, None));
    }

    #[test]
    fn odd_files_are_malformed() {
        let rows: [&[u8]; 8] = [
            b"",
            b"00006",
            &[0; 400],
            &[0xFF; 400],
            b"0000650G69990000",
            b"000065046999FFROSSI",
            b"0000650469990",
            b"ZZZZZZ0469990000",
        ];
        for file in rows {
            assert!(
                PersonalData::parse(file).is_err(),
                "{}",
                String::from_utf8_lossy(file)
            );
        }
    }

    #[test]
    fn debug_prints_nothing_of_the_person() {
        let shown = format!("{:?}", PersonalData::parse(MARIA).unwrap());
        assert_eq!(shown, "PersonalData([personal])");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(file in prop::collection::vec(any::<u8>(), 0..500)) {
            let _ = PersonalData::parse(&file);
        }

        #[test]
        fn no_change_of_one_byte_makes_it_panic(at in 0..MARIA.len(), byte: u8) {
            let mut file = MARIA.to_vec();
            file[at] = byte;
            let _ = PersonalData::parse(&file);
        }

        #[test]
        fn what_is_written_is_read_back(surname in "[A-Z' ]{0,19}[A-Z]", name in "[A-Z]{1,20}") {
            let file = format!("000000000000{:02X}{surname}{:02x}{name}00", surname.len(), name.len());
            let person = PersonalData::parse(file.as_bytes()).unwrap();
            prop_assert_eq!(person.surname.as_deref(), Some(surname.trim()));
            prop_assert_eq!(person.name, Some(name));
        }
    }
}
