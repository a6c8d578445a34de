//! What crosses between the window's Rust and its page: one [`Screen`] at a time goes out, a handful of commands
//! come in.
//!
//! The page draws what it is given and decides nothing. Personal data cross only where a screen shows them; a
//! token never does, and a PIN or PUK only inwards, in [`PinTyped`], [`PinChange`], [`PinUnblock`] and [`Filled`]. The
//! one that goes out is a portal's PIN that the portal has just made: it is no part of a screen, which may be asked for
//! again, but the answer to a command that answers once. Texts do not cross: problems and findings go as codes and facts,
//! and the page reads the same catalogue as the terminal.
//!
//! This crate does not know Tauri. Its TypeScript face is `ui/src/contract`, written by [`typescript_files`].
//!
//! ```
//! use cns_contract::View;
//! let json = serde_json::to_string(&View::NoReader).unwrap();
//! assert_eq!(json, r#"{"screen":"no_reader"}"#);
//! ```

#[macro_use]
mod personal;

mod card;
mod care;
mod command;
mod demo;
mod door;
mod ends;
mod form;
mod headline;
mod inside;
mod own_profile;
mod pages;
mod portal;
mod portal_wish;
mod problem;
mod screen;
mod statement;
mod typescript;
mod verdict;

pub use card::{CardSeen, CertificateSeen, GlimpseSeen, HolderSeen};
pub use care::{CardOffered, PinPadSeen, Purpose, Unsure};
pub use command::{CardPicked, NotTaken, PinChange, PinTyped, PinUnblock};
pub use demo::{DemoPersonSeen, DemoSeen, MessageSeen};
pub use door::{DeliverySeen, DoorPage, ReaderSeen, TypedSeen};
pub use ends::{EndSeen, EndsSeen, RungSeen};
pub use form::{FieldSeen, FormSeen, Input, PeopleSeen, PersonSeen};
pub use headline::HeadlineSeen;
pub use inside::{
    ApplicationSeen, Cell, DoorSeen, EventSeen, FactSeen, Inside, InsidePage, PartSeen, RecordSeen, RowSeen,
    ServiceSeen, WayIn,
};
pub use own_profile::{OwnProfile, ProfileLineSeen};
pub use pages::PagesSeen;
pub use portal::{NumberSeen, PinOffered, PortalSeen};
pub use portal_wish::{Filled, PersonTyped, PortalWish};
pub use problem::ProblemSeen;
pub use screen::{Area, Closed, EndReason, KeptWhere, Screen, StatementSeen, View};
pub use statement::{Employer, Note, Period, Section, Statement, Unit};
pub use typescript::typescript_files;
pub use verdict::{AttemptSeen, EvidenceSeen, FindingSeen, ListSeen, OutcomeSeen, VerdictSeen};
