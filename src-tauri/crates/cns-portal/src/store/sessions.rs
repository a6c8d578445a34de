//! Table `session`: who is inside, by the hash of their token.

use crate::error::PortalError;
use crate::portal::{self, LiveSession, Method};
use crate::store::{Citizen, Store, Tx, citizens, stored};
use cns_portal_api::{PinKind, Scope};
use sqlx::FromRow;
use std::time::Duration;
use time::OffsetDateTime;

/// A session about to be opened.
pub(crate) struct NewSession {
    pub(crate) token_hash: Vec<u8>,
    pub(crate) method: Method,
    pub(crate) level: u8,
    pub(crate) scope: Scope,
    /// The PIN that opens it, where it is one: what ends the PIN ends the session.
    pub(crate) credential: Option<i64>,
    pub(crate) opened_at: OffsetDateTime,
    pub(crate) expires_at: OffsetDateTime,
}

pub(crate) async fn put(
    transaction: &mut Tx<'_>,
    citizen_id: i64,
    session: &NewSession,
) -> Result<(), PortalError> {
    sqlx::query(
        "INSERT INTO session (token_hash, citizen_id, method, level, opened_at, last_used_at, expires_at, scope,
         credential_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&session.token_hash)
    .bind(citizen_id)
    .bind(session.method.word())
    .bind(i64::from(session.level))
    .bind(stored(session.opened_at))
    .bind(stored(session.opened_at))
    .bind(stored(session.expires_at))
    .bind(scope_word(session.scope))
    .bind(session.credential)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Ends every session that a PIN opened. Sessions by card go on.
pub(crate) async fn end_all_of(transaction: &mut Tx<'_>, credential: i64) -> Result<(), PortalError> {
    sqlx::query("DELETE FROM session WHERE credential_id = $1")
        .bind(credential)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

impl Store {
    /// Finds a session that is alive and counts this as its use.
    ///
    /// It is read first, and written at most every [`TOUCH_AFTER`]: of an SQLite file many read at a time and one
    /// writes. A session that ends meanwhile is not woken up again.
    pub(crate) async fn touch_session(
        &self,
        token_hash: &[u8],
        now: OffsetDateTime,
        idle_since: OffsetDateTime,
    ) -> Result<Option<LiveSession>, PortalError> {
        // The kind is the PIN's as it is at this moment: a conversion counts in sessions that are open.
        let found: Option<Row> = sqlx::query_as(
            "SELECT session.citizen_id, session.method, session.scope, session.credential_id, session.last_used_at,
             credential.kind
             FROM session LEFT JOIN credential ON credential.id = session.credential_id
             WHERE session.token_hash = $1 AND session.expires_at > $2 AND session.last_used_at > $3",
        )
        .bind(token_hash)
        .bind(stored(now))
        .bind(stored(idle_since))
        .fetch_optional(self.reading())
        .await?;
        let Some(row) = found else { return Ok(None) };
        if row.last_used_at <= stored(now - TOUCH_AFTER) {
            let touched = sqlx::query(
                "UPDATE session SET last_used_at = $1
                 WHERE token_hash = $2 AND expires_at > $3 AND last_used_at > $4",
            )
            .bind(stored(now))
            .bind(token_hash)
            .bind(stored(now))
            .bind(stored(idle_since))
            .execute(self.writer())
            .await?;
            if touched.rows_affected() == 0 {
                return Ok(None);
            }
        }
        let citizen = citizens::read(self, row.citizen_id).await?;
        row.session(citizen).map(Some)
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

#[derive(FromRow)]
struct Row {
    citizen_id: i64,
    method: String,
    scope: String,
    credential_id: Option<i64>,
    last_used_at: i64,
    kind: Option<String>,
}

impl Row {
    fn session(self, citizen: Citizen) -> Result<LiveSession, PortalError> {
        let unexpected = |column| PortalError::Stored { column };
        let method = [Method::Cns, Method::Pin]
            .into_iter()
            .find(|method| method.word() == self.method)
            .ok_or(unexpected("session.method"))?;
        let kind = self.kind.as_deref().map(kind).transpose()?;
        // A PIN's session that lost its PIN would be taken for a card's.
        if (method == Method::Pin) != kind.is_some() {
            return Err(unexpected("session.credential_id"));
        }
        Ok(LiveSession {
            citizen,
            method,
            level: portal::level(kind),
            kind,
            scope: [Scope::Full, Scope::ChangePin]
                .into_iter()
                .find(|scope| scope_word(*scope) == self.scope)
                .ok_or(unexpected("session.scope"))?,
            credential: self.credential_id,
        })
    }
}

fn scope_word(scope: Scope) -> &'static str {
    match scope {
        Scope::Full => "full",
        Scope::ChangePin => "change_pin",
    }
}

/// The word for a kind of PIN.
pub(crate) fn kind_word(kind: PinKind) -> &'static str {
    match kind {
        PinKind::Ordinario => "ordinario",
        PinKind::Dispositivo => "dispositivo",
    }
}

/// The kind of PIN that a word means.
pub(crate) fn kind(word: &str) -> Result<PinKind, PortalError> {
    [PinKind::Ordinario, PinKind::Dispositivo]
        .into_iter()
        .find(|kind| kind_word(*kind) == word)
        .ok_or(PortalError::Stored {
            column: "credential.kind",
        })
}

/// How old the last use that is written may be.
const TOUCH_AFTER: Duration = Duration::from_secs(15);
