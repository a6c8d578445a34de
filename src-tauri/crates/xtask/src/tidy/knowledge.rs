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
    Ok(strangers(&dependencies()?))
}

/// Who depends on an outside crate without being among its users.
fn strangers(packages: &Known) -> Vec<String> {
    let mut findings = Vec::new();
    for (user, known) in packages {
        for name in known {
            let Some((outside, allowed)) = row_of(name) else {
                continue;
            };
            if !allowed.contains(&user.as_str()) {
                let allowed = allowed.join(" and ");
                findings.push(format!(
                    "{user}: depends on {name}, but only {allowed} may use {outside}"
                ));
            }
        }
    }
    findings
}

/// The row that decides about a crate: its own, or that of the family whose name its name begins with.
fn row_of(name: &str) -> Option<&'static (&'static str, &'static [&'static str])> {
    let belongs = |family: &str| {
        let rest = name.strip_prefix(family);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let rows = ONLY_USERS.iter().filter(|(family, _)| belongs(family));
    rows.max_by_key(|(family, _)| family.len())
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

/// Crates of other people that reach the outside world or parse what comes from it, and who may use them. A row
/// speaks for every crate whose name goes on after a hyphen, unless that one has a longer row.
const ONLY_USERS: &[(&str, &[&str])] = &[
    ("pcsc", &["cns-reader"]),
    ("boring", &["cns-tls"]),
    ("cookie_store", &["cns-tls"]),
    ("keyring", &["cns-session"]),
    ("scraper", &["cns-tls"]),
    ("dbus-secret-service", &["cns-session"]),
    ("axum", &["cns-portal"]),
    ("sqlx", &["cns-portal"]),
    ("lettre", &["cns-portal"]),
    ("argon2", &["cns-portal"]),
    ("ring", &["cns-portal"]),
    ("utoipa", &["cns-portal", "cns-portal-api"]),
    ("krilla", &["cns-print"]),
    ("skrifa", &["cns-print"]),
    ("reqwest", &["cns-tls"]),
    // The client is one crate's, the listeners are the other's.
    ("rustls", &["cns-tls", "cns-portal"]),
    // Names for DER and PEM; it opens no connection.
    (
        "rustls-pki-types",
        &["cns-tls", "cns-portal", "cns-trust", "cns-demo", "cns-cli"],
    ),
    ("rustls-platform-verifier", &["cns-tls"]),
    ("tokio-rustls", &["cns-portal"]),
    ("hyper", &["cns-tls", "cns-portal"]),
    ("ts-rs", &["cns-contract"]),
    ("x509-parser", &["cns-trust", "cns-card"]),
    ("x509-ocsp", &["cns-trust"]),
    ("x509-cert", &["cns-trust"]),
    ("uppsala", &["cns-trust"]),
    ("bergshamra", &["cns-trust"]),
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

    #[test]
    fn a_third_user_is_found_and_a_longer_row_decides() {
        let findings = |user: &str, known: &str| {
            let known = BTreeSet::from([known.to_owned()]);
            strangers(&Known::from([(user.to_owned(), known)])).len()
        };
        for (user, known, expected) in [
            ("cns-tls", "rustls", 0),
            ("cns-portal", "rustls", 0),
            ("cns-login", "rustls", 1),
            ("cns-login", "rustls-native-certs", 1),
            ("cns-trust", "rustls-pki-types", 0),
            ("cns-portal", "rustls-platform-verifier", 1),
            ("cns-login", "rustlsish", 0),
            ("cns-portal", "reqwest", 1),
            ("cns-cli", "tauri", 1),
            ("sportello", "tauri-build", 0),
        ] {
            assert_eq!(findings(user, known), expected, "{user}: {known}");
        }
    }
}
