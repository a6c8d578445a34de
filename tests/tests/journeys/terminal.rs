//! The terminal face through the real pcscd: what is plugged in, whose card it is, whether it is good.

use journeys::card::{Card, PIN};
use journeys::cns;
use journeys::place::Place;
use journeys::portal::Portal;
use journeys::scene::Scene;
use journeys::stack::Stack;
use serde_json::{Value, json};

fn with_stack(stack: &Stack, words: &[&str]) -> cns::Ended {
    let place = Place::new();
    cns::run(stack.lead(&mut cns::cns(&place, words)), "")
}

#[test]
fn readers_are_listed_with_what_is_in_them() {
    let scene = Scene::with("citizen-good");
    let readers = scene.cns(&["readers"], "").done();
    assert_eq!(
        readers["readers"],
        json!([{"name": Stack::READER, "card": "present"}, {"name": "Virtual PCD 00 01", "card": "absent"}])
    );
}

#[test]
fn each_thing_that_is_missing_has_its_own_name() {
    let mut stack = Stack::stopped();
    assert_eq!(with_stack(&stack, &["readers"]).problem(), "service_not_running");
    assert_eq!(with_stack(&stack, &["card"]).problem(), "service_not_running");
    stack.run(false);
    assert_eq!(with_stack(&stack, &["readers"]).done()["readers"], json!([]));
    assert_eq!(with_stack(&stack, &["card"]).problem(), "no_reader");
    stack.run(true);
    stack.wait_for_card(false);
    assert_eq!(with_stack(&stack, &["card"]).problem(), "no_card");
    assert_eq!(
        with_stack(&stack, &["card", "--reader", "Nessuno"]).problem(),
        "reader_not_found"
    );
}

#[test]
fn the_card_says_whose_it_is_within_fourteen_commands() {
    let scene = Scene::with("citizen-good");
    let card = scene.cns(&["card", "--reader", Stack::READER], "").done();
    assert_eq!(
        scene.card.spent().apdus,
        scene.card.spent().apdus.min(14),
        "commands to read everything"
    );
    assert_eq!(card["holder"], "MARIA ROSSI");
    assert_eq!(card["codice_fiscale"], scene.card.codice_fiscale);
    assert_eq!(card["card_id"], scene.card.card_id);
    assert!(
        card["expires_on"].as_str().is_some_and(|day| day.len() == 10),
        "{card}"
    );
    assert!(
        card["profile"].is_string() && (card["tries_left"].is_null() || card["tries_left"] == 3),
        "{card}"
    );
    let certificate = &card["certificate"];
    for part in ["subject", "issuer", "serial", "key"] {
        assert!(certificate[part].is_string(), "{part}: {certificate}");
    }
    assert!(certificate["validity"].is_object(), "{certificate}");
}

#[test]
fn what_could_not_be_checked_is_not_called_good() {
    let scene = Scene::with("citizen-good");
    let roots = scene.roots.display().to_string();
    let verdict = scene
        .cns(&["check", "--trust-roots", &roots, "--offline"], "")
        .done();
    assert_eq!(verdict["verdict"], "unknown", "{verdict:#}");
    assert_eq!(outcome(&verdict, "signature"), "good");
    assert_eq!(outcome(&verdict, "validity"), "good");
    assert_eq!(outcome(&verdict, "card_id"), "good");
    assert_eq!(outcome(&verdict, "revocation"), "unknown");
    assert_eq!(
        outcome(&verdict, "trust_list"),
        "good",
        "the person named the root"
    );
}

#[test]
fn without_roots_nothing_that_rests_on_them_is_known() {
    let scene = Scene::with("citizen-good");
    let verdict = scene.cns(&["check", "--offline"], "").done();
    assert_eq!(verdict["verdict"], "unknown", "{verdict:#}");
    for code in ["signature", "revocation", "trust_list"] {
        assert_eq!(outcome(&verdict, code), "unknown", "{code}: {verdict:#}");
    }
}

