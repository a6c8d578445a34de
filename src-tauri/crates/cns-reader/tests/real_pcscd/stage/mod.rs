//! A real pcscd of our own, and cards to put into its readers.

mod card;
mod pcscd;
mod waiting;

pub(crate) use card::{InsertedCard, echo};
pub(crate) use pcscd::Pcscd;
pub(crate) use waiting::Waiting;

use cns_login::{ReadersSnapshot, Slot};
use std::future::Future;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use tokio::sync::watch;

/// The names that vpcd gives to its two readers.
pub(crate) const READERS: [&str; 2] = ["Virtual PCD 00 00", "Virtual PCD 00 01"];

/// Plays `scenario` in a process of its own, whose PC/SC library looks for a pcscd that only this test uses.
///
/// The library reads `PCSCLITE_CSOCK_NAME` from the environment of the process, so the test runs itself again with it.
pub(crate) fn play<F: Future<Output = ()>>(test: &str, scenario: impl FnOnce(PathBuf) -> F) {
    if let Some(folder) = std::env::var_os(FOLDER_VARIABLE) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        let scenario = scenario(PathBuf::from(folder));
        runtime.block_on(async {
            tokio::time::timeout(SCENARIO_LIMIT, scenario)
                .await
                .expect("the scenario hangs")
        });
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(FOLDER_VARIABLE, folder.path())
        .env("PCSCLITE_CSOCK_NAME", Pcscd::socket(folder.path()))
        .output()
        .unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    eprintln!("{said}");
    assert!(output.status.success() && said.contains("1 passed"));
}

/// Waits until the readers are as `wanted`, and returns them.
pub(crate) async fn until(
    watch: &mut watch::Receiver<ReadersSnapshot>,
    wanted: impl FnMut(&ReadersSnapshot) -> bool,
) -> ReadersSnapshot {
    let reached = tokio::time::timeout(CHANGE_LIMIT, watch.wait_for(wanted))
        .await
        .map(|now| now.unwrap().clone());
    reached.unwrap_or_else(|_| panic!("the readers stay at {:?}", *watch.borrow()))
}

/// The slot of one of vpcd's readers.
pub(crate) fn slot(snapshot: &ReadersSnapshot, reader: &str) -> Slot {
    snapshot
        .slots
        .iter()
        .find(|slot| slot.reader == reader)
        .unwrap_or_else(|| panic!("no {reader}"))
        .clone()
}

/// Whether this process has a thread of this name.
pub(crate) fn has_thread(name: &str) -> bool {
    wake_ups(name).is_some()
}

/// How often the thread of this name has gone to sleep and been woken, if there is one.
pub(crate) fn wake_ups(name: &str) -> Option<u64> {
    std::fs::read_dir("/proc/self/task").unwrap().find_map(|task| {
        let status = std::fs::read_to_string(task.unwrap().path().join("status")).ok()?;
        let field = |label: &str| {
            status
                .lines()
                .find_map(|line| line.strip_prefix(label))
                .map(str::trim)
        };
        (field("Name:") == Some(name)).then(|| field("voluntary_ctxt_switches:").unwrap().parse().unwrap())
    })
}

const FOLDER_VARIABLE: &str = "CNS_READER_STAGE";
const SCENARIO_LIMIT: Duration = Duration::from_secs(90);
const CHANGE_LIMIT: Duration = Duration::from_secs(20);
