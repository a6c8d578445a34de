//! The database: one file per group of tables, and nothing outside this folder knows SQL.
//!
//! Two databases, one text: SQLite for one process, PostgreSQL for several. What is written here runs on both: `$1`
//! for what is bound, `CAST(… AS BIGINT)` around sums, `ON CONFLICT` instead of an error that is caught (PostgreSQL
//! ends the transaction at the first error). The tables of the two are in `migrations/sqlite` and
//! `migrations/postgres`, with the same names.

pub(crate) mod accesses;
pub(crate) mod applications;
pub(crate) mod archive;
pub(crate) mod audit;
mod backup;
pub(crate) mod citizens;
mod codes;
pub(crate) mod contacts;
pub(crate) mod conversions;
pub(crate) mod credentials;
mod days;
pub(crate) mod documents;
pub(crate) mod halves;
pub(crate) mod notices;
mod open;
pub(crate) mod operators;
pub(crate) mod outbox;
mod periods;
pub(crate) mod pin_codes;
pub(crate) mod pin_kind;
#[cfg(test)]
mod plans;
pub(crate) mod requests;
pub(crate) mod sessions;
mod slips;
mod tax;
pub(crate) mod throttle;
mod waiting;
mod words;

use crate::error::PortalError;
use sqlx::AnyPool;
use time::OffsetDateTime;

pub use backup::backup;
pub(crate) use citizens::Citizen;
pub(crate) use sessions::NewSession;
pub(crate) use words::word;

/// The portal's tables.
pub(crate) struct Store {
    write: AnyPool,
    read: AnyPool,
    engine: Engine,
}

/// Which database stands behind the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A transaction that writes. It is undone when it is dropped without `commit`.
pub(crate) type Tx<'a> = sqlx::Transaction<'a, sqlx::Any>;

impl Store {
    /// Begins a transaction that may write. Of SQLite's there is one at a time; of PostgreSQL's many, so whoever reads
    /// a row to decide by it takes its lock first ([`for_update`](Self::for_update)).
    ///
    /// Nobody asks for [`reading`](Self::reading) while holding one: in memory both are the same single connection.
    pub(crate) async fn writing(&self) -> Result<Tx<'_>, PortalError> {
        Ok(match self.engine {
            // A transaction that begins by reading could not be promoted once another has written.
            Engine::Sqlite => self.write.begin_with("BEGIN IMMEDIATE").await?,
            Engine::Postgres => self.write.begin().await?,
        })
    }

    /// Begins a transaction that reads everything as it is at its first statement, whatever others write meanwhile.
    pub(crate) async fn snapshot(&self) -> Result<Tx<'_>, PortalError> {
        Ok(match self.engine {
            Engine::Sqlite => self.read.begin().await?,
            Engine::Postgres => {
                self.read
                    .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?
            }
        })
    }

    /// Connections for statements that only read. Rows are fetched at once (`fetch_all`), never streamed.
    pub(crate) fn reading(&self) -> &AnyPool {
        &self.read
    }

    /// Connections for one statement that writes by itself.
    fn writer(&self) -> &AnyPool {
        &self.write
    }

    /// What ends a `SELECT` whose rows the transaction will write: PostgreSQL locks them, SQLite has locked all.
    pub(crate) fn for_update(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite => "",
            Engine::Postgres => " FOR UPDATE",
        }
    }

    /// The same, passing over rows that another transaction holds.
    pub(crate) fn skip_locked(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite => "",
            Engine::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// Asks whether the database answers.
    pub(crate) async fn ping(&self) -> Result<(), PortalError> {
        sqlx::query("SELECT 1").execute(&self.read).await?;
        Ok(())
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// An instant as it is stored: whole seconds. What expires at 60.9 expires at 60, never later than was said.
pub(crate) fn stored(instant: OffsetDateTime) -> i64 {
    instant.unix_timestamp()
}

/// An instant as it was stored.
pub(crate) fn instant(seconds: i64, column: &'static str) -> Result<OffsetDateTime, PortalError> {
    OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| PortalError::Stored { column })
}
