//! Table `outbox`: what is to be sent, and who is sending it.

use crate::error::PortalError;
use crate::outbox::{ChannelKind, Half, Purpose, Subject};
use crate::store::{Store, Tx, instant, stored};
use sqlx::AssertSqlSafe;
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

/// The name of the latest message about somebody.
pub(crate) async fn latest(tx: &mut Tx<'_>, subject: Subject) -> Result<Option<String>, PortalError> {
    let (kind, id) = subject.words();
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT message FROM outbox WHERE subject_kind = $1 AND subject_id = $2 ORDER BY id DESC LIMIT 1",
    )
    .bind(kind)
    .bind(id)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(message,)| message))
}

/// A message that one worker holds.
pub(crate) struct Held {
    pub(crate) id: i64,
    pub(crate) message: String,
    pub(crate) purpose: Purpose,
    pub(crate) subject: Subject,
    pub(crate) sealed: Vec<u8>,
    /// How often it was begun.
    pub(crate) attempts: i64,
    /// When it began to wait.
    pub(crate) made_at: OffsetDateTime,
    /// Which worker holds it.
    pub(crate) holder: String,
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The channel took it.
    Sent,
    /// It never left, and is not tried any more.
    Failed,
    /// It may have left; it is void.
    InDoubt,
}

impl Store {
    /// Whether a worker of this channel has anything to do. Reads only, so that idle workers disturb nobody.
    pub(crate) async fn post_is_due(
        &self,
        channel: ChannelKind,
        now: OffsetDateTime,
    ) -> Result<bool, PortalError> {
        let (due,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE channel = $1
             AND ((state = 'waiting' AND not_before <= $2) OR (state IN ('claimed', 'sending') AND claimed_until <= $2))
             LIMIT 1) AS due",
        )
        .bind(channel.word())
        .bind(stored(now))
        .fetch_one(self.reading())
        .await?;
        Ok(due > 0)
    }

    /// Takes some messages that are due, oldest first. What another took and did not begin in time is due again. Two
    /// workers never take the same one.
    pub(crate) async fn claim_post(
        &self,
        channel: ChannelKind,
        holder: &str,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Result<Vec<Held>, PortalError> {
        let mut tx = self.writing().await?;
        sqlx::query(
            "UPDATE outbox SET state = 'waiting', claimed_by = NULL, claimed_until = NULL
             WHERE channel = $1 AND state = 'claimed' AND claimed_until <= $2",
        )
        .bind(channel.word())
        .bind(stored(now))
        .execute(&mut *tx)
        .await?;
        let claim = format!(
            "UPDATE outbox SET state = 'claimed', claimed_by = $1, claimed_until = $2
             WHERE id IN (SELECT id FROM outbox WHERE channel = $3 AND state = 'waiting' AND not_before <= $4
                          ORDER BY id LIMIT {AT_ONCE}{})
             RETURNING {HELD}",
            self.skip_locked()
        );
        let rows: Vec<Columns> = sqlx::query_as(AssertSqlSafe(claim))
            .bind(holder)
            .bind(stored(until))
            .bind(channel.word())
            .bind(stored(now))
            .fetch_all(&mut *tx)
            .await?;
        tx.commit().await?;
        rows.into_iter().map(held).collect()
    }

    /// Says, before the first byte leaves, that a message is on its way. False when somebody else holds it by now.
    pub(crate) async fn begin_post(
        &self,
        held: &Held,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Result<bool, PortalError> {
        let begun = sqlx::query(
            "UPDATE outbox SET state = 'sending', attempts = attempts + 1, claimed_until = $1
             WHERE id = $2 AND state = 'claimed' AND claimed_by = $3 AND claimed_until > $4",
        )
        .bind(stored(until))
        .bind(held.id)
        .bind(held.holder.as_str())
        .bind(stored(now))
        .execute(self.writer())
        .await?;
        Ok(begun.rows_affected() == 1)
    }

    /// A message that was on its way when its worker ended. The transaction holds it until it ends itself.
    pub(crate) async fn interrupted_post(
        &self,
        tx: &mut Tx<'_>,
        channel: ChannelKind,
        now: OffsetDateTime,
    ) -> Result<Option<Held>, PortalError> {
        let find = format!(
            "SELECT {HELD} FROM outbox WHERE channel = $1 AND state = 'sending' AND claimed_until <= $2
             ORDER BY id LIMIT 1{}",
            self.skip_locked()
        );
        let row: Option<Columns> = sqlx::query_as(AssertSqlSafe(find))
            .bind(channel.word())
            .bind(stored(now))
            .fetch_optional(&mut **tx)
            .await?;
        row.map(held).transpose()
    }
}

/// Ends a message that is on its way, and empties it. False when it is on nobody's way, or on another's.
pub(crate) async fn settle(
    tx: &mut Tx<'_>,
    held: &Held,
    outcome: Outcome,
    now: OffsetDateTime,
) -> Result<bool, PortalError> {
    let settled = sqlx::query(
        "UPDATE outbox SET state = $1, sealed = NULL, settled_at = $2, claimed_by = NULL, claimed_until = NULL
         WHERE id = $3 AND state = 'sending' AND claimed_by = $4",
    )
    .bind(outcome.word())
    .bind(stored(now))
    .bind(held.id)
    .bind(held.holder.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(settled.rows_affected() == 1)
}

/// Lets a message that certainly did not leave, or that may leave twice, wait for its next turn.
pub(crate) async fn put_back(
    tx: &mut Tx<'_>,
    held: &Held,
    not_before: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query(
        "UPDATE outbox SET state = 'waiting', not_before = $1, claimed_by = NULL, claimed_until = NULL
         WHERE id = $2 AND state = 'sending' AND claimed_by = $3",
    )
    .bind(stored(not_before))
    .bind(held.id)
    .bind(held.holder.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl Outcome {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
        }
    }
}

/// The columns of [`Held`].
const HELD: &str =
    "id, message, purpose, half, issue, subject_kind, subject_id, sealed, attempts, created_at, claimed_by";

type Columns = (
    i64,
    String,
    String,
    Option<String>,
    Option<i64>,
    String,
    i64,
    Vec<u8>,
    i64,
    i64,
    String,
);

fn held(columns: Columns) -> Result<Held, PortalError> {
    let (id, message, purpose, half, issue, subject_kind, subject_id, sealed, attempts, made_at, holder) =
        columns;
    let unexpected = |column| move || PortalError::Stored { column };
    Ok(Held {
        id,
        message,
        purpose: Purpose::of_words(&purpose, half.as_deref(), issue)
            .ok_or_else(unexpected("outbox.purpose"))?,
        subject: Subject::of_words(&subject_kind, subject_id)
            .ok_or_else(unexpected("outbox.subject_kind"))?,
        sealed,
        attempts,
        made_at: instant(made_at, "outbox.created_at")?,
        holder,
    })
}

/// Messages that one worker takes at once.
const AT_ONCE: u8 = 10;
