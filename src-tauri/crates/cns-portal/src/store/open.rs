//! Opens the database, and brings its tables up to date.

use crate::config::Database;
use crate::error::PortalError;
use crate::store::{Engine, Store};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::Migrator;
use sqlx::{AnyPool, Executor as _};
use std::fs::OpenOptions;
use std::path::Path;
use std::str::FromStr as _;

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

impl Store {
    /// Opens the database and brings its tables up to date.
    pub(crate) async fn open(database: &Database) -> Result<Self, PortalError> {
        sqlx::any::install_default_drivers();
        match database {
            // Every connection to memory is another, empty database: there is one, and it is never let go.
            Database::Memory => {
                let only = sqlite("sqlite::memory:", 1, "PRAGMA journal_mode = MEMORY").await?;
                SQLITE.run(&only).await?;
                Ok(Self {
                    write: only.clone(),
                    read: only,
                    engine: Engine::Sqlite,
                })
            }
            Database::File(path) => {
                make_private(path).map_err(|source| PortalError::DatabaseFile {
                    path: path.clone(),
                    source,
                })?;
                let url = file_url(path, "rwc");
                // The writer comes first: it makes the journal, and brings the tables up to date.
                let write = sqlite(&url, 1, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").await?;
                SQLITE.run(&write).await?;
                let read = sqlite(&url, 8, "PRAGMA query_only = ON").await?;
                Ok(Self {
                    write,
                    read,
                    engine: Engine::Sqlite,
                })
            }
            Database::Postgres(url) => {
                let pool = AnyPoolOptions::new()
                    .max_connections(16)
                    .connect_with(AnyConnectOptions::from_str(url.reveal())?)
                    .await?;
                // Instances that start together take turns: the migrator holds an advisory lock.
                POSTGRES.run(&pool).await?;
                Ok(Self {
                    write: pool.clone(),
                    read: pool,
                    engine: Engine::Postgres,
                })
            }
        }
    }
}

/// A connection that only reads, to a file that is there: whatever its tables are, they stay as they are.
pub(super) async fn reader(path: &Path) -> Result<AnyPool, PortalError> {
    sqlx::any::install_default_drivers();
    sqlite(&file_url(path, "ro"), 1, "").await
}

/// Connections that never end by themselves, each set up by `pragmas` besides what all have in common.
async fn sqlite(url: &str, connections: u32, pragmas: &'static str) -> Result<AnyPool, PortalError> {
    Ok(AnyPoolOptions::new()
        .min_connections(1)
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                // What SQLite sorts aside stays in memory: a temporary file could hold personal data.
                let common =
                    "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
                              PRAGMA secure_delete = ON";
                connection.execute(common).await?;
                connection.execute(pragmas).await?;
                Ok(())
            })
        })
        .connect_with(AnyConnectOptions::from_str(url)?)
        .await?)
}

/// The file as SQLite's URL: what would end a path there is written by its code.
fn file_url(path: &Path, mode: &str) -> String {
    let path = path.display().to_string();
    let path = path.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite:{path}?mode={mode}")
}

/// Makes the file, empty, so that only its owner reads it. SQLite gives its journals the same rights.
pub(super) fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
