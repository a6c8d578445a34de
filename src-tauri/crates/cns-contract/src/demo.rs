//! The example that is being played, as the page marks it.

use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// The example that is being played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DemoSeen {
    /// The PIN of the example card: it belongs to nobody and is told on the screen. None once the person has chosen
    /// another one, which nothing sends back.
    pub pin: Option<String>,
    /// The PUK of the example card.
    pub puk: String,
    /// Whether the example card is in its reader.
    pub card_inserted: bool,
    /// Which example card it is.
    pub card: String,
    /// The names of all example cards.
    pub cards: Vec<String>,
    /// The invented people, with what they know of themselves.
    pub people: Vec<DemoPersonSeen>,
    /// What the example's portal has sent, oldest first: the halves of PINs among it, which open nothing else.
    pub mailbox: Vec<MessageSeen>,
}

/// An invented person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DemoPersonSeen {
    /// Given name and surname.
    pub name: String,
    /// What they would type, by the names of the fields.
    pub facts: BTreeMap<String, String>,
}

/// A message that the example's portal has sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct MessageSeen {
    /// On which way, such as `sms` or `letter`.
    pub channel: String,
    /// When, RFC 3339.
    pub at: String,
    /// To whom.
    pub to: String,
    /// Its subject, where it has one.
    pub subject: String,
    /// All of it.
    pub text: String,
}