#[test]
fn a_certificate_is_bad_or_good_by_the_day_that_is_asked_about() {
    let scene = Scene::with("citizen-expired");
    let roots = scene.roots.display().to_string();
    let today = scene.cns(&["check", "--trust-roots", &roots], "").done();
    assert_eq!(
        (&today["verdict"], outcome(&today, "validity")),
        (&json!("bad"), json!("bad"))
    );
    let file = scene.place.write("card.der", &scene.card.certificate);
    let words = [
        "check",
        "--cert",
        file.to_str().unwrap(),
        "--trust-roots",
        &roots,
        "--at",
        "2024-06-01T00:00:00Z",
    ];
    scene.card.forget();
    let back_then = scene.cns(&words, "").done();
    assert_eq!(outcome(&back_then, "validity"), "good", "{back_then:#}");
    assert_eq!(scene.card.spent().apdus, 0, "a file needs no card");
}

#[test]
fn a_certificate_in_a_file_is_checked_with_no_reader_and_its_end_put_down_for_a_calendar() {
    let (scene, alone) = (Scene::with("citizen-good"), Place::new());
    let certificate = alone.write("card.der", &scene.card.certificate);
    let (certificate, roots) = (
        certificate.display().to_string(),
        scene.roots.display().to_string(),
    );
    let calendar = certificate.replace("card.der", "scadenza.ics");
    let words = [
        "check",
        "--offline",
        "--cert",
        &certificate,
        "--trust-roots",
        &roots,
        "--ics",
        &calendar,
    ];
    let verdict = cns::run(&mut cns::cns(&alone, &words), "").done();
    for finding in verdict["findings"].as_array().unwrap() {
        for part in ["code", "outcome", "case", "text"] {
            assert!(finding[part].is_string(), "{part}: {finding}");
        }
        for part in ["checked_at", "source", "age", "next_update"] {
            assert!(finding.get(part).is_some(), "{part}: {finding}");
        }
    }
    let reminder = std::fs::read_to_string(&calendar).unwrap();
    assert!(reminder.starts_with("BEGIN:VCALENDAR\r\n"), "{reminder}");
    let subject = verdict["certificate"]["subject"].as_str().unwrap();
    let of_the_person = |part: &&str| part.len() > 5 && part.contains(|c: char| c.is_ascii_digit());
    let personal: Vec<&str> = subject
        .split(['=', ',', '/', ' ', '+'])
        .filter(of_the_person)
        .collect();
    assert!(
        personal.len() >= 2,
        "the codice fiscale and the card's number stand in {subject}"
    );
    assert!(personal.iter().all(|part| !reminder.contains(part)), "{reminder}");
    assert!(!reminder.contains("ROSSI"), "{reminder}");
    let again = cns::run(&mut cns::cns(&alone, &words), "");
    assert_eq!(again.code, 1, "a reminder never goes over a file: {}", again.out);
    assert_eq!(std::fs::read_to_string(&calendar).unwrap(), reminder);
}

#[test]
fn a_list_that_cannot_be_read_is_named() {
    let place = Place::new();
    let certificate = place.write("card.der", b"any");
    let words = [
        "check",
        "--offline",
        "--trust-list",
        "/nowhere/list.xml",
        "--cert",
    ];
    let mut words = words.to_vec();
    let certificate = certificate.display().to_string();
    words.push(&certificate);
    let ended = cns::run(&mut cns::cns(&place, &words), "");
    assert_eq!(ended.problem(), "file_unusable");
    assert!(ended.out.contains("/nowhere/list.xml"), "{}", ended.out);
}

#[test]
fn a_card_of_another_authority_is_bad() {
    let scene = Scene::with("citizen-foreign-authority");
    let verdict = scene
        .cns(&["check", "--trust-roots", scene.roots.to_str().unwrap()], "")
        .done();
    assert_eq!(
        (&verdict["verdict"], outcome(&verdict, "signature")),
        (&json!("bad"), json!("bad")),
        "{verdict:#}"
    );
}

