//! Where things are in the repository.

use crate::Failure;
use crate::shell;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(3).unwrap_or(here).to_owned()
}

/// What `cargo metadata` says about the members of the workspace.
pub(crate) fn metadata() -> Result<Value, Failure> {
    let mut cargo = cargo();
    cargo.args(["metadata", "--format-version", "1", "--no-deps", "--offline"]);
    serde_json::from_str(&shell::output(&mut cargo)?).map_err(|_| Failure::Unreadable {
        source: "`cargo metadata`".to_owned(),
    })
}

/// The folder into which cargo builds.
pub(crate) fn target() -> Result<PathBuf, Failure> {
    let metadata = metadata()?;
    let folder = metadata["target_directory"].as_str();
    folder.map(PathBuf::from).ok_or_else(|| Failure::Unreadable {
        source: "`cargo metadata`".to_owned(),
    })
}

/// Cargo, at the root of the repository.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// Every file that people wrote, relative to the root and in order.
pub(crate) fn written_files() -> Result<Vec<PathBuf>, Failure> {
    let root = root();
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(Failure::file(&folder))? {
            let path = entry.map_err(Failure::file(&folder))?.path();
            let relative = path.strip_prefix(&root).unwrap_or(&path);
            if MADE_BY_MACHINES.iter().any(|made| relative == Path::new(made)) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(relative.to_owned());
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The text of a file, or nothing when it is no text.
pub(crate) fn text(relative: &Path) -> Result<Option<String>, Failure> {
    let path = root().join(relative);
    let bytes = fs::read(&path).map_err(Failure::file(&path))?;
    Ok(String::from_utf8(bytes).ok())
}

/// Folders that hold nothing written by a person.
const MADE_BY_MACHINES: &[&str] = &[
    ".git",
    "target",
    "src-tauri/gen",
    "src-tauri/target",
    "tests/fuzz/artifacts",
    "tests/fuzz/corpus",
    "tests/fuzz/target",
    "tests/screenshots",
    "ui/dist",
    "ui/node_modules",
];
