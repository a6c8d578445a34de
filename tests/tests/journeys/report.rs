//! The report on a card: enough to help with it, and not a word of whose it is.

use cns_virtual_card::Personality;
use journeys::card::{Card, PIN};
use journeys::cns;
use journeys::place::Place;
use journeys::scene::Scene;
use journeys::stack::Stack;
use std::fs;

/// Runs `cns report` with more words, for a person to read.
fn in_words(scene: &Scene, more: &[&str]) -> cns::Ended {
    let words: Vec<&str> = ["report"].iter().chain(more).copied().collect();
    cns::run(scene.stack.lead(&mut cns::in_words(&scene.place, &words)), "")
}

/// Everything that says whose a card is, as a report could hold it by mistake.
fn personal(card: &Card) -> Vec<String> {
    let mut all: Vec<String> = ["MARIA", "ROSSI", "Maria", "Rossi", "01011980", "Z999"]
        .map(str::to_owned)
        .to_vec();
    all.push(card.codice_fiscale.clone());
    all.extend(pieces(&card.codice_fiscale, 6));
    all.extend(pieces(&card.card_id, 8));
    // The holder's names and numbers as bytes, and every stretch of the certificate that could be told from chance.
    for secret in [
        "MARIA",
        "ROSSI",
        card.codice_fiscale.as_str(),
        card.card_id.as_str(),
    ] {
        all.extend(in_hexadecimal(secret.as_bytes()));
    }
    for stretch in card.certificate.chunks_exact(8) {
        all.extend(in_hexadecimal(stretch));
    }
    all
}

fn pieces(text: &str, length: usize) -> Vec<String> {
    let signs: Vec<char> = text.chars().collect();
    signs
        .windows(length)
        .map(|piece| piece.iter().collect())
        .collect()
}

fn in_hexadecimal(bytes: &[u8]) -> [String; 2] {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    [pairs.join(" "), pairs.concat()]
}

fn assert_clean(told: &str, personal: &[String], kind: &str) {
    let upper = told.to_uppercase();
    for secret in personal {
        assert!(
            !upper.contains(&secret.to_uppercase()),
            "{kind}: {secret} stands in\n{told}"
        );
    }
}

#[test]
fn the_report_of_every_kind_of_card_says_nothing_of_its_holder() {
    let mut scene = Scene::with("citizen-good");
    for kind in Personality::all().unwrap() {
        scene.card.remove();
        scene.stack.wait_for_card(false);
        scene.card = Card::playing(&scene.stack, kind.clone(), "citizen-good", PIN);
        scene.card.insert();
        scene.stack.wait_for_card(true);
        scene.card.forget();
        let personal = personal(&scene.card);
        let text = in_words(&scene, &[]);
        assert_eq!(text.code, 0, "{}: {}", kind.name, text.err);
        let ended = scene.cns(&["report"], "");
        let report = ended.done()["report"].clone();
        // A name stands over what was asked under it, and once.
        let blocks: Vec<&str> = text.out.split("\n\n").skip(3).collect();
        for (place, block) in blocks.iter().enumerate() {
            let heading = block.lines().next();
            let before = place
                .checked_sub(1)
                .and_then(|before| blocks[before].lines().next());
            assert!(block.lines().count() > 1, "{}: {block}", kind.name);
            assert_ne!(heading, before, "{}", kind.name);
        }
        for told in [&text.out, &text.err, &ended.out] {
            assert_clean(told, &personal, &kind.name);
        }
        assert!(text.out.contains(&kind.atr), "{}: {}", kind.name, text.out);
        assert_eq!(report["atr"], kind.atr, "{}", kind.name);
        assert_eq!(report["reader"], Stack::READER, "{}", kind.name);
        let outcome = report["outcome"].as_str().unwrap_or_default();
        assert_eq!(outcome == "cns", kind.is_cns(), "{}: {outcome}", kind.name);
        let steps = report["steps"].as_array().unwrap();
        // What the answer to reset alone tells is not spoken to.
        assert!(
            ["health_professional", "signature"].contains(&outcome)
                || steps.iter().any(|step| step["status"].is_string()),
            "{}: {report:#}",
            kind.name
        );
        assert_eq!(scene.card.spent().verifies, 0, "{}", kind.name);
    }
}

#[test]
fn the_finest_net_would_find_a_name() {
    let scene = Scene::with("citizen-good");
    let personal = personal(&scene.card);
    let card = scene.cns(&["card"], "").out;
    assert!(personal.iter().any(|secret| card.contains(secret)));
}

#[test]
fn a_report_is_written_only_after_a_yes_and_over_nothing() {
    let scene = Scene::with("citizen-good");
    let file = scene.place.home().join("resoconto.txt");
    let path = file.to_str().unwrap();
    // Nobody is there to say yes.
    let declined = scene.cns(&["report", "--output", path], "");
    assert_eq!(declined.problem(), "report_declined");
    for untrue in ["annullare", "tentativo"] {
        assert!(!declined.out.contains(untrue), "{untrue}: {}", declined.out);
    }
    assert!(!file.exists());
    let shown = in_words(&scene, &[]).out;
    let ended = in_words(&scene, &["--output", path, "--yes"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(
        ended.out.starts_with(&shown),
        "what is written was shown: {}",
        ended.out
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), shown);
    fs::write(&file, "mine").unwrap();
    let again = scene.cns(&["report", "--output", path, "--yes"], "");
    assert_eq!(again.problem(), "report_not_written");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    let json = scene.place.home().join("resoconto.json");
    let words = ["report", "--output", json.to_str().unwrap()];
    assert_eq!(scene.cns(&words, "").problem(), "report_declined");
    let words = ["report", "--output", json.to_str().unwrap(), "--yes"];
    let said = scene.cns(&words, "").done();
    let written: serde_json::Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(written, said["report"]);
    assert_eq!(said["written"], json.to_str().unwrap());
}

#[test]
fn a_missing_card_has_its_name_here_too() {
    let (place, stack) = (Place::new(), Stack::start());
    stack.wait_for_card(false);
    let ended = cns::run(stack.lead(&mut cns::cns(&place, &["report"])), "");
    assert_eq!(ended.problem(), "no_card");
}
