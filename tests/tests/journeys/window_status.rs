//! The real window and those who say whether a certificate was revoked: OpenSSL, over loopback.

use crate::window::Desk;
use journeys::card::{Card, PIN};
use journeys::place::Place;
use journeys::scene::Scene;
use journeys::stack::Stack;
use journeys::status::StatusHost;
use std::fs;
use std::path::PathBuf;

/// A desk with a card, and the host that its certificate names. Nobody answers there yet.
fn desk_of_an_answered_card() -> (Desk, StatusHost) {
    let (place, stack, host) = (Place::new(), Stack::start(), StatusHost::new());
    let mut card = Card::answered_at(&stack, &host.address());
    card.insert();
    stack.wait_for_card(true);
    card.forget();
    let roots = Card::roots(&place);
    let desk = Desk::new(Scene {
        card,
        stack,
        place,
        roots,
    });
    (desk, host)
}

fn words(more: &[&str]) -> Vec<String> {
    let allowed = ["--allow-host", "127.0.0.1"];
    allowed
        .iter()
        .chain(more)
        .map(|word| (*word).to_owned())
        .collect()
}

#[test]
fn a_card_whose_issuer_answers_is_good_in_one_sentence_and_its_end_goes_into_a_calendar_on_request() {
    let (desk, host) = desk_of_an_answered_card();
    let card = &desk.scene.card;
    let _responder = host.responder(&desk.scene.place, &card.certificate, None);
    let window = desk.open_asking("warn", &words(&[]));
    window.wait_for_fact("verdict", "headline", "good");
    window.judge("38-card-good");
    assert!(
        window
            .wait_for("headline")
            .starts_with("Tutto a posto. Il certificato vale fino al ")
    );
    window.press("technical");
    window.wait_for_one("attempt", "way", "ocsp");
    assert!(window.wait_for("evidence").contains("127.0.0.1"));
    window.judge("39-card-technical");

    window.press("start-reminder");
    window.wait_for_screen("reminder");
    window.judge("40-reminder");
    let home = desk.scene.place.home();
    assert_eq!(
        reminders(&home),
        Vec::<PathBuf>::new(),
        "it is written only when asked for"
    );
    window.press("save-reminder");
    let saved = window.wait_for("reminder-saved");
    let written = reminders(&home);
    assert_eq!(written.len(), 1);
    assert!(saved.contains(&*written[0].display().to_string()), "{saved}");
    let text = fs::read_to_string(&written[0]).unwrap();
    for personal in [&*card.codice_fiscale, &card.card_id, "ROSSI", "Rossi"] {
        assert!(!text.contains(personal), "{text}");
    }
    window.press("go-back");
    window.wait_for_fact("verdict", "headline", "good");
    desk.log_in(&window);
    assert_eq!(desk.scene.card.spent().verifies, 1);
}

#[test]
fn a_revoked_card_is_refused_in_its_own_words_and_no_pin_is_asked_for() {
    for (number, why, headline) in [
        ("41", "260930000000Z,keyCompromise", "revoked"),
        (
            "42",
            "260930000000Z,holdInstruction,holdInstructionReject",
            "suspended",
        ),
    ] {
        let (desk, host) = desk_of_an_answered_card();
        let _responder = host.responder(&desk.scene.place, &desk.scene.card.certificate, Some(why));
        let window = desk.open_asking("warn", &words(&[]));
        window.wait_for_fact("verdict", "headline", headline);
        window.wait_for_one("finding-revocation", "outcome", "bad");
        window.judge(&format!("{number}-card-{headline}"));
        assert!(!window.content().contains("data-testid=\"enter\""), "{headline}");
        assert_eq!(
            (desk.scene.card.spent().verifies, desk.scene.card.tries_left()),
            (0, 3)
        );
    }
}

#[test]
fn a_card_that_turns_out_to_be_revoked_while_its_pin_is_typed_never_gets_it() {
    let (desk, host) = desk_of_an_answered_card();
    let certificate = &desk.scene.card.certificate;
    let gate = host.list_at_a_gate(&desk.scene.place, certificate, Some("260930000000Z,superseded"));
    let window = desk.open_asking("warn", &words(&["--revocation", "crl"]));
    window.wait_for_fact("verdict", "headline", "checking");
    window.press("enter");
    window.wait_for_screen("pin_of_the_card");
    window.type_pin(PIN);
    window.wait_for("pin-status");
    gate.open();
    window.wait_for_screen("card");
    window.wait_for_fact("verdict", "headline", "revoked");
    window.wait_for("pin-unsent");
    window.judge("43-card-revoked-while-typing");
    assert_eq!(
        (desk.scene.card.spent().verifies, desk.scene.card.tries_left()),
        (0, 3)
    );
    assert!(!window.content().contains(PIN), "the PIN stays in the page");
}

#[test]
fn a_host_that_does_not_answer_leaves_the_card_usable_and_says_what_was_not_checked() {
    let (desk, _host) = desk_of_an_answered_card();
    let window = desk.open_asking("warn", &words(&[]));
    window.wait_for_fact("verdict", "headline", "revocation_unchecked");
    window.judge("44-card-not-checked");
    desk.log_in(&window);
}

/// The reminders below this folder.
fn reminders(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(reminders(&path));
        } else if path.extension().is_some_and(|kind| kind == "ics") {
            found.push(path);
        }
    }
    found
}
