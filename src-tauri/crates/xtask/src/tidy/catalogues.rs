//! The catalogues of texts: every language has the same keys, the same places for facts, and no empty text.

use crate::{Failure, repository};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Each `it.json` has an `en.json` beside it that says the same things.
pub(super) fn the_languages_say_the_same() -> Result<Vec<String>, Failure> {
    let mut findings = Vec::new();
    for italian in repository::written_files()?
        .iter()
        .filter(|file| file.ends_with("it.json"))
    {
        let english = italian.with_file_name("en.json");
        let (Some(it), Some(en)) = (texts(italian)?, texts(&english)?) else {
            findings.push(format!(
                "{} and {}: one cannot be read",
                italian.display(),
                english.display()
            ));
            continue;
        };
        let folder = italian.parent().unwrap_or(italian).display().to_string();
        findings.extend(
            differences(&it, &en)
                .into_iter()
                .map(|finding| format!("{folder}: {finding}")),
        );
    }
    Ok(findings)
}

fn texts(file: &Path) -> Result<Option<BTreeMap<String, String>>, Failure> {
    let text = match repository::text(file) {
        Ok(text) => text.unwrap_or_default(),
        Err(_) => return Ok(None),
    };
    let Ok(value) = serde_json::from_str::<Value>(&text) else {
        return Ok(None);
    };
    let mut flat = BTreeMap::new();
    flatten("", &value, &mut flat);
    Ok(Some(flat))
}

fn flatten(path: &str, value: &Value, flat: &mut BTreeMap<String, String>) {
    if let Some(inner) = value.as_object() {
        for (key, value) in inner {
            flatten(&format!("{path}.{key}"), value, flat);
        }
    } else if !path.starts_with(".$schema") {
        flat.insert(
            path.trim_start_matches('.').to_owned(),
            value.as_str().unwrap_or_default().to_owned(),
        );
    }
}

fn differences(it: &BTreeMap<String, String>, en: &BTreeMap<String, String>) -> Vec<String> {
    let keys: BTreeSet<&String> = it.keys().chain(en.keys()).collect();
    let mut findings = Vec::new();
    for key in keys {
        match (it.get(key), en.get(key)) {
            (Some(it), Some(en)) if it.trim().is_empty() || en.trim().is_empty() => {
                findings.push(format!("{key} is empty"));
            }
            (Some(it), Some(en)) if places(it) != places(en) => {
                findings.push(format!("{key} has other places in it and en"));
            }
            (Some(_), Some(_)) => {}
            (Some(_), None) => findings.push(format!("{key} is missing in en")),
            _ => findings.push(format!("{key} is missing in it")),
        }
    }
    findings
}

/// The `{places}` of a text.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_an_empty_and_a_changed_text_are_found() {
        let read = |text: &str| {
            let mut flat = BTreeMap::new();
            flatten("", &serde_json::from_str(text).expect("JSON"), &mut flat);
            flat
        };
        let it = read(r#"{"a": {"x": "{n} tentativi", "y": "sì"}, "b": "c"}"#);
        assert!(differences(&it, &it).is_empty());
        let en = read(r#"{"a": {"x": "{m} tries", "y": ""}, "d": "e"}"#);
        assert_eq!(differences(&it, &en).len(), 4);
    }
}
