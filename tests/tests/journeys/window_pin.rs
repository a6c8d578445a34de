//! The real window and what it does for a card beside the login: several cards, PIN and PUK, a report.

use crate::window::{Desk, offline, without_secrets};
use journeys::card::{Card, PIN, PUK, RARE_PIN, WRONG_PIN};
use journeys::disk::Watch;
use journeys::place::Place;
use journeys::programs;
use journeys::scene::Scene;
use journeys::stack::Stack;
use journeys::window::Window;
use std::fs;
use std::path::PathBuf;

/// Opens the window on a good card, and waits until it is shown.
fn on_the_card(desk: &Desk) -> Window {
    let window = desk.open();
    window.wait_for_screen("card");
    window
}

fn type_new_pin(window: &Window, field: &str, typed: &str, new: &str, submit: &str) {
    for (field, digits) in [(field, typed), ("new-pin", new), ("new-pin-again", new)] {
        window.type_into(field, digits);
    }
    window.press(submit);
}

#[test]
fn two_cards_stand_side_by_side_and_the_one_that_is_picked_goes_in() {
    let desk = Desk::new(Scene::with("citizen-good"));
    let stack = &desk.scene.stack;
    let mut second = Card::new(stack, "citizen-luca").beside_the_second_reader(stack);
    second.insert();
    stack.wait_for_second_card(true);
    let window = desk.open();
    window.wait_for_screen("cards");
    for (reader, holder) in [(Stack::READER, "MARIA"), (Stack::SECOND_READER, "LUCA")] {
        let tile = window.wait_for_one("card-tile", "reader", reader).to_uppercase();
        assert!(tile.contains(holder), "{tile}");
    }
    window.wait_for("pick-card");
    window.judge("20-several-cards");
    window.press_in("card-tile", "reader", Stack::SECOND_READER, "pick-card");
    window.wait_for_screen("card");
    assert!(window.wait_for("holder-name").to_uppercase().starts_with("LUCA"));
    assert!(window.wait_for("other-cards").to_uppercase().contains("MARIA"));
    window.judge("21-card-beside-another");
    window.press("choose-other");
    window.wait_for_screen("cards");
    window.wait_for("pick-card");
    window.press_in("card-tile", "reader", Stack::SECOND_READER, "pick-card");

    // A card that is left alone is not taken for the one that was shown.
    window.wait_for_screen("card");
    second.remove();
    window.wait_for_fact("after", "code", "card_removed");
    assert!(window.wait_for("holder-name").to_uppercase().starts_with("MARIA"));
    assert!(
        !window.content().contains("data-testid=\"other-cards\""),
        "it is the only one"
    );
    window.judge("22-another-card");
    desk.log_in(&window);
    assert!(window.wait_for("holder").to_uppercase().contains("MARIA"));
    assert_eq!((desk.scene.card.comparisons().0, second.comparisons().0), (1, 0));
}

#[test]
fn whose_card_it_is_stands_there_while_the_rest_is_still_being_read() {
    let mut desk = Desk::new(Scene::with("citizen-good"));
    desk.scene.card.remove();
    desk.scene.stack.wait_for_card(false);
    let window = desk.open();
    window.wait_for_screen("no_card");
    // A slow card, so that there is time to look at how it is read.
    desk.scene.card.fault("5 silence 6000");
    desk.scene.card.insert();
    window.wait_for_screen("reading");
    assert!(window.wait_for("holder").to_uppercase().contains("MARIA ROSSI"));
    window.wait_for_screen("reading");
    window.judge("19-reading-a-name");
    window.wait_for_screen("card");
}

#[test]
fn a_card_of_another_kind_is_named_beside_the_one_that_goes_in() {
    let desk = Desk::new(Scene::with("citizen-good"));
    let stack = &desk.scene.stack;
    let mut second = Card::of_kind(stack, "bank-emv", "citizen-luca").beside_the_second_reader(stack);
    second.insert();
    stack.wait_for_second_card(true);
    let window = desk.open();
    window.wait_for_screen("card");
    assert!(window.wait_for("holder-name").to_uppercase().starts_with("MARIA"));
    let other = window.wait_for("other-card");
    assert!(other.contains(Stack::SECOND_READER), "{other}");
    window.judge("23-card-beside-a-bank-card");
    assert!(
        !window.content().contains("data-testid=\"choose-other\""),
        "there is nothing to choose"
    );
}

