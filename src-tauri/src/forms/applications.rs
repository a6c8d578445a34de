//! The forms of the applications, one table of fields for each kind, and the way back to the portal's words.

use super::Check;
use crate::asked::Typed;
use crate::door::{address, word_of};
use cns_contract::{FieldSeen, FormSeen, Input, PeopleSeen, PersonSeen, PersonTyped};
use cns_portal_api::{ApplicationForm, ApplicationKind, Child, ContactKind, FamilyMember, Relation, Share};
use cns_trust::CodiceFiscale;

/// The form of a kind of application, with what a draft says already.
pub(crate) fn form(kind: ApplicationKind, draft: Option<&ApplicationForm>) -> FormSeen {
    let mut form = FormSeen::new(&word_of(&kind), fields(kind));
    form.people = people(kind);
    form.may_save = true;
    if let Some(draft) = draft {
        for (name, value) in values(draft) {
            if let Some(field) = form.fields.iter_mut().find(|field| field.name == name) {
                field.value = value;
            }
        }
        if let Some(people) = &mut form.people {
            people.rows = named(draft);
        }
    }
    form
}

/// What a form says, if nothing is wrong with it; what is wrong stands in it then.
pub(crate) fn read(kind: ApplicationKind, form: &mut FormSeen, typed: &Typed) -> Option<ApplicationForm> {
    let named = read_people(form, typed);
    let mut check = Check::of(form, typed);
    let read = match kind {
        ApplicationKind::AssegnoUnico => {
            let other_parent = check
                .perhaps("other_parent")
                .map(|_| check.codice_fiscale("other_parent"));
            let share = check.word::<Share>("share");
            let iban = check
                .text("iban")
                .map(|iban| iban.replace(' ', "").to_uppercase());
            let accepted = check.accepted("statements_accepted");
            ApplicationForm::AssegnoUnico {
                children: named?
                    .iter()
                    .map(|person| Child {
                        codice_fiscale: code(person),
                        disability: person.disability,
                    })
                    .collect(),
                other_parent: match other_parent {
                    Some(code) => Some(code?),
                    None => None,
                },
                share: share?,
                iban: iban?,
                statements_accepted: accepted?,
            }
        }
        ApplicationKind::AssegnoNucleo => {
            let year = check
                .text("income_year")
                .and_then(|year| match year.parse::<u16>() {
                    Ok(year) => Some(year),
                    Err(_) => check.fault("income_year", "year"),
                });
            let income = check.text("income").and_then(|amount| match cents(&amount) {
                Some(cents) => Some(cents),
                None => check.fault("income", "amount"),
            });
            let employer = check.text("employer");
            let accepted = check.accepted("statements_accepted");
            ApplicationForm::AssegnoNucleo {
                members: named?
                    .iter()
                    .filter_map(|person| {
                        Some(FamilyMember {
                            codice_fiscale: code(person),
                            relation: super::check_word::<Relation>(&person.relation)?,
                            disability: person.disability,
                        })
                    })
                    .collect(),
                income_year: year?,
                income_cents: income?,
                employer: employer?,
                statements_accepted: accepted?,
            }
        }
        ApplicationKind::Isee => {
            let accepted = check.accepted("statements_accepted");
            ApplicationForm::Isee {
                household: named?.iter().map(code).collect(),
                rents: check.is_ticked("rents"),
                statements_accepted: accepted?,
            }
        }
        ApplicationKind::VariazioneIndirizzo => {
            let address = address(&mut check, true);
            let since = check.day("since");
            ApplicationForm::VariazioneIndirizzo {
                address: address?,
                since: since?,
            }
        }
        ApplicationKind::VariazioneContatti => {
            let contact = check.word::<ContactKind>("contact");
            check.text("value");
            let value = match contact {
                Some(ContactKind::Email | ContactKind::Pec) => check.email("value"),
                _ => check.phone("value"),
            };
            ApplicationForm::VariazioneContatti {
                contact: contact?,
                value: value?,
            }
        }
    };
    check.is_clean().then_some(read)
}

fn fields(kind: ApplicationKind) -> Vec<FieldSeen> {
    let text = |name| FieldSeen::new(name, Input::Text);
    let accepted = || FieldSeen::new("statements_accepted", Input::Check).under("statements");
    match kind {
        ApplicationKind::AssegnoUnico => vec![
            FieldSeen::new("other_parent", Input::Code).optional(),
            FieldSeen::choice("share", &["whole", "half"]).under("payment"),
            FieldSeen::new("iban", Input::Code),
            accepted(),
        ],
        ApplicationKind::AssegnoNucleo => vec![
            FieldSeen::new("income_year", Input::Digits),
            text("income"),
            text("employer"),
            accepted(),
        ],
        ApplicationKind::Isee => vec![FieldSeen::new("rents", Input::Check).optional(), accepted()],
        ApplicationKind::VariazioneIndirizzo => vec![
            text("street").under("home"),
            text("town"),
            FieldSeen::new("province", Input::Code),
            FieldSeen::new("postal_code", Input::Digits),
            FieldSeen {
                value: "IT".to_owned(),
                ..FieldSeen::new("country", Input::Code)
            },
            FieldSeen::new("since", Input::Day),
        ],
        ApplicationKind::VariazioneContatti => vec![
            FieldSeen::choice("contact", &["mobile", "landline", "email", "pec", "fax"]),
            text("value"),
        ],
    }
}

