//! What the page cannot do, read from the files that say so.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use serde_json::Value;
use std::collections::BTreeSet;

const COMMANDS: &str = include_str!("../src/commands.rs");
const FACE: &str = include_str!("../src/face.rs");
const BUILD: &str = include_str!("../build.rs");
const PAGE: &str = include_str!("../../ui/src/lib/backend.ts");

#[test]
fn the_page_may_call_exactly_the_commands_that_exist() {
    let written = names(COMMANDS, "pub(crate) fn ", '(')
        .into_iter()
        .filter(|name| COMMANDS.contains(&format!("#[tauri::command(async)]\npub(crate) fn {name}(")))
        .collect::<BTreeSet<_>>();
    assert_eq!(written.len(), COMMANDS.matches("#[tauri::command").count());

    let declared: BTreeSet<String> = names(BUILD, "    \"", '"');
    let registered: BTreeSet<String> = names(FACE, "            commands::", ',');
    let allowed: BTreeSet<String> = permissions()
        .iter()
        .filter_map(|permission| permission.strip_prefix("allow-"))
        .map(|command| command.replace('-', "_"))
        .collect();
    let called: BTreeSet<String> = names(PAGE, "wish(\"", '"')
        .into_iter()
        .chain(names(PAGE, "invoke(\"", '"'))
        .collect();
    assert_eq!(declared, written);
    assert_eq!(registered, written);
    assert_eq!(allowed, written);
    assert_eq!(called, written);
}

#[test]
fn beside_its_commands_the_page_may_only_listen() {
    let other: Vec<String> = permissions()
        .into_iter()
        .filter(|permission| !permission.starts_with("allow-"))
        .collect();
    assert_eq!(other, ["core:event:allow-listen", "core:event:allow-unlisten"]);
    assert_eq!(capability()["windows"], serde_json::json!(["main"]));
    assert!(
        capability().get("remote").is_none(),
        "no address from outside has any permission"
    );
    let capabilities = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/capabilities"))
        .unwrap()
        .count();
    assert_eq!(capabilities, 1);
}

#[test]
fn the_page_reaches_no_network() {
    let csp = config()["app"]["security"]["csp"].as_str().unwrap().to_owned();
    assert!(csp.starts_with("default-src 'none';"));
    for directive in csp.split(';').map(str::trim) {
        let (name, sources) = directive.split_once(' ').unwrap();
        for source in sources.split(' ') {
            let local = matches!(source, "'self'" | "'none'")
                || (name == "img-src" && source == "data:")
                || (name == "connect-src" && matches!(source, "ipc:" | "http://ipc.localhost"));
            assert!(local, "{name} lets {source} through");
        }
    }
    assert!(
        config()["app"]["security"]
            .get("dangerousDisableAssetCspModification")
            .is_none()
    );
    assert!(
        FACE.contains(".on_navigation("),
        "no other address opens in the window"
    );
    assert!(
        FACE.contains("NewWindowResponse::Deny"),
        "and none in another window"
    );
}

#[test]
fn the_window_keeps_nothing_and_shows_nothing_of_its_inside() {
    let app = &config()["app"];
    let windows = app["windows"].as_array().unwrap();
    assert_eq!(windows.len(), 1);
    assert_eq!(windows[0]["incognito"], true);
    assert_eq!(windows[0]["devtools"], false);
    assert_eq!(app["withGlobalTauri"], false);
    assert_eq!(app["security"]["freezePrototype"], true);
    assert!(config().get("plugins").is_none());
}

fn config() -> Value {
    serde_json::from_str(include_str!("../tauri.conf.json")).unwrap()
}

fn capability() -> Value {
    serde_json::from_str(include_str!("../capabilities/main.json")).unwrap()
}

fn permissions() -> Vec<String> {
    let capability = capability();
    let permissions = capability["permissions"].as_array().unwrap();
    permissions
        .iter()
        .map(|permission| permission.as_str().unwrap().to_owned())
        .collect()
}

/// What stands between `before` and `after`, wherever it does.
fn names(text: &str, before: &str, after: char) -> BTreeSet<String> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.split(after).next())
        .map(str::to_owned)
        .collect()
}