#[test]
fn of_two_cards_each_is_named_with_its_holder_and_the_reader_chooses() {
    let scene = Scene::with("citizen-good");
    let mut other = Card::new(&scene.stack, "citizen-luca").beside_the_second_reader(&scene.stack);
    other.insert();
    scene.stack.wait_for_second_card(true);
    let both = json!([
        {"reader": Stack::READER, "holder": "MARIA ROSSI", "problem": null},
        {"reader": Stack::SECOND_READER, "holder": "LUCA BIANCHI", "problem": null},
    ]);
    for words in [
        &["card"][..],
        &["check", "--offline"],
        &["pin", "status"],
        &["report"],
    ] {
        let ended = scene.cns(words, "");
        assert_eq!(ended.problem(), "several_cards", "{words:?}");
        assert_eq!(ended.json()["cards"], both, "{words:?}");
    }
    let mut command = cns::in_words(&scene.place, &["card"]);
    let told = cns::run(scene.stack.lead(&mut command), "").err;
    for words in ["MARIA ROSSI", "LUCA BIANCHI", "--reader \"Virtual PCD 00 01\""] {
        assert!(told.contains(words), "{words}: {told}");
    }
    for (reader, card) in [(Stack::READER, &scene.card), (Stack::SECOND_READER, &other)] {
        let said = scene.cns(&["card", "--reader", reader], "").done();
        assert_eq!(said["codice_fiscale"], card.codice_fiscale);
        assert_eq!(scene.cns(&["report", "--reader", reader], "").code, 0);
    }
    assert_eq!(scene.card.spent().verifies + other.spent().verifies, 0);
}

#[test]
fn one_card_that_two_slots_see_is_one_card_and_its_contacts_are_used() {
    let scene = Scene::with("citizen-good");
    let mut by_radio =
        Card::of_kind(&scene.stack, "st2022-nfc", "citizen-good").beside_the_second_reader(&scene.stack);
    by_radio.insert();
    scene.stack.wait_for_second_card(true);
    assert_eq!(scene.cns(&["card"], "").done()["reader"], Stack::READER);
    let readers = scene.cns(&["readers", "--read"], "").done();
    for slot in readers["readers"].as_array().unwrap() {
        assert_eq!(slot["holder"], "MARIA ROSSI", "both slots are shown: {readers:#}");
    }
    let said = scene.cns(&["card", "--reader", Stack::SECOND_READER], "").done();
    assert_eq!(said["codice_fiscale"], by_radio.codice_fiscale);
}

#[test]
fn readers_say_whose_cards_they_hold_only_when_asked_to() {
    let scene = Scene::with("citizen-good");
    let mut other =
        Card::of_kind(&scene.stack, "unknown-blank", "citizen-good").beside_the_second_reader(&scene.stack);
    other.insert();
    scene.stack.wait_for_second_card(true);
    scene.card.forget();
    scene.cns(&["readers"], "").done();
    assert_eq!(scene.card.spent().apdus, 0, "a plain list touches no card");
    let readers = scene.cns(&["readers", "--read"], "").done();
    assert_eq!(
        readers["readers"],
        json!([
            {"name": Stack::READER, "card": "present", "holder": "MARIA ROSSI", "problem": null},
            {"name": Stack::SECOND_READER, "card": "present", "holder": null, "problem": "unknown_card"},
        ])
    );
    // One card among others that are surely none is the one that is meant.
    assert_eq!(scene.cns(&["card"], "").done()["holder"], "MARIA ROSSI");
}

