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
    "read_profile",
    "pick_card",
    "other_card",
    "enter",
    "spend_last_try",
    "submit_pin",
    "use_pin_pad",
    "start_pin_change",
    "change_pin",
    "start_unblocking",
    "consequences_understood",
    "unblock_pin",
    "start_report",
    "save_report",
    "start_reminder",
    "save_reminder",
    "go_back",
    "retry",
    "log_out",
    "use_session",
    "end_session",
    "open_door",
    "change_person",
    "ask_portal",
    "hand_document",
    "take_new_portal_pin",
    "play_operator",
    "start_demo",
    "leave_demo",
    "move_demo_card",
    "exchange_demo_card",
];
