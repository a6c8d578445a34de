//! Table `access`: who came into a citizen's area, and how. The citizen sees it.

use crate::error::PortalError;
use crate::store::{Store, Tx, instant, stored};
use cns_portal_api::{Access, PinKind};
use time::OffsetDateTime;

/// One way in that was tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tried {
    /// `cns` or `pin`.
    pub(crate) method: &'static str,
    pub(crate) succeeded: bool,
    /// Kind of the PIN, where it was one.
    pub(crate) kind: Option<PinKind>,
}

/// Writes an access down, within the transaction that opens the session or refuses it.
pub(crate) async fn record(
    transaction: &mut Tx<'_>,
    citizen_id: i64,
    tried: Tried,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query("INSERT INTO access (citizen_id, at, method, succeeded, kind) VALUES ($1, $2, $3, $4, $5)")
        .bind(citizen_id)
        .bind(stored(now))
        .bind(tried.method)
        .bind(i64::from(tried.succeeded))
        .bind(tried.kind.map(kind_word))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

impl Store {
    /// The last hundred accesses of one citizen, newest first.
    pub(crate) async fn accesses(&self, citizen_id: i64) -> Result<Vec<Access>, PortalError> {
        let rows: Vec<(i64, String, i64, Option<String>)> = sqlx::query_as(LIST)
            .bind(citizen_id)
            .fetch_all(self.reading())
            .await?;
        rows.into_iter()
            .map(|(at, method, succeeded, kind)| {
                Ok(Access {
                    at: instant(at, "access.at")?,
                    method,
                    succeeded: succeeded != 0,
                    kind: kind
                        .map(|kind| {
                            [PinKind::Ordinario, PinKind::Dispositivo]
                                .into_iter()
                                .find(|own| kind_word(*own) == kind)
                                .ok_or(PortalError::Stored {
                                    column: "access.kind",
                                })
                        })
                        .transpose()?,
                })
            })
            .collect()
    }
}

fn kind_word(kind: PinKind) -> &'static str {
    match kind {
        PinKind::Ordinario => "ordinario",
        PinKind::Dispositivo => "dispositivo",
    }
}

pub(super) const LIST: &str =
    "SELECT at, method, succeeded, kind FROM access WHERE citizen_id = $1 ORDER BY id DESC LIMIT 100";
