//! Stories that speak to PC/SC from their own process, several at a time.
//!
//! The library of PC/SC learns from the environment of its process where the service is, so each such story is told in a
//! process of its own: the test starts itself again, once for each lane.

use crate::patience;
use crate::process::Process;
use crate::stack::Stack;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Tells `story` once for each of the lanes, all at once, and returns what each of them said; nothing in a lane itself.
///
/// `test` is the whole name of the test that calls this. The story gets the name of its lane and a service that does
/// not run yet, which the process finds when it does.
///
/// # Panics
/// When a lane fails, or is not done in time.
pub fn in_lanes(test: &str, lanes: &[&str], story: impl FnOnce(&str, Stack)) -> Option<Vec<String>> {
    if let (Ok(lane), Some(folder)) = (std::env::var(LANE), std::env::var_os(FOLDER)) {
        story(&lane, Stack::stopped_in(&PathBuf::from(folder)));
        return None;
    }
    let mut running: Vec<(&str, tempfile::TempDir, Process)> = lanes
        .iter()
        .map(|lane| {
            let folder = tempfile::Builder::new()
                .prefix("spl-")
                .tempdir_in("/tmp")
                .expect("a folder under /tmp");
            let mut command = Command::new(std::env::current_exe().unwrap());
            command
                .args([test, "--exact", "--nocapture"])
                .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
                .env("PCSCLITE_CSOCK_NAME", Stack::socket_in(folder.path()))
                .env(LANE, lane)
                .env(FOLDER, folder.path());
            let process = Process::start(&command);
            (*lane, folder, process)
        })
        .collect();
    let started = Instant::now();
    while running.iter_mut().any(|(_, _, process)| process.runs()) && started.elapsed() < LIMIT {
        thread::sleep(Duration::from_millis(20));
    }
    let mut failed = Vec::new();
    let mut told = Vec::new();
    for (lane, _folder, mut process) in running {
        let in_time = !process.runs();
        // What it said last may still be on its way.
        patience::until(
            || format!("the end of {lane}:\n{}", process.said()),
            || (!in_time || process.said().contains("test result:")).then_some(()),
        );
        let said = process.said();
        if !in_time || !said.contains("test result: ok. 1 passed") {
            failed.push(format!("{lane} failed, or was not done in {LIMIT:?}:\n{said}"));
        }
        told.push(said);
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    Some(told)
}

const LANE: &str = "JOURNEYS_LANE";
const FOLDER: &str = "JOURNEYS_LANE_FOLDER";
const LIMIT: Duration = Duration::from_secs(150);
