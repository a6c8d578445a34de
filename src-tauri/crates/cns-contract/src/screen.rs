//! What the window shows: one screen at a time.

use crate::{
    CardOffered, CardSeen, DemoSeen, DoorPage, FindingSeen, GlimpseSeen, Inside, InsidePage, OwnProfile,
    PagesSeen, PinPadSeen, PortalSeen, ProblemSeen, Purpose, Statement, Unsure,
};
use cns_login::{Kept, Problem};
use serde::Serialize;
use ts_rs::TS;

/// Everything the page needs to draw itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Screen {
    /// Grows with every screen, so that a late answer does not cover a newer one.
    pub turn: u32,
    /// Grows with every view, and stays while only what stands around it changes: a form that is being filled in is
    /// not begun again for that.
    pub view_turn: u32,
    /// Which screen, and what is on it.
    pub view: View,
    /// The portal whose door the card opens.
    pub portal: PortalSeen,
    /// Whose card or session this is, wherever there is one.
    pub holder_name: Option<String>,
    /// Their codice fiscale, masked, while a session is open.
    pub holder_code: Option<String>,
    /// Set while the example card is played with, and shown on every screen.
    pub demo: Option<DemoSeen>,
    /// Whether the example can be started from here.
    pub demo_offered: bool,
    /// Whether the ways into the portal without a card can be opened from here.
    pub door_offered: bool,
    /// The other cards in the readers, beside the one that is shown.
    pub other_cards: Vec<CardOffered>,
    /// Whether one of them may be meant.
    pub other_card_offered: bool,
    /// What a look at the portal found, where there was one and this screen is before the card's PIN.
    pub look: Vec<FindingSeen>,
}

/// One variant per screen; `ui/src/screens` has a file for each.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "screen", rename_all = "snake_case")]
pub enum View {
    /// The first instant: the readers have not answered yet.
    Starting,
    /// The portal's profile is not ours: it is read first.
    OwnProfile {
        /// The whole of it.
        profile: OwnProfile,
    },
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
    /// There are several cards: the person says which one is meant.
    Cards {
        /// The cards, in the order of the readers.
        cards: Vec<CardOffered>,
        /// Whether all of them were looked at, and one can be picked.
        asked: bool,
    },
    /// The card is being read.
    Reading {
        /// The reader's name.
        reader: String,
        /// Whose card it is, as soon as that is known.
        holder_name: Option<String>,
    },
    /// The card, and what the check found.
    Card {
        /// The card.
        card: Box<CardSeen>,
        /// What ended the look at another card just before, so that nobody takes the one for the other.
        after: Option<ProblemSeen>,
        /// Whether its certificate was found bad while the PIN was being typed: that PIN was not sent.
        pin_unsent: bool,
    },
    /// The next try may be the last: before the PIN is asked for, the person says that they want to spend it.
    LastTry {
        /// What the PIN is wanted for.
        purpose: Purpose,
        /// Tries left, where known: after a silence nobody can say whether it is one.
        tries_left: Option<u8>,
        /// Why the PIN typed before was not taken.
        refused: Option<ProblemSeen>,
        /// Whether unblocking with the PUK is offered here.
        may_unblock_pin: bool,
    },
    /// The PIN of the card is asked for.
    PinOfTheCard {
        /// The host that will be opened with the card.
        host: String,
        /// Tries left, where known.
        tries_left: Option<u8>,
        /// Why the PIN typed before was not taken.
        refused: Option<ProblemSeen>,
        /// What the reader says of a PIN pad of its own.
        pin_pad: PinPadSeen,
        /// Whether something is still being asked about the certificate: the PIN waits for it.
        checking: bool,
    },
    /// The PIN is being typed on the reader's own pad.
    OnThePad {
        /// What it is wanted for.
        purpose: Purpose,
    },
    /// The old PIN and the new one are asked for.
    ChangePin {
        /// Tries left, where known.
        tries_left: Option<u8>,
        /// The names of what a new PIN must not be, as in the text of `new_pin_weak`.
        weaknesses: Vec<String>,
        /// Why what was typed before was not taken.
        refused: Option<ProblemSeen>,
        /// What the reader says of a PIN pad of its own on which a PIN can be changed.
        pin_pad: PinPadSeen,
    },
    /// The PIN is the new one.
    PinChanged,
    /// What may follow from typing the PUK; the person says that they know.
    BeforeUnblocking {
        /// Tries left for the PUK, where known.
        puk_tries_left: Option<u8>,
        /// Whether a wrong PUK may be the last.
        last_try: bool,
        /// Whether nobody has yet shown that unblocking works on such a card.
        experimental: bool,
        /// Why the PUK typed before was not taken.
        refused: Option<ProblemSeen>,
    },
    /// The PUK and a new PIN are asked for.
    UnblockPin {
        /// Tries left for the PUK, where known.
        puk_tries_left: Option<u8>,
        /// Whether nobody has yet shown that unblocking works on such a card.
        experimental: bool,
        /// The names of what a new PIN must not be, as in the text of `new_pin_weak`.
        weaknesses: Vec<String>,
        /// Why what was typed before was not taken.
        refused: Option<ProblemSeen>,
    },
    /// The PIN can be used again.
    PinUnblocked {
        /// Whether it is the one it was before it was blocked, and not the new one.
        same_pin: bool,
    },
    /// What can be said of a card without saying whose it is, before it is written anywhere.
    Report {
        /// Exactly what would be written; none while the card is being asked.
        text: Option<String>,
        /// The file in which it stands since it was saved.
        saved_in: Option<String>,
        /// Why it could not be saved.
        problem: Option<ProblemSeen>,
    },
    /// A reminder of the certificate's end, before it is written anywhere.
    Reminder {
        /// Exactly what would be written.
        text: String,
        /// The certificate's last day, `YYYY-MM-DD`.
        date: String,
        /// The file in which it stands since it was saved.
        saved_in: Option<String>,
        /// Why it could not be saved.
        problem: Option<ProblemSeen>,
    },
    /// The PIN was right; the portal is being reached.
    Connecting {
        /// The host that is asked.
        host: String,
        /// The hosts that the way in has led past, in order.
        passed: Vec<String>,
    },
    /// Inside.
    ReservedArea {
        /// What is there.
        area: Area,
    },
    /// Nobody is logged in, and the portal's own PIN is what it is about.
    AtTheDoor {
        /// What is there.
        page: DoorPage,
    },
    /// Inside, beyond the estratto conto.
    Inside {
        /// What is there.
        inside: Box<Inside>,
    },
    /// Inside, where the portal shows its own pages, in a window of their own.
    WebArea {
        /// What is to be said of them.
        pages: PagesSeen,
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
        /// What could be seen of the card nevertheless.
        seen: Option<GlimpseSeen>,
        /// What nobody knows, because the card left in the middle of it.
        unsure: Option<Unsure>,
        /// Whether a report on the card is offered.
        may_report: bool,
        /// Whether unblocking with the PUK is offered.
        may_unblock_pin: bool,
    },
}

