//! PC/SC's return codes, translated once into ours.

use cns_iso7816::ChannelError;
use cns_login::{Problem, ProblemCode};
use pcsc::Error;

/// Says what a failure of an open card means.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "of PC/SC's sixty codes, those of no meaning here stay numbers"
)]
pub(crate) fn channel_error(error: Error) -> ChannelError {
    match error {
        gone if service_gone(gone) => ChannelError::ServiceGone,
        Error::RemovedCard | Error::NoSmartcard => ChannelError::Removed,
        Error::ReaderUnavailable | Error::UnknownReader => ChannelError::ReaderGone,
        Error::ResetCard => ChannelError::Reset,
        Error::SharingViolation => ChannelError::Busy,
        // A card that is upside down answers no reset; one that answers with neither T=0 nor T=1 is as mute to us.
        Error::UnresponsiveCard | Error::UnpoweredCard | Error::UnsupportedCard | Error::ProtoMismatch => {
            ChannelError::Mute
        }
        other => ChannelError::Transport { code: other as u32 },
    }
}

/// Says what a failure to open the card in `reader` means to the person.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is not about opening is said by `channel_error`"
)]
pub(crate) fn open_problem(error: Error, reader: &str) -> Problem {
    let code = match error {
        Error::NoSmartcard => ProblemCode::NoCard,
        Error::UnknownReader | Error::InvalidValue => ProblemCode::ReaderNotFound,
        other => return channel_error(other).into(),
    };
    Problem::new(code).with("reader", reader)
}

/// Whether the service itself is gone.
///
/// pcsc-lite says `CommError` when its daemon ends in good order, `SecurityViolation` when it is killed, `NoService`
/// when it never ran, and `InvalidHandle` for a handle of a daemon that has since been replaced. Windows says
/// `ServiceStopped`, also when the last reader is unplugged.
pub(crate) fn service_gone(error: Error) -> bool {
    matches!(
        error,
        Error::CommError
            | Error::SecurityViolation
            | Error::NoService
            | Error::ServiceStopped
            | Error::InvalidHandle
            | Error::Shutdown
            | Error::SystemCancelled
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_the_service_is_the_service_gone() {
        for error in [
            Error::CommError,
            Error::SecurityViolation,
            Error::NoService,
            Error::ServiceStopped,
            Error::InvalidHandle,
        ] {
            assert_eq!(channel_error(error), ChannelError::ServiceGone, "{error:?}");
            assert_eq!(
                open_problem(error, "R").code,
                ProblemCode::ServiceNotRunning,
                "{error:?}"
            );
        }
    }

    #[test]
    fn each_failure_to_open_has_its_own_name() {
        for (error, code) in [
            (Error::NoSmartcard, ProblemCode::NoCard),
            (Error::RemovedCard, ProblemCode::CardRemoved),
            (Error::UnknownReader, ProblemCode::ReaderNotFound),
            (Error::ReaderUnavailable, ProblemCode::ReaderGone),
            (Error::SharingViolation, ProblemCode::CardBusy),
            (Error::UnresponsiveCard, ProblemCode::CardMute),
            (Error::UnpoweredCard, ProblemCode::CardMute),
            (Error::ResetCard, ProblemCode::CardReset),
            (Error::NotTransacted, ProblemCode::ReaderFailed),
        ] {
            assert_eq!(open_problem(error, "R").code, code, "{error:?}");
        }
    }

    #[test]
    fn an_unforeseen_failure_keeps_the_code_of_pcsc() {
        let problem = open_problem(Error::NotTransacted, "R");
        assert_eq!(problem.facts, vec![("transport_code", "0x80100016".to_owned())]);
    }
}
