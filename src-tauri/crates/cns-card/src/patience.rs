//! How long a person is kept waiting: every time limit of the driver, in one place.

use std::time::Duration;

/// The time limits of a card. Each but `act` is measured anew with every sign of life that the card's thread gives.
///
/// The thread itself may hang in a driver for as long as the driver likes; whoever waits for it is told at the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For another program, or an unlocked card of our own, to let go of the card.
    pub begin: Duration,
    /// For the card to answer one APDU. A signature of 2048 bits takes old cards two seconds.
    pub answer: Duration,
    /// For one thing asked of the card, however many APDUs it takes: a card that answers each of them just in time would
    /// keep everybody for hours. What a person needs at the reader's pad does not count, nor what an unlocked card waits
    /// for its next signature.
    pub act: Duration,
    /// For a person to type on the reader's own pad. Pads give up by themselves after 30 seconds, some drivers wait for
    /// 90.
    pub pad: Duration,
    /// For a verified PIN to be used for the next signature.
    ///
    /// A login asks for its signature within a second or two; a server that hangs must not keep other programs from
    /// the card for ever. Windows is stricter: since Windows 8 it resets a card whose transaction is idle for five
    /// seconds, and the next signature then ends in `ChannelError::Reset`.
    pub idle: Duration,
}

impl Patience {
    /// What a person bears.
    pub const ORDINARY: Self = Self {
        begin: Duration::from_secs(10),
        answer: Duration::from_secs(20),
        act: Duration::from_secs(60),
        pad: Duration::from_secs(100),
        idle: Duration::from_secs(60),
    };
}

impl Default for Patience {
    fn default() -> Self {
        Self::ORDINARY
    }
}
