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
        /// Stable name of the kind: `cie`, `health_professional`, `signature`, `bank`, `sim`, `passport`.
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
    /// The card answered whatever it was asked, and what it was asked for came to no end.
    #[error("the card came to no end with its answers")]
    Endless,
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
    /// The card does not compare its PIN now (6985): conditions that are not about the typing are not met.
    #[error("the card does not take its PIN in its present state")]
    PinNotAllowed,
    /// This would be the last try known, and the person has not said that they want to spend it. Nothing was sent.
    #[error("the last try was not confirmed")]
    LastTryNotConfirmed {
        /// Whose try it would be.
        of: Secret,
    },
    /// The PUK was wrong; the try is spent.
    #[error("wrong PUK")]
    WrongPuk {
        /// Tries left, where the card said so.
        tries_left: Option<u8>,
    },
    /// The PUK is blocked: the PIN of this card can never be used again.
    #[error("the PUK is blocked")]
    PukBlocked,
    /// The card has no PUK under the references its profile names.
    #[error("the card has no such PUK")]
    PukNotFound,
    /// This kind of card cannot be unblocked in any form that its profile knows; no PUK was compared.
    #[error("this kind of card cannot be unblocked here")]
    UnblockNotSupported,
    /// The new PIN is the one that the card has. Nothing was sent.
    #[error("the new PIN is the old one")]
    NewPinSameAsOld,
    /// This kind of card is not known to answer the question for its tries without counting it.
    #[error("the tries left cannot be asked for without risk")]
    TriesNotAsked,
    /// Nobody typed on the reader's PIN pad in time; no try was spent.
    #[error("nobody typed on the reader's PIN pad in time")]
    PadTimeout,
    /// The person cancelled on the reader's PIN pad; no try was spent.
    #[error("the entry on the reader's PIN pad was cancelled")]
    PadCancelled,
    /// The two new PINs typed on the reader's PIN pad differ; nothing was changed.
    #[error("the new PINs typed on the reader's PIN pad differ")]
    PadPinsDiffer,
    /// What was typed on the reader's PIN pad is too short or too long; no try was spent.
    #[error("what was typed on the reader's PIN pad has a wrong length")]
    PadPinLength,
    /// The reader refused to ask for the PIN on its pad; no try was spent.
    #[error("the reader refused to use its PIN pad")]
    PadRefused,
    /// The card has no PIN where the reader's PIN pad was told to have it compared, and may have it elsewhere: nothing
    /// was compared, and the next typing goes there.
    #[error("the PIN is elsewhere on the card, and has to be typed on the reader's PIN pad once more")]
    PadOnceMore,
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

/// The two secrets of a CNS that have tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// The PIN of the card.
    Pin,
    /// The PUK of the card.
    Puk,
}
