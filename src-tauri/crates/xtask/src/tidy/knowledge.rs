//! Who may know whom: the map's table, and what cargo says.

use crate::{Failure, repository};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A crate's name, and the names that it depends on.
type Known = BTreeMap<String, BTreeSet<String>>;

/// The table in the map is exactly what the manifests say.
pub(super) fn the_map_says_who_may_know_whom() -> Result<Vec<String>, Failure> {
    let Ok(Some(map)) = repository::text(Path::new(MAP)) else {
        return Ok(vec![format!("{MAP}: is missing")]);
    };
    let packages = dependencies()?;
    let ours: BTreeSet<String> = packages.keys().cloned().collect();
    let real: Known = packages
        .into_iter()
        .map(|(name, known)| (name, known.intersection(&ours).cloned().collect()))
        .collect();
    Ok(differences(&table(&map), &real))
}

/// What reaches the outside world is reached through one crate.
pub(super) fn each_outside_crate_has_its_only_users() -> Result<Vec<String>, Failure> {
    let packages = dependencies()?;
    let mut findings = Vec::new();
    for (user, known) in &packages {
        for (outside, allowed) in ONLY_USERS {
            let names_it = known
                .iter()
                .any(|name| name == outside || name.starts_with(&format!("{outside}-")));
            if names_it && !allowed.contains(&user.as_str()) {
                findings.push(format!(
                    "{user}: only {} may depend on {outside}",
                    allowed.join(" and ")
                ));
            }
        }
    }
    Ok(findings)
}

/// Reads the lines `name: a, b` of the map's fenced block of edges. Who is not named there may know nobody.
fn table(map: &str) -> Known {
    map.lines()
        .skip_while(|line| *line != TABLE_BEGINS)
        .skip(1)
        .take_while(|line| *line != TABLE_ENDS)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, known)| {
            let known = known
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty() && *name != "-");
            (name.trim().to_owned(), known.map(str::to_owned).collect())
        })
        .collect()
}

fn differences(said: &Known, real: &Known) -> Vec<String> {
    let mut findings = Vec::new();
    for name in said.keys().filter(|name| !real.contains_key(*name)) {
        findings.push(format!(
            "{MAP}: names {name}, which is not a crate of the workspace"
        ));
    }
    let nobody = BTreeSet::new();
    for (name, known) in real {
        let allowed = said.get(name).unwrap_or(&nobody);
        for other in known.difference(allowed) {
            findings.push(format!("{name}: knows {other}, which the map does not allow"));
        }
        for other in allowed.difference(known) {
            findings.push(format!("{MAP}: {name} may know {other}, but does not"));
        }
    }
    findings
}

/// What each member depends on, without what only its tests use.
fn dependencies() -> Result<Known, Failure> {
    let metadata = repository::metadata()?;
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    let named = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    Ok(packages
        .iter()
        .map(|package| {
            let all = package["dependencies"].as_array().cloned().unwrap_or_default();
            let known = all
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .map(named)
                .collect();
            (named(package), known)
        })
        .collect())
}

const MAP: &str = "src-tauri/ARCHITECTURE.md";
const TABLE_BEGINS: &str = "```edges";
const TABLE_ENDS: &str = "```";

/// Crates of other people that reach the outside world or parse what comes from it, and who may use them.
const ONLY_USERS: &[(&str, &[&str])] = &[
    ("pcsc", &["cns-reader"]),
    ("keyring", &["cns-session"]),
    ("dbus-secret-service", &["cns-session"]),
    ("axum", &["cns-portal"]),
    ("sqlx", &["cns-portal"]),
    ("reqwest", &["cns-tls"]),
    ("ts-rs", &["cns-contract"]),
    ("x509-parser", &["cns-trust", "cns-card"]),
    ("tauri", &["sportello"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_in_either_direction_is_found() {
        let said = table("Text: with a colon\n```edges\na: b, c\nb: -\nz: a\n```\nMore: text");
        let real = table("```edges\na: b\nb: a\nc: -\n```");
        let findings = differences(&said, &real);
        assert_eq!(findings.len(), 3, "{findings:?}");
        assert!(findings.contains(&"b: knows a, which the map does not allow".to_owned()));
        assert!(
            findings
                .iter()
                .any(|finding| finding.contains("a may know c, but does not"))
        );
        assert!(differences(&real, &real).is_empty());
    }
}
