//! `cargo xtask bench`: numbers beside those of others, measured in one run. The benches themselves are in `tests/benches`.

use crate::setup::{self, Need};
use crate::{Failure, python, repository, shell, ui};

/// Runs the bench that is named.
pub(crate) fn bench(arguments: &[&str]) -> Result<(), Failure> {
    let [name] = arguments else {
        return Err(Failure::Usage);
    };
    let bench = BENCHES.iter().find(|bench| bench.name == *name);
    let bench = bench.ok_or(Failure::Usage)?;
    setup::packages(Need::Tests)?;
    if bench.package == "journeys" {
        setup::packages(Need::Benches)?;
    }
    (bench.parts)()?;
    let profile = if bench.release { "release" } else { "dev" };
    if !bench.build.is_empty() {
        let mut build = repository::cargo();
        build.args(["build", "--profile", profile]).args(bench.build);
        shell::run(&mut build)?;
    }
    let mut cargo = repository::cargo();
    cargo.args(["bench", "--quiet", "--package", bench.package]);
    shell::run(cargo.args(["--profile", profile, "--bench", bench.name]))
}

/// What a bench needs.
struct Bench {
    name: &'static str,
    /// To whom it belongs: to the crate that it measures, or to the stories, where programs have a part in it.
    package: &'static str,
    /// Whether only what is shipped is worth its clock.
    release: bool,
    /// What has to be there beside the system's packages.
    parts: fn() -> Result<(), Failure>,
    /// The programs that play in it.
    build: &'static [&'static str],
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "start",
        package: "journeys",
        release: true,
        parts: the_page,
        build: &[
            "--package",
            "cns-virtual-card",
            "--package",
            "cns-cli",
            "--package",
            "sportello",
            "--features",
            "sportello/custom-protocol",
        ],
    },
    // The virtual card counts its commands and takes its time: how fast we compute hardly shows.
    Bench {
        name: "apdu",
        package: "journeys",
        release: false,
        parts: setup::node,
        build: CARD,
    },
    Bench {
        name: "card",
        package: "journeys",
        release: false,
        parts: setup::node,
        build: CARD,
    },
    Bench {
        name: "trust",
        package: "cns-trust",
        release: true,
        parts: nothing,
        build: &[],
    },
    // The portal as it would be run: on a file, beside the mail server that it posts to.
    Bench {
        name: "portal",
        package: "journeys",
        release: true,
        parts: python::tools,
        build: &["--package", "cns-portal"],
    },
];

const CARD: &[&str] = &["--package", "cns-virtual-card", "--package", "cns-cli"];

fn the_page() -> Result<(), Failure> {
    setup::node()?;
    ui::install()?;
    ui::build()
}

fn nothing() -> Result<(), Failure> {
    Ok(())
}
