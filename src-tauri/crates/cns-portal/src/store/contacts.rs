//! Table `contact`: how a citizen is reached. Values are sealed; what finds them again is a keyed hash.

use crate::error::PortalError;
use crate::keys::{Index, Keys};
use crate::store::{Store, Tx, instant, stored};
use cns_portal_api::ContactKind;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// A contact as it was stored.
#[derive(Clone)]
pub(crate) struct StoredContact {
    pub(crate) kind: ContactKind,
    /// The number or address, whole.
    pub(crate) value: Zeroizing<String>,
    /// Since when something sent there is known to have arrived.
    pub(crate) verified_at: Option<OffsetDateTime>,
    pub(crate) since: OffsetDateTime,
}

/// Sets a contact. A value that was there already stays verified; another one is not verified yet. Answers the value
/// that it takes the place of.
pub(crate) async fn set(
    transaction: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
    kind: ContactKind,
    value: &str,
    now: OffsetDateTime,
) -> Result<Option<Zeroizing<String>>, PortalError> {
    let before = of(transaction, keys, citizen_id)
        .await?
        .into_iter()
        .find(|contact| contact.kind == kind)
        .map(|contact| contact.value);
    sqlx::query(
        "INSERT INTO contact (citizen_id, kind, value, value_index, since) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (citizen_id, kind) DO UPDATE SET value = excluded.value, value_index = excluded.value_index,
         since = excluded.since, verified_at = NULL WHERE contact.value_index <> excluded.value_index",
    )
    .bind(citizen_id)
    .bind(word(kind))
    .bind(keys.seal(&place(citizen_id, kind), value.as_bytes())?)
    .bind(keys.index(Index::Contact, value))
    .bind(stored(now))
    .execute(&mut **transaction)
    .await?;
    Ok(before.filter(|before| before.as_str() != value))
}

/// Notes that something sent to a contact has arrived. The first time counts.
pub(crate) async fn verify(
    transaction: &mut Tx<'_>,
    citizen_id: i64,
    kind: ContactKind,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query(
        "UPDATE contact SET verified_at = COALESCE(verified_at, $1) WHERE citizen_id = $2 AND kind = $3",
    )
    .bind(stored(now))
    .bind(citizen_id)
    .bind(word(kind))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// The contacts of one citizen, in the order of [`ContactKind`].
pub(crate) async fn of(
    transaction: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
) -> Result<Vec<StoredContact>, PortalError> {
    let rows: Vec<Row> = sqlx::query_as(FIND)
        .bind(citizen_id)
        .fetch_all(&mut **transaction)
        .await?;
    read(rows, keys, citizen_id)
}

impl Store {
    /// The contacts of one citizen, outside any transaction.
    pub(crate) async fn contacts(
        &self,
        keys: &Keys,
        citizen_id: i64,
    ) -> Result<Vec<StoredContact>, PortalError> {
        let rows: Vec<Row> = sqlx::query_as(FIND)
            .bind(citizen_id)
            .fetch_all(self.reading())
            .await?;
        read(rows, keys, citizen_id)
    }
}

pub(super) const FIND: &str = "SELECT kind, value, verified_at, since FROM contact WHERE citizen_id = $1";

type Row = (String, Vec<u8>, Option<i64>, i64);

fn read(rows: Vec<Row>, keys: &Keys, citizen_id: i64) -> Result<Vec<StoredContact>, PortalError> {
    let mut contacts = rows
        .into_iter()
        .map(|(kind, value, verified_at, since)| {
            let stored = |column| PortalError::Stored { column };
            let kind = kind_of(&kind).ok_or(stored("contact.kind"))?;
            let value = keys.open(&place(citizen_id, kind), &value)?;
            let value = std::str::from_utf8(&value).map_err(|_| stored("contact.value"))?;
            Ok(StoredContact {
                kind,
                value: Zeroizing::new(value.to_owned()),
                verified_at: verified_at
                    .map(|at| instant(at, "contact.verified_at"))
                    .transpose()?,
                since: instant(since, "contact.since")?,
            })
        })
        .collect::<Result<Vec<_>, PortalError>>()?;
    contacts.sort_by_key(|contact| KINDS.iter().position(|(kind, _)| *kind == contact.kind));
    Ok(contacts)
}

/// Names the column to the seal.
fn place(citizen_id: i64, kind: ContactKind) -> String {
    format!("contact.{citizen_id}.{}", word(kind))
}

const KINDS: [(ContactKind, &str); 6] = [
    (ContactKind::Mobile, "mobile"),
    (ContactKind::Landline, "landline"),
    (ContactKind::Email, "email"),
    (ContactKind::Pec, "pec"),
    (ContactKind::Fax, "fax"),
    (ContactKind::Letter, "letter"),
];

pub(crate) fn word(kind: ContactKind) -> &'static str {
    KINDS
        .iter()
        .find(|(own, _)| *own == kind)
        .map_or("letter", |(_, word)| word)
}

pub(crate) fn kind_of(word: &str) -> Option<ContactKind> {
    KINDS.iter().find(|(_, own)| *own == word).map(|(kind, _)| *kind)
}
