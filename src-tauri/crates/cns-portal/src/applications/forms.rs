//! What the forms ask. A draft may lack anything; what is filed may not.

use cns_portal_api::{Address, ApplicationForm, Child, ContactKind, FamilyMember, Share};
use cns_trust::CodiceFiscale;
use std::collections::HashSet;
use time::{Date, Month};

/// Names the fields that are larger than a form may hold, as JSON names them.
pub(crate) fn too_large(form: &ApplicationForm) -> Vec<String> {
    let mut wrong = Wrong::default();
    match form {
        ApplicationForm::AssegnoUnico {
            children,
            other_parent,
            iban,
            ..
        } => {
            wrong.many("children", children.len());
            for (index, child) in children.iter().enumerate() {
                wrong.long(&format!("children.{index}.codice_fiscale"), &child.codice_fiscale);
            }
            wrong.long("other_parent", other_parent.as_deref().unwrap_or_default());
            wrong.long("iban", iban);
        }
        ApplicationForm::AssegnoNucleo {
            members, employer, ..
        } => {
            wrong.many("members", members.len());
            for (index, member) in members.iter().enumerate() {
                wrong.long(&format!("members.{index}.codice_fiscale"), &member.codice_fiscale);
            }
            wrong.long("employer", employer);
        }
        ApplicationForm::Isee { household, .. } => {
            wrong.many("household", household.len());
            for (index, member) in household.iter().enumerate() {
                wrong.long(&format!("household.{index}"), member);
            }
        }
        ApplicationForm::VariazioneIndirizzo { address, .. } => {
            for (name, value) in address_fields(address) {
                wrong.long(&format!("address.{name}"), value);
            }
        }
        ApplicationForm::VariazioneContatti { value, .. } => wrong.long("value", value),
    }
    wrong.0
}

/// Names the fields that keep a form from being filed.
pub(crate) fn incomplete(form: &ApplicationForm, applicant: &CodiceFiscale, today: Date) -> Vec<String> {
    let mut wrong = Wrong(too_large(form));
    match form {
        ApplicationForm::AssegnoUnico {
            children,
            other_parent,
            share,
            iban,
            statements_accepted,
        } => {
            wrong.people(
                "children",
                children.iter().map(|Child { codice_fiscale, .. }| codice_fiscale),
                applicant,
            );
            let parent = other_parent.as_deref().map(CodiceFiscale::parse);
            wrong.unless(
                "other_parent",
                match parent {
                    Some(Ok(parent)) => {
                        parent.as_str() != applicant.as_str()
                            && children
                                .iter()
                                .all(|child| child.codice_fiscale != parent.as_str())
                    }
                    Some(Err(_)) => false,
                    None => true,
                },
            );
            wrong.unless("share", *share == Share::Whole || other_parent.is_some());
            wrong.unless("iban", is_iban(iban));
            wrong.unless("statements_accepted", *statements_accepted);
        }
        ApplicationForm::AssegnoNucleo {
            members,
            income_year,
            employer,
            statements_accepted,
            ..
        } => {
            wrong.people(
                "members",
                members
                    .iter()
                    .map(|FamilyMember { codice_fiscale, .. }| codice_fiscale),
                applicant,
            );
            let last = last_income_year(today);
            wrong.unless(
                "income_year",
                (last - YEARS_BACK..=last).contains(&i32::from(*income_year)),
            );
            wrong.unless("employer", !employer.trim().is_empty());
            wrong.unless("statements_accepted", *statements_accepted);
        }
        ApplicationForm::Isee {
            household,
            statements_accepted,
            ..
        } => {
            let others = household.iter().filter(|member| *member != applicant.as_str());
            wrong.unless("household", household.len() == others.clone().count() + 1);
            wrong.some_people("household", others, applicant);
            wrong.unless("statements_accepted", *statements_accepted);
        }
        ApplicationForm::VariazioneIndirizzo { address, since } => {
            for (name, value) in address_fields(address) {
                wrong.unless(
                    &format!("address.{name}"),
                    address_field_is_right(address, name, value),
                );
            }
            wrong.unless("since", *since <= today);
        }
        ApplicationForm::VariazioneContatti { contact, value } => {
            wrong.unless("value", is_contact(*contact, value));
        }
    }
    wrong.0
}

