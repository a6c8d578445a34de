//! Adds an entry.

use crate::error::PortalError;
use crate::keys::Keys;
use crate::store::{Tx, audit, stored};
use time::OffsetDateTime;

/// Something that was done.
pub(crate) struct Entry<'a> {
    /// When.
    pub(crate) now: OffsetDateTime,
    /// What: a stable word in the past tense, such as `pin_changed`.
    pub(crate) event: &'static str,
    /// Whose data it touched, as [`Index::Person`](crate::keys::Index::Person).
    pub(crate) person: Option<&'a [u8]>,
    /// Who did it.
    pub(crate) actor: Actor<'a>,
    /// Names and words, such as `("channel", "sms")`. Nothing personal, nothing secret.
    pub(crate) facts: &'a [(&'static str, &'a str)],
}

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actor<'a> {
    /// The person whose data it is.
    Person,
    /// Somebody who was not let in, or did not have to say who they are.
    Anybody,
    /// The portal by itself.
    Portal,
    /// One of the body's own people, by the name they log in with.
    Operator(&'a str),
}

/// Adds an entry, in the transaction of the act it tells of. It makes other acts wait until that transaction ends:
/// call it last.
///
/// # Errors
/// [`PortalError::Database`].
pub(crate) async fn record(tx: &mut Tx<'_>, keys: &Keys, entry: &Entry<'_>) -> Result<(), PortalError> {
    let (seq, previous) = audit::next_place(tx).await?;
    let facts: serde_json::Map<String, serde_json::Value> = entry
        .facts
        .iter()
        .map(|(name, word)| ((*name).to_owned(), (*word).into()))
        .collect();
    let mut row = audit::Row {
        seq,
        at: stored(entry.now),
        event: entry.event.to_owned(),
        subject: entry.person.map(<[u8]>::to_vec),
        actor: entry.actor.words(),
        facts: serde_json::Value::Object(facts).to_string(),
        previous,
        hash: Vec::new(),
    };
    row.hash = link(keys, &row);
    audit::add(tx, &row).await
}

/// The link of an entry: HMAC over the link before and everything the entry says.
pub(super) fn link(keys: &Keys, row: &audit::Row) -> Vec<u8> {
    let mut said = Vec::new();
    said.extend(row.seq.to_be_bytes());
    said.extend(row.at.to_be_bytes());
    // Each text after its length: no two entries have the same bytes.
    let parts = [
        row.event.as_bytes(),
        row.actor.as_bytes(),
        row.facts.as_bytes(),
        row.subject.as_deref().unwrap_or_default(),
    ];
    for part in parts {
        said.extend((part.len() as u64).to_be_bytes());
        said.extend(part);
    }
    said.push(u8::from(row.subject.is_some()));
    keys.chain(&row.previous, &said)
}

impl Actor<'_> {
    fn words(self) -> String {
        match self {
            Self::Person => "person".to_owned(),
            Self::Anybody => "anybody".to_owned(),
            Self::Portal => "portal".to_owned(),
            Self::Operator(name) => format!("operator:{name}"),
        }
    }
}
