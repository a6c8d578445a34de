//! The people of the example, and what each of them would type.

use cns_portal::{ExamplePerson, example_people};
use std::collections::BTreeMap;
use time::Date;

/// Maria, whose the card is, and Anna and Bruno, sister and brother, of whom neither has a PIN yet.
pub(crate) fn of_the_example(today: Date) -> Vec<ExamplePerson> {
    let mut people = example_people(today);
    people.retain(|person| NAMES.contains(&person.name.as_str()));
    people.truncate(NAMES.len());
    people
}

/// What a person would type, by the names of the window's fields. Telephone and e-mail lead to nobody.
pub fn facts_of(person: &ExamplePerson) -> BTreeMap<String, String> {
    let number = person.tessera_number.get(12..).unwrap_or_default();
    let mobile = format!("+39333{number}");
    let email = format!("{}@example.org", person.name.to_lowercase());
    let sex = person.sex.to_string();
    let address = &person.address;
    [
        ("codice_fiscale", person.codice_fiscale.as_str()),
        ("residence", "italy"),
        ("surname", &person.surname),
        ("name", &person.name),
        ("sex", &sex),
        ("birth_date", &person.birth_date.to_string()),
        ("birth_place", &person.birth_place),
        ("street", &address.street),
        ("town", &address.town),
        ("province", &address.province),
        ("postal_code", &address.postal_code),
        ("country", &address.country),
        ("mobile", &mobile),
        ("email", &email),
        ("preferred_phone", "mobile"),
        ("call_slot", "morning"),
        ("tessera_number", &person.tessera_number),
        ("tessera_expiry", &person.tessera_expiry.to_string()),
        ("other_kind", "email"),
        ("other_value", &email),
        ("send_second_to", "letter"),
        ("document_kind", "carta_identita"),
        ("document_number", "CA00000AA"),
        ("document_expiry", "2031-12-31"),
        ("share", "whole"),
        ("iban", "IT60X0542811101000000123456"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

const NAMES: [&str; 3] = ["Maria", "Anna", "Bruno"];
