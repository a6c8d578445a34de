//! Table `pin_half`: the two halves of an initial PIN, where each goes and how far it came. Of a half that has left
//! only the hash is kept, and that until it was used.

use crate::error::PortalError;
use crate::outbox::Half;
use crate::store::contacts::{kind_of, word};
use crate::store::{Store, Tx, instant, stored};
use cns_portal_api::ContactKind;
use sqlx::FromRow;
use time::OffsetDateTime;

/// A half as it is kept.
#[derive(Clone)]
pub(crate) struct KeptHalf {
    pub(crate) half: Half,
    /// By which way it goes.
    pub(crate) way: ContactKind,
    /// Where to, sealed.
    pub(crate) to: Vec<u8>,
    pub(crate) state: HalfState,
    pub(crate) hash: Option<String>,
    pub(crate) sent_at: Option<OffsetDateTime>,
}

/// How far a half came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HalfState {
    /// It follows when the other one has left.
    Planned,
    /// To be made.
    Due,
    /// Made, and with the outbox.
    Waiting,
    /// It has left.
    Sent,
    /// It cannot be sent.
    Stuck,
}

impl HalfState {
    fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Due => "due",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Stuck => "stuck",
        }
    }
}

/// Plans a half; what was there of the same half is void.
pub(crate) async fn plan(
    tx: &mut Tx<'_>,
    credential: i64,
    half: Half,
    way: ContactKind,
    to: &[u8],
    state: HalfState,
) -> Result<(), PortalError> {
    sqlx::query(
        "INSERT INTO pin_half (credential_id, half, way, sealed_to, state) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (credential_id, half) DO UPDATE SET way = excluded.way, sealed_to = excluded.sealed_to,
         state = excluded.state, hash = NULL, sent_at = NULL",
    )
    .bind(credential)
    .bind(half.word())
    .bind(word(way))
    .bind(to)
    .bind(state.word())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that a half was made. False when somebody else has made it, or nobody wants it any more.
pub(crate) async fn made(
    tx: &mut Tx<'_>,
    credential: i64,
    half: Half,
    hash: &str,
) -> Result<bool, PortalError> {
    let done = sqlx::query(
        "UPDATE pin_half SET state = 'waiting', hash = $1, sent_at = NULL
         WHERE credential_id = $2 AND half = $3 AND state = 'due'",
    )
    .bind(hash)
    .bind(credential)
    .bind(half.word())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that a half has left.
pub(crate) async fn left(
    tx: &mut Tx<'_>,
    credential: i64,
    half: Half,
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query("UPDATE pin_half SET state = 'sent', sent_at = $1 WHERE credential_id = $2 AND half = $3")
        .bind(stored(now))
        .bind(credential)
        .bind(half.word())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Makes a half void, and says what becomes of it.
pub(crate) async fn void(
    tx: &mut Tx<'_>,
    credential: i64,
    half: Half,
    state: HalfState,
) -> Result<(), PortalError> {
    sqlx::query("UPDATE pin_half SET state = $1, hash = NULL WHERE credential_id = $2 AND half = $3")
        .bind(state.word())
        .bind(credential)
        .bind(half.word())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Lets a planned half follow.
pub(crate) async fn follow(tx: &mut Tx<'_>, credential: i64, half: Half) -> Result<(), PortalError> {
    sqlx::query(
        "UPDATE pin_half SET state = 'due' WHERE credential_id = $1 AND half = $2 AND state = 'planned'",
    )
    .bind(credential)
    .bind(half.word())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets the hashes of both halves, and whatever of them was still to come.
pub(crate) async fn wipe(tx: &mut Tx<'_>, credential: i64) -> Result<(), PortalError> {
    sqlx::query("DELETE FROM pin_half WHERE credential_id = $1 AND state <> 'sent'")
        .bind(credential)
        .execute(&mut **tx)
        .await?;
    sqlx::query("UPDATE pin_half SET hash = NULL WHERE credential_id = $1")
        .bind(credential)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets a half that nobody plans any more.
pub(crate) async fn forget(tx: &mut Tx<'_>, credential: i64, half: Half) -> Result<(), PortalError> {
    sqlx::query("DELETE FROM pin_half WHERE credential_id = $1 AND half = $2")
        .bind(credential)
        .bind(half.word())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Both halves of a PIN, as far as they are planned.
pub(crate) async fn of(tx: &mut Tx<'_>, credential: i64) -> Result<Halves, PortalError> {
    let rows: Vec<Row> = sqlx::query_as(FIND).bind(credential).fetch_all(&mut **tx).await?;
    Halves::read(rows)
}

/// The two halves of a PIN, as far as they are planned.
#[derive(Clone, Default)]
pub(crate) struct Halves {
    pub(crate) first: Option<KeptHalf>,
    pub(crate) second: Option<KeptHalf>,
}

impl Halves {
    /// One of them.
    pub(crate) fn one(&self, half: Half) -> Option<&KeptHalf> {
        match half {
            Half::First => self.first.as_ref(),
            Half::Second => self.second.as_ref(),
        }
    }

    /// Those there are, the first one first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &KeptHalf> {
        self.first.iter().chain(&self.second)
    }

    fn read(rows: Vec<Row>) -> Result<Self, PortalError> {
        let mut halves = Self::default();
        for row in rows {
            let half = row.read()?;
            let place = match half.half {
                Half::First => &mut halves.first,
                Half::Second => &mut halves.second,
            };
            *place = Some(half);
        }
        Ok(halves)
    }
}

impl Store {
    /// Both halves of a PIN, outside any transaction.
    pub(crate) async fn halves(&self, credential: i64) -> Result<Halves, PortalError> {
        let rows: Vec<Row> = sqlx::query_as(FIND)
            .bind(credential)
            .fetch_all(self.reading())
            .await?;
        Halves::read(rows)
    }

    /// Halves to be made, by the row of their PIN.
    pub(crate) async fn due_halves(&self) -> Result<Vec<(i64, Half)>, PortalError> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT credential_id, half FROM pin_half WHERE state = 'due' ORDER BY credential_id LIMIT 50",
        )
        .fetch_all(self.reading())
        .await?;
        rows.into_iter()
            .map(|(credential, half)| Ok((credential, read_half(&half)?)))
            .collect()
    }
}

const FIND: &str = "SELECT half, way, sealed_to, state, hash, sent_at FROM pin_half WHERE credential_id = $1";

#[derive(FromRow)]
struct Row {
    half: String,
    way: String,
    sealed_to: Vec<u8>,
    state: String,
    hash: Option<String>,
    sent_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<KeptHalf, PortalError> {
        let unexpected = |column| PortalError::Stored { column };
        Ok(KeptHalf {
            half: read_half(&self.half)?,
            way: kind_of(&self.way).ok_or(unexpected("pin_half.way"))?,
            to: self.sealed_to,
            state: [
                HalfState::Planned,
                HalfState::Due,
                HalfState::Waiting,
                HalfState::Sent,
                HalfState::Stuck,
            ]
            .into_iter()
            .find(|state| state.word() == self.state)
            .ok_or(unexpected("pin_half.state"))?,
            hash: self.hash,
            sent_at: self
                .sent_at
                .map(|at| instant(at, "pin_half.sent_at"))
                .transpose()?,
        })
    }
}

fn read_half(word: &str) -> Result<Half, PortalError> {
    [Half::First, Half::Second]
        .into_iter()
        .find(|half| half.word() == word)
        .ok_or(PortalError::Stored {
            column: "pin_half.half",
        })
}
