//! Tells Tauri which commands exist: the page may call those of the capability, and there are no others.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(COMMANDS);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)) {
        println!("cargo::error={error:#}");
    }
}

/// Every command of `src/commands.rs`.
const COMMANDS: &[&str] = &[
    "current_screen",
    "enter",
    "submit_pin",
    "leave_pin",
    "retry",
    "log_out",
    "use_session",
    "end_session",
    "start_demo",
    "leave_demo",
    "move_demo_card",
];