#[test]
fn a_changed_pin_lets_the_same_insertion_in_and_leaves_nothing_in_the_page() {
    let desk = Desk::new(Scene::with_pin("citizen-good", RARE_PIN));
    let window = on_the_card(&desk);
    window.press("change-pin");
    window.wait_for_screen("change_pin");
    window.judge("24-change-pin");
    type_new_pin(&window, "old-pin", RARE_PIN, "23456", "change-submit");
    window.wait_for_fact("change-refused", "code", "new_pin_weak");
    window.wait_for_fact("weakness-run", "weak", "true");
    window.judge("25-change-pin-weak");
    assert_eq!(desk.scene.card.comparisons(), (0, 0), "the card was not asked");
    desk.scene.card.forget();
    type_new_pin(&window, "old-pin", RARE_PIN, NEW_PIN, "change-submit");
    window.wait_for_screen("pin_changed");
    window.judge("26-pin-changed");
    let content = window.content();
    assert!(
        !content.contains(RARE_PIN) && !content.contains(NEW_PIN),
        "a PIN stays in the page"
    );
    assert_eq!(desk.scene.card.comparisons(), (1, 0));
    window.press("go-back");
    Desk::log_in_with(&window, NEW_PIN);
}

#[test]
fn a_pin_is_blocked_only_after_an_explicit_word_and_the_puk_helps() {
    let desk = Desk::new(Scene::with("citizen-good"));
    let card = &desk.scene.card;
    let window = on_the_card(&desk);
    window.press("enter");
    for tries_left in ["3", "2"] {
        window.wait_for_screen("pin_of_the_card");
        if tries_left == "2" {
            window.wait_for_fact("pin-refused", "code", "pin_wrong");
        }
        window.type_pin(WRONG_PIN);
    }
    window.wait_for_screen("last_try");
    window.judge("27-last-try");
    assert_eq!((card.tries_left(), card.comparisons()), (1, (2, 0)));
    window.press("spend-last-try");
    window.wait_for_screen("pin_of_the_card");
    window.type_pin(WRONG_PIN);
    window.wait_for_screen("problem");
    assert!(window.wait_for("problem-code").contains("pin_blocked"));
    assert!(window.wait_for("holder").to_uppercase().contains("MARIA"));
    window.judge("28-pin-blocked");
    window.press("retry");
    window.wait_for_screen("card");
    window.wait_for_fact("verdict", "outcome", "bad");
    window.wait_for_fact("tries", "tries", "0");
    window.judge("29-card-blocked");

    let most = card.puk_tries_left();
    window.press("unblock");
    window.wait_for_screen("before_unblocking");
    window.judge("30-before-unblocking");
    window.press("understood");
    window.wait_for_screen("unblock_pin");
    window.judge("31-unblock-pin");
    type_new_pin(&window, "puk", "1234", NEW_PIN, "unblock-submit");
    window.wait_for_fact("unblock-refused", "code", "puk_format");
    assert_eq!(card.puk_tries_left(), most, "the card was not asked");
    type_new_pin(&window, "puk", "11112222", NEW_PIN, "unblock-submit");
    window.wait_for_fact("unblock-refused", "code", "puk_wrong");
    window.judge("32-wrong-puk");
    assert_eq!(card.comparisons(), (3, 1));
    type_new_pin(&window, "puk", PUK, NEW_PIN, "unblock-submit");
    window.wait_for_screen("pin_unblocked");
    window.judge("33-pin-unblocked");
    let content = window.content();
    assert!(
        !content.contains(PUK) && !content.contains(NEW_PIN),
        "a secret stays in the page"
    );
    assert_eq!((card.tries_left(), card.comparisons()), (3, (3, 2)));
    window.press("go-back");
    Desk::log_in_with(&window, NEW_PIN);
}

#[test]
fn a_card_that_cannot_be_read_is_shown_and_reported_without_a_word_about_its_holder() {
    for (kind, screen) in [("unknown-java", "problem"), ("classic-st2021", "card")] {
        let (place, stack) = (Place::new(), Stack::start());
        let mut card = Card::of_kind(&stack, kind, "citizen-good");
        card.insert();
        stack.wait_for_card(true);
        let roots = Card::roots(&place);
        let desk = Desk::new(Scene {
            card,
            stack,
            place,
            roots,
        });
        let home = desk.scene.place.home();
        let watch = Watch::start(vec![home.clone()]);
        let window = desk.open_with_log("trace");
        window.wait_for_screen(screen);
        if screen == "problem" {
            assert!(window.wait_for("problem-code").contains("unknown_card"));
            window.wait_for("seen");
            window.judge("34-unknown-card");
        }
        window.press("start-report");
        window.wait_for_screen("report");
        let shown = window.wait_for("report");
        if screen == "problem" {
            window.judge("35-report");
        }
        assert_eq!(
            reports(&home),
            Vec::<PathBuf>::new(),
            "nothing is written before it is asked for"
        );
        window.press("copy-report");
        window.wait_for("report-copied");
        window.press("save-report");
        let saved = window.wait_for("report-saved");
        window.press("save-report");
        let first = reports(&home).remove(0);
        assert!(saved.contains(&*first.display().to_string()), "{saved}");
        let text = fs::read_to_string(&first).unwrap();
        assert_eq!(
            text.split_whitespace().collect::<Vec<_>>(),
            shown.split_whitespace().collect::<Vec<_>>()
        );
        assert!(text.contains("ATR") && text.contains("SELECT"), "{text}");
        if screen == "problem" {
            window.judge("36-report-saved");
        }
        window.press("go-back");
        let log = window.said();
        drop(window);
        let secrets = [
            &*desk.scene.card.codice_fiscale,
            &*desk.scene.card.card_id,
            "ROSSI",
            "MARIA",
        ];
        for secret in secrets {
            assert!(!log.contains(secret), "{secret} stands in the log");
        }
        let written = watch.end();
        without_secrets(&written, &secrets);
        for bytes in desk.scene.card.certificate.windows(6) {
            let hexadecimal: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            assert!(!text.contains(&hexadecimal.join(" ")) && !text.contains(&hexadecimal.concat()));
        }
    }
}

