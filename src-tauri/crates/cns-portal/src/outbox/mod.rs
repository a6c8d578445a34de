//! What the portal sends: SMS, e-mail, PEC, letters.
//!
//! An act [`put`]s its messages in its own transaction, so that a message is there exactly when the act is. Workers
//! carry them out: `waiting` → `claimed` → `sending` → `sent`. `sending` is committed before the first byte leaves, so
//! that after a crash we know of every message whether it may have left. What may have left is never said again where
//! that could be seen twice: a half of a PIN that was on its way by e-mail is void, and another takes its place. A
//! letter of the same name is the same letter, and an SMS of the same key is the same SMS: those are tried again.

mod channel;
mod mailbox;
mod message;
mod settled;
mod sms;
mod smtp;
mod spool;
mod worker;

pub use channel::{Body, Channel, ChannelKind, Channels, Outgoing, Paragraph, SendError, Sending};
pub use mailbox::{Delivered, Mailbox};
pub(crate) use message::{Half, NewMessage, Purpose, Subject, put};
pub(crate) use settled::Settled;
pub use sms::Sms;
pub use smtp::{Smtp, SmtpTls};
pub use spool::Spool;
pub(crate) use worker::Worker;
