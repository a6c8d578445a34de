//! What may be typed: a form is complete, or the fields that are not are named as JSON names them.

use crate::problem::Refusal;
use cns_portal_api::{Address, ContactKind, NewContacts, NewPinRequest, Residence, Sex, written};
use cns_trust::CodiceFiscale;

/// A codice fiscale.
///
/// # Errors
/// [`Refusal::Fields`].
pub(crate) fn codice_fiscale(text: &str) -> Result<CodiceFiscale, Refusal> {
    CodiceFiscale::parse(text).map_err(|_| field("codice_fiscale"))
}

/// One field that cannot be.
pub(crate) fn field(name: &str) -> Refusal {
    Refusal::Fields {
        reasons: vec![name.to_owned()],
    }
}

/// A request as it is kept: white space and signs of punctuation where they belong.
///
/// # Errors
/// [`Refusal::Fields`] names every field that is missing or cannot be.
pub(crate) fn request(mut request: NewPinRequest) -> Result<NewPinRequest, Refusal> {
    let mut wrong = Vec::new();
    let key = request.idempotency_key.as_bytes();
    let key_fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    if !(16..=64).contains(&key.len()) || !key.iter().all(key_fits) {
        wrong.push("idempotency_key".to_owned());
    }
    match CodiceFiscale::parse(&request.codice_fiscale) {
        Ok(code) => request.codice_fiscale = code.as_str().to_owned(),
        Err(_) => wrong.push("codice_fiscale".to_owned()),
    }
    for (name, text) in [
        ("surname", &mut request.surname),
        ("name", &mut request.name),
        ("birth_place", &mut request.birth_place),
    ] {
        line(name, text, 1, 80, &mut wrong);
    }
    address("address", &mut request.address, request.residence, &mut wrong);
    contacts("contacts", &mut request.contacts, &mut wrong);
    let preferred = match request.preferred_phone {
        ContactKind::Mobile => request.contacts.mobile.is_some(),
        ContactKind::Landline => request.contacts.landline.is_some(),
        ContactKind::Email | ContactKind::Pec | ContactKind::Fax | ContactKind::Letter => false,
    };
    if !preferred {
        wrong.push("preferred_phone".to_owned());
    }
    if wrong.is_empty() {
        Ok(request)
    } else {
        Err(Refusal::Fields { reasons: wrong })
    }
}

/// At least one phone and one e-mail, certified or not.
pub(crate) fn contacts(field: &str, contacts: &mut NewContacts, wrong: &mut Vec<String>) {
    for (name, kind, value) in [
        ("mobile", ContactKind::Mobile, &mut contacts.mobile),
        ("landline", ContactKind::Landline, &mut contacts.landline),
        ("email", ContactKind::Email, &mut contacts.email),
        ("pec", ContactKind::Pec, &mut contacts.pec),
    ] {
        if let Some(text) = value {
            match written::contact(kind, text) {
                Some(read) => *text = read,
                None => wrong.push(format!("{field}.{name}")),
            }
        }
    }
    if contacts.mobile.is_none() && contacts.landline.is_none() {
        wrong.push(format!("{field}.mobile"));
    }
    if contacts.email.is_none() && contacts.pec.is_none() {
        wrong.push(format!("{field}.email"));
    }
}

/// A whole address; in Italy with a province and a CAP.
pub(crate) fn address(field: &str, address: &mut Address, residence: Residence, wrong: &mut Vec<String>) {
    let italian = residence == Residence::Italy;
    line(&format!("{field}.street"), &mut address.street, 1, 120, wrong);
    line(&format!("{field}.town"), &mut address.town, 1, 80, wrong);
    let shortest = usize::from(italian);
    line(
        &format!("{field}.postal_code"),
        &mut address.postal_code,
        shortest,
        12,
        wrong,
    );
    line(
        &format!("{field}.province"),
        &mut address.province,
        shortest,
        40,
        wrong,
    );
    let in_capitals = |text: &str| written::two_letters(text).is_some_and(|read| read == text);
    if !in_capitals(&address.country) || italian != (address.country == "IT") {
        wrong.push(format!("{field}.country"));
    }
    if italian {
        if !address.postal_code.is_empty() && written::cap(&address.postal_code).is_none() {
            wrong.push(format!("{field}.postal_code"));
        }
        if !address.province.is_empty() && !in_capitals(&address.province) {
            wrong.push(format!("{field}.province"));
        }
    }
}

/// One line of text: so many characters, none of which controls anything.
pub(crate) fn line(name: &str, text: &mut String, shortest: usize, longest: usize, wrong: &mut Vec<String>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = words.join(" ");
    // What is counted is what was typed, so that the API's description can say it.
    let fits = joined.chars().count() >= shortest && text.chars().count() <= longest;
    if fits && !text.chars().any(char::is_control) {
        *text = joined;
    } else {
        wrong.push(name.to_owned());
    }
}

/// Whether what the codice fiscale says of its bearer is what the form says. It may differ by right (omocodia, births
/// abroad, changed names): somebody calls, nobody is refused.
pub(crate) fn agrees(code: &CodiceFiscale, request: &NewPinRequest) -> bool {
    let sex = match code.sex() {
        cns_trust::Sex::Female => Sex::F,
        cns_trust::Sex::Male => Sex::M,
    };
    let born = request.birth_date;
    sex == request.sex
        && code.birth_month() == born.month()
        && code.birth_day() == born.day()
        && i32::from(code.birth_year_of_century()) == born.year().rem_euclid(100)
}

/// A text as two people would write it: letters and digits, in upper case, without accents and apostrophes.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .flat_map(char::to_uppercase)
        .map(|letter| match letter {
            'À' | 'Á' | 'Â' | 'Ä' => 'A',
            'È' | 'É' | 'Ê' | 'Ë' => 'E',
            'Ì' | 'Í' | 'Î' | 'Ï' => 'I',
            'Ò' | 'Ó' | 'Ô' | 'Ö' => 'O',
            'Ù' | 'Ú' | 'Û' | 'Ü' => 'U',
            other => other,
        })
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

/// The number on the back of a tessera sanitaria: twenty digits, however they are grouped.
///
/// # Errors
/// [`Refusal::Fields`].
pub(crate) fn tessera(text: &str) -> Result<String, Refusal> {
    written::tessera_number(text).ok_or_else(|| field("tessera_number"))
}
