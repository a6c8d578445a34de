//! Table `citizen`: who has been here.

use crate::area::Registered;
use crate::error::PortalError;
use crate::store::{Store, Tx, archive, instant, stored};
use cns_trust::CodiceFiscale;
use sqlx::AssertSqlSafe;
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
    /// What the archive has of them.
    pub(crate) registered: Registered,
}

/// Finds the citizen, or makes one. Whom the archive does not know is written down there too, with invented traits.
///
/// A certificate without a name does not take away the name that an earlier one told.
pub(crate) async fn find_or_make(
    transaction: &mut Tx<'_>,
    codice_fiscale: &CodiceFiscale,
    full_name: Option<&str>,
    now: OffsetDateTime,
) -> Result<i64, PortalError> {
    let (id,): (i64,) = sqlx::query_as(
        "INSERT INTO citizen (codice_fiscale, full_name, statement_made_at) VALUES ($1, $2, $3)
         ON CONFLICT (codice_fiscale) DO UPDATE SET full_name = COALESCE(excluded.full_name, citizen.full_name)
         RETURNING id",
    )
    .bind(codice_fiscale.as_str())
    .bind(full_name)
    .bind(stored(now))
    .fetch_one(&mut **transaction)
    .await?;
    let known = archive::find(transaction, codice_fiscale).await?;
    if known.is_none_or(|known| known.full_name().is_empty()) {
        archive::put(
            transaction,
            &Registered::invent(codice_fiscale, full_name, now.date()),
        )
        .await?;
    }
    Ok(id)
}

/// Makes citizens of people who are in the archive, in one statement, at most a few hundred.
pub(crate) async fn put_all(
    transaction: &mut Tx<'_>,
    people: &[Registered],
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    let statement = format!(
        "INSERT INTO citizen (codice_fiscale, statement_made_at) VALUES {} ON CONFLICT DO NOTHING",
        archive::rows(people.len(), 2)
    );
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for person in people {
        query = query.bind(person.codice_fiscale.as_str()).bind(stored(now));
    }
    query.execute(&mut **transaction).await?;
    Ok(())
}

/// Finds the citizen of a codice fiscale.
pub(crate) async fn find(
    transaction: &mut Tx<'_>,
    codice_fiscale: &CodiceFiscale,
) -> Result<Option<Citizen>, PortalError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT id FROM citizen WHERE codice_fiscale = $1")
        .bind(codice_fiscale.as_str())
        .fetch_optional(&mut **transaction)
        .await?;
    match row {
        Some((id,)) => by_id(transaction, id).await.map(Some),
        None => Ok(None),
    }
}

/// Reads a citizen by row.
pub(crate) async fn by_id(transaction: &mut Tx<'_>, id: i64) -> Result<Citizen, PortalError> {
    let (codice_fiscale, full_name, made_at): (String, Option<String>, i64) = sqlx::query_as(BY_ID)
        .bind(id)
        .fetch_one(&mut **transaction)
        .await?;
    let codice_fiscale = CodiceFiscale::parse(&codice_fiscale).map_err(|_| PortalError::Stored {
        column: "citizen.codice_fiscale",
    })?;
    let statement_made_at = instant(made_at, "citizen.statement_made_at")?;
    // Who came before there was an archive is not in it until they come again.
    let registered = match archive::find(transaction, &codice_fiscale).await? {
        Some(registered) => registered,
        None => Registered::invent(&codice_fiscale, full_name.as_deref(), statement_made_at.date()),
    };
    Ok(Citizen {
        id,
        codice_fiscale,
        full_name,
        statement_made_at,
        registered,
    })
}

/// Reads a citizen by row, outside of any transaction.
pub(super) async fn read(store: &Store, id: i64) -> Result<Citizen, PortalError> {
    let mut reading = store.reading().begin().await?;
    let citizen = by_id(&mut reading, id).await?;
    reading.commit().await?;
    Ok(citizen)
}

pub(super) const BY_ID: &str =
    "SELECT codice_fiscale, full_name, statement_made_at FROM citizen WHERE id = $1";
