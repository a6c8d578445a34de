//! Table `outbox`: what is to be sent, and who is sending it.

use crate::error::PortalError;
use crate::outbox::{ChannelKind, Half, Purpose, Subject};
use crate::store::{Tx, stored};
use time::OffsetDateTime;

/// A message that begins to wait.
pub(crate) struct NewRow {
    pub(crate) message: String,
    pub(crate) channel: ChannelKind,
    pub(crate) purpose: Purpose,
    pub(crate) subject: Subject,
    /// Index of the address: tells two addresses apart without naming them.
    pub(crate) way: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
    pub(crate) now: OffsetDateTime,
}

/// Puts a message in the queue.
pub(crate) async fn put(tx: &mut Tx<'_>, row: &NewRow) -> Result<(), PortalError> {
    let (subject_kind, subject_id) = row.subject.words();
    let (half, issue) = match row.purpose {
        Purpose::Half { half, issue } => (Some(half), Some(issue)),
        Purpose::Code | Purpose::Notice => (None, None),
    };
    if let (Some(half), Some(issue)) = (half, issue) {
        // A trigger holds the same; asking first leaves PostgreSQL's transaction usable.
        let (clash,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM outbox WHERE subject_kind = $1 AND subject_id = $2 AND issue = $3
             AND half <> $4 AND state <> 'failed' AND (channel = $5 OR way = $6)",
        )
        .bind(subject_kind)
        .bind(subject_id)
        .bind(issue)
        .bind(half.word())
        .bind(row.channel.word())
        .bind(row.way.as_slice())
        .fetch_one(&mut **tx)
        .await?;
        if clash > 0 {
            return Err(PortalError::HalvesOnOneWay);
        }
    }
    sqlx::query(
        "INSERT INTO outbox (message, channel, purpose, half, issue, subject_kind, subject_id, way, sealed, state,
                             attempts, not_before, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', 0, $10, $10)",
    )
    .bind(row.message.as_str())
    .bind(row.channel.word())
    .bind(row.purpose.word())
    .bind(half.map(Half::word))
    .bind(issue)
    .bind(subject_kind)
    .bind(subject_id)
    .bind(row.way.as_slice())
    .bind(row.sealed.as_slice())
    .bind(stored(row.now))
    .execute(&mut **tx)
    .await?;
    Ok(())
}
