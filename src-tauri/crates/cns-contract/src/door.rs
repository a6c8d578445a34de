//! Before a session: the ways in, and the life of the portal's PIN.

use crate::FormSeen;
use serde::Serialize;
use ts_rs::TS;

/// One screen on which nobody is logged in.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "page", rename_all = "snake_case")]
pub enum DoorPage {
    /// The ways in, side by side.
    Door {
        /// What there is to read a card with.
        reader: ReaderSeen,
    },
    /// Something is asked for.
    Form {
        /// What.
        form: FormSeen,
    },
    /// The whole request, to be looked at before it leaves.
    Review {
        /// What was typed, in order.
        facts: Vec<TypedSeen>,
        /// Why it did not leave.
        refused: Option<crate::ProblemSeen>,
    },
    /// The portal has the request.
    Received {
        /// The code to follow it with.
        receipt: String,
        /// What comes next.
        expected: Vec<DeliverySeen>,
    },
    /// How a request is going.
    Status {
        /// Where the PIN is in its life, in the portal's word.
        state: String,
        /// When the request was taken, RFC 3339.
        received_at: String,
        /// What comes next, and what has come.
        expected: Vec<DeliverySeen>,
    },
    /// A step was made.
    Told {
        /// Which, such as `activated`.
        what: String,
        /// What comes next.
        expected: Vec<DeliverySeen>,
    },
}

/// What there is to read a card with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReaderSeen {
    /// The service of the system does not answer.
    NoService,
    /// No reader.
    NoReader,
    /// A reader without a card.
    NoCard,
    /// A card is in its reader.
    Card,
}

/// One line of a review.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct TypedSeen {
    /// The field's name.
    pub name: String,
    /// What was typed, or the word that was chosen.
    pub value: String,
    /// Whether the value is a word of the catalogue.
    pub is_word: bool,
}

/// What will come, where, and by when.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct DeliverySeen {
    /// `first` or `second` half.
    pub half: String,
    /// On which way it comes, such as `mobile` or `letter`.
    pub by: String,
    /// Where to, masked.
    pub to: String,
    /// Hours within which it leaves.
    pub within_hours: u32,
    /// Whether it has left already.
    pub sent: bool,
}

impl DoorPage {
    /// The name of the step, by which the page finds its help.
    pub fn step(&self) -> &str {
        match self {
            Self::Door { .. } => "door",
            Self::Form { form } => &form.name,
            Self::Review { .. } => "request_review",
            Self::Received { .. } => "request_received",
            Self::Status { .. } => "request_status",
            Self::Told { what, .. } => what,
        }
    }
}

personal_debug!(DoorPage, TypedSeen, DeliverySeen);
