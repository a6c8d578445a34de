//! What can be filed, and what a form that cannot names.

use super::*;
use crate::tests::people::codice_fiscale;
use cns_portal_api::Relation;
use time::macros::date;

const TODAY: Date = date!(2026 - 11 - 23);

fn person(letters: &str) -> String {
    codice_fiscale(letters, date!(1980 - 01 - 01), false)
        .as_str()
        .to_owned()
}

fn auu() -> ApplicationForm {
    ApplicationForm::AssegnoUnico {
        children: vec![Child {
            codice_fiscale: person("FGLPRM"),
            disability: false,
        }],
        other_parent: None,
        share: Share::Whole,
        iban: "IT60X0542811101000000123456".to_owned(),
        statements_accepted: true,
    }
}

#[track_caller]
fn check(form: &ApplicationForm, wrong: &[&str]) {
    let applicant = codice_fiscale("RSSMRA", date!(1980 - 01 - 01), false);
    assert_eq!(incomplete(form, &applicant, TODAY), wrong);
}

#[test]
fn a_whole_assegno_unico_can_be_filed() {
    check(&auu(), &[]);
}

#[test]
fn an_empty_assegno_unico_is_a_draft_that_names_what_it_lacks() {
    let form = ApplicationForm::AssegnoUnico {
        children: Vec::new(),
        other_parent: Some(person("RSSMRA")),
        share: Share::Half,
        iban: String::new(),
        statements_accepted: false,
    };
    assert!(too_large(&form).is_empty());
    check(
        &form,
        &["children", "other_parent", "iban", "statements_accepted"],
    );
}

#[test]
fn half_is_shared_with_somebody() {
    let mut form = auu();
    if let ApplicationForm::AssegnoUnico { share, .. } = &mut form {
        *share = Share::Half;
    }
    check(&form, &["share"]);
}

#[test]
fn nobody_is_a_child_twice_or_of_themselves() {
    let mut form = auu();
    if let ApplicationForm::AssegnoUnico { children, .. } = &mut form {
        let child = |letters| Child {
            codice_fiscale: person(letters),
            disability: true,
        };
        children.extend([child("FGLPRM"), child("RSSMRA"), child("FGLSCN")]);
    }
    check(&form, &["children.1", "children.2"]);
}

#[test]
fn an_account_number_has_its_check_digits() {
    for (text, right) in [
        ("IT60X0542811101000000123456", true),
        ("DE89370400440532013000", true),
        ("IT61X0542811101000000123456", false),
        ("IT60X054281110100000012345", false),
        ("it60x0542811101000000123456", false),
        ("", false),
        ("IT€0X0542811101000000123456", false),
    ] {
        assert_eq!(is_iban(text), right, "{text}");
    }
}

#[test]
fn the_classic_assegno_looks_at_the_income_of_the_year_before_july() {
    let form = |income_year| ApplicationForm::AssegnoNucleo {
        members: vec![FamilyMember {
            codice_fiscale: person("BNCNNA"),
            relation: Relation::Coniuge,
            disability: false,
        }],
        income_year,
        income_cents: 2_000_000,
        employer: "Esempio S.r.l.".to_owned(),
        statements_accepted: true,
    };
    check(&form(2025), &[]);
    check(&form(2020), &[]);
    for year in [2019, 2026] {
        check(&form(year), &["income_year"]);
    }
    assert_eq!(last_income_year(date!(2026 - 06 - 30)), 2024);
}

#[test]
fn a_household_holds_its_applicant_once() {
    let form = |household: &[&str]| ApplicationForm::Isee {
        household: household.iter().map(|letters| person(letters)).collect(),
        rents: true,
        statements_accepted: true,
    };
    check(&form(&["RSSMRA", "BNCNNA"]), &[]);
    check(&form(&["BNCNNA"]), &["household"]);
    check(&form(&["RSSMRA", "RSSMRA"]), &["household"]);
    check(&form(&["BNCNNA", "RSSMRA", "BNCNNA"]), &["household.1"]);
}

#[test]
fn an_address_in_italy_has_a_province_and_a_cap() {
    let form =
        |province: &str, postal_code: &str, country: &str, since| ApplicationForm::VariazioneIndirizzo {
            address: Address {
                street: "Via Esempio 1".to_owned(),
                town: "Roma".to_owned(),
                province: province.to_owned(),
                postal_code: postal_code.to_owned(),
                country: country.to_owned(),
            },
            since,
        };
    check(&form("RM", "00100", "IT", TODAY), &[]);
    check(&form("", "SW1A 1AA", "GB", TODAY), &[]);
    check(
        &form("", "100", "IT", date!(2026 - 11 - 24)),
        &["address.province", "address.postal_code", "since"],
    );
    check(&form("RM", "00100", "Italia", TODAY), &["address.country"]);
}

#[test]
fn a_contact_can_be_used() {
    for (kind, value, right) in [
        (ContactKind::Mobile, "+393331234567", true),
        (ContactKind::Mobile, "3331234567", false),
        (ContactKind::Email, "anna@example.org", true),
        (ContactKind::Email, "anna@example", false),
        (ContactKind::Email, "a@b@example.org", false),
        (ContactKind::Pec, "anna @pec.example.org", false),
        (ContactKind::Letter, "Via Esempio 1", false),
    ] {
        let form = ApplicationForm::VariazioneContatti {
            contact: kind,
            value: value.to_owned(),
        };
        check(&form, if right { &[] } else { &["value"] });
    }
}

#[test]
fn a_form_has_an_end() {
    let form = ApplicationForm::Isee {
        household: vec!["X".repeat(201); 13],
        rents: false,
        statements_accepted: false,
    };
    let wrong = too_large(&form);
    assert_eq!(
        (wrong.len(), wrong[0].as_str(), wrong[1].as_str()),
        (14, "household", "household.0")
    );
}
