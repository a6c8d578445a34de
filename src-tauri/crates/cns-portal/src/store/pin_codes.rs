//! Tables `pin_code`, codes that confirm a restore or a revocation, and `pin_activation`, activations that are open.

use crate::error::PortalError;
use crate::store::{Tx, stored};
use time::OffsetDateTime;

/// Keeps a code; an earlier one of the same person for the same purpose is void.
pub(crate) async fn put(
    tx: &mut Tx<'_>,
    purpose: &str,
    person: &[u8],
    code: &[u8],
    credential: i64,
    expires_at: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query(
        "INSERT INTO pin_code (purpose, cf_index, code_index, credential_id, expires_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (purpose, cf_index) DO UPDATE SET code_index = excluded.code_index,
         credential_id = excluded.credential_id, expires_at = excluded.expires_at",
    )
    .bind(purpose)
    .bind(person)
    .bind(code)
    .bind(credential)
    .bind(stored(expires_at))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes a code away and answers the row of the PIN it is for. `None` when it is another code, too old, or used.
pub(crate) async fn take(
    tx: &mut Tx<'_>,
    purpose: &str,
    person: &[u8],
    code: &[u8],
    now: OffsetDateTime,
) -> Result<Option<i64>, PortalError> {
    let taken: Option<(i64, i64)> = sqlx::query_as(
        "DELETE FROM pin_code WHERE purpose = $1 AND cf_index = $2 AND code_index = $3
         RETURNING credential_id, expires_at",
    )
    .bind(purpose)
    .bind(person)
    .bind(code)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(taken.and_then(|(credential, expires_at)| (stored(now) < expires_at).then_some(credential)))
}

/// Forgets every code of a PIN.
pub(crate) async fn forget(tx: &mut Tx<'_>, credential: i64) -> Result<(), PortalError> {
    for table in [
        "DELETE FROM pin_code WHERE credential_id = $1",
        "DELETE FROM pin_activation WHERE credential_id = $1",
    ] {
        sqlx::query(table).bind(credential).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Forgets codes and activations that are too old.
pub(crate) async fn forget_expired(tx: &mut Tx<'_>, now: OffsetDateTime) -> Result<(), PortalError> {
    for table in [
        "DELETE FROM pin_code WHERE expires_at <= $1",
        "DELETE FROM pin_activation WHERE expires_at <= $1",
    ] {
        sqlx::query(table).bind(stored(now)).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Opens an activation.
pub(crate) async fn put_activation(
    tx: &mut Tx<'_>,
    token: &[u8],
    credential: i64,
    expires_at: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query("INSERT INTO pin_activation (token_hash, credential_id, expires_at) VALUES ($1, $2, $3)")
        .bind(token)
        .bind(credential)
        .bind(stored(expires_at))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes an activation away and answers the row of its PIN. `None` when it is unknown, used or too old.
pub(crate) async fn take_activation(
    tx: &mut Tx<'_>,
    token: &[u8],
    now: OffsetDateTime,
) -> Result<Option<i64>, PortalError> {
    let taken: Option<(i64, i64)> = sqlx::query_as(
        "DELETE FROM pin_activation WHERE token_hash = $1 RETURNING credential_id, expires_at",
    )
    .bind(token)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(taken.and_then(|(credential, expires_at)| (stored(now) < expires_at).then_some(credential)))
}
