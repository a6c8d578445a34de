//! The data of a request, field by field: what each is for, how it is written, where it goes in the request.

use super::day_of;
use crate::output::Output;
use crate::typing;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// One thing that a person is asked.
pub(super) struct Field {
    /// Its place in the request, such as `address.town`.
    pub(super) name: &'static str,
    pub(super) label: (&'static str, &'static str),
    /// What it is for, or how it is written; nothing where that is plain.
    pub(super) help: (&'static str, &'static str),
    pub(super) form: Form,
}

/// How an answer is written.
pub(super) enum Form {
    /// Anything.
    Text,
    /// Anything, and it may be left out.
    Optional,
    /// Anything, in capitals.
    Capitals,
    /// Anything, in capitals, and it may be left out.
    OptionalCapitals,
    /// A day.
    Day,
    /// One of these: its word in the request, and its words for people.
    OneOf(&'static [(&'static str, &'static str, &'static str)]),
}

/// What was answered, by the name of the field.
pub(super) type Answers = BTreeMap<String, String>;

impl Field {
    /// Asks until the answer is well written; none when the person gives up.
    pub(super) fn ask(&self, output: &Output) -> Option<String> {
        let help = output.say(self.help.0, self.help.1);
        if !help.is_empty() {
            output.warn(help, help);
        }
        let question = format!("{}{}: ", self.label_in(output), self.words(output));
        loop {
            let typed = typing::answer(output, &question);
            match (typed, &self.form) {
                (None, Form::Optional | Form::OptionalCapitals) if typing::somebody_is_there() => {
                    return Some(String::new());
                }
                (None, _) => return None,
                (Some(typed), _) => match self.read(&typed) {
                    Some(answer) => return Some(answer),
                    None => output.warn(
                        "Così non lo capisco: riprova.",
                        "I do not understand that: try again.",
                    ),
                },
            }
        }
    }

    /// What was typed, as the request has it.
    fn read(&self, typed: &str) -> Option<String> {
        let typed = typed.trim();
        match &self.form {
            Form::Text | Form::Optional => Some(typed.to_owned()),
            Form::Capitals | Form::OptionalCapitals => Some(typed.to_uppercase()),
            Form::Day => day_of(typed).map(|day| day.to_string()),
            Form::OneOf(choices) => {
                let typed = typed.to_lowercase();
                let number = typed
                    .parse::<usize>()
                    .ok()
                    .and_then(|number| number.checked_sub(1));
                let meant = choices
                    .iter()
                    .enumerate()
                    .find(|(place, (wire, italian, english))| {
                        number == Some(*place) || [*wire, *italian, *english].contains(&typed.as_str())
                    });
                meant.map(|(_, (wire, _, _))| (*wire).to_owned())
            }
        }
    }

