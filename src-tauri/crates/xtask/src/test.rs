//! `cargo xtask test`: every test there is, and one closing line that counts them.

use crate::count::Count;
use crate::setup::{self, Need};
use crate::{Failure, api, python, repository, shell, ui};
use std::fs;
use std::process::Command;
use std::thread;
use std::time::Instant;

/// Sets up what tests need, runs every part to its end, and says how many passed.
pub(crate) fn test(arguments: &[&str]) -> Result<(), Failure> {
    let (parts, stories) = match arguments {
        ["journeys", filter @ ..] => (Vec::new(), Some(filter)),
        names => (chosen(names).ok_or(Failure::Usage)?, None),
    };
    if !ended_well(prepare()) {
        return close(Count::one(false));
    }
    if let Some(filter) = stories {
        return close(journeys(filter));
    }
    let mut total = Count::default();
    let mut told = String::new();
    for (name, part) in parts {
        println!("\n== {name}");
        let started = Instant::now();
        let Count { passed, failed } = part();
        total.add(Count { passed, failed });
        let seconds = started.elapsed().as_secs();
        told.push_str(&format!(
            "{name:<8} {passed:>5} passed {failed:>4} failed {seconds:>5} s\n"
        ));
    }
    println!("\n{told}");
    close(total)
}

/// The parts with these names, or all of them; nothing when there is no such part.
fn chosen(names: &[&str]) -> Option<Vec<(&'static str, Part)>> {
    if names.is_empty() {
        return Some(PARTS.to_vec());
    }
    names
        .iter()
        .map(|name| PARTS.iter().copied().find(|(part, _)| part == name))
        .collect()
}

/// A part of the tests: runs to its end and counts.
type Part = fn() -> Count;

/// The parts, in the order of what is quick to know.
const PARTS: &[(&str, Part)] = &[
    ("ui", web_side),
    ("fmt", format),
    ("clippy", clippy),
    ("cargo", every_cargo_test),
    ("api", api::api),
];

fn prepare() -> Result<(), Failure> {
    setup::node()?;
    setup::packages(Need::Tests)?;
    python::vectors()?;
    python::tools()?;
    ui::install()?;
    // The window's crate embeds the built pages: nothing of it compiles before they are there.
    ui::build()
}

fn close(total: Count) -> Result<(), Failure> {
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 && total.passed > 0 {
        Ok(())
    } else {
        Err(Failure::Tests)
    }
}

fn web_side() -> Count {
    let mut count = Count::one(ends_well(ui::npm().args(["run", "check"])));
    let Ok(target) = repository::target() else {
        return Count::one(false);
    };
    let report = target.join("vitest.json");
    let _stale = fs::remove_file(&report);
    let mut vitest = ui::npm();
    vitest.args([
        "exec",
        "--",
        "vitest",
        "run",
        "--reporter=default",
        "--reporter=json",
    ]);
    vitest.arg(format!("--outputFile.json={}", report.display()));
    let passed = ends_well(&mut vitest);
    count.add(Count::of_vitest(
        &fs::read_to_string(report).unwrap_or_default(),
        passed,
    ));
    count
}

fn format() -> Count {
    let mut count = Count::one(ends_well(repository::cargo().args(["fmt", "--all", "--check"])));
    // A workspace of its own. Clippy does not go there: it would compile every crate below it a second time, for more
    // than a minute, to look at a page of calls; `cargo xtask fuzz` compiles it.
    let targets = ["fmt", "--manifest-path", "tests/fuzz/Cargo.toml", "--check"];
    count.add(Count::one(ends_well(repository::cargo().args(targets))));
    count
}

fn clippy() -> Count {
    let mut clippy = repository::cargo();
    clippy.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        DRIVEN_WINDOW,
    ]);
    let mut without = repository::cargo();
    without.args(["clippy", "--package", "cns-tls", "--no-default-features"]);
    let mut count = Count::one(ends_well(clippy.args(["--", "-D", "warnings"])));
    // Who builds without the second TLS builds something that nobody else here does.
    count.add(Count::one(ends_well(without.args(["--", "-D", "warnings"]))));
    count
}

