//! Table `pin_request`: who asked for a PIN, sealed; and `pin_order`, what else was asked without being let in.

use crate::error::PortalError;
use crate::store::{Store, Tx, instant, stored};
use sqlx::FromRow;
use time::OffsetDateTime;

/// A request that comes in.
pub(crate) struct NewRequest<'a> {
    pub(crate) id: &'a str,
    pub(crate) receipt: &'a [u8],
    pub(crate) idempotency: &'a [u8],
    /// Index of all that it says: the same key with something else is another request.
    pub(crate) body: &'a [u8],
    pub(crate) person: &'a [u8],
    pub(crate) sealed: &'a [u8],
    pub(crate) origin: &'static str,
    pub(crate) now: OffsetDateTime,
}

/// A request as it is kept.
pub(crate) struct Request {
    pub(crate) id: String,
    pub(crate) person: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
    pub(crate) origin: String,
    /// Why somebody calls: stable words, for operators only.
    pub(crate) reasons: Vec<String>,
    pub(crate) received_at: OffsetDateTime,
}

/// Takes a request in. The same one twice is one; false when its key was used for another.
pub(crate) async fn put(tx: &mut Tx<'_>, new: &NewRequest<'_>) -> Result<bool, PortalError> {
    sqlx::query(
        "INSERT INTO pin_request (id, receipt_index, idempotency, body_index, cf_index, sealed, origin, reasons,
         received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8) ON CONFLICT DO NOTHING",
    )
    .bind(new.id)
    .bind(new.receipt)
    .bind(new.idempotency)
    .bind(new.body)
    .bind(new.person)
    .bind(new.sealed)
    .bind(new.origin)
    .bind(stored(new.now))
    .execute(&mut **tx)
    .await?;
    let kept: Option<(i64,)> =
        sqlx::query_as("SELECT received_at FROM pin_request WHERE idempotency = $1 AND body_index = $2")
            .bind(new.idempotency)
            .bind(new.body)
            .fetch_optional(&mut **tx)
            .await?;
    Ok(kept.is_some())
}

/// Takes a request to be looked at. `None` when somebody has looked at it already.
pub(crate) async fn examine(
    tx: &mut Tx<'_>,
    id: &str,
    now: OffsetDateTime,
) -> Result<Option<Request>, PortalError> {
    let row: Option<Row> = sqlx::query_as(
        "UPDATE pin_request SET examined_at = $1 WHERE id = $2 AND examined_at IS NULL
         RETURNING id, cf_index, sealed, origin, reasons, received_at",
    )
    .bind(stored(now))
    .bind(id)
    .fetch_optional(&mut **tx)
    .await?;
    row.map(Row::read).transpose()
}

/// Notes why somebody calls.
pub(crate) async fn set_reasons(tx: &mut Tx<'_>, id: &str, reasons: &[&str]) -> Result<(), PortalError> {
    sqlx::query("UPDATE pin_request SET reasons = $1 WHERE id = $2")
        .bind(reasons.join(" "))
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What was asked by somebody who was not let in: what comes of it is seen later, so that the answer tells nothing.
pub(crate) struct Order {
    pub(crate) purpose: String,
    pub(crate) person: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
}

/// Leaves an order.
pub(crate) async fn put_order(
    tx: &mut Tx<'_>,
    purpose: &str,
    person: &[u8],
    sealed: &[u8],
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query("INSERT INTO pin_order (purpose, cf_index, sealed, received_at) VALUES ($1, $2, $3, $4)")
        .bind(purpose)
        .bind(person)
        .bind(sealed)
        .bind(stored(now))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes an order away. `None` when somebody else has.
pub(crate) async fn take_order(tx: &mut Tx<'_>, id: i64) -> Result<Option<Order>, PortalError> {
    let row: Option<(String, Vec<u8>, Vec<u8>)> =
        sqlx::query_as("DELETE FROM pin_order WHERE id = $1 RETURNING purpose, cf_index, sealed")
            .bind(id)
            .fetch_optional(&mut **tx)
            .await?;
    Ok(row.map(|(purpose, person, sealed)| Order {
        purpose,
        person,
        sealed,
    }))
}

impl Store {
    /// Requests that nobody has looked at.
    pub(crate) async fn unexamined_requests(&self) -> Result<Vec<String>, PortalError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT id FROM pin_request WHERE examined_at IS NULL ORDER BY received_at, id LIMIT 50",
        )
        .fetch_all(self.reading())
        .await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Orders that nobody has taken.
    pub(crate) async fn orders(&self) -> Result<Vec<i64>, PortalError> {
        let rows: Vec<(i64,)> = sqlx::query_as("SELECT id FROM pin_order ORDER BY id LIMIT 50")
            .fetch_all(self.reading())
            .await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// The request of a receipt.
    pub(crate) async fn request_by_receipt(&self, receipt: &[u8]) -> Result<Option<Request>, PortalError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, cf_index, sealed, origin, reasons, received_at FROM pin_request WHERE receipt_index = $1",
        )
        .bind(receipt)
        .fetch_optional(self.reading())
        .await?;
        row.map(Row::read).transpose()
    }

    /// Requests whose PIN waits for a call, oldest first.
    pub(crate) async fn requests_to_verify(&self) -> Result<Vec<Request>, PortalError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT pin_request.id, pin_request.cf_index, pin_request.sealed, pin_request.origin,
             pin_request.reasons, pin_request.received_at
             FROM pin_request JOIN credential ON credential.request_id = pin_request.id
             WHERE credential.state = 'da_verificare' ORDER BY pin_request.received_at, pin_request.id LIMIT 200",
        )
        .fetch_all(self.reading())
        .await?;
        rows.into_iter().map(Row::read).collect()
    }
}

#[derive(FromRow)]
struct Row {
    id: String,
    cf_index: Vec<u8>,
    sealed: Vec<u8>,
    origin: String,
    reasons: String,
    received_at: i64,
}

impl Row {
    fn read(self) -> Result<Request, PortalError> {
        Ok(Request {
            id: self.id,
            person: self.cf_index,
            sealed: self.sealed,
            origin: self.origin,
            reasons: self.reasons.split_whitespace().map(str::to_owned).collect(),
            received_at: instant(self.received_at, "pin_request.received_at")?,
        })
    }
}