    pub(super) fn label_in(&self, output: &Output) -> &'static str {
        output.say(self.label.0, self.label.1)
    }

    /// The answer as a person reads it at the review.
    pub(super) fn shown(&self, answer: &str, output: &Output) -> String {
        match &self.form {
            Form::OneOf(choices) => {
                let choice = choices.iter().find(|(wire, _, _)| *wire == answer);
                let words = choice.map(|(_, italian, english)| output.say(italian, english));
                words.unwrap_or(answer).to_owned()
            }
            Form::Text | Form::Optional | Form::Capitals | Form::OptionalCapitals | Form::Day => {
                answer.to_owned()
            }
        }
    }

    /// The words to choose from, or how the answer is written.
    fn words(&self, output: &Output) -> String {
        match &self.form {
            Form::Text | Form::Capitals => String::new(),
            Form::Optional | Form::OptionalCapitals => output
                .say(" (Invio se non c'è)", " (Enter if there is none)")
                .to_owned(),
            Form::Day => output.say(" (giorno/mese/anno)", " (day/month/year)").to_owned(),
            Form::OneOf(choices) => {
                let words = choices.iter().enumerate().map(|(place, (_, italian, english))| {
                    format!("{} {}", place + 1, output.say(italian, english))
                });
                format!(" ({})", words.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// The answers as the request has them: `address.town` becomes `town` in `address`; what was left out stays out.
pub(super) fn nested(answers: &Answers) -> Map<String, Value> {
    let mut whole = Map::new();
    for (name, answer) in answers {
        let kept = !answer.is_empty() || name.starts_with("address.");
        match name.split_once('.') {
            _ if !kept => {}
            None => {
                whole.insert(name.clone(), answer.as_str().into());
            }
            Some((outer, inner)) => {
                let group = whole.entry(outer).or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(group) = group {
                    group.insert(inner.to_owned(), answer.as_str().into());
                }
            }
        }
    }
    whole
}

/// The other way round, for the review of a request that came from a file.
pub(super) fn flat(whole: &Map<String, Value>) -> Answers {
    let mut answers = Answers::new();
    for (name, value) in whole {
        match value {
            Value::Object(group) => {
                let inner = group
                    .iter()
                    .map(|(inner, value)| (format!("{name}.{inner}"), text_of(value)));
                answers.extend(inner);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                answers.insert(name.clone(), text_of(value));
            }
        }
    }
    answers
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

const RESIDENCE: Form = Form::OneOf(&[("italy", "italia", "italy"), ("abroad", "estero", "abroad")]);
const SEX: Form = Form::OneOf(&[("F", "f", "f"), ("M", "m", "m")]);
const PHONE: Form = Form::OneOf(&[
    ("mobile", "cellulare", "mobile"),
    ("landline", "fisso", "landline"),
]);
const SLOT: Form = Form::OneOf(&[
    ("morning", "mattina", "morning"),
    ("afternoon", "pomeriggio", "afternoon"),
    ("evening", "sera", "evening"),
]);
const NO_HELP: (&str, &str) = ("", "");

/// The first step: what is checked before anything else is asked.
pub(super) const FIRST: &[Field] = &[
    Field {
        name: "codice_fiscale",
        label: ("Codice fiscale", "Codice fiscale"),
        help: (
            "È scritto sul fronte della tessera sanitaria.",
            "It is on the front of the tessera sanitaria.",
        ),
        form: Form::Capitals,
    },
    Field {
        name: "residence",
        label: ("Residenza", "Residence"),
        help: NO_HELP,
        form: RESIDENCE,
    },
];

/// The second step: the person, the address, the contacts.
pub(super) const SECOND: &[Field] = &[
    Field {
        name: "surname",
        label: ("Cognome", "Surname"),
        help: (
            "Scrivi i dati come sono sui tuoi documenti.",
            "Write the data as your documents have them.",
        ),
        form: Form::Text,
    },
    Field {
        name: "name",
        label: ("Nome", "Given name"),
        help: NO_HELP,
        form: Form::Text,
    },
    Field {
        name: "sex",
        label: ("Sesso", "Sex"),
        help: NO_HELP,
        form: SEX,
    },
    Field {
        name: "birth_date",
        label: ("Data di nascita", "Date of birth"),
        help: NO_HELP,
        form: Form::Day,
    },
    Field {
        name: "birth_place",
        label: ("Luogo di nascita", "Place of birth"),
        help: NO_HELP,
        form: Form::Text,
    },
    Field {
        name: "address.street",
        label: ("Via e numero civico", "Street and number"),
        help: (
            "L'indirizzo di residenza: la seconda parte del PIN arriva lì per posta.",
            "The address of residence: the second part of the PIN comes there by post.",
        ),
        form: Form::Text,
    },
    Field {
        name: "address.postal_code",
        label: ("CAP", "Postal code"),
        help: NO_HELP,
        form: Form::Text,
    },
    Field {
        name: "address.town",
        label: ("Comune", "Town"),
        help: NO_HELP,
        form: Form::Text,
    },
    Field {
        name: "address.province",
        label: ("Provincia, due lettere", "Province, two letters"),
        help: (
            "Se abiti all'estero, lasciala vuota.",
            "If you live abroad, leave it empty.",
        ),
        form: Form::OptionalCapitals,
    },
    Field {
        name: "address.country",
        label: (
            "Paese, due lettere (IT per l'Italia)",
            "Country, two letters (IT for Italy)",
        ),
        help: NO_HELP,
        form: Form::Capitals,
    },
    Field {
        name: "contacts.mobile",
        label: ("Cellulare, con +39", "Mobile, with +39"),
        help: (
            "Serve almeno un telefono e almeno un'e-mail. Controllali bene: la prima parte del PIN arriva lì.",
            "At least one phone and one e-mail are needed. Check them well: the first part of the PIN comes there.",
        ),
        form: Form::Optional,
    },
    Field {
        name: "contacts.landline",
        label: ("Telefono fisso, con +39", "Landline, with +39"),
        help: NO_HELP,
        form: Form::Optional,
    },
    Field {
        name: "contacts.email",
        label: ("E-mail", "E-mail"),
        help: NO_HELP,
        form: Form::Optional,
    },
    Field {
        name: "contacts.pec",
        label: ("PEC", "Certified e-mail (PEC)"),
        help: NO_HELP,
        form: Form::Optional,
    },
    Field {
        name: "preferred_phone",
        label: ("Telefono preferenziale", "Preferred phone"),
        help: (
            "Se qualcosa non torna, per esempio l'indirizzo, ti chiamano lì.",
            "If something does not match, such as the address, you are called there.",
        ),
        form: PHONE,
    },
    Field {
        name: "call_slot",
        label: (
            "Quando preferisci essere chiamato",
            "When you would rather be called",
        ),
        help: NO_HELP,
        form: SLOT,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use cns_login::Language;

    #[test]
    fn a_choice_is_taken_by_number_or_word_of_either_language() {
        let slot = SECOND.last().unwrap();
        for (typed, taken) in [
            ("1", Some("morning")),
            ("Sera", Some("evening")),
            ("afternoon", Some("afternoon")),
            ("0", None),
            ("4", None),
            ("notte", None),
        ] {
            assert_eq!(slot.read(typed).as_deref(), taken, "{typed}");
        }
        let output = Output::new(false, Language::It);
        assert_eq!(slot.shown("evening", &output), "sera");
        assert_eq!(slot.words(&output), " (1 mattina, 2 pomeriggio, 3 sera)");
    }

    #[test]
    fn who_lives_abroad_has_no_province_to_write() {
        let province = SECOND
            .iter()
            .find(|field| field.name == "address.province")
            .unwrap();
        assert!(matches!(province.form, Form::OptionalCapitals));
        let whole = nested(&Answers::from([("address.province".to_owned(), String::new())]));
        assert_eq!(whole["address"]["province"], "");
    }

    #[test]
    fn what_was_answered_is_nested_and_flat_again() {
        let answers: Answers = [
            ("surname", "Rossi"),
            ("address.town", "Torino"),
            ("contacts.email", "a@example.org"),
        ]
        .map(|(name, answer)| (name.to_owned(), answer.to_owned()))
        .into();
        let whole = nested(&answers);
        assert_eq!(whole["address"]["town"], "Torino");
        assert_eq!(flat(&whole), answers);
        let mut with_nothing = answers.clone();
        with_nothing.insert("contacts.pec".to_owned(), String::new());
        assert_eq!(nested(&with_nothing), whole);
    }
}
