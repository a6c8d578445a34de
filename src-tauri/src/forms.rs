//! What is asked for on the screens of the portal, and whether what was typed has the form of it.

pub(crate) mod applications;
mod check;

pub(crate) use check::{Check, word as check_word};

use crate::asked::Typed;
use cns_contract::{FieldSeen, FormSeen, Input, ProblemSeen};
use cns_login::Problem;

/// The log-in with a PIN, or with the two halves of an initial one.
pub(crate) fn log_in(initial: bool) -> FormSeen {
    if initial {
        let halves = [
            FieldSeen::new("first_half", Input::Secret).under("halves"),
            FieldSeen::new("second_half", Input::Secret),
        ];
        return FormSeen::new(
            "log_in_initial",
            [codice_fiscale()].into_iter().chain(halves).collect(),
        );
    }
    FormSeen::new(
        "log_in",
        vec![codice_fiscale(), FieldSeen::new("pin", Input::Secret)],
    )
}

/// The first step of a request.
pub(crate) fn request_start() -> FormSeen {
    let residence = FieldSeen::choice("residence", &["italy", "abroad"]);
    FormSeen::new("request_start", vec![codice_fiscale(), residence])
}

/// The second step of a request.
pub(crate) fn request_person() -> FormSeen {
    let text = |name| FieldSeen::new(name, Input::Text);
    let mut country = FieldSeen::new("country", Input::Code);
    "IT".clone_into(&mut country.value);
    FormSeen::new(
        "request_person",
        vec![
            text("surname").under("who"),
            text("name"),
            FieldSeen::choice("sex", &["F", "M"]),
            FieldSeen::new("birth_date", Input::Day),
            text("birth_place"),
            text("street").under("home"),
            text("town"),
            FieldSeen::new("province", Input::Code).optional(),
            text("postal_code"),
            country,
            FieldSeen::new("mobile", Input::Phone)
                .optional()
                .under("contacts"),
            FieldSeen::new("landline", Input::Phone).optional(),
            FieldSeen::new("email", Input::Email).optional(),
            FieldSeen::new("pec", Input::Email).optional(),
            FieldSeen::choice("preferred_phone", &["mobile", "landline"]).under("call"),
            FieldSeen::choice("call_slot", &["morning", "afternoon", "evening"]),
        ],
    )
}

/// The receipt of a request.
pub(crate) fn request_lookup() -> FormSeen {
    FormSeen::new("request_lookup", vec![FieldSeen::new("receipt", Input::Code)])
}

/// The first step of an activation.
pub(crate) fn activate() -> FormSeen {
    let mut fields = vec![codice_fiscale()];
    fields.extend(tessera());
    fields.push(FieldSeen::new("first_half", Input::Secret).under("half"));
    FormSeen::new("activate", fields)
}

/// The second step of an activation.
pub(crate) fn activate_contacts() -> FormSeen {
    FormSeen::new(
        "activate_contacts",
        vec![
            FieldSeen::new("mobile", Input::Phone),
            FieldSeen::choice("other_kind", &["email", "pec", "landline", "fax"]),
            FieldSeen::new("other_value", Input::Text),
            FieldSeen::choice("send_second_to", &["mobile", "email", "pec", "letter"]).under("second"),
        ],
    )
}

/// The request of new halves.
pub(crate) fn restore() -> FormSeen {
    FormSeen::new("restore", vec![codice_fiscale()])
}

/// The request that a PIN end.
pub(crate) fn revoke() -> FormSeen {
    let mut fields = vec![codice_fiscale()];
    fields.extend(tessera());
    fields.push(FieldSeen::new("contacts_lost", Input::Check).optional());
    FormSeen::new("revoke", fields)
}

/// The code that came, for `restore_code` or `revoke_code`.
pub(crate) fn code(form: &str) -> FormSeen {
    FormSeen::new(form, vec![FieldSeen::new("code", Input::Secret)])
}

/// A new PIN: the one as it is where it is wanted, and the new one where it may be chosen.
pub(crate) fn change_pin(case: &str, asks_current: bool, may_choose: bool) -> FormSeen {
    let mut fields = Vec::new();
    if asks_current {
        fields.push(FieldSeen::new("current", Input::Secret));
    }
    if may_choose {
        fields.push(FieldSeen::new("chosen", Input::Secret));
        fields.push(FieldSeen::new("chosen_again", Input::Secret));
    }
    FormSeen {
        case: Some(case.to_owned()),
        may_go_back: asks_current,
        ..FormSeen::new("change_pin", fields)
    }
}

/// The document for a conversion.
pub(crate) fn convert() -> FormSeen {
    FormSeen::new(
        "convert",
        vec![
            FieldSeen::choice("document_kind", &["carta_identita", "passaporto"]).under("document"),
            FieldSeen::new("document_number", Input::Code),
            FieldSeen::new("document_expiry", Input::Day),
        ],
    )
}

/// The answer to what is missing.
pub(crate) fn integrate() -> FormSeen {
    FormSeen::new("integrate", vec![FieldSeen::new("text", Input::Lines)])
}

/// Puts into a form what was typed, but no secret, and takes off it what was wrong with the typing before.
pub(crate) fn keep(form: &mut FormSeen, typed: &Typed) {
    for field in &mut form.fields {
        field.fault = None;
        if field.input != Input::Secret {
            typed.value(&field.name).clone_into(&mut field.value);
        }
    }
    if let Some(people) = &mut form.people {
        people.fault = None;
        people.rows = typed
            .people()
            .iter()
            .map(|person| cns_contract::PersonSeen {
                codice_fiscale: person.codice_fiscale.trim().to_uppercase(),
                relation: person.relation.clone(),
                disability: person.disability,
            })
            .collect();
    }
    form.refused = None;
}

/// Says in a form why the portal did not take it: at its fields where it names them.
pub(crate) fn refuse(form: &mut FormSeen, problem: &Problem) {
    let seen = ProblemSeen::from(problem);
    for name in seen
        .facts
        .get("fields")
        .into_iter()
        .flat_map(|fields| fields.split(", "))
    {
        let last = name.rsplit('.').next().unwrap_or(name);
        if let Some(field) = form.fields.iter_mut().find(|field| field.name == last) {
            field.fault = Some("refused".to_owned());
        }
    }
    form.refused = Some(seen);
}

fn codice_fiscale() -> FieldSeen {
    FieldSeen::new("codice_fiscale", Input::Code)
}

fn tessera() -> [FieldSeen; 2] {
    [
        FieldSeen::new("tessera_number", Input::Digits).under("tessera"),
        FieldSeen::new("tessera_expiry", Input::Day),
    ]
}