fn every_cargo_test() -> Count {
    if let Err(failure) = build() {
        eprintln!("xtask: {failure}");
        return Count::one(false);
    }
    forget_old_pictures();
    cargo_test(&["--workspace"], &[])
}

fn journeys(filter: &[&str]) -> Count {
    if let Err(failure) = build() {
        eprintln!("xtask: {failure}");
        return Count::one(false);
    }
    // The whole workspace stays selected, so that nothing is compiled again with fewer features.
    cargo_test(&["--workspace", "--test", "journeys"], filter)
}

/// The pictures of the screens are those of the last whole run.
fn forget_old_pictures() {
    let _none = fs::remove_dir_all(repository::root().join("tests/screenshots"));
}

fn cargo_test(selection: &[&str], filter: &[&str]) -> Count {
    let mut cargo = repository::cargo();
    cargo
        .args(["test", "--no-fail-fast", "--features", DRIVEN_WINDOW])
        .args(selection)
        .env("RUST_TEST_THREADS", threads().to_string());
    match shell::tee(cargo.arg("--").args(filter)) {
        Ok((said, ended_well)) => {
            println!();
            walked(&said).for_each(|line| println!("{line}"));
            Count::of_cargo(&said, ended_well)
        }
        Err(failure) => {
            eprintln!("xtask: {failure}");
            Count::one(false)
        }
    }
}

/// What tests say of how much they went through, which is more than one each. A word of the harness may stand before it.
fn walked(said: &str) -> impl Iterator<Item = &str> {
    let is_counted = |rest: &str| rest.starts_with(|sign: char| sign.is_ascii_digit());
    said.lines()
        .filter_map(|line| line.get(line.find(WALKED)?..))
        .filter(move |line| line.strip_prefix(WALKED).is_some_and(is_counted))
}

/// Stories wait for readers, servers and windows more than they compute.
fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from) * 2
}

/// Builds every program and every test in one feature set, because stories start the programs.
///
/// The window is built twice, as it is shipped and with its door for WebDriver; only its own crate differs. Each gets
/// a name of its own, which no other build takes away.
fn build() -> Result<(), Failure> {
    let folder = repository::target()?.join("debug");
    for (features, name) in [
        (SHIPPED_WINDOW, "sportello-shipped"),
        (DRIVEN_WINDOW, "sportello-driven"),
    ] {
        build_with(features)?;
        let copy = folder.join(name);
        fs::copy(folder.join("sportello"), &copy).map_err(Failure::file(&copy))?;
    }
    Ok(())
}

fn build_with(features: &str) -> Result<(), Failure> {
    // Programs and tests in one command share one resolution of features: everything compiles once.
    shell::run(repository::cargo().args([
        "build",
        "--workspace",
        "--bins",
        "--tests",
        "--features",
        features,
    ]))
}

fn ends_well(command: &mut Command) -> bool {
    ended_well(shell::run(command))
}

fn ended_well(outcome: Result<(), Failure>) -> bool {
    if let Err(failure) = &outcome {
        eprintln!("xtask: {failure}");
    }
    outcome.is_ok()
}

const WALKED: &str = "walked ";
const SHIPPED_WINDOW: &str = "sportello/custom-protocol";
const DRIVEN_WINDOW: &str = "sportello/custom-protocol,sportello/webdriver";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tests_went_through_is_found_in_what_they_said() {
        let said = "running 2 tests\nwalked 12 faults: 2 acts\ntest a::is_walked ... ok\ntest b ... walked 3 disorders\nok\n";
        let walked: Vec<&str> = walked(said).collect();
        assert_eq!(walked, ["walked 12 faults: 2 acts", "walked 3 disorders"]);
    }
}
