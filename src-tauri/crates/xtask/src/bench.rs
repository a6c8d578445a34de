//! `cargo xtask bench`: numbers beside those of others, measured in one run. The benches themselves are in `tests/benches`.

use crate::setup::{self, Need};
use crate::{Failure, python, repository, shell, ui};

/// Runs the bench that is named.
pub(crate) fn bench(arguments: &[&str]) -> Result<(), Failure> {
    let [name @ ("start" | "apdu" | "card" | "login" | "trust" | "portal")] = arguments else {
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
    measure("journeys", profile, name)
}

/// It belongs to the crate that it measures: no program and no card has a part in it.
fn trust() -> Result<(), Failure> {
    setup::packages(Need::Tests)?;
    measure("cns-trust", "release", "trust")
}

/// The portal as it would be run: built for release, on a file, beside the mail server that it posts to.
fn portal() -> Result<(), Failure> {
    setup::packages(Need::Tests)?;
    setup::packages(Need::Benches)?;
    python::tools()?;
    shell::run(repository::cargo().args(["build", "--release", "--package", "cns-portal"]))?;
    measure("journeys", "release", "portal")
}

fn measure(package: &str, profile: &str, bench: &str) -> Result<(), Failure> {
    let mut cargo = repository::cargo();
    cargo.args(["bench", "--quiet", "--package", package]);
    shell::run(cargo.args(["--profile", profile, "--bench", bench]))
}
