//! The errors of the storeys below, translated once.

use super::{Problem, ProblemCode};
use crate::{PortalPinFormatError, ProfileError};
use cns_card::{CardError, NewPinError, PinFormatError, ProfilesError, PukFormatError, Secret};
use cns_iso7816::ChannelError;
use cns_trust::RootsError;

impl From<ProfileError> for Problem {
    fn from(error: ProfileError) -> Self {
        Self::new(ProblemCode::ProfileInvalid).with("reason", error.to_string())
    }
}

impl From<ChannelError> for Problem {
    fn from(error: ChannelError) -> Self {
        match error {
            ChannelError::Removed => ProblemCode::CardRemoved.into(),
            ChannelError::Reset => ProblemCode::CardReset.into(),
            ChannelError::ReaderGone => ProblemCode::ReaderGone.into(),
            ChannelError::ServiceGone => ProblemCode::ServiceNotRunning.into(),
            ChannelError::Busy => ProblemCode::CardBusy.into(),
            ChannelError::Mute => ProblemCode::CardMute.into(),
            ChannelError::Silent => ProblemCode::CardSilent.into(),
            ChannelError::NoPinPad => ProblemCode::NoPinPad.into(),
            ChannelError::Transport { code } => {
                Self::new(ProblemCode::ReaderFailed).with("transport_code", format!("{code:#010x}"))
            }
            ChannelError::Abandoned | ChannelError::Garbled | ChannelError::CommandTooLong | _ => {
                ProblemCode::ReaderFailed.into()
            }
        }
    }
}

impl From<CardError> for Problem {
    fn from(error: CardError) -> Self {
        match error {
            CardError::Channel(error) => error.into(),
            CardError::NotACns { kind } => Self::new(ProblemCode::NotACns).with("kind", kind),
            CardError::UnknownCard => ProblemCode::UnknownCard.into(),
            CardError::NoCertificate => ProblemCode::NoCertificate.into(),
            CardError::Malformed { file } | CardError::TooLarge { file, .. } => {
                Self::new(ProblemCode::CardMalformed).with("file", file)
            }
            CardError::Endless => ProblemCode::CardMalformed.into(),
            CardError::Refused { status, command } => Self::new(ProblemCode::CardRefused)
                .with("command", command)
                .with("status", format!("{status:04X}")),
            CardError::WrongPin {
                tries_left: Some(left),
            } => Self::new(ProblemCode::PinWrong).with("tries_left", left.to_string()),
            CardError::WrongPin { .. } => ProblemCode::PinWrongUncounted.into(),
            CardError::PinNotAllowed => ProblemCode::PinNotAllowed.into(),
            CardError::LastTryNotConfirmed { of: Secret::Pin } => ProblemCode::PinLastTry.into(),
            CardError::LastTryNotConfirmed { of: Secret::Puk } => ProblemCode::PukLastTry.into(),
            CardError::TriesNotAsked => ProblemCode::TriesNotAsked.into(),
            CardError::WrongPuk {
                tries_left: Some(left),
            } => Self::new(ProblemCode::PukWrong).with("tries_left", left.to_string()),
            CardError::WrongPuk { .. } => ProblemCode::PukWrongUncounted.into(),
            CardError::PukBlocked => ProblemCode::PukBlocked.into(),
            CardError::PukNotFound => ProblemCode::PukNotFound.into(),
            CardError::UnblockNotSupported => ProblemCode::UnblockNotSupported.into(),
            CardError::NewPinSameAsOld => ProblemCode::NewPinSame.into(),
            CardError::PadTimeout => ProblemCode::PadTimeout.into(),
            CardError::PadCancelled => ProblemCode::PadCancelled.into(),
            CardError::PadPinsDiffer => ProblemCode::PadPinsDiffer.into(),
            CardError::PadPinLength => ProblemCode::PadPinLength.into(),
            CardError::PadRefused => ProblemCode::PadRefused.into(),
            CardError::PadOnceMore => ProblemCode::PadOnceMore.into(),
            CardError::UnlockExpired => ProblemCode::UnlockExpired.into(),
            CardError::PinBlocked => ProblemCode::PinBlocked.into(),
            CardError::PinNotUsable => ProblemCode::PinNotUsable.into(),
            CardError::PinNotFound => ProblemCode::PinNotFound.into(),
            CardError::SchemeNotSupported => ProblemCode::SchemeNotSupported.into(),
            CardError::SignatureMismatch => ProblemCode::SignatureMismatch.into(),
            CardError::ThreadGone | _ => ProblemCode::ReaderFailed.into(),
        }
    }
}

impl From<RootsError> for Problem {
    fn from(error: RootsError) -> Self {
        Self::new(ProblemCode::RootsUnusable).with("path", error.path())
    }
}

impl From<PinFormatError> for Problem {
    fn from(_: PinFormatError) -> Self {
        ProblemCode::PinFormat.into()
    }
}

impl From<PortalPinFormatError> for Problem {
    fn from(_: PortalPinFormatError) -> Self {
        ProblemCode::PortalPinFormat.into()
    }
}

impl From<NewPinError> for Problem {
    fn from(error: NewPinError) -> Self {
        match error {
            NewPinError::Weak(weakness) => Self::new(ProblemCode::NewPinWeak).with("reason", weakness.name()),
            NewPinError::Format(_) | _ => ProblemCode::NewPinFormat.into(),
        }
    }
}

impl From<PukFormatError> for Problem {
    fn from(_: PukFormatError) -> Self {
        ProblemCode::PukFormat.into()
    }
}

impl From<ProfilesError> for Problem {
    fn from(error: ProfilesError) -> Self {
        let problem = Self::new(ProblemCode::CardProfilesUnusable);
        match error {
            ProfilesError::Rule { row, rule } => problem.with("row", row).with("reason", rule.name()),
            ProfilesError::Syntax {
                line: Some(line),
                message,
            } => problem.with("line", line.to_string()).with("reason", message),
            ProfilesError::Syntax { message, .. } => problem.with("reason", message),
            _ => problem,
        }
    }
}
