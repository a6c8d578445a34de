//! A shipped window cannot be driven from outside.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// The roots are a pipe into which nobody has written yet: the program waits for them before it opens any window, and
/// its environment can be looked at meanwhile.
#[test]
fn the_program_goes_on_without_the_variables_of_a_driver() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("roots-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let roots = folder.join("roots.pem");
    assert!(Command::new("mkfifo").arg(&roots).status().unwrap().success());

    let mut program = Command::new(shipped_window())
        .arg("--trust-roots")
        .arg(&roots)
        .envs(VARIABLES.map(|name| (name, "127.0.0.1:9")))
        .env("SPORTELLO_STAYS", "1")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let waiting = once_it_is_read(&roots);
    let environment = std::fs::read(format!("/proc/{}/environ", program.id())).unwrap();
    drop(waiting);
    assert_eq!(
        program.wait().unwrap().code(),
        Some(1),
        "there is no root in the pipe"
    );
    std::fs::remove_dir_all(folder).unwrap();

    let names: BTreeSet<String> = environment
        .split(|byte| *byte == 0)
        .map(|entry| {
            String::from_utf8_lossy(entry)
                .split('=')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert!(
        names.contains("SPORTELLO_STAYS"),
        "the rest of the environment stays"
    );
    for name in VARIABLES {
        assert!(!names.contains(name), "{name} reaches the window");
    }
}

/// The pipe's other end, when the program has opened its own.
fn once_it_is_read(pipe: &Path) -> File {
    let (tell, opened) = mpsc::channel();
    let pipe = pipe.to_owned();
    std::thread::spawn(move || tell.send(OpenOptions::new().write(true).open(pipe)));
    opened.recv_timeout(Duration::from_secs(30)).unwrap().unwrap()
}

/// The window as it is shipped. A build for WebDriver obeys its driver, so that beside it lies a copy of the other.
fn shipped_window() -> PathBuf {
    let built = PathBuf::from(env!("CARGO_BIN_EXE_sportello"));
    if !cfg!(feature = "webdriver") {
        return built;
    }
    let shipped = built.with_file_name("sportello-shipped");
    assert!(
        shipped.is_file(),
        "`cargo xtask test` makes {}",
        shipped.display()
    );
    shipped
}

const VARIABLES: [&str; 8] = [
    "TAURI_WEBVIEW_AUTOMATION",
    "WEBKIT_INSPECTOR_SERVER",
    "WEBKIT_INSPECTOR_HTTP_SERVER",
    "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
    "WEBVIEW2_BROWSER_EXECUTABLE_FOLDER",
    "WEBVIEW2_USER_DATA_FOLDER",
    "WEBVIEW2_PIPE_FOR_SCRIPT_DEBUGGER",
    "WEBVIEW2_RELEASE_CHANNEL_PREFERENCE",
];
