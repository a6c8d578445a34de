//! `cns check` and the official list, as it was really published in 2023.

use crate::check::found;
use journeys::cns;
use journeys::issuer::Issuer;
use journeys::place::Place;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// A real list, as it was published.
fn published(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/tsl")
        .join(name);
    assert!(path.is_file(), "{} is missing", path.display());
    path.display().to_string()
}

/// `cns --json check --offline` on a day of 2023 with what `words` name.
fn listed(place: &Place, certificate: &str, variable: Option<&str>, words: &[&str]) -> Value {
    let mut line = of_2023(certificate);
    line.extend(words);
    let mut command = cns::cns(place, &line);
    if let Some(list) = variable {
        command.env("SPORTELLO_TRUST_LIST", list);
    }
    cns::run(&mut command, "").done()
}

fn of_2023(certificate: &str) -> Vec<&str> {
    of_day("2023-10-01T00:00:00Z", certificate)
}

fn of_day<'a>(day: &'a str, certificate: &'a str) -> Vec<&'a str> {
    vec!["check", "--offline", "--at", day, "--cert", certificate]
}

#[test]
fn a_list_that_is_old_says_so_and_nothing_against_whom_it_does_not_name() {
    let place = Place::new();
    let issuer = Issuer::new(&place);
    let leaf = issuer.issue("-startdate 20230901000000Z -days 3000");
    let list = published("TSL-IT-seq194-20230926.xml");
    let words = [of_day("2026-10-01T00:00:00Z", &leaf), vec!["--trust-list", &list]].concat();
    let verdict = cns::run(&mut cns::cns(&place, &words), "").done();
    assert_eq!(verdict["verdict"], "unknown", "{verdict:#}");
    for (code, case) in [("trust_list", "not_listed_stale"), ("signature", "list_stale")] {
        let told = found(&verdict, code);
        assert_eq!(told, [("unknown".to_owned(), case.to_owned())]);
    }
    let headline = verdict["headline"].as_str().unwrap();
    assert!(
        headline.contains("Non so dire se questo certificato è buono"),
        "{headline}"
    );
    let details = [&words[..], &["--details"]].concat();
    let told = cns::run(&mut cns::in_words(&place, &details), "").out;
    assert!(told.contains("Il prossimo elenco entro: "), "{told}");
}

#[test]
fn a_refused_list_is_named_by_which_of_the_two_it_is() {
    let place = Place::new();
    let issuer = Issuer::new(&place);
    let leaf = issuer.issue("-startdate 20230901000000Z -days 3000");
    let (italian, older, lists) = (
        published("TSL-IT-seq194-20230926.xml"),
        published("TSL-IT-seq188-20220726.xml"),
        published("eu-lotl-seq332-20230927.xml"),
    );
    for (named, words) in [
        (
            vec!["--trust-list", &older],
            "l'elenco ufficiale italiano: è il numero 188",
        ),
        (
            vec!["--trust-list", &lists, "--trust-list", &italian],
            "l'elenco europeo degli elenchi: l'ha firmato qualcuno",
        ),
    ] {
        let verdict = listed(&place, &leaf, None, &named);
        let findings = verdict["findings"].as_array().unwrap();
        let of_list = findings.iter().find(|finding| finding["code"] == "trust_list");
        let text = of_list.unwrap()["text"].as_str().unwrap();
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn the_official_list_of_2023_is_taken_from_a_file_and_names_no_authority_of_ours() {
    let place = Place::new();
    let issuer = Issuer::new(&place);
    let leaf = issuer.issue("-startdate 20230901000000Z -days 3000");
    let (list, older, lists) = (
        published("TSL-IT-seq194-20230926.xml"),
        published("TSL-IT-seq188-20220726.xml"),
        published("eu-lotl-seq332-20230927.xml"),
    );
    let mut changed = fs::read(&list).unwrap();
    let middle = changed.len() / 2;
    let letter = changed[middle..].iter().position(u8::is_ascii_lowercase).unwrap() + middle;
    changed[letter] = changed[letter].to_ascii_uppercase();
    let changed = place.write("changed.xml", changed).display().to_string();
    let nothing = place.write("nothing.xml", "<html/>").display().to_string();
    let noise = place.write("noise.xml", "nessun elenco").display().to_string();
    let named = |path: &str| vec!["--trust-list".to_owned(), path.to_owned()];
    for (words, variable, expected) in [
        (named(&list), None, "bad not_listed"),
        (vec![], Some(&list), "bad not_listed"),
        (named("off"), Some(&list), "unknown none"),
        (named(&list), Some(&nothing), "bad not_listed"),
        (named(&older), None, "unknown rolled_back"),
        (named(&changed), None, "unknown changed"),
        (named(&nothing), None, "unknown unsigned"),
        (named(&noise), None, "unknown malformed"),
        (
            [named(&lists), named(&list)].concat(),
            None,
            "unknown signer_not_pinned",
        ),
    ] {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let verdict = listed(&place, &leaf, variable.map(String::as_str), &words);
        let told: Vec<String> = found(&verdict, "trust_list")
            .into_iter()
            .map(|(outcome, case)| format!("{outcome} {case}"))
            .collect();
        assert_eq!(told, [expected], "{words:?} {variable:?}");
        assert_eq!(found(&verdict, "clock"), []);
        let sequence = expected.ends_with("not_listed").then_some(194);
        assert_eq!(
            verdict["trust_list"]["sequence"].as_u64(),
            sequence,
            "{verdict:#}"
        );
    }
}
