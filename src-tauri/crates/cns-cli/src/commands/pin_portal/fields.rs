//! The data of a request, field by field: what each is for and how it is asked.

use super::answers::Answers;
use super::rules::{Form, Words};
use crate::output::Output;
use crate::typing;

/// One thing that a person is asked.
pub(super) struct Field {
    /// Its place in the request, such as `address.town`.
    pub(super) name: &'static str,
    pub(super) label: Words,
    /// What it is for, or how it is written; nothing where that is plain.
    pub(super) help: Words,
    pub(super) form: Form,
}

impl Field {
    const fn new(name: &'static str, label: Words, form: Form) -> Self {
        Self {
            name,
            label,
            help: ("", ""),
            form,
        }
    }

    const fn helped(mut self, help: Words) -> Self {
        self.help = help;
        self
    }

    /// Asks until the answer is well written, and says each time what is wrong with it; none when the person gives up.
    pub(super) fn ask(&self, so_far: &Answers, output: &Output) -> Option<String> {
        let help = output.say(self.help.0, self.help.1);
        if !help.is_empty() {
            output.warn(help, help);
        }
        let question = format!("{}{}: ", self.label_in(output), self.form.hint(so_far, output));
        loop {
            let typed = typing::line(output, &question)?;
            match self.form.read(&typed, so_far) {
                Ok(answer) => return Some(answer),
                Err(why) => output.warn(why.0, why.1),
            }
        }
    }

    /// What is wrong with the answer as it stands, if anything is.
    pub(super) fn fault(&self, answers: &Answers) -> Option<Words> {
        let answer = answers.get(self.name).map(String::as_str).unwrap_or_default();
        self.form.read(answer, answers).err()
    }

    pub(super) fn label_in(&self, output: &Output) -> &'static str {
        output.say(self.label.0, self.label.1)
    }
}

/// The first step: what is checked before anything else is asked.
pub(super) const FIRST: &[Field] = &[
    Field::new(
        "codice_fiscale",
        ("Codice fiscale", "Codice fiscale"),
        Form::CodiceFiscale,
    )
    .helped((
        "È scritto sul fronte della tessera sanitaria.",
        "It is on the front of the tessera sanitaria.",
    )),
    Field::new("residence", ("Residenza", "Residence"), RESIDENCE),
];

/// The second step: the person, the address, the contacts.
pub(super) const SECOND: &[Field] = &[
    Field::new("surname", ("Cognome", "Surname"), Form::Text).helped(("Scrivi i dati come sono sui tuoi documenti.","Write the data as your documents have them.",)),
    Field::new("name", ("Nome", "Given name"), Form::Text),
    Field::new("sex", ("Sesso", "Sex"), SEX),
    Field::new("birth_date", ("Data di nascita", "Date of birth"), Form::Day),
    Field::new("birth_place", ("Luogo di nascita", "Place of birth"), Form::Text),
    Field::new("address.street", ("Via e numero civico", "Street and number"), Form::Text).helped(("L'indirizzo di residenza: la seconda parte del PIN arriva lì per posta.","The address of residence: the second part of the PIN comes there by post.",)),
    Field::new("address.postal_code", ("CAP", "Postal code"), Form::PostalCode),
    Field::new("address.town", ("Comune", "Town"), Form::Text),
    Field::new("address.province", ("Provincia, due lettere", "Province, two letters"), Form::Province).helped(("Se abiti all'estero, lasciala vuota.","If you live abroad, leave it empty.",)),
    Field::new("address.country", ("Paese, due lettere (IT per l'Italia)","Country, two letters (IT for Italy)",), Form::Country),
    Field::new("contacts.mobile", ("Cellulare, con +39", "Mobile, with +39"), Form::Phone { or: "contacts.landline" }).helped(("Serve almeno un telefono e almeno un'e-mail. Controllali bene: la prima parte del PIN arriva lì.","At least one phone and one e-mail are needed. Check them well: the first part of the PIN comes there.",)),
    Field::new("contacts.landline", ("Telefono fisso, con +39", "Landline, with +39"), Form::Phone { or: "contacts.mobile" }),
    Field::new("contacts.email", ("E-mail", "E-mail"), Form::Mail { or: "contacts.pec" }),
    Field::new("contacts.pec", ("PEC", "Certified e-mail (PEC)"), Form::Mail { or: "contacts.email" }),
    Field::new("preferred_phone", ("Telefono preferenziale", "Preferred phone"), Form::PreferredPhone).helped(("Se qualcosa non torna, per esempio l'indirizzo, ti chiamano lì.","If something does not match, such as the address, you are called there.",)),
    Field::new("call_slot", ("Quando preferisci essere chiamato","When you would rather be called",), SLOT),
];

const RESIDENCE: Form = Form::OneOf(&[("italy", "italia", "italy"), ("abroad", "estero", "abroad")]);
const SEX: Form = Form::OneOf(&[("F", "f", "f"), ("M", "m", "m")]);
const SLOT: Form = Form::OneOf(&[
    ("morning", "mattina", "morning"),
    ("afternoon", "pomeriggio", "afternoon"),
    ("evening", "sera", "evening"),
]);
