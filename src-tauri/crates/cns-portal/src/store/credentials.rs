//! Table `credential`: the PIN of a person, found by an index of the codice fiscale; and `pin_history`, the hashes of
//! its latest values.

use crate::error::PortalError;
use crate::pin::life;
use crate::store::sessions::{kind, kind_word};
use crate::store::{Store, Tx, instant, stored};
use cns_portal_api::{PinKind, PinState};
use sqlx::{AssertSqlSafe, FromRow};
use time::OffsetDateTime;

/// A person's PIN.
#[derive(Clone)]
pub(crate) struct Credential {
    pub(crate) id: i64,
    /// Index of the codice fiscale.
    pub(crate) person: Vec<u8>,
    pub(crate) citizen: Option<i64>,
    pub(crate) request: Option<String>,
    /// Who holds it, sealed.
    pub(crate) holder: Vec<u8>,
    /// Where it is, as it was written; what follows from a date is not.
    pub(crate) state: PinState,
    pub(crate) kind: PinKind,
    /// The hash of the working PIN.
    pub(crate) hash: Option<String>,
    /// Counts the pairs of halves.
    pub(crate) issue: i64,
    /// When the latest pair was ordered.
    pub(crate) halves_at: Option<OffsetDateTime>,
    /// When the working PIN was made.
    pub(crate) changed_at: Option<OffsetDateTime>,
    /// When a working PIN was made for the first time.
    pub(crate) used_at: Option<OffsetDateTime>,
    pub(crate) locked_at: Option<OffsetDateTime>,
    /// Whether the holder was told that it is locked.
    pub(crate) told_lock: bool,
    pub(crate) revoked_at: Option<OffsetDateTime>,
}

/// A PIN that begins.
pub(crate) struct NewCredential<'a> {
    pub(crate) person: &'a [u8],
    pub(crate) request: Option<&'a str>,
    pub(crate) holder: &'a [u8],
    pub(crate) state: PinState,
    pub(crate) kind: PinKind,
    /// How it was asked for: `online`, `telefono`, `campagna`, `sportello`.
    pub(crate) origin: &'static str,
    pub(crate) now: OffsetDateTime,
}

/// Writes a PIN that begins. `None` when the person has one that has not ended.
pub(crate) async fn put(tx: &mut Tx<'_>, new: &NewCredential<'_>) -> Result<Option<i64>, PortalError> {
    let made: Option<(i64,)> = sqlx::query_as(
        "INSERT INTO credential (cf_index, request_id, holder, state, kind, origin, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(new.person)
    .bind(new.request)
    .bind(new.holder)
    .bind(life::word(new.state))
    .bind(kind_word(new.kind))
    .bind(new.origin)
    .bind(stored(new.now))
    .fetch_optional(&mut **tx)
    .await?;
    Ok(made.map(|(id,)| id))
}

/// Finds the PIN of a person that has not ended, and holds it until the transaction ends.
pub(crate) async fn hold(
    tx: &mut Tx<'_>,
    store: &Store,
    person: &[u8],
) -> Result<Option<Credential>, PortalError> {
    let find = format!(
        "SELECT {COLUMNS} FROM credential WHERE cf_index = $1 AND state <> 'revocato'{}",
        store.for_update()
    );
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(find))
        .bind(person)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(Row::read).transpose()
}

/// Finds a PIN by its row, and holds it until the transaction ends.
pub(crate) async fn hold_row(
    tx: &mut Tx<'_>,
    store: &Store,
    id: i64,
) -> Result<Option<Credential>, PortalError> {
    let find = format!(
        "SELECT {COLUMNS} FROM credential WHERE id = $1{}",
        store.for_update()
    );
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(find))
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(Row::read).transpose()
}

/// Finds the PIN that a request led to, and holds it until the transaction ends.
pub(crate) async fn hold_of_request(
    tx: &mut Tx<'_>,
    store: &Store,
    request: &str,
) -> Result<Option<Credential>, PortalError> {
    let find = format!(
        "SELECT {COLUMNS} FROM credential WHERE request_id = $1{}",
        store.for_update()
    );
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(find))
        .bind(request)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(Row::read).transpose()
}

