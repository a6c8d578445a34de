//! Table `citizen`: who has been here with a card.

use crate::career;
use crate::error::PortalError;
use crate::store::{Tx, periods, stored};
use cns_trust::CodiceFiscale;
use time::OffsetDateTime;

/// A person the portal knows.
#[derive(Clone)]
pub(crate) struct Citizen {
    /// The row.
    pub(crate) id: i64,
    pub(crate) codice_fiscale: CodiceFiscale,
    /// Given name and surname, where a certificate told them.
    pub(crate) full_name: Option<String>,
    pub(crate) statement_made_at: OffsetDateTime,
}

/// Finds the citizen, or makes one, with an invented career.
///
/// A certificate without a name does not take away the name that an earlier one told.
pub(super) async fn find_or_make(
    transaction: &mut Tx<'_>,
    codice_fiscale: &CodiceFiscale,
    full_name: Option<&str>,
    now: OffsetDateTime,
) -> Result<i64, PortalError> {
    let (id, made_at): (i64, i64) = sqlx::query_as(
        "INSERT INTO citizen (codice_fiscale, full_name, statement_made_at) VALUES ($1, $2, $3)
         ON CONFLICT (codice_fiscale) DO UPDATE SET full_name = COALESCE(excluded.full_name, citizen.full_name)
         RETURNING id, statement_made_at",
    )
    .bind(codice_fiscale.as_str())
    .bind(full_name)
    .bind(stored(now))
    .fetch_one(&mut **transaction)
    .await?;
    if !periods::exist(transaction, id).await? {
        let made_at = OffsetDateTime::from_unix_timestamp(made_at).unwrap_or(now);
        periods::put(transaction, id, &career::invent(codice_fiscale, made_at.date())).await?;
    }
    Ok(id)
}

/// Reads a citizen by row.
pub(super) async fn by_id(transaction: &mut Tx<'_>, id: i64) -> Result<Citizen, PortalError> {
    let (codice_fiscale, full_name, made_at): (String, Option<String>, i64) =
        sqlx::query_as("SELECT codice_fiscale, full_name, statement_made_at FROM citizen WHERE id = $1")
            .bind(id)
            .fetch_one(&mut **transaction)
            .await?;
    let codice_fiscale = CodiceFiscale::parse(&codice_fiscale).map_err(|_| PortalError::Stored {
        column: "citizen.codice_fiscale",
    })?;
    let statement_made_at =
        OffsetDateTime::from_unix_timestamp(made_at).map_err(|_| PortalError::Stored {
            column: "citizen.statement_made_at",
        })?;
    Ok(Citizen {
        id,
        codice_fiscale,
        full_name,
        statement_made_at,
    })
}
