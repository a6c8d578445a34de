//! What stands in the files themselves.

use crate::{Failure, repository};
use std::path::Path;

/// No source file is longer than people read in one go, unless it says why.
pub(super) fn files_are_short() -> Result<Vec<String>, Failure> {
    in_sources(|path, text| {
        let lines = text.lines().count();
        let excused = text.lines().take(40).any(|line| line.contains(EXCUSE));
        let finding = || format!("{path}: {lines} lines; find its second idea, or say why with `{EXCUSE} …`");
        let is_code = [".rs", ".ts", ".svelte"].iter().any(|kind| path.ends_with(kind));
        if is_code && lines > LONGEST && !excused {
            vec![finding()]
        } else {
            Vec::new()
        }
    })
}

/// No mark of unfinished work, and no test that does not run.
pub(super) fn nothing_is_left_for_later() -> Result<Vec<String>, Failure> {
    in_sources(|path, text| {
        let marks = |line: &str| LEFT_FOR_LATER.iter().find(|mark| line.contains(**mark)).copied();
        let lines = text.lines().enumerate();
        lines
            .filter_map(|(n, line)| Some(format!("{path}:{}: {}", n + 1, marks(line)?)))
            .collect()
    })
}

/// Everything is safe Rust but for two calls of a library that nobody wraps.
pub(super) fn one_file_may_be_unsafe() -> Result<Vec<String>, Failure> {
    in_sources(|path, text| {
        let is_unsafe = |line: &&str| {
            let code = line.trim_start();
            code.starts_with(UNSAFE) || code.contains(&format!("= {UNSAFE}"))
        };
        let elsewhere = path.ends_with(".rs") && path != MAY_BE_UNSAFE;
        let found = text.lines().filter(|_| elsewhere).filter(is_unsafe);
        found.map(|line| format!("{path}: {}", line.trim())).collect()
    })
}

/// Time is passed in: only a clock or a `main` asks for it.
pub(super) fn only_clocks_ask_for_the_time() -> Result<Vec<String>, Failure> {
    in_sources(|path, text| {
        if !path.ends_with(".rs") || may_ask_for_the_time(path) {
            return Vec::new();
        }
        let product = text
            .lines()
            .enumerate()
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]");
        let asks = |line: &str| {
            let code = line.trim_start();
            !code.starts_with("//") && ASKS_FOR_THE_TIME.iter().any(|question| code.contains(question))
        };
        product
            .filter(|(_, line)| asks(line))
            .map(|(n, line)| format!("{path}:{}: asks for the time: {}", n + 1, line.trim()))
            .collect()
    })
}

/// In two pieces, so that this file does not break the rule.
const UNSAFE: &str = concat!("un", "safe {");
const MAY_BE_UNSAFE: &str = "src-tauri/crates/cns-tls/src/renegotiating.rs";

fn may_ask_for_the_time(path: &str) -> bool {
    path.ends_with("/clock.rs")
        || path.ends_with("/main.rs")
        || path.contains("/src/bin/")
        || path.starts_with("tests/")
        || path.starts_with("src-tauri/crates/xtask/")
        || path.contains("/tests/")
        || path.ends_with("/tests.rs")
}

fn in_sources(rule: impl Fn(&str, &str) -> Vec<String>) -> Result<Vec<String>, Failure> {
    let mut findings = Vec::new();
    for file in repository::written_files()? {
        let is_source = file
            .extension()
            .is_some_and(|kind| SOURCES.iter().any(|source| kind == *source));
        if is_source && let Some(text) = repository::text(&file)? {
            findings.extend(rule(&slashes(&file), &text));
        }
    }
    Ok(findings)
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

const SOURCES: &[&str] = &["rs", "ts", "svelte", "js", "css", "scss"];
const LONGEST: usize = 400;
const EXCUSE: &str = concat!("Longer than ", "400 lines:");

/// Written in two halves, so that this file keeps its own rule.
const LEFT_FOR_LATER: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("#[ig", "nore"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("it.sk", "ip("),
    concat!("it.on", "ly("),
    concat!("test.sk", "ip("),
    concat!("describe.sk", "ip("),
];
const ASKS_FOR_THE_TIME: &[&str] = &["SystemTime::now", "now_utc(", "Instant::now", "now_local("];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_and_tests_may_ask_for_the_time() {
        for (path, may) in [
            ("src-tauri/crates/cns-trust/src/clock.rs", true),
            ("src-tauri/src/main.rs", true),
            ("src-tauri/crates/cns-virtual-card/src/bin/cns-vpcd.rs", true),
            ("tests/src/stack.rs", true),
            ("src-tauri/crates/cns-login/src/journey.rs", false),
        ] {
            assert_eq!(may_ask_for_the_time(path), may, "{path}");
        }
    }
}
