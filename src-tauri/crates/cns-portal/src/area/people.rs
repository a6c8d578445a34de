//! The people of the archive: what the body holds of them before they ever come, and what follows from it.
//!
//! All are invented. Some are written down in `data/people.toml`; whoever else comes with a card, or is seeded, is
//! drawn from a hash of the codice fiscale.

use crate::area::walls;
use crate::career::{self, Dice, Management, Walk};
use crate::person;
use cns_portal_api::{Address, Profile, Sex};
use cns_trust::CodiceFiscale;
use serde::Deserialize;
use std::collections::BTreeSet;
use time::{Date, Month};

/// A person of the archive.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) codice_fiscale: CodiceFiscale,
    /// Empty where nobody has told it.
    pub(crate) surname: String,
    /// Empty where nobody has told it.
    pub(crate) name: String,
    pub(crate) sex: Sex,
    pub(crate) birth_date: Date,
    pub(crate) birth_place: String,
    /// Residence; a letter goes there.
    pub(crate) address: Address,
    /// On the back of the tessera sanitaria: 20 digits.
    pub(crate) tessera_number: String,
    pub(crate) tessera_expiry: Date,
    pub(crate) traits: Traits,
}

/// What the archive knows of somebody's work and pension (caratteristiche anagrafiche).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Traits {
    /// Along which the career was.
    pub(crate) walk: Walk,
    /// Managements in which there is a live position.
    pub(crate) enrolled: BTreeSet<Management>,
    /// What else the person is to the body: a company, a CAF, a patronato, a doctor.
    pub(crate) offices: Vec<Profile>,
    pub(crate) pension: Option<PensionHeld>,
}

/// A pension that is being paid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PensionHeld {
    /// Such as `VO` (old age) or `SO` (survivors).
    pub(crate) category: String,
    pub(crate) number: String,
    #[serde(with = "iso_day")]
    pub(crate) since: Date,
    /// Gross, of a month of 2026.
    #[serde(rename = "euro_cents")]
    pub(crate) cents: i64,
}

impl Traits {
    /// The profiles that follow: nobody asks for one. Whoever draws a pension is no worker by it; a live
    /// position makes a worker beside it.
    pub(crate) fn profiles(&self) -> Vec<Profile> {
        let pensioner = self.pension.as_ref().map(|_| Profile::Pensionato);
        let own = self
            .enrolled
            .iter()
            .map(|management| walls::profile_of(*management));
        let all: BTreeSet<Profile> = [Profile::Cittadino]
            .into_iter()
            .chain(pensioner)
            .chain(own)
            .chain(self.offices.iter().copied())
            .collect();
        all.into_iter().collect()
    }
}

impl Registered {
    /// Given name and surname.
    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.name, self.surname).trim().to_owned()
    }

    /// Invents what the archive knows of somebody. The name is a certificate's; none is made up.
    pub(crate) fn invent(codice_fiscale: &CodiceFiscale, full_name: Option<&str>, today: Date) -> Self {
        let birth_date = person::birth_date(codice_fiscale, today);
        let letters = &codice_fiscale.as_str()[..3];
        let (name, surname) = person::name_and_surname(full_name.unwrap_or_default(), letters);
        let mut dice = Dice::new(&format!("{} archive", codice_fiscale.as_str()));
        let walk = Walk::of(codice_fiscale);
        let retired_on = first_of_year(birth_date.year() + career::PENSION_AGE + 1);
        let pension = (retired_on <= today).then(|| PensionHeld {
            category: walk.last.map_or("VO", category).to_owned(),
            number: format!("99{:06}", dice.between(0, 999_999)),
            since: retired_on,
            cents: i64::from(dice.between(110_000, 260_000)),
        });
        let enrolled = match &pension {
            // One in six goes on as a collaborator.
            Some(_) if dice.between(1, 6) == 1 => BTreeSet::from([Management::Separate]),
            Some(_) => BTreeSet::new(),
            None => positions(codice_fiscale, birth_date, walk, today),
        };
        Self {
            codice_fiscale: codice_fiscale.clone(),
            surname,
            name,
            sex: sex(codice_fiscale),
            birth_date,
            birth_place: codice_fiscale.birthplace(),
            address: address(format!(
                "{} {}",
                dice.one_of(STREETS[0], &STREETS[1..]),
                dice.between(1, 150)
            )),
            tessera_number: format!(
                "80380999{:06}{:06}",
                dice.between(0, 999_999),
                dice.between(0, 999_999)
            ),
            tessera_expiry: first_of_year(today.year() + 1)
                .saturating_add(time::Duration::days(i64::from(dice.between(0, 5 * 365)))),
            traits: Traits {
                walk,
                enrolled,
                offices: Vec::new(),
                pension,
            },
        }
    }
}

/// The people of `data/people.toml`.
pub(crate) fn examples(today: Date) -> Vec<Registered> {
    let people: People = toml::from_str(include_str!("../../data/people.toml")).unwrap_or_default();
    people
        .person
        .into_iter()
        .filter_map(|person| person.read(today))
        .collect()
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    person: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    codice_fiscale: String,
    surname: String,
    name: String,
    #[serde(with = "iso_day")]
    birth_date: Date,
    street: String,
    tessera_number: String,
    #[serde(with = "iso_day")]
    tessera_expiry: Date,
    walk: String,
    #[serde(default)]
    enrolled: Vec<String>,
    #[serde(default)]
    offices: Vec<Profile>,
    #[serde(default)]
    pension: Option<PensionHeld>,
}

