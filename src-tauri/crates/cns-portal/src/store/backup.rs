//! A copy of the data, taken while the portal serves.

use crate::config::Database;
use crate::error::{ConfigError, PortalError};
use crate::store::open::{make_private, reader};
use std::path::Path;

/// Copies an SQLite database into a new file that only its owner reads: everything that was committed when the copy
/// began, and nothing of what was half done (`VACUUM INTO`). The portal goes on serving.
///
/// # Errors
/// [`PortalError::NoFileToCopy`] for data in memory and for PostgreSQL, which has `pg_dump`;
/// [`PortalError::Config`] when the copy is there already or cannot be written; [`PortalError::Database`].
pub async fn backup(database: &Database, copy: &Path) -> Result<(), PortalError> {
    let Database::File(path) = database else {
        return Err(PortalError::NoFileToCopy);
    };
    let unwritable = |source| {
        PortalError::Config(ConfigError::Unwritable {
            path: copy.to_owned(),
            source,
        })
    };
    if copy.exists() {
        return Err(unwritable(std::io::ErrorKind::AlreadyExists.into()));
    }
    make_private(copy).map_err(unwritable)?;
    let reader = reader(path).await?;
    let copied = sqlx::query("VACUUM INTO $1")
        .bind(copy.display().to_string())
        .execute(&reader)
        .await;
    reader.close().await;
    copied?;
    Ok(())
}
