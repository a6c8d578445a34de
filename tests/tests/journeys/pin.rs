//! The PIN of the card: one typing is one try, and the person always knows how many are left.

use journeys::card::{PIN, WRONG_PIN};
use journeys::portal::Portal;
use journeys::scene::Scene;

#[test]
fn a_wrong_pin_costs_exactly_one_try_and_says_how_many_are_left() {
    let scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    for (left, code, words) in [
        (2, "pin_wrong", "Hai ancora 2 tentativi"),
        (1, "pin_wrong", "Hai ancora 1 solo tentativo"),
        (0, "pin_blocked", "bloccato"),
    ] {
        scene.card.forget();
        let ended = scene.log_in(&portal, None, WRONG_PIN);
        assert_eq!(ended.problem(), code);
        assert!(ended.out.contains(words), "{}", ended.out);
        assert_eq!(scene.card.tries_left(), left);
        assert_eq!(scene.card.spent().verifies, 1);
    }
    scene.card.forget();
    assert_eq!(scene.log_in(&portal, None, PIN).problem(), "pin_blocked");
    assert_eq!(scene.card.spent().signatures, 0);
}

#[test]
fn the_right_pin_gives_the_tries_back() {
    let scene = Scene::with("citizen-last-try");
    let portal = Portal::start(&scene);
    assert_eq!(scene.card.tries_left(), 1);
    scene.log_in(&portal, None, PIN).done();
    assert_eq!(scene.card.tries_left(), 3);
}

#[test]
fn what_cannot_be_a_pin_touches_no_card() {
    let scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    for typed in ["1234", "123456789", "abcde", "12 345", "１２３４５"] {
        assert_eq!(
            scene.log_in(&portal, None, typed).problem(),
            "pin_format",
            "{typed}"
        );
    }
    assert_eq!(scene.log_in(&portal, None, "").code, 1);
    assert_eq!(scene.card.spent().verifies, 0);
    assert_eq!(scene.card.tries_left(), 3);
}

#[test]
fn a_card_that_was_never_activated_is_told_from_a_wrong_pin() {
    let scene = Scene::with("citizen-not-activated");
    let portal = Portal::start(&scene);
    assert_eq!(scene.log_in(&portal, None, PIN).problem(), "pin_not_usable");
}

#[test]
fn a_bad_certificate_is_not_worth_a_pin() {
    let scene = Scene::with("citizen-expired");
    let portal = Portal::start(&scene);
    assert_eq!(scene.log_in(&portal, None, PIN).problem(), "certificate_refused");
    assert_eq!(scene.card.spent().verifies, 0);
}
