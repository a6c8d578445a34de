//! A way out of the portal.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A way to send one message.
pub trait Channel: Send + Sync {
    /// Which way it is.
    fn kind(&self) -> ChannelKind;

    /// Sends one message. The same [`Outgoing::id`] may come again when the first answer was lost: a channel that can,
    /// makes one message of both.
    fn send<'a>(&'a self, message: &'a Outgoing) -> Sending<'a>;
}

/// What [`Channel::send`] gives.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), SendError>> + Send + 'a>>;

/// The ways out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// Text message.
    Sms,
    /// E-mail.
    Email,
    /// Certified e-mail.
    Pec,
    /// A letter, for the print house.
    Letter,
}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// It certainly was not.
    NotSent {
        /// Whether trying again makes sense.
        retry: bool,
    },
    /// The line broke after the last byte and before the answer: it may have been. A half in doubt is void, and
    /// another takes its place.
    InDoubt,
}

/// One message.
pub struct Outgoing {
    /// Stays the same over every try.
    pub id: String,
    /// Number or address; for a letter, the lines of the address.
    pub to: Zeroizing<String>,
    /// Subject; not sent by SMS.
    pub subject: String,
    /// What it says.
    pub body: Body,
}

/// What a message says.
pub enum Body {
    /// Plain text.
    Text(Zeroizing<String>),
    /// A document.
    Pdf(Zeroizing<Vec<u8>>),
}

impl fmt::Debug for Outgoing {
    /// Prints nothing of what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Body {
    /// Prints nothing of what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// The ways out that a portal has, at most one of each kind.
#[derive(Clone, Default)]
pub struct Channels(pub Vec<Arc<dyn Channel>>);

impl fmt::Debug for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|channel| channel.kind()))
            .finish()
    }
}