#[test]
fn a_card_that_is_not_recognised_is_said_to_be_unknown_even_where_it_says_whose_it_is() {
    let scene = Scene::with("citizen-good");
    let mut other =
        Card::of_kind(&scene.stack, "unknown-java", "citizen-luca").beside_the_second_reader(&scene.stack);
    other.insert();
    scene.stack.wait_for_second_card(true);
    let readers = scene.cns(&["readers", "--read"], "").done()["readers"].clone();
    assert_eq!(
        readers[1],
        json!({"name": Stack::SECOND_READER, "card": "present", "holder": "LUCA BIANCHI", "problem": "unknown_card"})
    );
    let both = json!([
        {"reader": Stack::READER, "holder": "MARIA ROSSI", "problem": null},
        {"reader": Stack::SECOND_READER, "holder": "LUCA BIANCHI", "problem": "unknown_card"},
    ]);
    for words in [&["card"][..], &["report"]] {
        let ended = scene.cns(words, "");
        assert_eq!(ended.problem(), "several_cards", "{words:?}");
        assert_eq!(ended.json()["cards"], both, "{words:?}");
    }
}

#[test]
fn a_person_reads_words_and_no_names_of_fields() {
    let scene = Scene::with("citizen-good");
    let mut command = cns::in_words(&scene.place, &["card"]);
    let told = cns::run(scene.stack.lead(&mut command), "").out;
    assert!(told.contains(&format!("Lettore: {}", Stack::READER)), "{told}");
    for jargon in ["classic", "CN=", "O=", "C=IT"] {
        assert!(!told.contains(jargon), "{jargon}: {told}");
    }
    let help = cns::run(&mut cns::in_words(&scene.place, &["--help"]), "").out;
    assert!(
        help.starts_with("Tessera sanitaria (TS-CNS) from the terminal")
            && help.contains("Options of every command:"),
        "{help}"
    );
}

#[test]
fn a_login_says_once_that_it_reads_the_card() {
    let scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    let (roots, portal) = (scene.roots.display().to_string(), portal.words());
    let mut words = vec!["login", "--pin-stdin", "--trust-roots", &roots];
    words.extend(portal.iter().map(String::as_str));
    let mut command = cns::in_words(&scene.place, &words);
    let ended = cns::run(scene.stack.lead(&mut command), &format!("{PIN}\n"));
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(ended.err.matches("Leggo la tessera").count(), 1, "{}", ended.err);
}

#[test]
fn wrong_usage_is_neither_done_nor_a_problem() {
    let place = Place::new();
    for words in [
        &["login"][..],
        &["get"],
        &["card", "--pin", "12345"],
        &["frobnicate"],
        &["check", "--at", "domani"],
        &["check", "--revocation", "forse"],
        &["check", "--revocation", "ocsp,off"],
        &["check", "--trust-list", "http://list.example/it.xml"],
        &["check", "--allow-host", "http://10.0.0.1/"],
        &["login", "--revocation", "ldap"],
    ] {
        let ended = cns::run(&mut cns::cns(&place, words), "");
        assert_eq!(
            (ended.code, ended.out.as_str()),
            (2, ""),
            "{words:?}: {}",
            ended.err
        );
    }
}

#[test]
fn the_athena_of_1024_bits_is_read_as_well() {
    let (place, stack) = (Place::new(), Stack::start());
    let mut card = Card::of_kind(&stack, "classic-athena", "citizen-good");
    card.insert();
    stack.wait_for_card(true);
    let said = cns::run(stack.lead(&mut cns::cns(&place, &["card"])), "").done();
    assert_eq!(said["codice_fiscale"], card.codice_fiscale);
}

fn outcome(verdict: &Value, code: &str) -> Value {
    let findings = verdict["findings"].as_array().expect("findings");
    let finding = findings.iter().find(|finding| finding["code"] == code);
    let finding = finding.unwrap_or_else(|| panic!("no finding {code}: {verdict:#}"));
    assert!(
        finding["text"].as_str().is_some_and(|text| !text.is_empty()),
        "{finding}"
    );
    finding["outcome"].clone()
}
