//! What follows from a message that is settled, in the transaction that settles it.

use crate::audit::{Actor, Entry, record};
use crate::error::PortalError;
use crate::outbox::channel::ChannelKind;
use crate::outbox::message::{Purpose, Subject};
use crate::portal::Portal;
use crate::store::Tx;
use crate::store::outbox::Outcome;
use time::OffsetDateTime;

/// A message that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settled {
    /// By which way it went, or should have.
    pub(crate) channel: ChannelKind,
    /// What for.
    pub(crate) purpose: Purpose,
    /// Whose fate depends on it.
    pub(crate) subject: Subject,
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// When.
    pub(crate) now: OffsetDateTime,
}

/// Draws the consequences.
pub(crate) async fn settled(portal: &Portal, tx: &mut Tx<'_>, message: &Settled) -> Result<(), PortalError> {
    portal.half_settled(tx, message).await?;
    let event = match message.outcome {
        Outcome::Sent => "message_sent",
        Outcome::Failed => "message_failed",
        Outcome::InDoubt => "message_in_doubt",
    };
    let (about, row) = message.subject.words();
    let row = row.to_string();
    let mut facts = vec![
        ("channel", message.channel.word()),
        ("purpose", message.purpose.word()),
        (about, row.as_str()),
    ];
    if let Purpose::Half { half, .. } = message.purpose {
        facts.push(("half", half.word()));
    }
    let entry = Entry {
        now: message.now,
        event,
        person: None,
        actor: Actor::Portal,
        facts: &facts,
    };
    record(tx, portal.keys(), &entry).await
}
