//! How an answer is written, and in words what is wrong with one that is not. The rules are the portal's own.

use super::answers::Answers;
use super::day_of;
use crate::output::Output;
use cns_portal_api::written;
use cns_trust::CodiceFiscale;
use time::Date;

/// The same in Italian and in English.
pub(super) type Words = (&'static str, &'static str);

/// One of the words that a request has: there, and for people.
pub(super) type Choice = (&'static str, &'static str, &'static str);

/// How an answer is written.
pub(super) enum Form {
    /// Anything.
    Text,
    CodiceFiscale,
    Day,
    /// In Italy two letters; elsewhere there is none.
    Province,
    /// In Italy a CAP; elsewhere whatever they have there.
    PostalCode,
    /// Italy for who lives there, another for who does not.
    Country,
    /// A number, or nothing where the other field has one.
    Phone {
        or: &'static str,
    },
    /// An address, or nothing where the other field has one.
    Mail {
        or: &'static str,
    },
    /// Which of the two phones is called: one that was named.
    PreferredPhone,
    /// One of these.
    OneOf(&'static [Choice]),
}

impl Form {
    /// What was typed, as the request has it.
    pub(super) fn read(&self, typed: &str, so_far: &Answers) -> Result<String, Words> {
        if typed.is_empty() {
            return match (self, self.may_be_empty(so_far)) {
                (_, true) => Ok(String::new()),
                (Self::Phone { .. }, false) => Err(ONE_PHONE),
                (Self::Mail { .. }, false) => Err(ONE_MAIL),
                (_, false) => Err(NEEDED),
            };
        }
        let in_italy = in_italy(so_far);
        match self {
            Self::Text => Ok(typed.to_owned()),
            Self::CodiceFiscale => codice_fiscale(typed),
            Self::Day => day(typed).map(|day| day.to_string()),
            Self::Province if in_italy => written::two_letters(typed).ok_or(NO_PROVINCE),
            Self::PostalCode if in_italy => written::cap(typed).ok_or(NO_CAP),
            Self::Province | Self::PostalCode => Ok(typed.to_uppercase()),
            Self::Country => match written::two_letters(typed) {
                Some(country) if in_italy == (country == "IT") => Ok(country),
                Some(_) => Err(ANOTHER_COUNTRY),
                None => Err(NO_COUNTRY),
            },
            Self::Phone { .. } => phone(typed),
            Self::Mail { .. } => mail(typed),
            Self::PreferredPhone => {
                let chosen = chosen(PHONES, typed).ok_or(NONE_OF_THESE)?;
                let number = so_far.get(&format!("contacts.{chosen}"));
                match number.is_some_and(|number| !number.is_empty()) {
                    true => Ok(chosen),
                    false => Err(PHONE_NOT_NAMED),
                }
            }
            Self::OneOf(choices) => chosen(choices, typed).ok_or(NONE_OF_THESE),
        }
    }

    fn may_be_empty(&self, so_far: &Answers) -> bool {
        match self {
            Self::Province | Self::PostalCode => !in_italy(so_far),
            Self::Phone { or } | Self::Mail { or } => so_far.get(*or).is_none_or(|other| !other.is_empty()),
            Self::Text
            | Self::CodiceFiscale
            | Self::Day
            | Self::Country
            | Self::PreferredPhone
            | Self::OneOf(_) => false,
        }
    }

    /// The answer as a person reads it at the review.
    pub(super) fn shown(&self, answer: &str, output: &Output) -> String {
        let choice = self.choices().iter().find(|(wire, _, _)| *wire == answer);
        let words = choice.map(|(_, italian, english)| output.say(italian, english));
        words.unwrap_or(answer).to_owned()
    }

    /// The words to choose from, or how the answer is written.
    pub(super) fn hint(&self, so_far: &Answers, output: &Output) -> String {
        match self {
            Self::Day => output.say(" (giorno/mese/anno)", " (day/month/year)").to_owned(),
            Self::PreferredPhone | Self::OneOf(_) => {
                let choices = self.choices().iter().enumerate();
                let words = choices.map(|(place, (_, italian, english))| {
                    format!("{} {}", place + 1, output.say(italian, english))
                });
                format!(" ({})", words.collect::<Vec<_>>().join(", "))
            }
            _ if self.may_be_empty(so_far) => output
                .say(" (Invio se non c'è)", " (Enter if there is none)")
                .to_owned(),
            Self::Text
            | Self::CodiceFiscale
            | Self::Province
            | Self::PostalCode
            | Self::Country
            | Self::Phone { .. }
            | Self::Mail { .. } => String::new(),
        }
    }

    fn choices(&self) -> &'static [Choice] {
        match self {
            Self::OneOf(choices) => choices,
            Self::PreferredPhone => PHONES,
            Self::Text
            | Self::CodiceFiscale
            | Self::Day
            | Self::Province
            | Self::PostalCode
            | Self::Country
            | Self::Phone { .. }
            | Self::Mail { .. } => &[],
        }
    }
}

fn in_italy(so_far: &Answers) -> bool {
    so_far
        .get("residence")
        .is_none_or(|residence| residence == "italy")
}

/// Reads a codice fiscale.
pub(super) fn codice_fiscale(typed: &str) -> Result<String, Words> {
    let code = CodiceFiscale::parse(typed).map_err(|_| NO_CODICE_FISCALE)?;
    Ok(code.as_str().to_owned())
}

/// Reads the number of a telephone.
pub(super) fn phone(typed: &str) -> Result<String, Words> {
    written::phone(typed).ok_or(NO_PHONE)
}

/// Reads an address of e-mail, certified or not.
pub(super) fn mail(typed: &str) -> Result<String, Words> {
    written::mail(typed).ok_or(NO_MAIL)
}

/// Reads the number of a tessera.
pub(super) fn tessera_number(typed: &str) -> Result<String, Words> {
    written::tessera_number(typed).ok_or(NO_TESSERA)
}

/// Reads a day.
pub(super) fn day(typed: &str) -> Result<Date, Words> {
    day_of(typed).ok_or(NO_DAY)
}

/// Which of the choices is meant, by its number or by its word in either language.
fn chosen(choices: &[Choice], typed: &str) -> Option<String> {
    let typed = typed.to_lowercase();
    let number = typed
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    let meant = choices
        .iter()
        .enumerate()
        .find(|(place, (wire, italian, english))| {
            number == Some(*place)
                || [wire.to_lowercase().as_str(), italian, english].contains(&typed.as_str())
        });
    meant.map(|(_, (wire, _, _))| (*wire).to_owned())
}

const PHONES: &[Choice] = &[
    ("mobile", "cellulare", "mobile"),
    ("landline", "fisso", "landline"),
];

const NEEDED: Words = (
    "Qui serve una risposta. Per smettere premi Ctrl-C: non parte nulla.",
    "An answer is needed here. To give up press Ctrl-C: nothing is sent.",
);
const NO_CODICE_FISCALE: Words = (
    "Non è un codice fiscale: controlla i 16 caratteri.",
    "This is no codice fiscale: check the 16 characters.",
);
const NO_DAY: Words = (
    "Scrivi un giorno che esiste, per esempio 31/12/1980.",
    "Type a day that exists, such as 31/12/1980.",
);
const NO_TESSERA: Words = (
    "Il numero della tessera ha 20 cifre.",
    "The number of the tessera has 20 digits.",
);
const NO_PROVINCE: Words = (
    "La provincia ha 2 lettere, per esempio TO.",
    "The province has 2 letters, such as TO.",
);
const NO_CAP: Words = ("Il CAP ha 5 cifre.", "The postal code has 5 digits.");
const NO_COUNTRY: Words = (
    "Il paese ha 2 lettere, per esempio IT, FR, CH.",
    "The country has 2 letters, such as IT, FR, CH.",
);
const ANOTHER_COUNTRY: Words = (
    "Il paese e la residenza non vanno insieme: IT è per chi abita in Italia. La residenza si cambia al controllo.",
    "Country and residence do not go together: IT is for who lives in Italy. The residence can be changed at the review.",
);
const NO_PHONE: Words = (
    "Scrivi il numero con il prefisso, per esempio +39 333 1234567.",
    "Type the number with its prefix, such as +39 333 1234567.",
);
const ONE_PHONE: Words = (
    "Serve almeno un telefono: scrivine uno qui.",
    "At least one telephone is needed: type one here.",
);
const NO_MAIL: Words = (
    "Controlla l'indirizzo: ci vuole un nome, la chiocciola e un dominio, come anna@esempio.it.",
    "Check the address: it has a name, an at sign and a domain, such as anna@example.org.",
);
const ONE_MAIL: Words = (
    "Serve almeno un'e-mail, ordinaria o PEC: scrivine una qui.",
    "At least one e-mail, ordinary or certified, is needed: type one here.",
);
const PHONE_NOT_NAMED: Words = (
    "Quel telefono non l'hai indicato: scegli l'altro.",
    "You did not name that phone: choose the other one.",
);
pub(super) const NONE_OF_THESE: Words = (
    "Scrivi una delle parole fra parentesi.",
    "Type one of the words in brackets.",
);

#[cfg(test)]
mod tests {
    use super::*;
    use cns_login::Language;

    fn answers(rows: &[(&str, &str)]) -> Answers {
        let own = |text: &&str| (*text).to_owned();
        rows.iter()
            .map(|(name, answer)| (own(name), own(answer)))
            .collect()
    }

    #[test]
    fn an_answer_is_taken_as_the_portal_takes_it_or_what_is_wrong_with_it_is_said() {
        let (italy, abroad) = (
            answers(&[("residence", "italy")]),
            answers(&[("residence", "abroad")]),
        );
        let (mobile, mail) = (
            Form::Phone {
                or: "contacts.landline",
            },
            Form::Mail { or: "contacts.pec" },
        );
        for (form, typed, so_far, read) in [
            (
                &Form::CodiceFiscale,
                "rssmra85t10a562s",
                &italy,
                Ok("RSSMRA85T10A562S"),
            ),
            (
                &Form::CodiceFiscale,
                "RSSMRA85T10A562X",
                &italy,
                Err(NO_CODICE_FISCALE),
            ),
            (&Form::CodiceFiscale, "", &italy, Err(NEEDED)),
            (&Form::Day, "5/3/1988", &italy, Ok("1988-03-05")),
            (&Form::Day, "31/2/1988", &italy, Err(NO_DAY)),
            (&mobile, "+39 333 999-9999", &italy, Ok("+393339999999")),
            (&mobile, "333 9999999", &italy, Err(NO_PHONE)),
            (&mail, "anna@esempio.it", &italy, Ok("anna@esempio.it")),
            (&mail, "anna", &italy, Err(NO_MAIL)),
            (&Form::Province, "to", &italy, Ok("TO")),
            (&Form::Province, "Torino", &italy, Err(NO_PROVINCE)),
            (&Form::Province, "", &italy, Err(NEEDED)),
            (&Form::Province, "", &abroad, Ok("")),
            (&Form::PostalCode, "1012", &italy, Err(NO_CAP)),
            (&Form::PostalCode, "sw1a 1aa", &abroad, Ok("SW1A 1AA")),
            (&Form::Country, "it", &italy, Ok("IT")),
            (&Form::Country, "Italia", &italy, Err(NO_COUNTRY)),
            (&Form::Country, "FR", &italy, Err(ANOTHER_COUNTRY)),
            (&Form::Country, "it", &abroad, Err(ANOTHER_COUNTRY)),
        ] {
            let expected = read.map(str::to_owned);
            assert_eq!(form.read(typed, so_far), expected, "{typed}");
        }
    }

    #[test]
    fn one_phone_and_one_mail_are_needed_and_the_phone_to_call_is_one_of_those_named() {
        let phone = Form::Phone {
            or: "contacts.mobile",
        };
        let (none, one) = (
            answers(&[("contacts.mobile", "")]),
            answers(&[("contacts.mobile", "+393339999999"), ("contacts.landline", "")]),
        );
        assert_eq!(
            phone.read("", &Answers::new()),
            Ok(String::new()),
            "the other is not asked yet"
        );
        assert_eq!(phone.read("", &none), Err(ONE_PHONE));
        assert_eq!(phone.read("", &one), Ok(String::new()));
        assert_eq!(
            Form::PreferredPhone.read("cellulare", &one).as_deref(),
            Ok("mobile")
        );
        assert_eq!(Form::PreferredPhone.read("2", &one), Err(PHONE_NOT_NAMED));
        assert_eq!(Form::PreferredPhone.read("3", &one), Err(NONE_OF_THESE));
        let mail = Form::Mail { or: "contacts.pec" };
        assert_eq!(mail.read("", &answers(&[("contacts.pec", "")])), Err(ONE_MAIL));
    }

    #[test]
    fn a_choice_is_taken_by_number_or_word_of_either_language() {
        let slot = Form::OneOf(&[("morning", "mattina", "morning"), ("evening", "sera", "evening")]);
        for (typed, taken) in [
            ("1", Ok("morning")),
            ("Sera", Ok("evening")),
            ("evening", Ok("evening")),
            ("0", Err(NONE_OF_THESE)),
            ("3", Err(NONE_OF_THESE)),
            ("notte", Err(NONE_OF_THESE)),
        ] {
            let taken = taken.map(str::to_owned);
            assert_eq!(slot.read(typed, &Answers::new()), taken, "{typed}");
        }
        let output = Output::new(false, Language::It);
        assert_eq!(slot.shown("evening", &output), "sera");
        assert_eq!(slot.hint(&Answers::new(), &output), " (1 mattina, 2 sera)");
        assert_eq!(
            Form::Province.hint(&answers(&[("residence", "italy")]), &output),
            ""
        );
    }
}