fn people(kind: ApplicationKind) -> Option<PeopleSeen> {
    let of = |name: &str, relations: &[&str], asks_disability| {
        Some(PeopleSeen {
            name: name.to_owned(),
            rows: vec![PersonSeen {
                codice_fiscale: String::new(),
                relation: relations
                    .first()
                    .map_or_else(String::new, |first| (*first).to_owned()),
                disability: false,
            }],
            relations: relations.iter().map(|relation| (*relation).to_owned()).collect(),
            asks_disability,
            at_most: 12,
            fault: None,
        })
    };
    match kind {
        ApplicationKind::AssegnoUnico => of("children", &[], true),
        ApplicationKind::AssegnoNucleo => of("members", &["coniuge", "fratello_sorella", "nipote"], true),
        ApplicationKind::Isee => of("household", &[], false),
        ApplicationKind::VariazioneIndirizzo | ApplicationKind::VariazioneContatti => None,
    }
}

/// The people who were named, if each of them has a codice fiscale. Rows that were left empty do not count.
fn read_people<'a>(form: &mut FormSeen, typed: &'a Typed) -> Option<Vec<&'a PersonTyped>> {
    form.people.as_ref()?;
    let rows = typed.people().iter();
    let named: Vec<_> = rows
        .filter(|person| !person.codice_fiscale.trim().is_empty())
        .collect();
    let fault = if named.is_empty() {
        "nobody"
    } else if named
        .iter()
        .any(|person| CodiceFiscale::parse(&code(person)).is_err())
    {
        "people"
    } else {
        return Some(named);
    };
    Check::of(form, typed).fault_of_people(fault);
    None
}

fn code(person: &&PersonTyped) -> String {
    person.codice_fiscale.trim().to_uppercase()
}

/// What a draft says, field by field.
fn values(draft: &ApplicationForm) -> Vec<(&'static str, String)> {
    match draft {
        ApplicationForm::AssegnoUnico {
            other_parent,
            share,
            iban,
            statements_accepted,
            ..
        } => vec![
            ("other_parent", other_parent.clone().unwrap_or_default()),
            ("share", word_of(share)),
            ("iban", iban.clone()),
            ("statements_accepted", statements_accepted.to_string()),
        ],
        ApplicationForm::AssegnoNucleo {
            income_year,
            income_cents,
            employer,
            statements_accepted,
            ..
        } => vec![
            ("income_year", income_year.to_string()),
            (
                "income",
                format!("{},{:02}", income_cents / 100, income_cents % 100),
            ),
            ("employer", employer.clone()),
            ("statements_accepted", statements_accepted.to_string()),
        ],
        ApplicationForm::Isee {
            rents,
            statements_accepted,
            ..
        } => vec![
            ("rents", rents.to_string()),
            ("statements_accepted", statements_accepted.to_string()),
        ],
        ApplicationForm::VariazioneIndirizzo { address, since } => vec![
            ("street", address.street.clone()),
            ("town", address.town.clone()),
            ("province", address.province.clone()),
            ("postal_code", address.postal_code.clone()),
            ("country", address.country.clone()),
            ("since", since.to_string()),
        ],
        ApplicationForm::VariazioneContatti { contact, value } => {
            vec![("contact", word_of(contact)), ("value", value.clone())]
        }
    }
}

/// The people whom a draft names.
fn named(draft: &ApplicationForm) -> Vec<PersonSeen> {
    let person = |codice_fiscale: &String, relation: String, disability| PersonSeen {
        codice_fiscale: codice_fiscale.clone(),
        relation,
        disability,
    };
    match draft {
        ApplicationForm::AssegnoUnico { children, .. } => children
            .iter()
            .map(|child| person(&child.codice_fiscale, String::new(), child.disability))
            .collect(),
        ApplicationForm::AssegnoNucleo { members, .. } => members
            .iter()
            .map(|member| {
                person(
                    &member.codice_fiscale,
                    word_of(&member.relation),
                    member.disability,
                )
            })
            .collect(),
        ApplicationForm::Isee { household, .. } => household
            .iter()
            .map(|code| person(code, String::new(), false))
            .collect(),
        ApplicationForm::VariazioneIndirizzo { .. } | ApplicationForm::VariazioneContatti { .. } => {
            Vec::new()
        }
    }
}

/// An amount of euro in cents, with a comma or a point before two digits or none.
fn cents(amount: &str) -> Option<u64> {
    let (euro, rest) = amount.split_once([',', '.']).unwrap_or((amount, "00"));
    if rest.len() != 2 || !rest.chars().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let euro: u64 = euro.parse().ok()?;
    euro.checked_mul(100)?.checked_add(rest.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_people_write_it() {
        for (amount, expected) in [
            ("24000", Some(2_400_000)),
            ("24000,50", Some(2_400_050)),
            ("0.05", Some(5)),
            ("24.000,50", None),
            ("24000,5", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(cents(amount), expected, "{amount}");
        }
    }

    #[test]
    fn a_draft_comes_back_as_it_was() {
        let draft = ApplicationForm::AssegnoUnico {
            children: vec![Child {
                codice_fiscale: "RSSMRA85T10A562S".to_owned(),
                disability: true,
            }],
            other_parent: None,
            share: Share::Half,
            iban: "IT60X0542811101000000123456".to_owned(),
            statements_accepted: true,
        };
        let mut shown = form(ApplicationKind::AssegnoUnico, Some(&draft));
        let filled = cns_contract::Filled {
            form: shown.name.clone(),
            values: shown
                .fields
                .iter()
                .map(|field| (field.name.clone(), field.value.clone()))
                .collect(),
            people: vec![PersonTyped {
                codice_fiscale: shown.people.as_ref().unwrap().rows[0].codice_fiscale.clone(),
                relation: String::new(),
                disability: true,
            }],
        };
        let read = read(ApplicationKind::AssegnoUnico, &mut shown, &filled.into());
        assert!(read == Some(draft));
    }
}
