//! What the window shows: one screen at a time.

use crate::{CardSeen, ProblemSeen, Statement};
use cns_login::{Kept, PortalProfile};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// Everything the page needs to draw itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Screen {
    /// Grows with every screen, so that a late answer does not cover a newer one.
    pub turn: u32,
    /// Which screen, and what is on it.
    pub view: View,
    /// The portal whose door the card opens.
    pub portal: PortalSeen,
    /// Whose card or session this is, wherever there is one.
    pub holder_name: Option<String>,
    /// Set while the example card is played with, and shown on every screen.
    pub demo: Option<DemoSeen>,
    /// Whether the example can be started from here.
    pub demo_offered: bool,
}

/// One variant per screen; `ui/src/screens` has a file for each.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "screen", rename_all = "snake_case")]
pub enum View {
    /// The first instant: the readers have not answered yet.
    Starting,
    /// A session was found in the keyring; it is offered and not used silently.
    SessionFound {
        /// Whose it is.
        holder_name: String,
        /// When the portal ends it, RFC 3339.
        expires_at: String,
    },
    /// The smart card service of the system does not answer.
    NoService {
        /// The problem, for its texts.
        problem: ProblemSeen,
    },
    /// No reader is plugged in.
    NoReader,
    /// There is a reader, and no card in it.
    NoCard {
        /// What ended the look at the card before, such as its removal.
        after: Option<ProblemSeen>,
    },
    /// The card is being read.
    Reading {
        /// The reader's name.
        reader: String,
    },
    /// The card, and what the check found.
    Card {
        /// The card.
        card: CardSeen,
    },
    /// The PIN of the card is asked for.
    PinOfTheCard {
        /// The host that will be opened with the card.
        host: String,
        /// Tries left, where known.
        tries_left: Option<u8>,
        /// Whether the PIN typed before was wrong.
        refused: bool,
    },
    /// The PIN was right; the portal is being reached.
    Connecting {
        /// The host that is asked.
        host: String,
    },
    /// Inside.
    ReservedArea {
        /// What is there.
        area: Area,
    },
    /// The session is over and the screen is locked.
    SessionEnded {
        /// Why.
        why: EndReason,
        /// How the end went; none while everything is being closed.
        closed: Option<Closed>,
    },
    /// The story ended badly.
    Problem {
        /// How.
        problem: ProblemSeen,
    },
}

impl View {
    /// The name of the screen, as it stands in the JSON and in the page's `data-screen`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::SessionFound { .. } => "session_found",
            Self::NoService { .. } => "no_service",
            Self::NoReader => "no_reader",
            Self::NoCard { .. } => "no_card",
            Self::Reading { .. } => "reading",
            Self::Card { .. } => "card",
            Self::PinOfTheCard { .. } => "pin_of_the_card",
            Self::Connecting { .. } => "connecting",
            Self::ReservedArea { .. } => "reserved_area",
            Self::SessionEnded { .. } => "session_ended",
            Self::Problem { .. } => "problem",
        }
    }
}

impl std::fmt::Debug for View {
    /// Names the screen only: the rest may be personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The reserved area.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct Area {
    /// When the portal ends the session, RFC 3339.
    pub expires_at: String,
    /// Where the session is kept.
    pub kept: KeptWhere,
    /// Whether taking the card out ends the session; a session found at start-up has no card.
    pub card_inside: bool,
    /// The estratto conto contributivo.
    pub statement: StatementSeen,
}

/// The estratto conto, while it comes and when it is there.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StatementSeen {
    /// It has been asked for.
    Loading,
    /// It is here.
    Ready {
        /// The statement.
        statement: Statement,
    },
    /// It did not come; the session goes on.
    Failed {
        /// Why.
        problem: ProblemSeen,
    },
}

/// Where a session is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeptWhere {
    /// In the keyring of the operating system.
    Keyring,
    /// In memory, until this program ends.
    Memory,
}

impl From<Kept> for KeptWhere {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Keyring => Self::Keyring,
            Kept::Memory => Self::Memory,
        }
    }
}

/// How the end of a session went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Closed {
    /// Whether the portal was told; none where it knew before us.
    pub portal_told: Option<bool>,
    /// Why something of the session is still in the keyring.
    pub left_behind: Option<ProblemSeen>,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The person asked for it.
    LoggedOut,
    /// The card left the reader.
    CardRemoved,
    /// Its time was over.
    Expired,
    /// The portal no longer knew it.
    EndedByPortal,
}

/// The portal, as far as the page needs to name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PortalSeen {
    /// Name for people, by language.
    pub name: BTreeMap<String, String>,
    /// The host that asks for the card.
    pub host: String,
}

impl From<&PortalProfile> for PortalSeen {
    fn from(profile: &PortalProfile) -> Self {
        Self {
            name: profile.name.clone(),
            host: profile.card_host().to_owned(),
        }
    }
}

/// The example that is being played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DemoSeen {
    /// The PIN of the example card: it belongs to nobody and is told on the screen.
    pub pin: String,
    /// Whether the example card is in its reader.
    pub card_inserted: bool,
}

macro_rules! personal_debug {
    ($($type:ident),*) => {$(
        impl std::fmt::Debug for $type {
            /// Prints nothing of the person.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "([personal])"))
            }
        }
    )*};
}
personal_debug!(Area, StatementSeen);