/// Fields that are not right, each once.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn unless(&mut self, field: &str, right: bool) {
        if !right && !self.0.iter().any(|name| name == field) {
            self.0.push(field.to_owned());
        }
    }

    fn long(&mut self, field: &str, text: &str) {
        self.unless(field, text.chars().count() <= LONGEST_TEXT);
    }

    fn many(&mut self, field: &str, count: usize) {
        self.unless(field, count <= MOST_PEOPLE);
    }

    /// At least one person, each another, none the applicant.
    fn people<'a>(
        &mut self,
        field: &str,
        people: impl Iterator<Item = &'a String> + Clone,
        applicant: &CodiceFiscale,
    ) {
        self.unless(field, people.clone().next().is_some());
        self.some_people(field, people, applicant);
    }

    fn some_people<'a>(
        &mut self,
        field: &str,
        people: impl Iterator<Item = &'a String>,
        applicant: &CodiceFiscale,
    ) {
        let mut seen = HashSet::from([applicant.as_str()]);
        for (index, person) in people.enumerate() {
            let right =
                CodiceFiscale::parse(person).is_ok_and(|code| code.as_str() == person) && seen.insert(person);
            self.unless(&format!("{field}.{index}"), right);
        }
    }
}

fn address_fields(address: &Address) -> [(&'static str, &str); 5] {
    [
        ("street", &address.street),
        ("town", &address.town),
        ("province", &address.province),
        ("postal_code", &address.postal_code),
        ("country", &address.country),
    ]
}

/// Province and CAP have their form in Italy, and are what they are elsewhere.
fn address_field_is_right(address: &Address, name: &str, value: &str) -> bool {
    let in_italy = address.country == "IT";
    let letters = |count| value.len() == count && value.bytes().all(|byte| byte.is_ascii_uppercase());
    match name {
        "country" => letters(2),
        "province" => !in_italy || letters(2),
        "postal_code" => !in_italy || (value.len() == 5 && value.bytes().all(|byte| byte.is_ascii_digit())),
        _ => !value.trim().is_empty(),
    }
}

/// A number that can be dialled from anywhere, or an address with one `@` and a domain.
pub(crate) fn is_contact(kind: ContactKind, value: &str) -> bool {
    match kind {
        ContactKind::Mobile | ContactKind::Landline | ContactKind::Fax => {
            value.strip_prefix('+').is_some_and(|digits| {
                (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
            })
        }
        ContactKind::Email | ContactKind::Pec => value.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
                && value.bytes().filter(|byte| *byte == b'@').count() == 1
                && !value
                    .chars()
                    .any(|letter| letter.is_whitespace() || letter.is_control())
        }),
        ContactKind::Letter => false,
    }
}

/// ISO 13616: country, two check digits, account; the whole, turned and read as a number, leaves 1 when divided by 97.
fn is_iban(text: &str) -> bool {
    let (Some(head), Some(account)) = (text.get(..4), text.get(4..)) else {
        return false;
    };
    let shape = head.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
        && head.bytes().skip(2).all(|byte| byte.is_ascii_digit())
        && account
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && if head.starts_with("IT") {
            text.len() == 27
        } else {
            (15..=34).contains(&text.len())
        };
    let rest = account
        .chars()
        .chain(head.chars())
        .try_fold(0, |rest: u32, letter| {
            let value = letter.to_digit(36)?;
            Some((rest * if value < 10 { 10 } else { 100 } + value) % 97)
        });
    shape && rest == Some(1)
}

/// A period of the assegno runs from July to June, and looks at the income of the year before it began.
fn last_income_year(today: Date) -> i32 {
    if today.month() >= Month::July {
        today.year() - 1
    } else {
        today.year() - 2
    }
}

/// The years for which it can still be asked: the right is lost after five.
const YEARS_BACK: i32 = 5;

/// Members of one family that a form holds.
const MOST_PEOPLE: usize = 12;

/// Characters of one field of a form.
const LONGEST_TEXT: usize = 200;

#[cfg(test)]
mod tests;
