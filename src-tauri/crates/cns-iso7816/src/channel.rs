//! The seam between a driver and a card: bytes go out, bytes come back.
//!
//! PC/SC implements it for real cards, the virtual card for invented ones, a transcript for tests.

use crate::{Atr, PadRequest, PinPad};

/// A connected card.
pub trait Channel: Send {
    /// The answer to reset of the card, as the reader reported it (ISO/IEC 7816-3).
    fn atr(&self) -> &Atr;

    /// What the reader says of a PIN pad of its own.
    fn pin_pad(&self) -> PinPad {
        PinPad::Absent
    }

    /// Runs `act` while no other program may speak to the card.
    ///
    /// One act of the driver is one transaction; `ending` says in which state the card is left.
    ///
    /// # Errors
    /// Any [`ChannelError`] of beginning or ending the transaction. What happens inside is `act`'s own affair.
    fn transaction(
        &mut self,
        ending: Ending,
        act: &mut dyn FnMut(&mut dyn Exchange),
    ) -> Result<(), ChannelError>;
}

/// The one thing that can be done inside a transaction.
pub trait Exchange {
    /// Sends one command APDU and returns the response APDU: data, then SW1 and SW2.
    ///
    /// # Errors
    /// A [`ChannelError`] when no answer came; a status word that says "no" is an answer, not an error.
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError>;

    /// Has the reader ask for the PIN on its own pad, put it into the command, send that, and returns the answer.
    ///
    /// Beside the card's status words the answer may be one of the reader's own (PC/SC part 10 §2.5.2): 6400
    /// time-out, 6401 cancelled, 6402 the two new PINs differ, 6403 too short or too long, 6B80 request refused.
    ///
    /// # Errors
    /// [`ChannelError::NoPinPad`] where there is none, and those of [`Exchange::exchange`].
    fn exchange_on_pad(&mut self, _request: &PadRequest) -> Result<Vec<u8>, ChannelError> {
        Err(ChannelError::NoPinPad)
    }

    /// Whether the card was found reset by another program when this transaction began.
    ///
    /// To a connection a reset may hide that the card was taken out before it and another of the same model put in:
    /// what was read earlier may be another card's.
    fn began_after_a_reset(&self) -> bool {
        false
    }
}

impl ChannelError {
    /// Whether it is certain that the command never left this computer.
    pub const fn is_before_sending(self) -> bool {
        matches!(self, Self::Abandoned | Self::CommandTooLong | Self::NoPinPad)
    }
}

/// The state in which a transaction leaves the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// As it is: the next program finds the card as we left it.
    Leave,
    /// Reset: a verified PIN is forgotten by the card.
    Reset,
}

/// Why no answer came from the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChannelError {
    /// The card was taken out of the reader.
    #[error("the card was removed")]
    Removed,
    /// Another program reset the card, and with it the verified PIN.
    #[error("another program reset the card")]
    Reset,
    /// The reader was unplugged.
    #[error("the reader is gone")]
    ReaderGone,
    /// The smart card service of the system stopped or does not run.
    #[error("the smart card service is gone")]
    ServiceGone,
    /// Another program holds the card for itself.
    #[error("another program holds the card")]
    Busy,
    /// The card gives no answer to reset: upside down, dirty, or not a chip card.
    #[error("the card does not answer")]
    Mute,
    /// The card was spoken to and said nothing for longer than anybody waits; it may still be busy.
    #[error("the card has been silent for too long")]
    Silent,
    /// The reader has no PIN pad that can do this.
    #[error("the reader has no PIN pad for this")]
    NoPinPad,
    /// Whoever asked has gone, so the command was not sent.
    #[error("nobody waits for the card's answer any more")]
    Abandoned,
    /// The answer is not an answer: shorter than a status word, or longer than any answer may be.
    #[error("the card's answer is garbled")]
    Garbled,
    /// The command does not fit into an APDU, so it was not sent.
    #[error("the command does not fit into an APDU")]
    CommandTooLong,
    /// The reader or its driver failed in transport; the PC/SC code is kept for the report.
    #[error("transport failed with code {code:#010x}")]
    Transport {
        /// The PC/SC return code.
        code: u32,
    },
}
