//! Tables `operator` and `operator_session`: the body's own people, and who of them is inside.

use crate::error::PortalError;
use crate::store::{Store, Tx, stored};
use time::OffsetDateTime;

/// Makes an account, or gives it another password. Its sessions end.
pub(crate) async fn put(
    tx: &mut Tx<'_>,
    name: &str,
    hash: &str,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query(
        "INSERT INTO operator (name, hash, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET hash = excluded.hash",
    )
    .bind(name)
    .bind(hash)
    .bind(stored(now))
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM operator_session WHERE operator = $1")
        .bind(name)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Opens a session.
pub(crate) async fn open_session(
    tx: &mut Tx<'_>,
    name: &str,
    token_hash: &[u8],
    now: OffsetDateTime,
    expires_at: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query(
        "INSERT INTO operator_session (token_hash, operator, opened_at, last_used_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(token_hash)
    .bind(name)
    .bind(stored(now))
    .bind(stored(now))
    .bind(stored(expires_at))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl Store {
    /// The hash of an operator's password.
    pub(crate) async fn operators_hash(&self, name: &str) -> Result<Option<String>, PortalError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT hash FROM operator WHERE name = $1")
            .bind(name)
            .fetch_optional(self.reading())
            .await?;
        Ok(row.map(|(hash,)| hash))
    }

    /// How many accounts there are.
    pub(crate) async fn operators(&self) -> Result<i64, PortalError> {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM operator")
            .fetch_one(self.reading())
            .await?;
        Ok(count)
    }

    /// Ends an account, and whatever session it has. False when there was none.
    pub(crate) async fn remove_operator(&self, name: &str) -> Result<bool, PortalError> {
        let done = sqlx::query("DELETE FROM operator WHERE name = $1")
            .bind(name)
            .execute(self.writer())
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Whose session a token is, if it is alive; this counts as its use.
    pub(crate) async fn touch_operator_session(
        &self,
        token_hash: &[u8],
        now: OffsetDateTime,
        idle_since: OffsetDateTime,
    ) -> Result<Option<String>, PortalError> {
        let row: Option<(String,)> = sqlx::query_as(
            "UPDATE operator_session SET last_used_at = $1
             WHERE token_hash = $2 AND expires_at > $3 AND last_used_at > $4 RETURNING operator",
        )
        .bind(stored(now))
        .bind(token_hash)
        .bind(stored(now))
        .bind(stored(idle_since))
        .fetch_optional(self.writer())
        .await?;
        Ok(row.map(|(name,)| name))
    }

    /// Ends a session.
    pub(crate) async fn end_operator_session(&self, token_hash: &[u8]) -> Result<bool, PortalError> {
        let done = sqlx::query("DELETE FROM operator_session WHERE token_hash = $1")
            .bind(token_hash)
            .execute(self.writer())
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Forgets the sessions that ended by themselves.
    pub(crate) async fn forget_ended_operator_sessions(
        &self,
        now: OffsetDateTime,
        idle_since: OffsetDateTime,
    ) -> Result<(), PortalError> {
        sqlx::query("DELETE FROM operator_session WHERE expires_at <= $1 OR last_used_at <= $2")
            .bind(stored(now))
            .bind(stored(idle_since))
            .execute(self.writer())
            .await?;
        Ok(())
    }
}
