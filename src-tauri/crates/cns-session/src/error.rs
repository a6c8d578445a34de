//! Why the keyring cannot keep or give back a session.

use cns_login::{Problem, ProblemCode};

/// Why the keyring of the operating system did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// There is none, or it does not answer.
    #[error("no keyring answers")]
    Absent,
    /// It is locked, and nobody unlocked it.
    #[error("the keyring is locked")]
    Locked,
    /// It did not answer in time: it may be waiting for the person to unlock it.
    #[error("the keyring did not answer in time")]
    TimedOut,
    /// It refused for a reason of its own.
    #[error("the keyring refused")]
    Refused,
    /// The session is longer than every keyring can keep.
    #[error("a session of {length} bytes is too long for a keyring")]
    TooLong {
        /// Its length, encoded.
        length: usize,
    },
    /// All the places that Sportello uses are taken by sessions that are still open.
    #[error("all places for sessions are taken")]
    Full,
    /// The session's handle is not the random name that it should be.
    #[error("the session's handle is not 32 hexadecimal digits")]
    HandleMalformed,
}

impl KeyringError {
    /// The word by which the catalogue of texts knows it.
    fn word(self) -> &'static str {
        match self {
            Self::Absent => "keyring_absent",
            Self::Locked => "keyring_locked",
            Self::TimedOut => "keyring_silent",
            Self::Refused => "keyring_refused",
            Self::TooLong { .. } => "session_too_long",
            Self::Full => "keyring_full",
            Self::HandleMalformed => "handle_malformed",
        }
    }
}

impl From<KeyringError> for Problem {
    fn from(error: KeyringError) -> Self {
        Self::new(ProblemCode::KeyringFailed).with("reason", error.word())
    }
}
