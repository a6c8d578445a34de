//! `cargo xtask vectors`: the certificates of other people that the tests read, as `tests/vectors.txt` pins them.

use crate::{Failure, repository, shell};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Installs them into `vectors` of the folder that cargo builds into, where they are not there already.
pub(crate) fn vectors() -> Result<(), Failure> {
    let list = repository::root().join(LIST);
    let wanted = fs::read_to_string(&list).map_err(Failure::file(&list))?;
    let folder = repository::target()?.join("vectors");
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

const LIST: &str = "tests/vectors.txt";
