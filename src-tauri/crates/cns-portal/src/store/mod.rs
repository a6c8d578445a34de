//! The database: one file per table, and nothing outside this folder knows SQL.

mod citizens;
mod codes;
mod periods;
mod sessions;

use crate::config::Database;
use crate::error::PortalError;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;
use time::OffsetDateTime;

pub(crate) use citizens::Citizen;
pub(crate) use sessions::NewSession;

/// The portal's tables.
pub(crate) struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens the database and brings its tables up to date.
    pub(crate) async fn open(database: &Database) -> Result<Self, PortalError> {
        let common = SqliteConnectOptions::new()
            .foreign_keys(true)
            // What SQLite sorts aside stays in memory too: a temporary file could hold personal data.
            .pragma("temp_store", "memory")
            .busy_timeout(Duration::from_secs(5));
        let pool = match database {
            // Every connection to memory is another, empty database: there is one, and it is never let go.
            Database::Memory => {
                let options = common.in_memory(true).journal_mode(SqliteJournalMode::Memory);
                SqlitePoolOptions::new()
                    .min_connections(1)
                    .max_connections(1)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .connect_with(options)
                    .await?
            }
            Database::File(path) => {
                make_private(path).map_err(|source| PortalError::DatabaseFile {
                    path: path.clone(),
                    source,
                })?;
                let options = common
                    .filename(path)
                    .journal_mode(SqliteJournalMode::Wal)
                    // A code or a session that a power cut forgets costs a new login, and no more.
                    .synchronous(SqliteSynchronous::Normal);
                SqlitePoolOptions::new()
                    .max_connections(8)
                    .connect_with(options)
                    .await?
            }
        };
        sqlx::migrate!().run(&pool).await?;
        Ok(Self { pool })
    }

    /// Asks whether the database answers.
    pub(crate) async fn ping(&self) -> Result<(), PortalError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Makes the file, empty, so that only its owner reads it. SQLite gives its journals the same rights.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// An instant as it is stored: whole seconds. What expires at 60.9 expires at 60, never later than was said.
fn stored(instant: OffsetDateTime) -> i64 {
    instant.unix_timestamp()
}
