//! A Secret Service of our own: gnome-keyring under a private D-Bus session, with its own home.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What the person's keyring is like while one act of a story is played.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Keyring {
    /// It runs and is unlocked.
    Unlocked,
    /// It runs, and nobody unlocks it.
    Locked,
    /// There is no session bus.
    Missing,
}

/// Plays the acts of a story, each in a process of its own, all with the same home.
///
/// The D-Bus library finds its bus in the environment of the process, so the test runs itself again, once for each act.
pub(crate) fn play<F: Future<Output = ()>>(
    test: &str,
    acts: &[(Keyring, &str)],
    act: impl FnOnce(String, PathBuf) -> F,
) {
    if let Some(name) = std::env::var_os(ACT_VARIABLE) {
        let home = PathBuf::from(std::env::var_os("HOME").expect("the stage sets a home"));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        let act = act(name.into_string().unwrap(), home);
        runtime.block_on(async { tokio::time::timeout(ACT_LIMIT, act).await.expect("the act hangs") });
        return;
    }
    let home = tempfile::tempdir().unwrap();
    for &(keyring, act) in acts {
        let output = command(keyring, test)
            .env(ACT_VARIABLE, act)
            .envs(folders(home.path()))
            .output()
            .unwrap();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{keyring:?} {act}: {said}"
        );
    }
}

/// Every file below `folder`.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            files.extend(files_below(&entry.path()));
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    files
}

fn command(keyring: Keyring, test: &str) -> Command {
    let this = std::env::current_exe().unwrap();
    // Empty standard input would create no login collection; a line is a password.
    let start = match keyring {
        Keyring::Unlocked => "printf 'parola\\n' | gnome-keyring-daemon --unlock --components=secrets",
        Keyring::Locked => "gnome-keyring-daemon --start --components=secrets",
        Keyring::Missing => "true",
    };
    let script = format!("{start} >/dev/null && exec \"$0\" \"$@\"");
    let mut command = match keyring {
        Keyring::Unlocked | Keyring::Locked => {
            let mut command = Command::new("dbus-run-session");
            command.args(["--", "sh"]);
            command
        }
        Keyring::Missing => Command::new("sh"),
    };
    command
        .args(["-c", &script])
        .arg(this)
        .args([test, "--exact", "--nocapture"]);
    // With a display the keyring would ask there, and D-Bus would start a bus of its own.
    for variable in ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"] {
        command.env_remove(variable);
    }
    command
}

/// A home that leads every program of the stage to `home`, and nowhere else.
fn folders(home: &Path) -> Vec<(&'static str, PathBuf)> {
    [
        ("HOME", "."),
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("TMPDIR", "tmp"),
    ]
    .into_iter()
    .map(|(variable, name)| {
        let folder = home.join(name);
        std::fs::create_dir_all(&folder).unwrap();
        (variable, folder)
    })
    .collect()
}

const ACT_VARIABLE: &str = "CNS_SESSION_ACT";
const ACT_LIMIT: Duration = Duration::from_secs(90);
