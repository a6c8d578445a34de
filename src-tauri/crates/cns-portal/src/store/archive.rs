//! Table `archive`: whom the body knows before they ever come.

use crate::area::{PensionHeld, Registered, Traits};
use crate::career::{Management, Walk};
use crate::error::PortalError;
use crate::store::Tx;
use crate::store::days;
use cns_portal_api::{Address, Profile, Sex};
use cns_trust::CodiceFiscale;
use sqlx::{AssertSqlSafe, FromRow};

/// Finds a person by codice fiscale.
pub(crate) async fn find(
    transaction: &mut Tx<'_>,
    codice_fiscale: &CodiceFiscale,
) -> Result<Option<Registered>, PortalError> {
    let row: Option<Row> = sqlx::query_as(FIND)
        .bind(codice_fiscale.as_str())
        .fetch_optional(&mut **transaction)
        .await?;
    row.map(Row::read).transpose()
}

/// Writes a person down. Whoever is there stays as they are; a name that nobody had told is filled in.
pub(crate) async fn put(transaction: &mut Tx<'_>, person: &Registered) -> Result<(), PortalError> {
    put_all(transaction, std::slice::from_ref(person)).await
}

/// Writes people down in one statement, at most a few hundred.
pub(crate) async fn put_all(transaction: &mut Tx<'_>, people: &[Registered]) -> Result<(), PortalError> {
    let statement = format!(
        "INSERT INTO archive (codice_fiscale, surname, name, sex, birth_date, birth_place, street, town, province,
         postal_code, country, tessera_number, tessera_expiry, walk, enrolled, offices, pension, pension_number,
         pension_since, pension_cents) VALUES {}
         ON CONFLICT (codice_fiscale) DO UPDATE SET surname = excluded.surname, name = excluded.name
         WHERE archive.surname = '' AND archive.name = ''",
        rows(people.len(), 20)
    );
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for person in people {
        let traits = &person.traits;
        let pension = traits.pension.as_ref();
        query = query
            .bind(person.codice_fiscale.as_str())
            .bind(&person.surname)
            .bind(&person.name)
            .bind(sex_word(person.sex))
            .bind(days::text(person.birth_date))
            .bind(&person.birth_place)
            .bind(&person.address.street)
            .bind(&person.address.town)
            .bind(&person.address.province)
            .bind(&person.address.postal_code)
            .bind(&person.address.country)
            .bind(&person.tessera_number)
            .bind(days::text(person.tessera_expiry))
            .bind(traits.walk.code())
            .bind(codes(traits.enrolled.iter().map(|management| management.code())))
            .bind(codes(traits.offices.iter().map(|office| office_word(*office))))
            .bind(pension.map(|pension| pension.category.as_str()))
            .bind(pension.map(|pension| pension.number.as_str()))
            .bind(pension.map(|pension| days::text(pension.since)))
            .bind(pension.map(|pension| pension.cents));
    }
    query.execute(&mut **transaction).await?;
    Ok(())
}

/// `($1, $2), ($3, $4)`: as many rows of as many columns.
pub(super) fn rows(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> = (1..=columns)
            .map(|column| format!("${}", row * columns + column))
            .collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// Writes down where somebody lives from today on.
pub(crate) async fn set_address(
    transaction: &mut Tx<'_>,
    codice_fiscale: &CodiceFiscale,
    address: &Address,
) -> Result<(), PortalError> {
    sqlx::query(
        "UPDATE archive SET street = $1, town = $2, province = $3, postal_code = $4, country = $5
         WHERE codice_fiscale = $6",
    )
    .bind(&address.street)
    .bind(&address.town)
    .bind(&address.province)
    .bind(&address.postal_code)
    .bind(&address.country)
    .bind(codice_fiscale.as_str())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

pub(super) const FIND: &str =
    "SELECT codice_fiscale, surname, name, sex, birth_date, birth_place, street, town, province,
    postal_code, country, tessera_number, tessera_expiry, walk, enrolled, offices, pension, pension_number,
    pension_since, pension_cents FROM archive WHERE codice_fiscale = $1";

#[derive(FromRow)]
struct Row {
    codice_fiscale: String,
    surname: String,
    name: String,
    sex: String,
    birth_date: String,
    birth_place: String,
    street: String,
    town: String,
    province: String,
    postal_code: String,
    country: String,
    tessera_number: String,
    tessera_expiry: String,
    walk: String,
    enrolled: String,
    offices: String,
    pension: Option<String>,
    pension_number: Option<String>,
    pension_since: Option<String>,
    pension_cents: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Registered, PortalError> {
        let stored = |column| PortalError::Stored { column };
        let pension = match (
            self.pension,
            self.pension_number,
            self.pension_since,
            self.pension_cents,
        ) {
            (Some(category), Some(number), Some(since), Some(cents)) => Some(PensionHeld {
                category,
                number,
                since: days::read("archive.pension_since", &since)?,
                cents,
            }),
            _ => None,
        };
        let enrolled = self
            .enrolled
            .split_whitespace()
            .map(|code| Management::from_code(code).ok_or(stored("archive.enrolled")))
            .collect::<Result<_, _>>()?;
        let offices = self
            .offices
            .split_whitespace()
            .map(|word| office(word).ok_or(stored("archive.offices")))
            .collect::<Result<_, _>>()?;
        Ok(Registered {
            codice_fiscale: CodiceFiscale::parse(&self.codice_fiscale)
                .map_err(|_| stored("archive.codice_fiscale"))?,
            surname: self.surname,
            name: self.name,
            sex: match self.sex.as_str() {
                "F" => Sex::F,
                "M" => Sex::M,
                _ => return Err(stored("archive.sex")),
            },
            birth_date: days::read("archive.birth_date", &self.birth_date)?,
            birth_place: self.birth_place,
            address: Address {
                street: self.street,
                town: self.town,
                province: self.province,
                postal_code: self.postal_code,
                country: self.country,
            },
            tessera_number: self.tessera_number,
            tessera_expiry: days::read("archive.tessera_expiry", &self.tessera_expiry)?,
            traits: Traits {
                walk: Walk::parse(&self.walk).ok_or(stored("archive.walk"))?,
                enrolled,
                offices,
                pension,
            },
        })
    }
}

fn codes(words: impl Iterator<Item = &'static str>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

fn sex_word(sex: Sex) -> &'static str {
    match sex {
        Sex::F => "F",
        Sex::M => "M",
    }
}

/// The categories that are not a person's work or pension, and their words.
const OFFICES: [(Profile, &str); 4] = [
    (Profile::Azienda, "azienda"),
    (Profile::Caf, "caf"),
    (Profile::Patronato, "patronato"),
    (Profile::MedicoCertificatore, "medico_certificatore"),
];

fn office_word(office: Profile) -> &'static str {
    OFFICES
        .iter()
        .find(|(profile, _)| *profile == office)
        .map_or("", |(_, word)| word)
}

fn office(word: &str) -> Option<Profile> {
    OFFICES
        .iter()
        .find(|(_, own)| *own == word)
        .map(|(profile, _)| *profile)
}
