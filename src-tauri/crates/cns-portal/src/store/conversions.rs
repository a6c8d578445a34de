//! Table `conversion`: from a PIN ordinario to a dispositivo.

use crate::error::PortalError;
use crate::keys::Keys;
use crate::store::words::{meant, word};
use crate::store::{Store, Tx, documents, instant, stored};
use cns_portal_api::{Conversion, ConversionChannel, ConversionState, NewConversion};
use sqlx::{AssertSqlSafe, FromRow};
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// A conversion, whose it is, and the document that identifies.
pub(crate) struct StoredConversion {
    pub(crate) citizen_id: i64,
    pub(crate) identified: NewConversion,
    pub(crate) conversion: Conversion,
}

/// Writes a new conversion.
pub(crate) async fn add(tx: &mut Tx<'_>, keys: &Keys, new: &StoredConversion) -> Result<(), PortalError> {
    let conversion = &new.conversion;
    let plain = serde_json::to_vec(&new.identified).map_err(|_| PortalError::Sealing)?;
    sqlx::query(
        "INSERT INTO conversion (id, citizen_id, state, channel, identified, created_at, submitted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&conversion.id)
    .bind(new.citizen_id)
    .bind(word(&conversion.state))
    .bind(word(&conversion.channel))
    .bind(keys.seal(&place(&conversion.id), &Zeroizing::new(plain))?)
    .bind(stored(conversion.created_at))
    .bind(conversion.submitted_at.map(stored))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes where a conversion has come to.
pub(crate) async fn change(tx: &mut Tx<'_>, conversion: &Conversion) -> Result<(), PortalError> {
    sqlx::query("UPDATE conversion SET state = $1, submitted_at = $2, reason = $3 WHERE id = $4")
        .bind(word(&conversion.state))
        .bind(conversion.submitted_at.map(stored))
        .bind(&conversion.reason)
        .bind(&conversion.id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes who decided a conversion, and when.
pub(crate) async fn sign(
    tx: &mut Tx<'_>,
    id: &str,
    operator: &str,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query("UPDATE conversion SET decided_at = $1, decided_by = $2 WHERE id = $3")
        .bind(stored(now))
        .bind(operator)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes a draft away, with its pages.
pub(crate) async fn forget(tx: &mut Tx<'_>, id: &str) -> Result<(), PortalError> {
    sqlx::query("DELETE FROM conversion WHERE id = $1")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Reads one conversion.
pub(crate) async fn by_id(
    tx: &mut Tx<'_>,
    keys: &Keys,
    id: &str,
) -> Result<Option<StoredConversion>, PortalError> {
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!("{SELECT} WHERE id = $1")))
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let mut found = row.read(keys)?;
    found.conversion.documents = documents::of(tx, id).await?;
    Ok(Some(found))
}

/// The conversion of a citizen that is under way.
pub(crate) async fn under_way(
    tx: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
) -> Result<Option<StoredConversion>, PortalError> {
    let id: Option<(String,)> = sqlx::query_as(
        "SELECT id FROM conversion WHERE citizen_id = $1 AND state IN ('bozza', 'inviata', 'in_verifica')",
    )
    .bind(citizen_id)
    .fetch_optional(&mut **tx)
    .await?;
    match id {
        Some((id,)) => by_id(tx, keys, &id).await,
        None => Ok(None),
    }
}

/// A conversion that waits for an operator, as a row of a list.
pub(crate) struct Waiting {
    pub(crate) id: String,
    pub(crate) codice_fiscale: String,
    pub(crate) state: ConversionState,
}

impl Store {
    /// What waits for an operator, oldest first.
    pub(crate) async fn conversions_waiting(&self) -> Result<Vec<Waiting>, PortalError> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT conversion.id, citizen.codice_fiscale, conversion.state FROM conversion
             JOIN citizen ON citizen.id = conversion.citizen_id
             WHERE conversion.state IN ('inviata', 'in_verifica')
             ORDER BY conversion.submitted_at, conversion.id LIMIT 200",
        )
        .fetch_all(self.reading())
        .await?;
        rows.into_iter()
            .map(|(id, codice_fiscale, state)| {
                Ok(Waiting {
                    id,
                    codice_fiscale,
                    state: meant(state, "conversion.state")?,
                })
            })
            .collect()
    }

    /// The id of a citizen's conversion that is under way.
    pub(crate) async fn conversion_under_way(&self, citizen_id: i64) -> Result<Option<String>, PortalError> {
        let id: Option<(String,)> = sqlx::query_as(
            "SELECT id FROM conversion WHERE citizen_id = $1 AND state IN ('bozza', 'inviata', 'in_verifica')",
        )
        .bind(citizen_id)
        .fetch_optional(self.reading())
        .await?;
        Ok(id.map(|(id,)| id))
    }
}

const SELECT: &str =
    "SELECT id, citizen_id, state, channel, identified, created_at, submitted_at, reason FROM conversion";

#[derive(FromRow)]
struct Row {
    id: String,
    citizen_id: i64,
    state: String,
    channel: String,
    identified: Vec<u8>,
    created_at: i64,
    submitted_at: Option<i64>,
    reason: Option<String>,
}

impl Row {
    fn read(self, keys: &Keys) -> Result<StoredConversion, PortalError> {
        let identified = keys.open(&place(&self.id), &self.identified)?;
        let channel: ConversionChannel = meant(self.channel, "conversion.channel")?;
        Ok(StoredConversion {
            citizen_id: self.citizen_id,
            identified: serde_json::from_slice(&identified).map_err(|_| PortalError::Stored {
                column: "conversion.identified",
            })?,
            conversion: Conversion {
                state: meant(self.state, "conversion.state")?,
                channel,
                documents: Vec::new(),
                created_at: instant(self.created_at, "conversion.created_at")?,
                submitted_at: self
                    .submitted_at
                    .map(|at| instant(at, "conversion.submitted_at"))
                    .transpose()?,
                reason: self.reason,
                id: self.id,
            },
        })
    }
}

fn place(id: &str) -> String {
    format!("conversion.{id}")
}
