//! Who likely holds the card.

use serde::Deserialize;
use std::sync::LazyLock;
use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System};

/// The name of a program that runs now and is known to hold cards, the likeliest of several.
///
/// PC/SC does not tell who holds a card, so this is never certain. It looks at the names of the running programs, and
/// says nothing but a name of its own table: no path, no user, no other program.
pub fn likely_owner() -> Option<String> {
    let mut system = System::new().ok()?;
    let names_only = ProcessRefreshKind::nothing().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, names_only);
    let ourselves = sysinfo::get_current_pid().ok();
    let running: Vec<String> = system
        .processes()
        .iter()
        .filter(|(id, _)| Some(**id) != ourselves)
        .map(|(_, process)| process.name().to_string_lossy().to_lowercase())
        .collect();
    likeliest(&PROGRAMS, &running).map(str::to_owned)
}

/// The first program of the table that is among the running ones, whose names are in small letters.
fn likeliest<'a>(table: &'a Table, running: &[String]) -> Option<&'a str> {
    let runs = |process: &String| running.iter().any(|name| is_called(name, process));
    table
        .program
        .iter()
        .find(|program| program.processes.iter().any(runs))
        .map(|program| program.name.as_str())
}

fn is_called(name: &str, process: &str) -> bool {
    let name = name.strip_suffix(".exe").unwrap_or(name);
    name == process || (name.len() == LINUX_NAME && process.starts_with(name))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    program: Vec<Program>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Program {
    name: String,
    processes: Vec<String>,
}

/// A table that does not parse is empty; a test keeps that from shipping.
static PROGRAMS: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("owners.toml")).unwrap_or_default());
/// Linux keeps the first 15 bytes of a process's name.
const LINUX_NAME: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_names_nobody_twice() {
        let table: Table = toml::from_str(include_str!("owners.toml")).unwrap();
        assert_eq!(table.program.len(), PROGRAMS.program.len());
        let mut processes: Vec<&String> = table
            .program
            .iter()
            .flat_map(|program| &program.processes)
            .collect();
        let all = processes.len();
        assert!(all > 40);
        for process in &processes {
            assert_eq!(**process, process.to_lowercase());
            assert!(
                !process.contains(['/', '\\']) && !process.ends_with(".exe"),
                "{process}"
            );
        }
        processes.sort();
        processes.dedup();
        assert_eq!(processes.len(), all);
    }

    #[test]
    fn the_likeliest_of_the_running_programs_is_named() {
        for (running, owner) in [
            (
                &["systemd", "bash", "scdaemon", "firefox"][..],
                Some("GnuPG (scdaemon)"),
            ),
            (
                &["gosigndesktop.exe", "chrome.exe", "svchost.exe"],
                Some("Dike GoSign"),
            ),
            (&["chrome.exe", "svchost.exe"], Some("Chrome")),
            (&["svchost.exe"], Some("Windows (CertPropSvc)")),
            // "chromium-browser" as Linux keeps it.
            (&["chromium-browse"], Some("Chromium")),
            (&["firefox-esr"], Some("Firefox")),
            // Neither a part of a name nor a longer one.
            (&["chromium-brows", "scdaemon-helper", "dikes"], None),
            (&["systemd", "sshd"], None),
            (&[], None),
        ] {
            let running: Vec<String> = running.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(likeliest(&PROGRAMS, &running), owner, "{running:?}");
        }
    }

    #[test]
    fn a_running_program_is_found_by_name() {
        // This test itself runs; it is asked for as if it were another program, by the name that the system gives it.
        let mut system = System::new().unwrap();
        system.refresh_processes_specifics(
            ProcessesToUpdate::All,
            true,
            ProcessRefreshKind::nothing().without_tasks(),
        );
        let ourselves = system.process(sysinfo::get_current_pid().unwrap()).unwrap();
        assert!(ourselves.name().to_string_lossy().starts_with("cns_reader"));
        let name = likely_owner();
        assert!(name.is_none_or(|name| PROGRAMS.program.iter().any(|program| program.name == name)));
    }
}
