//! Keeps other programs from driving the window.

use std::process::ExitCode;

/// Starts the program again without the variables that would hand the window to another program, when one of
/// them is set. `None` means that there was nothing to do and that this process goes on.
///
/// The web views obey these variables in every build, and whoever drives the page could wait for a PIN and read it.
/// A process cannot safely change its own environment, so that a new one takes its place.
pub fn without_remote_control() -> Option<ExitCode> {
    if cfg!(feature = "webdriver") || VARIABLES.iter().all(|name| std::env::var_os(name).is_none()) {
        return None;
    }
    Some(match start_again() {
        Ok(code) => code,
        // Going on would mean to go on with the variables.
        Err(_) => ExitCode::from(CANNOT_START),
    })
}

fn start_again() -> std::io::Result<ExitCode> {
    let mut again = std::process::Command::new(std::env::current_exe()?);
    again.args(std::env::args_os().skip(1));
    for name in VARIABLES {
        again.env_remove(name);
    }
    replace(again)
}

#[cfg(unix)]
fn replace(mut command: std::process::Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn replace(mut command: std::process::Command) -> std::io::Result<ExitCode> {
    let code = command.status()?.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The first makes Tauri's web view automatable, the next two open WebKit's inspector to the network. The others are
/// read by WebView2 on Windows: they can open a debug port, put another browser in its place, or have the page write
/// to a folder or a pipe of somebody else's.
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

/// The exit code of a window that cannot be shown.
pub(crate) const CANNOT_START: u8 = 3;
