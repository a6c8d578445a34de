//! Table `throttle`: who tried how often, by index of a person or of an address.

use crate::error::PortalError;
use crate::store::{Store, Tx, instant, stored};
use std::time::Duration;
use time::OffsetDateTime;

/// What is remembered of somebody's tries.
pub(crate) struct Tries {
    tries: u32,
    window_from: OffsetDateTime,
    not_before: OffsetDateTime,
}

impl Tries {
    /// How long to wait; `None` when nothing is to be waited for.
    pub(crate) fn wait(&self, now: OffsetDateTime) -> Option<Duration> {
        let left = Duration::try_from(self.not_before - now).ok()?;
        (left > Duration::ZERO).then_some(left)
    }

    /// Tries in a row, the last of them not longer ago than this.
    pub(crate) fn tries_within(&self, window: Duration, now: OffsetDateTime) -> u32 {
        if self.window_from + window <= now {
            0
        } else {
            self.tries
        }
    }

    /// Tries of the window that is open, and when it was opened.
    pub(crate) fn hits(&self, window: Duration, now: OffsetDateTime) -> (u32, OffsetDateTime) {
        if self.window_from + window <= now {
            (0, now)
        } else {
            (self.tries, self.window_from)
        }
    }
}

/// Reads a row, and holds it until the transaction ends.
pub(crate) async fn read(
    tx: &mut Tx<'_>,
    store: &Store,
    act: &str,
    key: &[u8],
    now: OffsetDateTime,
) -> Result<Tries, PortalError> {
    // The row must be there to be held: of two first tries at once, one waits here.
    sqlx::query(
        "INSERT INTO throttle (act, key, tries, window_from, not_before) VALUES ($1, $2, 0, $3, 0)
         ON CONFLICT DO NOTHING",
    )
    .bind(act)
    .bind(key)
    .bind(stored(now))
    .execute(&mut **tx)
    .await?;
    let select = sqlx::AssertSqlSafe(format!(
        "SELECT tries, window_from, not_before FROM throttle WHERE act = $1 AND key = $2{}",
        store.for_update()
    ));
    let (tries, window_from, not_before): (i64, i64, i64) = sqlx::query_as(select)
        .bind(act)
        .bind(key)
        .fetch_one(&mut **tx)
        .await?;
    Ok(Tries {
        tries: u32::try_from(tries).map_err(|_| PortalError::Stored {
            column: "throttle.tries",
        })?,
        window_from: instant(window_from, "throttle.window_from")?,
        not_before: instant(not_before, "throttle.not_before")?,
    })
}

/// Writes a row that was read.
pub(crate) async fn write(
    tx: &mut Tx<'_>,
    act: &str,
    key: &[u8],
    tries: u32,
    window_from: OffsetDateTime,
    not_before: OffsetDateTime,
) -> Result<(), PortalError> {
    sqlx::query(
        "UPDATE throttle SET tries = $1, window_from = $2, not_before = $3 WHERE act = $4 AND key = $5",
    )
    .bind(i64::from(tries))
    .bind(stored(window_from))
    .bind(stored(not_before + ALMOST_A_SECOND))
    .bind(act)
    .bind(key)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What is stored in whole seconds must not end before it was said to.
const ALMOST_A_SECOND: Duration = Duration::from_nanos(999_999_999);

/// Takes one try back.
pub(crate) async fn take_back(tx: &mut Tx<'_>, act: &str, key: &[u8]) -> Result<(), PortalError> {
    sqlx::query("UPDATE throttle SET tries = tries - 1 WHERE act = $1 AND key = $2 AND tries > 0")
        .bind(act)
        .bind(key)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes all tries back.
pub(crate) async fn forget(tx: &mut Tx<'_>, act: &str, key: &[u8]) -> Result<(), PortalError> {
    sqlx::query("DELETE FROM throttle WHERE act = $1 AND key = $2")
        .bind(act)
        .bind(key)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets what nobody added to since.
pub(crate) async fn forget_before(tx: &mut Tx<'_>, instant: i64) -> Result<(), PortalError> {
    sqlx::query("DELETE FROM throttle WHERE window_from <= $1 AND not_before <= $1")
        .bind(instant)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
