//! Fills a database with invented people, to see how the portal does with many.

use crate::area::{Registered, people};
use crate::config::Database;
use crate::error::PortalError;
use crate::person;
use crate::store::{Store, archive, citizens};
use cns_trust::CodiceFiscale;
use time::{Date, Duration, OffsetDateTime};

/// Writes the people of `data/people.toml` and so many others into the database, each in the archive and as somebody
/// who has been here. The first so many are always the same, and who is there already stays as they are. Their careers
/// and slips are invented when somebody first asks for them.
///
/// # Errors
/// [`PortalError::Database`], [`PortalError::DatabaseFile`] and [`PortalError::Migration`] when the database cannot be
/// opened or written.
pub async fn seed(database: &Database, people: u32, now: OffsetDateTime) -> Result<(), PortalError> {
    let store = Store::open(database).await?;
    let seeded = fill(&store, people, now).await;
    store.close().await;
    seeded
}

pub(crate) async fn fill(store: &Store, people: u32, now: OffsetDateTime) -> Result<(), PortalError> {
    let today = now.date();
    put(store, &people::examples(today), now).await?;
    let mut first = 0;
    while first < people {
        let next = people.min(first.saturating_add(AT_ONCE));
        let batch: Vec<Registered> = (first..next).filter_map(|number| invent(number, today)).collect();
        put(store, &batch, now).await?;
        first = next;
    }
    Ok(())
}

