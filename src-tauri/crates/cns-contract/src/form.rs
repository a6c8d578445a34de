//! A form, as the page draws it: what is asked, in which order, and what is wrong with what was typed.

use crate::ProblemSeen;
use serde::Serialize;
use ts_rs::TS;

/// A form. The page finds its texts in the catalogue by its name and by the names of its fields.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct FormSeen {
    /// Stable name, such as `request_start`.
    pub name: String,
    /// Which of several texts stands above it, such as why a PIN has to be changed.
    pub case: Option<String>,
    /// The fields, in order.
    pub fields: Vec<FieldSeen>,
    /// People who are named in it, where it names any.
    pub people: Option<PeopleSeen>,
    /// Why it was not taken.
    pub refused: Option<ProblemSeen>,
    /// Whether it can be kept as it is and gone on with later.
    pub may_save: bool,
    /// Whether there is a screen to go back to.
    pub may_go_back: bool,
}

/// One field of a form.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct FieldSeen {
    /// Stable name; its label is in the catalogue.
    pub name: String,
    /// How it is typed.
    pub input: Input,
    /// The words among which one is chosen.
    pub options: Vec<String>,
    /// What stands in it already; never a secret.
    pub value: String,
    /// Whether it may stay empty.
    pub optional: bool,
    /// The heading under which it begins a new part.
    pub part: Option<String>,
    /// What is wrong with what was typed, as a word of the catalogue.
    pub fault: Option<String>,
}

/// How a field is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// One line.
    Text,
    /// Several lines.
    Lines,
    /// One line in capitals: a codice fiscale, an IBAN, a receipt.
    Code,
    /// Digits.
    Digits,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A day.
    Day,
    /// One of the options.
    Choice,
    /// Yes or no.
    Check,
    /// A PIN or a code: hidden, and kept by nobody.
    Secret,
}

/// People who are named in a form.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct PeopleSeen {
    /// Stable name of the list, such as `children`.
    pub name: String,
    /// Those named so far.
    pub rows: Vec<PersonSeen>,
    /// The words among which it is said what each of them is; empty where nobody asks.
    pub relations: Vec<String>,
    /// Whether a disability is asked for.
    pub asks_disability: bool,
    /// The most that there may be.
    pub at_most: u8,
    /// What is wrong with them, as a word of the catalogue.
    pub fault: Option<String>,
}

/// Somebody who is named in a form.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct PersonSeen {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// What they are to the applicant, where that is asked for.
    pub relation: String,
    /// Whether they have a disability.
    pub disability: bool,
}

impl FormSeen {
    /// A form of that name, with nothing typed yet.
    pub fn new(name: &str, fields: Vec<FieldSeen>) -> Self {
        Self {
            name: name.to_owned(),
            case: None,
            fields,
            people: None,
            refused: None,
            may_save: false,
            may_go_back: true,
        }
    }
}

impl FieldSeen {
    /// An empty field that must be filled in.
    pub fn new(name: &str, input: Input) -> Self {
        Self {
            name: name.to_owned(),
            input,
            options: Vec::new(),
            value: String::new(),
            optional: false,
            part: None,
            fault: None,
        }
    }

    /// A choice among these words.
    pub fn choice(name: &str, options: &[&str]) -> Self {
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        Self {
            options,
            ..Self::new(name, Input::Choice)
        }
    }

    /// The same field, which may stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The same field, at the beginning of this part.
    #[must_use]
    pub fn under(mut self, part: &str) -> Self {
        self.part = Some(part.to_owned());
        self
    }
}

personal_debug!(FormSeen, FieldSeen, PeopleSeen, PersonSeen);
