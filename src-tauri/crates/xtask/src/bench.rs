//! `cargo xtask bench`: numbers beside those of others, measured in one run. The benches themselves are in `tests/benches`.

use crate::setup::{self, Need};
use crate::{Failure, repository, shell, ui};

/// Runs the bench that is named.
pub(crate) fn bench(arguments: &[&str]) -> Result<(), Failure> {
    let [name @ ("start" | "apdu" | "card" | "trust" | "portal")] = arguments else {
        return Err(Failure::Usage);
    };
    if *name == "trust" {
        return trust();
    }
    if *name == "portal" {
        return portal();
    }
    setup::node()?;
    setup::packages(Need::Tests)?;
    setup::packages(Need::Benches)?;
    let mut build = repository::cargo();
    build.args(["build", "--package", "cns-virtual-card", "--package", "cns-cli"]);
    let profile = if *name == "start" {
        // Only what is shipped is worth a clock.
        ui::install()?;
        ui::build()?;
        build.args([
            "--package",
            "sportello",
            "--features",
            "sportello/custom-protocol",
            "--release",
        ]);
        "release"
    } else {
        // The virtual card counts its commands and takes its time: how fast we compute hardly shows.
        "dev"
    };
    shell::run(&mut build)?;
    let mut bench = repository::cargo();
    shell::run(bench.args([
        "bench",
        "--quiet",
        "--package",
        "journeys",
        "--profile",
        profile,
        "--bench",
        name,
    ]))
}

/// It belongs to the crate that it measures: no program and no card has a part in it.
fn trust() -> Result<(), Failure> {
    setup::packages(Need::Tests)?;
    let mut bench = repository::cargo();
    shell::run(bench.args([
        "bench",
        "--quiet",
        "--package",
        "cns-trust",
        "--profile",
        "release",
        "--bench",
        "trust",
    ]))
}

/// The portal as it would be run: built for release, on a file.
fn portal() -> Result<(), Failure> {
    setup::packages(Need::Tests)?;
    setup::packages(Need::Benches)?;
    shell::run(repository::cargo().args(["build", "--release", "--package", "cns-portal"]))?;
    let mut bench = repository::cargo();
    shell::run(bench.args([
        "bench",
        "--quiet",
        "--package",
        "journeys",
        "--profile",
        "release",
        "--bench",
        "portal",
    ]))
}
