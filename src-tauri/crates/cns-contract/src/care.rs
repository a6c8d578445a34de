//! The cards to choose from, and what is done to a PIN, as the page sees it.

use crate::ProblemSeen;
use cns_login::OfferedCard;
use cns_login::PinPad;
use serde::Serialize;
use ts_rs::TS;

/// One of several cards.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct CardOffered {
    /// The reader's name.
    pub reader: String,
    /// The number of the insertion, which names the card together with the reader.
    pub insertion: u32,
    /// Whose it is; none when the card does not say, or is no CNS.
    pub holder_name: Option<String>,
    /// Why it cannot be used, where it cannot.
    pub problem: Option<ProblemSeen>,
    /// Whether it may be the one that the person means. Of one that nobody has looked at, that is not known: it may.
    pub may_be_meant: bool,
}

impl From<&OfferedCard> for CardOffered {
    fn from(card: &OfferedCard) -> Self {
        Self {
            reader: card.slot.reader.clone(),
            insertion: card.slot.insertion,
            holder_name: card.holder_name.clone(),
            problem: card.problem.as_ref().map(ProblemSeen::from),
            may_be_meant: card.may_be_meant(),
        }
    }
}

impl std::fmt::Debug for CardOffered {
    /// Names the reader only: the rest is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CardOffered")
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}

/// What a reader says of a PIN pad of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PinPadSeen {
    /// It has none, or does not say so.
    Absent,
    /// It has one.
    Present,
    /// It says that it has one, and readers of this model are known to say so wrongly.
    Doubtful,
}

impl PinPadSeen {
    /// What a reader says of its pad, for who wants to change a PIN on it.
    pub fn for_a_change(pad: PinPad) -> Self {
        match pad {
            PinPad::Present { changes: true } => Self::Present,
            PinPad::Doubtful => Self::Doubtful,
            PinPad::Present { changes: false } | PinPad::Absent => Self::Absent,
        }
    }
}

impl From<PinPad> for PinPadSeen {
    fn from(pad: PinPad) -> Self {
        match pad {
            PinPad::Absent => Self::Absent,
            PinPad::Present { .. } => Self::Present,
            PinPad::Doubtful => Self::Doubtful,
        }
    }
}

/// What the PIN of the card is wanted for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Purpose {
    /// To go in.
    LogIn {
        /// The host that will be opened with the card.
        host: String,
    },
    /// To put a new one in its place.
    ChangePin,
}

/// What nobody knows, because no answer came from the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Unsure {
    /// Whether the PIN is the old one or the new one.
    PinChanged,
    /// Whether the PIN is unblocked, and a try of the PUK spent.
    PinUnblocked,
}