/// Writes what changed in a PIN that is held.
pub(crate) async fn save(tx: &mut Tx<'_>, pin: &Credential) -> Result<(), PortalError> {
    sqlx::query(
        "UPDATE credential SET citizen_id = $1, holder = $2, state = $3, kind = $4, hash = $5, issue = $6,
         halves_at = $7, changed_at = $8, used_at = $9, locked_at = $10, told_lock = $11, revoked_at = $12
         WHERE id = $13",
    )
    .bind(pin.citizen)
    .bind(pin.holder.as_slice())
    .bind(life::word(pin.state))
    .bind(kind_word(pin.kind))
    .bind(pin.hash.as_deref())
    .bind(pin.issue)
    .bind(pin.halves_at.map(stored))
    .bind(pin.changed_at.map(stored))
    .bind(pin.used_at.map(stored))
    .bind(pin.locked_at.map(stored))
    .bind(i64::from(pin.told_lock))
    .bind(pin.revoked_at.map(stored))
    .bind(pin.id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Locks a PIN by its row, where there is one.
pub(crate) async fn lock(tx: &mut Tx<'_>, id: i64, now: OffsetDateTime) -> Result<(), PortalError> {
    sqlx::query("UPDATE credential SET state = $1, locked_at = $2, told_lock = 0 WHERE id = $3")
        .bind(life::word(PinState::Locked))
        .bind(stored(now))
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Remembers the hash of a value that ends; of all of them the latest three.
pub(crate) async fn remember(tx: &mut Tx<'_>, id: i64, hash: &str) -> Result<(), PortalError> {
    let (latest,): (i64,) =
        sqlx::query_as("SELECT COALESCE(MAX(position), 0) FROM pin_history WHERE credential_id = $1")
            .bind(id)
            .fetch_one(&mut **tx)
            .await?;
    sqlx::query("INSERT INTO pin_history (credential_id, position, hash) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(latest + 1)
        .bind(hash)
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM pin_history WHERE credential_id = $1 AND position <= $2")
        .bind(id)
        .bind(latest + 1 - REMEMBERED)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets every value that a PIN had: it has ended.
pub(crate) async fn forget_values(tx: &mut Tx<'_>, id: i64) -> Result<(), PortalError> {
    sqlx::query("DELETE FROM pin_history WHERE credential_id = $1")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

impl Store {
    /// The PIN of a person that has not ended.
    pub(crate) async fn credential(&self, person: &[u8]) -> Result<Option<Credential>, PortalError> {
        let find = format!("SELECT {COLUMNS} FROM credential WHERE cf_index = $1 AND state <> 'revocato'");
        let row: Option<Row> = sqlx::query_as(AssertSqlSafe(find))
            .bind(person)
            .fetch_optional(self.reading())
            .await?;
        row.map(Row::read).transpose()
    }

    /// A PIN by its row.
    pub(crate) async fn credential_row(&self, id: i64) -> Result<Option<Credential>, PortalError> {
        let find = format!("SELECT {COLUMNS} FROM credential WHERE id = $1");
        let row: Option<Row> = sqlx::query_as(AssertSqlSafe(find))
            .bind(id)
            .fetch_optional(self.reading())
            .await?;
        row.map(Row::read).transpose()
    }

    /// The PIN that a request led to.
    pub(crate) async fn credential_of_request(
        &self,
        request: &str,
    ) -> Result<Option<Credential>, PortalError> {
        let find = format!("SELECT {COLUMNS} FROM credential WHERE request_id = $1");
        let row: Option<Row> = sqlx::query_as(AssertSqlSafe(find))
            .bind(request)
            .fetch_optional(self.reading())
            .await?;
        row.map(Row::read).transpose()
    }

    /// Hashes of the values that a PIN had, the present one not among them.
    pub(crate) async fn former_hashes(&self, id: i64) -> Result<Vec<String>, PortalError> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT hash FROM pin_history WHERE credential_id = $1 ORDER BY position DESC")
                .bind(id)
                .fetch_all(self.reading())
                .await?;
        Ok(rows.into_iter().map(|(hash,)| hash).collect())
    }

    /// PINs that were locked without a word to their holders.
    pub(crate) async fn untold_locks(&self) -> Result<Vec<i64>, PortalError> {
        let rows: Vec<(i64,)> = sqlx::query_as(
            "SELECT id FROM credential WHERE state = 'bloccato' AND told_lock = 0 ORDER BY id LIMIT 50",
        )
        .fetch_all(self.reading())
        .await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}

const COLUMNS: &str =
    "id, cf_index, citizen_id, request_id, holder, state, kind, hash, issue, halves_at, changed_at,
    used_at, locked_at, told_lock, revoked_at";

/// A new PIN differs from so many before it, besides the present one.
const REMEMBERED: i64 = 3;

#[derive(FromRow)]
struct Row {
    id: i64,
    cf_index: Vec<u8>,
    citizen_id: Option<i64>,
    request_id: Option<String>,
    holder: Vec<u8>,
    state: String,
    kind: String,
    hash: Option<String>,
    issue: i64,
    halves_at: Option<i64>,
    changed_at: Option<i64>,
    used_at: Option<i64>,
    locked_at: Option<i64>,
    told_lock: i64,
    revoked_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Credential, PortalError> {
        let at = |seconds: Option<i64>, column| seconds.map(|at| instant(at, column)).transpose();
        Ok(Credential {
            id: self.id,
            person: self.cf_index,
            citizen: self.citizen_id,
            request: self.request_id,
            holder: self.holder,
            state: life::state(&self.state).ok_or(PortalError::Stored {
                column: "credential.state",
            })?,
            kind: kind(&self.kind)?,
            hash: self.hash,
            issue: self.issue,
            halves_at: at(self.halves_at, "credential.halves_at")?,
            changed_at: at(self.changed_at, "credential.changed_at")?,
            used_at: at(self.used_at, "credential.used_at")?,
            locked_at: at(self.locked_at, "credential.locked_at")?,
            told_lock: self.told_lock != 0,
            revoked_at: at(self.revoked_at, "credential.revoked_at")?,
        })
    }
}
