//! The table of the portal's requirements: every one is there, and its tests exist.

use crate::{Failure, repository};
use std::collections::BTreeSet;
use std::path::Path;

/// Each of the 86 requirements has a row that names at least one test, and each test that is named exists.
pub(super) fn each_requirement_has_its_test() -> Result<Vec<String>, Failure> {
    let Ok(Some(table)) = repository::text(Path::new(TABLE)) else {
        return Ok(vec![format!("{TABLE}: is missing")]);
    };
    let mut sources = String::new();
    for path in repository::written_files()? {
        let is_source = path.extension().is_some_and(|end| end == "rs" || end == "ts");
        if is_source && let Some(text) = repository::text(&path)? {
            sources.push_str(&text);
        }
    }
    Ok(findings(&table, |name| {
        let rust = format!("fn {name}(");
        let page = format!("test(\"{name}\"");
        sources.contains(&rust) || sources.contains(&page)
    }))
}

fn findings(table: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for line in table.lines().filter(|line| line.starts_with("| R-")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let (Some(number), Some(tests)) = (cells.get(1), cells.get(cells.len().saturating_sub(2))) else {
            continue;
        };
        if !seen.insert((*number).to_owned()) {
            findings.push(format!("{TABLE}: {number} has two rows"));
        }
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        if names.is_empty() {
            findings.push(format!("{TABLE}: {number} names no test"));
        }
        let missing = names.into_iter().filter(|name| !exists(name));
        findings.extend(missing.map(|name| format!("{TABLE}: {number}: there is no test `{name}`")));
    }
    let wanted = (1..=REQUIREMENTS).map(|number| format!("R-{number:02}"));
    findings.extend(
        wanted
            .filter(|number| !seen.contains(number))
            .map(|number| format!("{TABLE}: {number} has no row")),
    );
    findings
}

const TABLE: &str = "src-tauri/crates/cns-portal/docs/requirements.md";
const REQUIREMENTS: u32 = 86;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_missing_double_or_without_a_real_test_is_found() {
        let mut table: String = (1..=REQUIREMENTS)
            .map(|number| format!("| R-{number:02} | what | where | `good` |\n"))
            .collect();
        assert!(findings(&table, |name| name == "good").is_empty());
        table = table.replace(
            "| R-07 | what | where | `good` |",
            "| R-08 | what | where | `bad` |",
        );
        table = table.replace(
            "| R-09 | what | where | `good` |",
            "| R-09 | what | where | none |",
        );
        let found = findings(&table, |name| name == "good");
        assert_eq!(found.len(), 4, "{found:?}");
    }
}
