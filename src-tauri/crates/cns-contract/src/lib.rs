//! What crosses between the window's Rust and its page: one [`Screen`] at a time goes out, a handful of commands
//! come in.
//!
//! The page draws what it is given and decides nothing. Personal data cross only where a screen shows them; a
//! token never does, and a PIN or PUK only inwards, in [`PinTyped`], [`PinChange`] and [`PinUnblock`]. Texts do not cross: problems and findings go as
//! codes and facts, and the page reads the same catalogue as the terminal.
//!
//! This crate does not know Tauri. Its TypeScript face is `ui/src/contract`, written by [`typescript_files`].
//!
//! ```
//! use cns_contract::View;
//! let json = serde_json::to_string(&View::NoReader).unwrap();
//! assert_eq!(json, r#"{"screen":"no_reader"}"#);
//! ```

mod card;
mod care;
mod command;
mod ends;
mod headline;
mod problem;
mod screen;
mod statement;
mod typescript;
mod verdict;

pub use card::{CardSeen, CertificateSeen, GlimpseSeen, HolderSeen};
pub use care::{CardOffered, PinPadSeen, Purpose, Unsure};
pub use command::{CardPicked, NotTaken, PinChange, PinTyped, PinUnblock};
pub use ends::{EndSeen, EndsSeen, RungSeen};
pub use headline::HeadlineSeen;
pub use problem::ProblemSeen;
pub use screen::{Area, Closed, DemoSeen, EndReason, KeptWhere, PortalSeen, Screen, StatementSeen, View};
pub use statement::{Employer, Note, Period, Section, Statement, Unit};
pub use typescript::typescript_files;
pub use verdict::{AttemptSeen, EvidenceSeen, FindingSeen, ListSeen, OutcomeSeen, VerdictSeen};
