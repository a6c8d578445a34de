//! Table `session`: who is inside, by the hash of their token.

use crate::error::PortalError;
use crate::portal::LiveSession;
use crate::store::{Store, Tx, citizens, stored};
use time::OffsetDateTime;

/// A session about to be opened.
pub(crate) struct NewSession {
    pub(crate) token_hash: Vec<u8>,
    pub(crate) method: &'static str,
    pub(crate) level: u8,
    pub(crate) opened_at: OffsetDateTime,
    pub(crate) expires_at: OffsetDateTime,
}

pub(super) async fn put(
    transaction: &mut Tx<'_>,
    citizen_id: i64,
    session: &NewSession,
) -> Result<(), PortalError> {
    sqlx::query(
        "INSERT INTO session (token_hash, citizen_id, method, level, opened_at, last_used_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&session.token_hash)
    .bind(citizen_id)
    .bind(session.method)
    .bind(i64::from(session.level))
    .bind(stored(session.opened_at))
    .bind(stored(session.opened_at))
    .bind(stored(session.expires_at))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

impl Store {
    /// Finds a session that is alive and counts this as its use, in one statement: a session that ends meanwhile is
    /// not woken up again.
    pub(crate) async fn touch_session(
        &self,
        token_hash: &[u8],
        now: OffsetDateTime,
        idle_since: OffsetDateTime,
    ) -> Result<Option<LiveSession>, PortalError> {
        let mut transaction = self.writing().await?;
        let found: Option<(i64, String, i64)> = sqlx::query_as(
            "UPDATE session SET last_used_at = $1
             WHERE token_hash = $2 AND expires_at > $3 AND last_used_at > $4
             RETURNING citizen_id, method, level",
        )
        .bind(stored(now))
        .bind(token_hash)
        .bind(stored(now))
        .bind(stored(idle_since))
        .fetch_optional(&mut *transaction)
        .await?;
        let session = match found {
            Some((citizen_id, method, level)) => Some(LiveSession {
                citizen: citizens::by_id(&mut transaction, citizen_id).await?,
                method,
                level: u8::try_from(level).map_err(|_| PortalError::Stored {
                    column: "session.level",
                })?,
            }),
            None => None,
        };
        transaction.commit().await?;
        Ok(session)
    }

    /// Ends a session. False when it had ended already.
    pub(crate) async fn end_session(
        &self,
        token_hash: &[u8],
        now: OffsetDateTime,
        idle_since: OffsetDateTime,
    ) -> Result<bool, PortalError> {
        let ended: Option<(i64, i64)> =
            sqlx::query_as("DELETE FROM session WHERE token_hash = $1 RETURNING expires_at, last_used_at")
                .bind(token_hash)
                .fetch_optional(self.writer())
                .await?;
        Ok(ended.is_some_and(|(expires_at, last_used_at)| {
            expires_at > stored(now) && last_used_at > stored(idle_since)
        }))
    }

    /// Forgets the sessions that ended by themselves.
    pub(crate) async fn forget_ended_sessions(
        &self,
        now: OffsetDateTime,
        idle_since: OffsetDateTime,
    ) -> Result<(), PortalError> {
        sqlx::query("DELETE FROM session WHERE expires_at <= $1 OR last_used_at <= $2")
            .bind(stored(now))
            .bind(stored(idle_since))
            .execute(self.writer())
            .await?;
        Ok(())
    }
}