#[test]
fn a_card_that_leaves_in_the_middle_of_a_change_leaves_a_warning() {
    let mut desk = Desk::new(Scene::with("citizen-good"));
    let window = on_the_card(&desk);
    window.press("change-pin");
    window.wait_for_screen("change_pin");
    desk.scene.card.fault("0 removal");
    type_new_pin(&window, "old-pin", PIN, NEW_PIN, "change-submit");
    window.wait_for_screen("problem");
    window.wait_for_fact("unsure", "unsure", "pin_changed");
    window.judge("37-change-interrupted");
    desk.scene.card.insert();
    window.wait_for_screen("card");
    assert_eq!(desk.scene.card.comparisons().1, 0);
}

#[test]
fn the_example_card_can_be_given_another_pin() {
    let place = Place::new();
    let stack = Stack::start_without_readers();
    let display = journeys::window::Display::start(&place);
    let program = programs::built("sportello-driven");
    let window = Window::open(&place, &display, &program, &offline(), |command| {
        stack.lead(command);
    })
    .expect("a window that is driven");
    window.wait_for_screen("no_reader");
    window.press("start-demo");
    window.wait_for_screen("card");
    let (pin, puk) = (window.wait_for("demo-pin"), window.wait_for("demo-puk"));
    window.press("change-pin");
    window.wait_for_screen("change_pin");
    type_new_pin(&window, "old-pin", &pin, NEW_PIN, "change-submit");
    window.wait_for_screen("pin_changed");
    assert!(
        !window.wait_for("demo-pin").contains(NEW_PIN),
        "nothing sends a chosen PIN back"
    );
    window.press("go-back");
    window.wait_for_screen("card");
    window.press("unblock");
    window.wait_for_screen("before_unblocking");
    window.press("understood");
    window.wait_for_screen("unblock_pin");
    type_new_pin(&window, "puk", &puk, "60417", "unblock-submit");
    window.wait_for_screen("pin_unblocked");
    window.press("go-back");
    window.wait_for_screen("card");
}

#[test]
fn card_profiles_that_cannot_be_used_are_named_before_any_window() {
    let place = Place::new();
    let file = place.write("profiles.toml", "[[profile]]\nname = 7\n");
    for path in [&file, &place.file("none.toml")] {
        let mut command = place.command(programs::built("sportello-shipped"));
        let output = command.arg("--card-profiles").arg(path).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(&*path.display().to_string()), "{said}");
    }
}

#[test]
fn the_tries_are_asked_for_only_where_somebody_says_that_it_is_free() {
    let desk = Desk::new(Scene::with("citizen-last-try"));
    let profiles = desk.scene.place.write("profiles.toml", FREE_TO_ASK);
    let profiles = ["--card-profiles".to_owned(), profiles.display().to_string()];
    let asking = ["--ask-tries".to_owned()];
    for (words, tries) in [
        (profiles.to_vec(), "unknown"),
        (asking.to_vec(), "unknown"),
        ([&profiles[..], &asking].concat(), "1"),
    ] {
        let window = desk.open_with_words("warn", &words);
        window.wait_for_screen("card");
        window.wait_for_fact("tries", "tries", tries);
        window.press("enter");
        window.wait_for_screen(if tries == "1" {
            "last_try"
        } else {
            "pin_of_the_card"
        });
    }
    assert_eq!(
        (desk.scene.card.tries_left(), desk.scene.card.comparisons()),
        (1, (0, 0))
    );
}

/// The reports in a folder, in order.
fn reports(folder: &PathBuf) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "txt"))
        .collect();
    found.sort_by_key(|path| path.as_os_str().len());
    found
}

const NEW_PIN: &str = "80513946";

/// A family of cards that is said to answer the question for its tries without counting it.
const FREE_TO_ASK: &str = r#"
[[profile]]
name = "classic-of-the-story"
tries_may_be_asked = true
is = [{ historical = ".. .. .. .. .. .. .. .. .. 43 4E 53 .. .. .." }]
files = { card_id = "1000 1003", personal_data = "1100 1102" }
certificates = [{ path = "1100 1101", framing = "raw" }]
key = { reference = 0x01, security_environment = 0x03 }
pins = [{ reference = 0x90, otherwise = 0x10, puk = 0x91, puk_otherwise = 0x11 }]
"#;
