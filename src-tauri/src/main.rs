//! The window's binary.

// No console behind the window on Windows.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    // Nothing may come before this: a variable of the environment must not be able to drive the window.
    if let Some(code) = sportello_window::without_remote_control() {
        return code;
    }
    sportello_window::run()
}
