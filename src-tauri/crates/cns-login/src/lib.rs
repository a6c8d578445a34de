//! The story of a login: one journey, its ports, its problems.

mod error;
mod insertion;
mod journey;
mod ports;
mod problem;
mod profile;
mod progress;
mod session;
mod texts;

pub use error::ProfileError;
pub use insertion::{inserted, removed, until_removed};
pub use journey::{LoggedIn, Ports, judge, log_in};
pub use ports::{
    CardPresence, Kept, PinEntry, PinRefusal, PinRequest, Portal, Readers, ReadersSnapshot, Slot, Vault,
};
pub use problem::{Problem, ProblemCode};
pub use profile::{CnsEntry, PortalKind, PortalProfile, PortalStatus, TlsProfile, TlsRoots};
pub use progress::Progress;
pub use session::{Session, SessionHandle, Token};
pub use texts::{Language, day_in_letters, finding_text};