/// One transaction.
async fn put(store: &Store, people: &[Registered], now: OffsetDateTime) -> Result<(), PortalError> {
    let mut transaction = store.writing().await?;
    for some in people.chunks(ROWS) {
        archive::put_all(&mut transaction, some).await?;
        citizens::put_all(&mut transaction, some, now).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The person of a number. No two numbers are the same person.
pub(crate) fn invent(number: u32, today: Date) -> Option<Registered> {
    let (surnames, names) = (
        u32::try_from(SURNAMES.len()).ok()?,
        u32::try_from(NAMES.len()).ok()?,
    );
    let surname = SURNAMES.get(usize::try_from(number % surnames).ok()?)?;
    let (name, female) = NAMES.get(usize::try_from(number / surnames % names).ok()?)?;
    // A step that has no divisor in common with the days walks over all of them before it meets one twice.
    let day = (u64::from(number / surnames / names) * 7_919) % DAYS;
    let birth_date = FIRST_BIRTH.saturating_add(Duration::days(i64::try_from(day).ok()?));
    let codice_fiscale = codice_fiscale(surname, name, birth_date, *female)?;
    let mut person = Registered::invent(&codice_fiscale, None, today);
    (person.surname, person.name) = ((*surname).to_owned(), (*name).to_owned());
    Some(person)
}

/// The code of somebody born in Z999, a place that no register knows (DM 23-12-1976).
fn codice_fiscale(surname: &str, name: &str, birth_date: Date, female: bool) -> Option<CodiceFiscale> {
    let month = b"ABCDEHLMPRST".get(usize::from(u8::from(birth_date.month())) - 1)?;
    let day = birth_date.day() + if female { 40 } else { 0 };
    let open = format!(
        "{}{}{:02}{}{day:02}Z999",
        person::surname_letters(surname),
        person::name_letters(name),
        birth_date.year().rem_euclid(100),
        char::from(*month),
    );
    // The last character follows from the others: of 26 one is right.
    ('A'..='Z').find_map(|last| CodiceFiscale::parse(&format!("{open}{last}")).ok())
}

/// People per transaction.
const AT_ONCE: u32 = 10_000;

/// People per statement.
const ROWS: usize = 100;

const FIRST_BIRTH: Date = time::macros::date!(1935 - 01 - 01);

/// Days of birth: to the end of 2003. 7,919 is a prime that does not divide it.
const DAYS: u64 = 25_202;

/// Surnames of different letters.
const SURNAMES: [&str; 40] = [
    "Abbati",
    "Bellini",
    "Cattaneo",
    "Donati",
    "Esposti",
    "Fabbri",
    "Galli",
    "Iovine",
    "Lombardi",
    "Marini",
    "Negri",
    "Orlandi",
    "Pagani",
    "Quarti",
    "Ricci",
    "Sartori",
    "Testa",
    "Ugolini",
    "Valenti",
    "Zanetti",
    "Barbieri",
    "Colombo",
    "De Santis",
    "Ferrari",
    "Gatti",
    "Leone",
    "Monti",
    "Nardi",
    "Orsini",
    "Pellegri",
    "Rinaldi",
    "Serra",
    "Tosi",
    "Urbani",
    "Villa",
    "Zorzi",
    "Basile",
    "Costa",
    "Fontana",
    "Grasso",
];

/// Given names of different letters, and whether they are women's.
const NAMES: [(&str, bool); 40] = [
    ("Adele", true),
    ("Bruno", false),
    ("Carla", true),
    ("Dario", false),
    ("Elena", true),
    ("Fabio", false),
    ("Gaia", true),
    ("Hans", false),
    ("Irene", true),
    ("Luigi", false),
    ("Marta", true),
    ("Nicola", false),
    ("Olga", true),
    ("Pietro", false),
    ("Rita", true),
    ("Sandro", false),
    ("Teresa", true),
    ("Ugo", false),
    ("Vera", true),
    ("Walter", false),
    ("Agnese", true),
    ("Biagio", false),
    ("Chiara", true),
    ("Diego", false),
    ("Emma", true),
    ("Franco", false),
    ("Giada", true),
    ("Ivo", false),
    ("Lidia", true),
    ("Mauro", false),
    ("Nora", true),
    ("Oscar", false),
    ("Paola", true),
    ("Renzo", false),
    ("Silvia", true),
    ("Tullio", false),
    ("Viola", true),
    ("Zeno", false),
    ("Anita", true),
    ("Beppe", false),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::pki::NOW;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_numbers_are_one_person_and_everybodys_code_fits_their_name() {
        let today = NOW.date();
        let numbers = (0..4_000).chain(1_000_000..1_000_500);
        let mut codes = BTreeSet::new();
        for number in numbers {
            let person = invent(number, today).unwrap();
            assert!(
                codes.insert(person.codice_fiscale.as_str().to_owned()),
                "{number}"
            );
            let letters = person::surname_letters(&person.surname) + &person::name_letters(&person.name);
            assert!(person.codice_fiscale.as_str().starts_with(&letters));
            assert_eq!(
                person.birth_date,
                person::birth_date(&person.codice_fiscale, today)
            );
            assert!(person.birth_date >= FIRST_BIRTH);
        }
        assert_eq!(codes.len(), 4_500);
        assert_eq!(
            DAYS,
            u64::try_from((time::macros::date!(2003 - 12 - 31) - FIRST_BIRTH).whole_days()).unwrap() + 1
        );
    }

    #[test]
    fn codes_follow_the_decree() {
        for (surname, name, born, female, expected) in [
            (
                "Rossi",
                "Maria",
                time::macros::date!(1980 - 01 - 01),
                true,
                "RSSMRA80A41Z999C",
            ),
            (
                "Bianchi",
                "Luca",
                time::macros::date!(1975 - 08 - 23),
                false,
                "BNCLCU75M23Z999X",
            ),
            (
                "Fo",
                "Ada",
                time::macros::date!(1924 - 02 - 29),
                true,
                "FOXDAA24B69Z999M",
            ),
            (
                "D'Esempio",
                "Gianfranco",
                time::macros::date!(2001 - 12 - 31),
                false,
                "DSMGFR01T31Z999S",
            ),
        ] {
            assert_eq!(
                codice_fiscale(surname, name, born, female).unwrap().as_str(),
                expected
            );
        }
    }
}