impl Written {
    fn read(self, today: Date) -> Option<Registered> {
        let codice_fiscale = CodiceFiscale::parse(&self.codice_fiscale).ok()?;
        let walk = Walk::parse(&self.walk)?;
        // Old age closes every position but those that are written down; a survivor's pension closes none.
        let retired = self
            .pension
            .as_ref()
            .is_some_and(|pension| pension.category != SURVIVORS);
        let mut enrolled = match retired {
            true => BTreeSet::new(),
            false => positions(&codice_fiscale, self.birth_date, walk, today),
        };
        for code in &self.enrolled {
            enrolled.insert(Management::from_code(code)?);
        }
        Some(Registered {
            sex: sex(&codice_fiscale),
            codice_fiscale,
            surname: self.surname,
            name: self.name,
            birth_date: self.birth_date,
            birth_place: TOWN.to_owned(),
            address: address(self.street),
            tessera_number: self.tessera_number,
            tessera_expiry: self.tessera_expiry,
            traits: Traits {
                walk,
                enrolled,
                offices: self.offices,
                pension: self.pension,
            },
        })
    }
}

/// The managements in which somebody has ever worked.
fn positions(
    codice_fiscale: &CodiceFiscale,
    birth_date: Date,
    walk: Walk,
    today: Date,
) -> BTreeSet<Management> {
    career::invent(codice_fiscale, birth_date, walk, today)
        .into_iter()
        .map(|period| period.management)
        .collect()
}

/// An address in a town that does not exist.
fn address(street: String) -> Address {
    Address {
        street,
        town: TOWN.to_owned(),
        province: "ZZ".to_owned(),
        postal_code: "99999".to_owned(),
        country: "IT".to_owned(),
    }
}

fn sex(codice_fiscale: &CodiceFiscale) -> Sex {
    match codice_fiscale.sex() {
        cns_trust::Sex::Female => Sex::F,
        cns_trust::Sex::Male => Sex::M,
    }
}

/// The category of an old-age pension.
fn category(last: Management) -> &'static str {
    match last {
        Management::Craft => "VOART",
        Management::Trade => "VOCOM",
        Management::Employees
        | Management::Separate
        | Management::Stage
        | Management::Sport
        | Management::State
        | Management::LocalBodies
        | Management::Teachers
        | Management::Doctors
        | Management::Bailiffs => "VO",
    }
}

fn first_of_year(year: i32) -> Date {
    Date::from_calendar_date(year, Month::January, 1).unwrap_or(Date::MAX)
}

time::serde::format_description!(iso_day, Date, "[year]-[month]-[day]");

/// A survivor's pension (superstiti).
const SURVIVORS: &str = "SO";
const TOWN: &str = "Borgo Esempio";
const STREETS: [&str; 5] = [
    "Via delle Prove",
    "Via dei Modelli",
    "Piazza del Campione",
    "Vicolo dell'Esempio",
    "Largo Immaginario",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::people::codice_fiscale;
    use time::macros::date;

    const TODAY: Date = date!(2026 - 11 - 22);

    #[test]
    fn every_person_of_the_file_is_read() {
        let written = include_str!("../../data/people.toml")
            .matches("[[person]]")
            .count();
        let people = examples(TODAY);
        assert_eq!(people.len(), written);
        for person in &people {
            let letters = &person.codice_fiscale.as_str()[..3];
            let parted = person::name_and_surname(&person.full_name(), letters);
            assert_eq!(parted, (person.name.clone(), person.surname.clone()));
            assert_eq!(person.codice_fiscale.birthplace(), "Z999");
            assert_eq!(person.tessera_number.len(), 20);
            let born = person::birth_date(&person.codice_fiscale, TODAY);
            assert_eq!(born.ordinal() % 366, person.birth_date.ordinal() % 366);
        }
    }

    #[test]
    fn profiles_follow_from_what_the_archive_has() {
        use Profile::*;
        for (codice_fiscale, expected) in [
            ("VRDNNA85P52Z999Y", vec![Cittadino, LavoratorePrivato]),
            ("VRDBRN88C05Z999V", vec![Cittadino, LavoratorePubblico]),
            ("BNCLCU75M23Z999X", vec![Cittadino, SpettacoloSport]),
            ("FOXDAA24B69Z999M", vec![Cittadino, Pensionato]),
            ("NREGLI58L50Z999P", vec![Cittadino, Pensionato, GestioneSeparata]),
            (
                "SCRPLA79E43Z999H",
                vec![Cittadino, LavoratorePrivato, Azienda, Patronato],
            ),
        ] {
            let people = examples(TODAY);
            let person = people
                .iter()
                .find(|person| person.codice_fiscale.as_str() == codice_fiscale);
            assert_eq!(person.unwrap().traits.profiles(), expected, "{codice_fiscale}");
        }
    }

    #[test]
    fn whoever_is_old_enough_draws_a_pension_and_nobody_younger_does() {
        for born in 1930..2020 {
            let person = codice_fiscale("RSSMRA", first_of_year(born), true);
            let registered = Registered::invent(&person, Some("Maria Rossi"), TODAY);
            assert_eq!(registered.traits.pension.is_some(), born <= 1959, "{born}");
            assert_eq!(registered.full_name(), "Maria Rossi");
            assert_eq!(registered.tessera_number.len(), 20);
            assert!(registered.tessera_expiry > TODAY);
        }
    }
}
