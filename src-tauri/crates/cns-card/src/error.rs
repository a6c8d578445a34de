//! Why the card did not do what was asked.

use cns_iso7816::ChannelError;

/// Every way in which reading, unlocking or signing can end badly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CardError {
    /// No answer came from the card.
    #[error(transparent)]
    Channel(#[from] ChannelError),
    /// The card is of a kind that is not a CNS, and which kind is known.
    #[error("the card is not a CNS: {kind}")]
    NotACns {
        /// Stable name of the kind: `cie`, `health_professional`, `signature`.
        kind: &'static str,
    },
    /// No profile fitted: the card is unknown.
    #[error("no known card profile fits")]
    UnknownCard,
    /// The card holds no certificate that can log in.
    #[error("no authentication certificate on the card")]
    NoCertificate,
    /// A file's content could not be understood.
    #[error("the content of {file} is malformed")]
    Malformed {
        /// Name of the file in the CNS file system.
        file: &'static str,
    },
    /// The card answered a command with an unexpected status word.
    #[error("the card answered {status:04X} to {command}")]
    Refused {
        /// SW1 SW2.
        status: u16,
        /// Name of the command in ISO/IEC 7816-4.
        command: &'static str,
    },
    /// The PIN was wrong; the try is spent.
    #[error("wrong PIN")]
    WrongPin {
        /// Tries left, where the card said so.
        tries_left: Option<u8>,
    },
    /// The PIN is blocked.
    #[error("the PIN is blocked")]
    PinBlocked,
    /// The card was never activated: its PIN cannot be used yet.
    #[error("the PIN is not usable: the card is probably not activated")]
    PinNotUsable,
    /// The card has no PIN under the references its profile names.
    #[error("the card has no such PIN")]
    PinNotFound,
    /// The key is too short for the scheme, or the card cannot do it.
    #[error("the card cannot sign with this scheme")]
    SchemeNotSupported,
    /// The card's signature does not verify with the certificate's key.
    #[error("the signature does not match the certificate")]
    SignatureMismatch,
    /// The card gave more than any CNS file may hold.
    #[error("{file} is larger than {limit} bytes")]
    TooLarge {
        /// Name of the file in the CNS file system.
        file: &'static str,
        /// Limit in bytes.
        limit: u32,
    },
    /// The unlocked card was released because no signature was asked for in time.
    #[error("the card was released after waiting for a signature")]
    UnlockExpired,
    /// The card's thread ended.
    #[error("the card's thread ended")]
    ThreadGone,
}
