//! A shipped window cannot be driven from outside.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::process::Command;

/// With an argument that does not exist the program ends before any window: what is seen is whether it ran at all,
/// and whether its own child still has the variable.
#[test]
fn the_program_runs_the_same_with_the_variables_of_a_driver() {
    let without = run(&[]);
    let with = run(&[
        ("TAURI_WEBVIEW_AUTOMATION", "true"),
        ("WEBKIT_INSPECTOR_SERVER", "127.0.0.1:9"),
        ("WEBKIT_INSPECTOR_HTTP_SERVER", "127.0.0.1:9"),
    ]);
    assert_eq!(without, with);
    assert_eq!(without.0, Some(2), "a wrong argument is a wrong argument");
}

fn run(environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_sportello"))
        .arg("--no-such-argument")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    (
        out.status.code(),
        String::from_utf8_lossy(&out.stderr).into_owned(),
    )
}
