//! The web side: its packages and its build.

use crate::repository;
use crate::{Failure, shell};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::SystemTime;

/// The folder of the web side.
pub(crate) fn folder() -> PathBuf {
    repository::root().join("ui")
}

/// npm, in the folder of the web side.
pub(crate) fn npm() -> Command {
    // On Windows npm is a script, which only its full name starts.
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(folder());
    npm
}

/// Installs the packages of the lock file, unless that was done since it last changed.
pub(crate) fn install() -> Result<(), Failure> {
    let installed = modified(&folder().join("node_modules/.package-lock.json"));
    let locked = modified(&folder().join("package-lock.json"));
    if installed.is_some() && installed >= locked {
        return Ok(());
    }
    shell::run(npm().args(["ci", "--no-audit", "--no-fund"]))
}

/// Builds the pages that the window shows.
pub(crate) fn build() -> Result<(), Failure> {
    shell::run(npm().args(["run", "build"]))
}

fn modified(path: &std::path::Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}
