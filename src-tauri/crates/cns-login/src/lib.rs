//! The story of a login: one journey, its ports, its problems.
//!
//! [`log_in`] goes from an empty reader to an open session and is meant to be read from top to bottom. What it needs of
//! the world it asks through ports: [`Readers`], [`CardChoice`], [`PinEntry`], [`Portal`], [`Vault`]. Each way it can end
//! badly is a [`ProblemCode`], told in two languages with what happened, what it means and what to do now.
//!
//! [`log_in_with_pin`] is the same story without a card, for a portal with a PIN of its own ([`PinPortal`]). That PIN is a
//! [`PortalPin`]; the card's is a `CardPin`; no text and no type takes one for the other.
//!
//! Beside it stand the smaller stories of a card: which of several is meant ([`choose_card`]), and the care of its PIN
//! ([`pin_status`], [`change_pin`], [`unblock_pin`]). All of them take their cards from [`Cards`], where a card is opened
//! once for as long as it stays in its reader.
//!
//! It deliberately does not know PC/SC, TLS, HTTP, the keyring, a window or a terminal: it names none of their types.
//!
//! ```
//! use cns_login::{Language, PortalProfile, ProblemCode, Problem};
//!
//! let portal = PortalProfile::named("riferimento")?;
//! assert!(portal.takes_card() && portal.offered_pin().is_ok());
//!
//! let problem = Problem::new(ProblemCode::PinWrong).with("tries_left", "2");
//! assert!(problem.meaning(Language::En).contains("2 tries left"));
//! # Ok::<(), Problem>(())
//! ```

mod advice;
mod area;
mod cards;
mod choice;
mod ends;
mod error;
mod files;
mod headline;
mod insertion;
mod interface;
mod journey;
mod judge;
mod judged_entry;
mod look;
mod official_list;
mod pin_care;
mod pin_journey;
mod pin_portal;
mod portal_pin;
mod ports;
mod problem;
mod profile;
mod progress;
mod reminder;
mod report_text;
#[cfg(test)]
mod scripted;
mod seen;
mod session;
mod surroundings;
mod texts;
mod together;
mod web_journey;

pub use advice::Advice;
pub use area::{Area, Print};
pub use cards::Cards;
pub use choice::{CardChoice, FoundCard, OfferedCard, choose_card, choose_card_in_place};
pub use ends::{End, Ends, Rung};
pub use error::ProfileError;
pub use files::{card_profiles_of, read_form, read_page, write_new};
pub use headline::Headline;
pub use insertion::{inserted, removed, until_removed};
pub use interface::contactless;
pub use journey::{LoggedIn, Ports, log_in, unlock};
pub use judge::Judge;
pub use look::{LookCode, LookFinding};
pub use official_list::{OFFICIAL_LIST_VARIABLE, OfficialList, packaged_list};
pub use pin_care::{
    PinStatus, TriesAsked, TypedPin, change_pin, change_pin_on_pad, judge_new_pin, new_pin_facts, pin_status,
    unblock_pin,
};
pub use pin_journey::{
    ChangeRequest, NewPortalPin, PinLoggedIn, PinPorts, PortalPinEntry, PortalPinRequest, TypedLogin,
    log_in_with_pin,
};
pub use pin_portal::{Activation, ChosenContacts, PinMade, PinPortal, Tessera};
pub use portal_pin::{Half, Halves, PortalCode, PortalPin, PortalPinFormatError};
pub use ports::{
    CardPresence, Kept, PinAnswer, PinEntry, PinRefusal, PinRequest, Portal, Readers, ReadersSnapshot, Slot,
    Vault,
};
pub use problem::{Problem, ProblemCode};
pub use profile::{
    CnsEntry, Delivery, ExtraStep, LegalPages, MaxAge, PinLengths, PinMaking, PortalContact, PortalKind,
    PortalPinRules, PortalPinStatus, PortalProfile, PortalStatus, ProfileLine, ProfileWords, ReachedBy,
    TlsProfile, TlsRoots, VerifyCall, WebEntry, host_matches, profile_words,
};
pub use progress::Progress;
pub use reminder::reminder_text;
pub use report_text::report_text;
pub use seen::holder_name;
pub use session::{Method, Session, SessionHandle, Token, masked_code};
pub use surroundings::{reader_model, system};
pub use texts::{Language, day_in_letters, ends_text, finding_text};
pub use web_journey::{Doorstep, WalkedIn, WayIn, WebPorts, walk_in};

// What a session may do is said in the portal's words.
pub use cns_portal_api::{PinKind, Scope};

// What a reader says of its pad is part of `PinRequest`.
pub use cns_iso7816::PinPad;
