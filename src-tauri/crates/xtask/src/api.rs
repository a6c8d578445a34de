//! The part `api` of the tests: the portal's own description of its API, held against the portal as it runs, by
//! programs that we did not write.
//!
//! The portal is the real program, on SQLite, with two people: one comes with a PIN and one with a card. Each is
//! offered what is the other's.

mod counter;
mod desk;
mod pki;
mod portal;
mod report;

use crate::count::Count;
use crate::{Failure, repository, shell};
use desk::Desk;
use portal::{Hosts, Portal};
use report::Report;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the contract's tests and counts them.
pub(crate) fn api() -> Count {
    match contract() {
        Ok(count) => count,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            Count::one(false)
        }
    }
}

fn contract() -> Result<Count, Failure> {
    let place = Place::make()?;
    let portal = Portal::start(&place.folder)?;
    let described = place.folder.join("openapi.json");
    fs::write(&described, portal.description()?).map_err(Failure::file(&described))?;

    let mut count = Count::one(place.is_openapi(&described));
    let desk = Desk::open(&place.folder, portal.hosts())?;
    place.write_settings(&desk)?;
    for run in RUNS {
        let mut missing = run.must.to_vec();
        for seed in 1..=run.seeds {
            let (cases, report) = place.schemathesis(run, seed, &described, portal.hosts())?;
            count.add(cases);
            missing.retain(|check| report.looks(check) == 0);
            if missing.is_empty() {
                break;
            }
        }
        for check in run.must {
            let looked = !missing.contains(check);
            if !looked {
                eprintln!("xtask: `{check}` had nothing to look at");
            }
            count.add(Count::one(looked));
        }
    }
    Ok(count)
}

/// One run of schemathesis.
struct Run {
    name: &'static str,
    /// Which operations, by tag.
    filter: [&'static str; 2],
    host: fn(&Hosts) -> &str,
    /// Whether the host asks for a card.
    card: bool,
    /// Checks that must have had something to look at.
    must: &'static [&'static str],
    phases: &'static str,
    /// The most cases for each operation in each phase, or of sequences; not a time, which a slow machine would fill with less.
    cases: u16,
    /// It is begun anew with another seed, at most so often, until those checks had something to look at: what a sequence
    /// makes and deletes follows from chance, and from what the portal answers.
    seeds: u8,
}

const RUNS: &[Run] = &[
    Run {
        name: "area",
        filter: ["--exclude-tag", "cns"],
        host: |hosts| &hosts.api,
        card: false,
        must: &["ignored_auth"],
        phases: ONE_BY_ONE,
        cases: 100,
        seeds: 1,
    },
    Run {
        name: "area-in-turns",
        filter: ["--exclude-tag", "cns"],
        host: |hosts| &hosts.api,
        card: false,
        must: &["object_level_authorization", "use_after_free"],
        phases: "stateful",
        cases: 600,
        seeds: 12,
    },
    Run {
        name: "cns",
        filter: ["--include-tag", "cns"],
        host: |hosts| &hosts.cns,
        card: true,
        must: &[],
        phases: ONE_BY_ONE,
        cases: 100,
        seeds: 1,
    },
];

/// Each operation by itself.
const ONE_BY_ONE: &str = "examples,coverage,fuzzing";

/// Where everything of the runs is.
struct Place {
    folder: PathBuf,
    tools: PathBuf,
}

impl Place {
    fn make() -> Result<Self, Failure> {
        let target = repository::target()?;
        let folder = target.join("api");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Failure::file(&folder))?;
        }
        fs::create_dir(&folder).map_err(Failure::file(&folder))?;
        Ok(Self {
            folder,
            tools: target.join("tools"),
        })
    }

    fn python(&self, module: &str) -> Command {
        let mut python = Command::new("python3");
        // Whatever the system's own Python has installed stays out of it, and what the runs leave stays in the folder.
        python.env("PYTHONPATH", &self.tools).current_dir(&self.folder);
        python.args(["-s", "-m", module]);
        python
    }

    fn is_openapi(&self, described: &Path) -> bool {
        let valid = shell::run(self.python("openapi_spec_validator").arg(described));
        if let Err(failure) = &valid {
            eprintln!("xtask: {failure}");
        }
        valid.is_ok()
    }

    /// What schemathesis is told once for every run.
    fn write_settings(&self, desk: &Desk) -> Result<(), Failure> {
        for (name, text) in [
            (
                "schemathesis.toml",
                include_str!("api/schemathesis.toml").to_owned(),
            ),
            (
                "api_formats.py",
                include_str!("../../../../tests/peers/api_formats.py").to_owned(),
            ),
            ("people.json", desk.people()),
        ] {
            let path = self.folder.join(name);
            fs::write(&path, text).map_err(Failure::file(&path))?;
        }
        Ok(())
    }

    fn schemathesis(
        &self,
        run: &Run,
        seed: u8,
        described: &Path,
        hosts: &Hosts,
    ) -> Result<(Count, Report), Failure> {
        let mut command = self.python("schemathesis.cli");
        command
            .args(["--config-file", "schemathesis.toml", "run"])
            .arg(described);
        command.args(["--url", &format!("https://{}", (run.host)(hosts))]);
        command.args(run.filter);
        command.args(["--seed", &seed.to_string()]);
        command.args(["--phases", run.phases, "--max-examples", &run.cases.to_string()]);
        let report = self.folder.join(format!("{}.ndjson", run.name));
        command.arg("--report-ndjson-path").arg(&report);
        if run.card {
            command.args(["--request-cert", "bruno.pem", "--request-cert-key", "bruno.key"]);
        }
        let (_, ended_well) = shell::tee(&mut command)?;
        let report = Report::read(&report)?;
        println!(
            "schemathesis: {}: {} cases, {} failures; {} of {} operations gave something",
            run.name,
            report.cases,
            report.failures,
            report.gave.len(),
            report.asked.len()
        );
        println!("schemathesis: {}: looked at: {}", run.name, report.looked_at());
        let count = Count {
            passed: report.cases.saturating_sub(report.failures),
            failed: report.failures + u64::from(report.cases == 0 || (!ended_well && report.failures == 0)),
        };
        Ok((count, report))
    }
}
