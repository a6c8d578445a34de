//! Tables `access` and `refused_login`: who came into a citizen's area and how, and who was refused. The citizen sees
//! both. A refusal is written by the index of the codice fiscale: of somebody whom the portal does not know as well.

use crate::error::PortalError;
use crate::portal::Method;
use crate::store::{Store, Tx, instant, stored};
use cns_portal_api::{Access, PinKind};
use std::cmp::Reverse;
use time::OffsetDateTime;

/// Writes an access down, within the transaction that opens the session.
pub(crate) async fn record(
    transaction: &mut Tx<'_>,
    citizen_id: i64,
    method: Method,
    kind: Option<PinKind>,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query("INSERT INTO access (citizen_id, at, method, succeeded, kind) VALUES ($1, $2, $3, 1, $4)")
        .bind(citizen_id)
        .bind(stored(now))
        .bind(method.word())
        .bind(kind.map(kind_word))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Writes a refused log-in by PIN down, whether anybody has the codice fiscale or nobody.
pub(crate) async fn refused(
    transaction: &mut Tx<'_>,
    person: &[u8],
    kind: Option<PinKind>,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query("INSERT INTO refused_login (cf_index, at, kind) VALUES ($1, $2, $3)")
        .bind(person)
        .bind(stored(now))
        .bind(kind.map(kind_word))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Forgets the refused log-ins before then.
pub(crate) async fn forget_refused(
    transaction: &mut Tx<'_>,
    before: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query("DELETE FROM refused_login WHERE at < $1")
        .bind(stored(before))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

impl Store {
    /// The last hundred accesses of one citizen, refused ones among them, newest first.
    pub(crate) async fn accesses(&self, citizen_id: i64, person: &[u8]) -> Result<Vec<Access>, PortalError> {
        let opened: Vec<(i64, String, i64, Option<String>)> = sqlx::query_as(LIST)
            .bind(citizen_id)
            .fetch_all(self.reading())
            .await?;
        let refused: Vec<(i64, Option<String>)> = sqlx::query_as(REFUSED)
            .bind(person)
            .fetch_all(self.reading())
            .await?;
        let refused = refused
            .into_iter()
            .map(|(at, kind)| (at, Method::Pin.word().to_owned(), 0, kind));
        let mut all: Vec<_> = opened.into_iter().chain(refused).collect();
        // Stable: of one second each kind keeps its order, newest first.
        all.sort_by_key(|(at, ..)| Reverse(*at));
        all.truncate(SHOWN);
        all.into_iter()
            .map(|(at, method, succeeded, kind)| {
                Ok(Access {
                    at: instant(at, "access.at")?,
                    method,
                    succeeded: succeeded != 0,
                    kind: kind.map(|kind| kind_of(&kind)).transpose()?,
                })
            })
            .collect()
    }
}

fn kind_of(word: &str) -> Result<PinKind, PortalError> {
    [PinKind::Ordinario, PinKind::Dispositivo]
        .into_iter()
        .find(|own| kind_word(*own) == word)
        .ok_or(PortalError::Stored {
            column: "access.kind",
        })
}

fn kind_word(kind: PinKind) -> &'static str {
    match kind {
        PinKind::Ordinario => "ordinario",
        PinKind::Dispositivo => "dispositivo",
    }
}

pub(super) const LIST: &str =
    "SELECT at, method, succeeded, kind FROM access WHERE citizen_id = $1 ORDER BY id DESC LIMIT 100";

pub(super) const REFUSED: &str =
    "SELECT at, kind FROM refused_login WHERE cf_index = $1 ORDER BY id DESC LIMIT 100";

/// So many are shown.
const SHOWN: usize = 100;
