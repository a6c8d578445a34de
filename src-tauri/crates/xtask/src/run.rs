//! `cargo xtask run`: from a fresh clone to an open window.

use crate::setup::{self, Need};
use crate::{Failure, repository, shell, ui};
use std::process::Command;

/// Sets everything up, builds, and opens the window; without a display the same journey plays in the terminal.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let release = match arguments {
        [] => false,
        ["--release"] => true,
        _ => return Err(Failure::Usage),
    };
    if has_display() {
        open_window(release)
    } else {
        play_in_terminal(release)
    }
}

fn open_window(release: bool) -> Result<(), Failure> {
    setup::node()?;
    setup::packages(Need::Window)?;
    ui::install()?;
    ui::build()?;
    let mut build = repository::cargo();
    build.args(["build", "--package", "sportello", "--features", "custom-protocol"]);
    build.args(release.then_some("--release"));
    shell::run(&mut build)?;
    let profile = if release { "release" } else { "debug" };
    let window = repository::target()?
        .join(profile)
        .join(format!("sportello{}", std::env::consts::EXE_SUFFIX));
    match shell::run(&mut Command::new(window)) {
        // A display that the environment names and that is not there is no display.
        Err(Failure::Ended { status, .. }) if status.code() == Some(NO_DISPLAY) => play_in_terminal(release),
        ended => ended,
    }
}

fn play_in_terminal(release: bool) -> Result<(), Failure> {
    println!(
        "This machine has no display, so no window can open: the same journey plays here in the terminal."
    );
    setup::packages(Need::Terminal)?;
    let mut demo = repository::cargo();
    demo.args(["run", "--quiet", "--package", "cns-cli", "--bin", "cns"]);
    demo.args(release.then_some("--release"));
    shell::run(demo.args(["--", "demo"]))
}

/// Whether a window can open here. Only on Linux is a session without a display an everyday thing.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The window's exit code when the display that the environment names cannot be opened.
const NO_DISPLAY: i32 = 3;
