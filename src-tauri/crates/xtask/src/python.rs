//! `cargo xtask vectors` and `cargo xtask tools`: what the tests take from PyPI, as `tests/*.txt` pin it.

use crate::{Failure, repository, shell};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Installs the certificates of other people that the tests read.
pub(crate) fn vectors() -> Result<(), Failure> {
    installed("vectors")
}

/// Installs the programs of other people that play a part in tests.
pub(crate) fn tools() -> Result<(), Failure> {
    installed("tools")?;
    installed("intercept")
}

/// Installs `tests/NAME.txt` into the folder NAME of the one that cargo builds into, where it is not there already.
fn installed(name: &str) -> Result<(), Failure> {
    let list = repository::root().join("tests").join(name).with_extension("txt");
    let wanted = fs::read_to_string(&list).map_err(Failure::file(&list))?;
    let folder = repository::target()?.join(name);
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Failure::file(&folder))?;
    }
    shell::run(&mut install(&list, &folder))?;
    fs::write(&stamp, wanted).map_err(Failure::file(&stamp))
}

/// Into a folder of its own: a Python that the system manages is left as it is. The pinned digests decide what comes.
fn install(list: &Path, folder: &Path) -> Command {
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]);
    pip.env("PIP_ROOT_USER_ACTION", "ignore");
    pip.args(["--require-hashes", "--requirement"]).arg(list);
    pip.arg("--target").arg(folder);
    pip
}
