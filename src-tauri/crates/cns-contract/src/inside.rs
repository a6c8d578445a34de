//! The reserved area beyond the estratto conto: services, records, applications, the holder's own PIN.

use crate::{FormSeen, KeptWhere, ProblemSeen};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// A screen of the reserved area, and what stands on each of them.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct Inside {
    /// When the portal ends the session, RFC 3339.
    pub expires_at: String,
    /// Where the session is kept.
    pub kept: KeptWhere,
    /// Whether taking the card out ends the session.
    pub card_inside: bool,
    /// With what the person came in.
    pub way_in: WayIn,
    /// Which screen, and what is on it.
    pub page: InsidePage,
}

/// With what the person came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WayIn {
    /// The card.
    Card,
    /// A PIN that looks things up; what it files waits.
    PinOrdinario,
    /// A PIN that files too.
    PinDispositivo,
}

/// One screen of the reserved area.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "page", rename_all = "snake_case")]
pub enum InsidePage {
    /// The portal is being asked.
    Loading,
    /// What was asked for did not come; the session goes on.
    Failed {
        /// Why.
        problem: ProblemSeen,
    },
    /// The services, by profile.
    Services {
        /// The holder's profiles, in the portal's words.
        profiles: Vec<String>,
        /// The services.
        services: Vec<ServiceSeen>,
        /// Notices that nobody has read.
        unread: u32,
    },
    /// Something to read.
    Record {
        /// What.
        record: RecordSeen,
    },
    /// Something to fill in.
    Form {
        /// What.
        form: FormSeen,
    },
    /// An application, where it is and how it came there.
    Application {
        /// The application.
        application: ApplicationSeen,
        /// The file in which its print was saved.
        saved_in: Option<String>,
        /// Why the last wish about it did not come true.
        refused: Option<ProblemSeen>,
    },
    /// The papers of a conversion.
    Documents {
        /// Where the conversion is, in the portal's word.
        state: String,
        /// Which pages the portal has: `front`, `back`, `form`.
        has: Vec<String>,
        /// Why the portal refused it, in its own words.
        reason: Option<String>,
        /// The file in which the form to sign was saved.
        saved_in: Option<String>,
        /// Why the last wish about it did not come true.
        refused: Option<ProblemSeen>,
    },
    /// The PIN is a new one. What it is does not stand here: who shows it takes it, once, by a command of its own.
    NewPortalPin {
        /// Whether the portal made it; one that was chosen is known already.
        generated: bool,
    },
}

/// A service of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ServiceSeen {
    /// Stable word, such as `estratto_conto`.
    pub id: String,
    /// Name, in the portal's words.
    pub name: String,
    /// One line about it, in the portal's words.
    pub about: String,
    /// What it asks of the way in: `ordinario`, `dispositivo`, `cns`.
    pub level: String,
    /// Whether it can be used here.
    pub operable: bool,
}

/// Something to read: facts, tables, texts.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct RecordSeen {
    /// Stable name, such as `pension_slip`; its title is in the catalogue.
    pub name: String,
    /// Facts for the title's places.
    pub about: BTreeMap<String, String>,
    /// What stands above it in the portal's words, such as what it is not.
    pub notice: Option<String>,
    /// Its parts, in order.
    pub parts: Vec<PartSeen>,
    /// Whether the portal makes a print of it.
    pub may_print: bool,
    /// The file in which the print was saved.
    pub saved_in: Option<String>,
    /// Why the print did not come.
    pub refused: Option<ProblemSeen>,
}

/// A part of a record.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum PartSeen {
    /// Facts, each under its name.
    Facts {
        /// The names, words of the catalogue, and the values.
        facts: Vec<FactSeen>,
    },
    /// A table.
    Table {
        /// Name of the table, a word of the catalogue.
        name: String,
        /// Headings, words of the catalogue.
        columns: Vec<String>,
        /// The rows.
        rows: Vec<RowSeen>,
    },
    /// A text, in the portal's words.
    Words {
        /// The text.
        words: String,
    },
    /// Buttons that lead further.
    Doors {
        /// Where to: words of the catalogue, and what to open.
        doors: Vec<DoorSeen>,
    },
}

/// A fact under its name.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct FactSeen {
    /// A word of the catalogue.
    pub name: String,
    /// What it says.
    pub value: Cell,
}

/// A row of a table.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct RowSeen {
    /// What stands in it; the first one is its heading.
    pub cells: Vec<Cell>,
    /// What opens when it is asked for.
    pub opens: Option<String>,
}

/// Somewhere to go from a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DoorSeen {
    /// A word of the catalogue.
    pub name: String,
    /// What opens.
    pub opens: String,
}

/// What stands in one place.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "is", content = "value", rename_all = "snake_case")]
pub enum Cell {
    /// Nothing.
    Empty,
    /// The portal's own words.
    Text(String),
    /// A word of the catalogue.
    Word(String),
    /// An amount in euro, decimal text.
    Euro(String),
    /// A day, `YYYY-MM-DD`.
    Day(String),
    /// A month, `YYYY-MM`.
    Month(String),
    /// An instant, RFC 3339.
    Moment(String),
    /// A number.
    Number(u32),
}

/// An application.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct ApplicationSeen {
    /// Which kind, in the portal's word.
    pub kind: String,
    /// Where it is, in the portal's word.
    pub state: String,
    /// Protocol number, once it is received.
    pub protocol: Option<String>,
    /// When it was filed, RFC 3339: the date that counts.
    pub filed_at: Option<String>,
    /// The last day to answer what is missing, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// What happened, oldest first.
    pub events: Vec<EventSeen>,
    /// Whether something that is missing can be brought.
    pub may_integrate: bool,
}

/// Something that happened to an application.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct EventSeen {
    /// When, RFC 3339.
    pub at: String,
    /// Where it was then, in the portal's word.
    pub state: String,
    /// For the applicant, in the portal's words.
    pub note: Option<String>,
}

impl InsidePage {
    /// The name of the step, by which the page finds its help.
    pub fn step(&self) -> &str {
        match self {
            Self::Loading => "loading",
            Self::Failed { .. } => "failed",
            Self::Services { .. } => "services",
            Self::Record { record } => &record.name,
            Self::Form { form } => &form.name,
            Self::Application { .. } => "application",
            Self::Documents { .. } => "documents",
            Self::NewPortalPin { .. } => "new_portal_pin",
        }
    }
}

personal_debug!(
    Inside,
    InsidePage,
    RecordSeen,
    PartSeen,
    FactSeen,
    RowSeen,
    Cell,
    ApplicationSeen,
    EventSeen
);
