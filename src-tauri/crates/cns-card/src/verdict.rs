//! What an answer says of a PIN or a PUK, and the books that are kept of its tries.

use crate::CardError;
use crate::file::refused;
use crate::tries::{Count, Tries};
use cns_iso7816::{
    ChannelError, Command, Exchange, PadRequest, Response, StatusWord, send_on_pad, send_once,
};

/// What the card says to a command that carries a PIN or a PUK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the right one.
    Right,
    /// It is a wrong one, and the try is spent.
    Wrong { tries_left: Option<u8> },
    /// It is blocked.
    Blocked,
    /// It cannot be used: the card was probably never activated.
    NotUsable,
    /// It is not compared in the card's present state.
    NotAllowed,
    /// There is none under this reference; nothing was compared.
    NoSuchReference,
    /// The command is refused by its form; nothing was compared.
    NotUnderstood(StatusWord),
    /// The answer does not say whether anything was compared.
    Unclear(StatusWord),
}

impl Verdict {
    pub(crate) fn of(status: StatusWord) -> Self {
        match status {
            StatusWord::AUTHENTICATION_BLOCKED => Self::Blocked,
            StatusWord::REFERENCE_DATA_NOT_USABLE => Self::NotUsable,
            StatusWord::CONDITIONS_NOT_SATISFIED => Self::NotAllowed,
            StatusWord::REFERENCED_DATA_NOT_FOUND => Self::NoSuchReference,
            status if status.is_success() => Self::Right,
            status if status.is_wrong_pin() => match status.tries_left() {
                // The last try is spent: what the person needs to hear is that it is blocked.
                Some(0) => Self::Blocked,
                tries_left => Self::Wrong { tries_left },
            },
            status if status.is_about_the_command() => Self::NotUnderstood(status),
            status => Self::Unclear(status),
        }
    }

    /// What a person is told of a PIN. `command` is the one that brought the verdict.
    ///
    /// # Errors
    /// Every verdict but [`Verdict::Right`].
    pub(crate) fn on_pin(self, command: &'static str) -> Result<(), CardError> {
        Err(match self {
            Self::Right => return Ok(()),
            Self::Wrong { tries_left } => CardError::WrongPin { tries_left },
            Self::Blocked => CardError::PinBlocked,
            Self::NotUsable => CardError::PinNotUsable,
            Self::NotAllowed => CardError::PinNotAllowed,
            Self::NoSuchReference => CardError::PinNotFound,
            Self::NotUnderstood(status) | Self::Unclear(status) => refused(status, command),
        })
    }

    /// What a person is told of a PUK.
    ///
    /// # Errors
    /// Every verdict but [`Verdict::Right`].
    pub(crate) fn on_puk(self, command: &'static str) -> Result<(), CardError> {
        Err(match self {
            Self::Right => return Ok(()),
            Self::Wrong { tries_left } => CardError::WrongPuk { tries_left },
            Self::Blocked => CardError::PukBlocked,
            Self::NotUsable => CardError::PinNotUsable,
            Self::NotAllowed => CardError::PinNotAllowed,
            Self::NoSuchReference => CardError::PukNotFound,
            Self::NotUnderstood(status) | Self::Unclear(status) => refused(status, command),
        })
    }

    /// Keeps the books: what `tries` were `before`, and what they are after this.
    fn enter(self, tries: &Tries, before: Count) {
        match self {
            Self::Right => tries.restored(),
            Self::Wrong {
                tries_left: Some(left),
            } => tries.told(left),
            Self::Wrong { tries_left: None } => tries.spent(before),
            Self::Blocked => tries.told(0),
            Self::NotUsable | Self::NotAllowed | Self::NoSuchReference | Self::NotUnderstood(_) => {
                tries.as_before(before);
            }
            Self::Unclear(_) => {}
        }
    }
}

/// Sends the one command of a typing, once, and keeps the books of its tries.
///
/// # Errors
/// [`CardError::Channel`] when no answer came; the try may then be spent, unless it is certain that nothing was sent.
pub(crate) fn compare(
    line: &mut dyn Exchange,
    tries: &Tries,
    command: &Command,
) -> Result<Verdict, CardError> {
    let before = tries.in_doubt();
    let status = answered(tries, before, send_once(line, command))?.status();
    let verdict = Verdict::of(status);
    verdict.enter(tries, before);
    Ok(verdict)
}

/// As [`compare`], the typing being done on the reader's own pad, whose own answers compare nothing.
///
/// # Errors
/// [`CardError::PadTimeout`], [`CardError::PadCancelled`], [`CardError::PadPinsDiffer`], [`CardError::PadPinLength`],
/// [`CardError::PadRefused`] and [`CardError::Channel`].
pub(crate) fn compare_on_pad(
    line: &mut dyn Exchange,
    tries: &Tries,
    request: &PadRequest,
) -> Result<Verdict, CardError> {
    let before = tries.in_doubt();
    let status = answered(tries, before, send_on_pad(line, request))?.status();
    // PC/SC part 10 §2.5.2. A card may use the same words for something else, so they are the pad's here alone.
    let of_the_pad = match status.value() {
        0x6400 => Some(CardError::PadTimeout),
        0x6401 => Some(CardError::PadCancelled),
        0x6402 => Some(CardError::PadPinsDiffer),
        0x6403 => Some(CardError::PadPinLength),
        0x6B80 => Some(CardError::PadRefused),
        _ => None,
    };
    if let Some(error) = of_the_pad {
        tries.as_before(before);
        return Err(error);
    }
    let verdict = Verdict::of(status);
    verdict.enter(tries, before);
    Ok(verdict)
}

fn answered(
    tries: &Tries,
    before: Count,
    answer: Result<Response, ChannelError>,
) -> Result<Response, CardError> {
    answer.map_err(|error| {
        if error.is_before_sending() {
            tries.as_before(before);
        }
        error.into()
    })
}
