//! `cargo xtask fuzz [SECONDS]`: every fuzz target of `tests/fuzz`, for that long each.

use crate::setup::{self, Need};
use crate::{Failure, repository, shell};
use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Builds the targets, then runs as many at a time as there are processors.
pub(crate) fn fuzz(arguments: &[&str]) -> Result<(), Failure> {
    let seconds: u32 = match arguments {
        [] => 60,
        [seconds] => seconds.parse().map_err(|_| Failure::Usage)?,
        _ => return Err(Failure::Usage),
    };
    setup::packages(Need::Terminal)?;
    let folder = repository::root().join("tests/fuzz");
    shell::run(cargo(&folder).args(["build", "--locked", "--release", "--bins"]))?;
    let targets = targets(&folder)?;
    println!("{} targets, {seconds} s each", targets.len());
    let waiting = Mutex::new(VecDeque::from(targets));
    let found = Mutex::new(0);
    let take = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(target) = take() {
                    if !is_clean(&folder, &target, seconds) {
                        *found.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                    }
                }
            });
        }
    });
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!("{found} targets found something");
    if found == 0 { Ok(()) } else { Err(Failure::Tests) }
}

/// Runs one target and tells in one line how it went; what it said is shown when it found something.
fn is_clean(folder: &Path, target: &str, seconds: u32) -> bool {
    let (corpus, finds) = (format!("corpus/{target}"), format!("artifacts/{target}/"));
    let made = [&corpus, &finds]
        .iter()
        .all(|path| fs::create_dir_all(folder.join(path)).is_ok());
    let mut run = cargo(folder);
    run.args([
        "run",
        "--locked",
        "--quiet",
        "--release",
        "--bin",
        target,
        "--",
        "-timeout=10",
    ]);
    run.args([
        format!("-max_total_time={seconds}"),
        format!("-artifact_prefix={finds}"),
        corpus,
    ]);
    match run.stdin(Stdio::null()).output() {
        Ok(output) if made && output.status.success() => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let runs = said
                .lines()
                .rev()
                .find(|line| line.starts_with("Done "))
                .unwrap_or("Done");
            println!("clean {target:<20} {runs}");
            true
        }
        Ok(output) => {
            println!("FOUND {target}, see tests/fuzz/{finds}");
            eprintln!("{}", String::from_utf8_lossy(&output.stderr));
            false
        }
        Err(error) => {
            eprintln!("{target}: {error}");
            false
        }
    }
}

/// One target per file of `fuzz_targets`.
fn targets(folder: &Path) -> Result<Vec<String>, Failure> {
    let sources = folder.join("fuzz_targets");
    let entries = fs::read_dir(&sources).map_err(Failure::file(&sources))?;
    let files = entries.flatten().map(|entry| entry.path());
    let is_source = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "rs");
    let mut names: Vec<String> = files
        .filter(is_source)
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// Cargo in the folder of the targets, whose compiler flags stand in a file there.
fn cargo(folder: &Path) -> Command {
    let mut cargo = repository::cargo();
    cargo.current_dir(folder).env_remove("RUSTFLAGS");
    // The product's builds have other flags: neither throws the other's away.
    cargo.env("CARGO_TARGET_DIR", folder.join("target"));
    cargo
}
