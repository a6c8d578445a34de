//! Tables `audit` and `audit_head`: entries that are only ever added, and the last link of their chain.

use crate::error::PortalError;
use crate::store::Tx;

/// An entry, as it is stored and as it is hashed.
pub(crate) struct Row {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) event: String,
    pub(crate) subject: Option<Vec<u8>>,
    pub(crate) actor: String,
    pub(crate) facts: String,
    pub(crate) previous: Vec<u8>,
    pub(crate) hash: Vec<u8>,
}

/// Takes the next place in the chain, and whoever comes after waits for the end of this transaction. Gives the place
/// and the link before it.
pub(crate) async fn next_place(tx: &mut Tx<'_>) -> Result<(i64, Vec<u8>), PortalError> {
    Ok(
        sqlx::query_as("UPDATE audit_head SET seq = seq + 1 WHERE one = 1 RETURNING seq, hash")
            .fetch_one(&mut **tx)
            .await?,
    )
}

/// Adds an entry at the place that was taken.
pub(crate) async fn add(tx: &mut Tx<'_>, row: &Row) -> Result<(), PortalError> {
    sqlx::query(
        "INSERT INTO audit (seq, at, event, subject, actor, facts, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(row.seq)
    .bind(row.at)
    .bind(row.event.as_str())
    .bind(row.subject.as_deref())
    .bind(row.actor.as_str())
    .bind(row.facts.as_str())
    .bind(row.previous.as_slice())
    .bind(row.hash.as_slice())
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE audit_head SET hash = $1 WHERE one = 1")
        .bind(row.hash.as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The last place that was taken, and its link.
pub(crate) async fn head(tx: &mut Tx<'_>) -> Result<(i64, Vec<u8>), PortalError> {
    Ok(sqlx::query_as("SELECT seq, hash FROM audit_head WHERE one = 1")
        .fetch_one(&mut **tx)
        .await?)
}

/// Some entries after a place, in their order.
pub(crate) async fn after(tx: &mut Tx<'_>, seq: i64, limit: i64) -> Result<Vec<Row>, PortalError> {
    type Columns = (
        i64,
        i64,
        String,
        Option<Vec<u8>>,
        String,
        String,
        Vec<u8>,
        Vec<u8>,
    );
    let rows: Vec<Columns> = sqlx::query_as(
        "SELECT seq, at, event, subject, actor, facts, previous, hash FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2",
    )
    .bind(seq)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    let row = |(seq, at, event, subject, actor, facts, previous, hash): Columns| Row {
        seq,
        at,
        event,
        subject,
        actor,
        facts,
        previous,
        hash,
    };
    Ok(rows.into_iter().map(row).collect())
}
