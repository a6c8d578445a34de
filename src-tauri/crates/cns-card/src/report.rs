//! What can be said of a card without saying whose it is.

use cns_iso7816::ChannelError;

/// A conversation with a card, without a single byte of what was in it: commands' headers, lengths, status words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardReport {
    /// The answer to reset, which tells the model and not the person.
    pub atr: Vec<u8>,
    /// What the conversation came to: `cns`, the kind of another card, `unknown`, or the name of an error.
    pub outcome: String,
    /// The name of the profile that fitted.
    pub profile: Option<String>,
    /// The conversation, in order.
    pub steps: Vec<ReportStep>,
}

/// One line of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportStep {
    /// What the driver is about to try: words of the table of profiles.
    Trying {
        /// The profile's name, or what is looked for.
        what: String,
    },
    /// One APDU.
    Apdu {
        /// Name of the command in ISO/IEC 7816-4.
        command: &'static str,
        /// CLA, INS, P1, P2.
        header: [u8; 4],
        /// Bytes of data that were sent.
        sent: usize,
        /// Bytes of data that came back, and the status word; or why none came.
        answer: Result<(usize, u16), ChannelError>,
    },
}

/// What an unknown card gave away, so that the person sees that it was read at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glimpse {
    /// The answer to reset.
    pub atr: Vec<u8>,
    /// EF.ID_Carta and EF.Dati_personali, where they could be read.
    pub greeting: crate::Greeting,
}