impl View {
    /// A problem, of which nothing else is to be said.
    pub fn problem(problem: &Problem) -> Self {
        Self::Problem {
            problem: problem.into(),
            seen: None,
            unsure: None,
            may_report: false,
            may_unblock_pin: false,
        }
    }

    /// Whether a PIN that the portal has just made is told here.
    pub fn shows_a_new_pin(&self) -> bool {
        matches!(self, Self::Inside { inside } if matches!(inside.page, InsidePage::NewPortalPin { .. }))
    }

    /// The name of the screen, as it stands in the JSON and in the page's `data-screen`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::SessionFound { .. } => "session_found",
            Self::NoService { .. } => "no_service",
            Self::NoReader => "no_reader",
            Self::OwnProfile { .. } => "own_profile",
            Self::NoCard { .. } => "no_card",
            Self::Cards { .. } => "cards",
            Self::Reading { .. } => "reading",
            Self::Card { .. } => "card",
            Self::LastTry { .. } => "last_try",
            Self::PinOfTheCard { .. } => "pin_of_the_card",
            Self::OnThePad { .. } => "on_the_pad",
            Self::ChangePin { .. } => "change_pin",
            Self::PinChanged => "pin_changed",
            Self::BeforeUnblocking { .. } => "before_unblocking",
            Self::UnblockPin { .. } => "unblock_pin",
            Self::PinUnblocked { .. } => "pin_unblocked",
            Self::Report { .. } => "report",
            Self::Reminder { .. } => "reminder",
            Self::Connecting { .. } => "connecting",
            Self::ReservedArea { .. } => "reserved_area",
            Self::AtTheDoor { .. } => "at_the_door",
            Self::Inside { .. } => "inside",
            Self::WebArea { .. } => "web_area",
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
    /// Somebody else takes their place.
    PersonChanged,
    /// The card left the reader.
    CardRemoved,
    /// Its time was over.
    Expired,
    /// The portal no longer knew it.
    EndedByPortal,
}

personal_debug!(Area, StatementSeen);
