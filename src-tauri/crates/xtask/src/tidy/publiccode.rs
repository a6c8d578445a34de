//! `publiccode.yml`: what the standard makes mandatory, and what it calls deprecated.
//!
//! Reads the part of YAML that the file uses: nested keys, lists, one-line and block texts.

use crate::{Failure, repository};
use std::collections::BTreeMap;
use std::path::Path;

/// The file has every mandatory key, with values that the standard allows.
pub(super) fn is_valid() -> Result<Vec<String>, Failure> {
    let Ok(Some(text)) = repository::text(Path::new(FILE)) else {
        return Ok(vec![format!("{FILE}: is missing")]);
    };
    Ok(findings(&text)
        .into_iter()
        .map(|finding| format!("{FILE}: {finding}"))
        .collect())
}

fn findings(text: &str) -> Vec<String> {
    let keys = flatten(text);
    let mut findings = Vec::new();
    for key in MANDATORY {
        if keys.get(*key).is_none_or(String::is_empty) {
            findings.push(format!("{key} is missing"));
        }
    }
    for (key, allowed) in ONE_OF {
        let values = keys.get(*key).map(String::as_str).unwrap_or_default();
        for value in values.lines().filter(|value| !allowed.contains(value)) {
            findings.push(format!("{key}: {value} is not one of {}", allowed.join(", ")));
        }
    }
    for language in ["it", "en"] {
        for (key, shortest, longest) in LENGTHS {
            let key = format!("description.{language}.{key}");
            let length = keys.get(&key).map_or(0, |value| value.chars().count());
            if !(*shortest..=*longest).contains(&length) {
                findings.push(format!(
                    "{key} has {length} characters, not {shortest} to {longest}"
                ));
            }
        }
        if keys
            .get(&format!("description.{language}.features"))
            .is_none_or(String::is_empty)
        {
            findings.push(format!("description.{language}.features is missing"));
        }
    }
    for key in keys.keys().filter(|key| {
        DEPRECATED
            .iter()
            .any(|old| key == old || key.starts_with(&format!("{old}.")))
    }) {
        findings.push(format!("{key} is deprecated"));
    }
    findings
}

/// Every key with its whole path; a list's items and a block's lines are joined by line breaks.
fn flatten(text: &str) -> BTreeMap<String, String> {
    let mut keys: BTreeMap<String, String> = BTreeMap::new();
    let mut path: Vec<(usize, String)> = Vec::new();
    let mut block: Option<usize> = None;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        let content = line.trim();
        if block.is_some_and(|parent| indent > parent) {
            append(&mut keys, &path, content);
            continue;
        }
        block = None;
        if content.starts_with('#') || content == "---" {
            continue;
        }
        let (indent, content) = match content.strip_prefix("- ") {
            Some(item) => {
                // A list may stand at the same depth as the key that holds it.
                path.retain(|(depth, _)| *depth <= indent);
                (indent + 2, item)
            }
            None => (indent, content),
        };
        match content
            .split_once(':')
            .filter(|(key, value)| is_key(key) && (value.is_empty() || value.starts_with(' ')))
        {
            Some((key, value)) => {
                path.retain(|(depth, _)| *depth < indent);
                path.push((indent, key.trim().to_owned()));
                let value = value.trim();
                let is_block = value.starts_with(['|', '>']);
                block = is_block.then_some(indent);
                append(&mut keys, &path, if is_block { "" } else { value });
            }
            None => append(&mut keys, &path, content),
        }
    }
    keys
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')
}

fn append(keys: &mut BTreeMap<String, String>, path: &[(usize, String)], value: &str) {
    let name = path
        .iter()
        .map(|(_, key)| key.as_str())
        .collect::<Vec<_>>()
        .join(".");
    let whole = keys.entry(name).or_default();
    let value = value.trim_matches(['"', '\'']);
    if !whole.is_empty() && !value.is_empty() {
        whole.push('\n');
    }
    whole.push_str(value);
}

const FILE: &str = "publiccode.yml";

const MANDATORY: &[&str] = &[
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "developmentStatus",
    "softwareType",
    "legal.license",
    "maintenance.type",
    "maintenance.contacts.name",
    "localisation.localisationReady",
    "localisation.availableLanguages",
];
const ONE_OF: &[(&str, &[&str])] = &[
    ("platforms", &["web", "windows", "mac", "linux", "ios", "android"]),
    (
        "developmentStatus",
        &["concept", "development", "beta", "stable", "obsolete"],
    ),
    ("softwareType", &["standalone/desktop"]),
    ("legal.license", &["EUPL-1.2"]),
    ("maintenance.type", &["internal", "contract", "community", "none"]),
    ("localisation.localisationReady", &["true", "false"]),
];
const LENGTHS: &[(&str, usize, usize)] = &[("shortDescription", 1, 150), ("longDescription", 150, 10_000)];
const DEPRECATED: &[&str] = &[
    "IT",
    "it",
    "legal.repoOwner",
    "legal.authorsFile",
    "inputTypes",
    "outputTypes",
    "monochromeLogo",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> String {
        let long = "word ".repeat(40);
        let description = |language: &str| {
            format!(
                "  {language}:\n    shortDescription: Short\n    longDescription: |\n      {long}\n    features:\n      - One\n"
            )
        };
        format!(
            "publiccodeYmlVersion: \"0\"\nname: Sportello\nurl: https://example.org/x.git\nplatforms:\n  - linux\n- mac\n\
             developmentStatus: development\nsoftwareType: standalone/desktop\ndescription:\n{}{}\
             legal:\n  license: EUPL-1.2\nmaintenance:\n  type: community\n  contacts:\n    - name: Somebody\n\
             localisation:\n  localisationReady: true\n  availableLanguages:\n    - it\n",
            description("it"),
            description("en")
        )
        .replace("- mac\n", "  - mac\n")
    }

    #[test]
    fn a_whole_file_is_valid() {
        assert_eq!(findings(&sample()), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        for (from, to, expected) in [
            ("name: Sportello\n", "", "name is missing"),
            ("  - linux", "  - amiga", "platforms: amiga is not one of"),
            ("  license: EUPL-1.2\n", "", "legal.license is missing"),
            (
                "localisation:\n",
                "IT:\n  riuso: x\nlocalisation:\n",
                "IT is deprecated",
            ),
            (
                "shortDescription: Short",
                "shortDescription: \"\"",
                "shortDescription has 0 characters",
            ),
        ] {
            let found = findings(&sample().replacen(from, to, 1));
            assert!(
                found.iter().any(|finding| finding.contains(expected)),
                "{expected}: {found:?}"
            );
        }
    }
}
