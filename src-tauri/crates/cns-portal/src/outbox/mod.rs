//! What the portal sends: SMS, e-mail, PEC, letters.

mod channel;

pub use channel::{Body, Channel, ChannelKind, Channels, Outgoing, SendError, Sending};
