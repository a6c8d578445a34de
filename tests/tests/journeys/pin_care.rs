//! The care of the PIN: changed, unblocked, never blocked by surprise.

use cns_virtual_card::{Personality, Unblocking, WrongPin};
use journeys::card::{Card, PIN, PUK, RARE_PIN, WRONG_PIN};
use journeys::cns::{self, Ended};
use journeys::portal::Portal;
use journeys::scene::Scene;
use std::collections::BTreeSet;

const NEW_PIN: &str = "27418";
const NEWER_PIN: &str = "96035";
const WRONG_PUK: &str = "11223344";

fn change(scene: &Scene, old: &str, new: &str) -> Ended {
    scene.cns(&["pin", "change", "--stdin"], &format!("{old}\n{new}\n{new}\n"))
}

fn unblock(scene: &Scene, puk: &str, new: &str) -> Ended {
    let words = ["pin", "unblock", "--stdin", "--yes"];
    scene.cns(&words, &format!("{puk}\n{new}\n{new}\n"))
}

/// Puts another card of this scene's person into the reader.
fn take(scene: &mut Scene, kind: &Personality, identity: &str) {
    scene.card.remove();
    scene.stack.wait_for_card(false);
    scene.card = Card::playing(&scene.stack, kind.clone(), identity, PIN);
    scene.card.insert();
    scene.stack.wait_for_card(true);
    scene.card.forget();
}

/// The table of a family whose cards may be asked for their tries.
const SAFE_TO_ASK: &str = r#"
[[profile]]
name = "safe-to-ask"
is = [{ historical = ".. .. .. .. .. .. .. .. .. 43 4E 53 .. .. .." }]
tries_may_be_asked = true

[profile.files]
card_id = "1000 1003"
personal_data = "1100 1102"

[[profile.certificates]]
path = "1100 1101"
framing = "raw"

[profile.key]
reference = 0x01
security_environment = 0x03

[[profile.pins]]
reference = 0x90
otherwise = 0x10
puk = 0x91
puk_otherwise = 0x11
"#;

#[test]
fn a_new_pin_takes_the_place_of_the_old_one() {
    let scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    let changed = change(&scene, PIN, NEW_PIN).done();
    assert_eq!(changed["changed"], true);
    assert_eq!(scene.card.comparisons(), (1, 0));
    assert_eq!(scene.log_in(&portal, None, PIN).problem(), "pin_wrong");
    let session = scene.log_in(&portal, None, NEW_PIN).done();
    assert_eq!(session["holder"], "MARIA ROSSI");
}

#[test]
fn the_pin_of_every_cns_can_be_changed_there_and_back() {
    let mut scene = Scene::with("citizen-good");
    for kind in Personality::all_cns().unwrap() {
        take(&mut scene, &kind, "citizen-good");
        assert_eq!(
            change(&scene, PIN, NEW_PIN).done()["changed"],
            true,
            "{}",
            kind.name
        );
        assert_eq!(
            change(&scene, NEW_PIN, NEWER_PIN).done()["changed"],
            true,
            "{}",
            kind.name
        );
        assert_eq!(scene.card.comparisons(), (2, 0), "{}", kind.name);
    }
}

#[test]
fn a_new_pin_that_is_easy_to_guess_is_refused_with_its_reason_and_costs_nothing() {
    let scene = Scene::with("citizen-good");
    let mut reasons = BTreeSet::new();
    // Maria Rossi, born on 1 January 1980, RSSMRA80A41Z999C, card 6999000000123455.
    for weak in ["77777", "23456", "010180", "80419", "69990"] {
        let ended = change(&scene, PIN, weak);
        assert_eq!(ended.problem(), "new_pin_weak", "{weak}");
        reasons.insert(ended.json()["problem"].to_string());
    }
    assert_eq!(reasons.len(), 5, "each has a reason of its own: {reasons:#?}");
    for (new, code) in [
        ("2741", "new_pin_format"),
        ("abcde", "new_pin_format"),
        (PIN, "new_pin_weak"),
    ] {
        assert_eq!(change(&scene, PIN, new).problem(), code, "{new}");
    }
    let differs = format!("{PIN}\n{NEW_PIN}\n{NEWER_PIN}\n");
    assert_eq!(
        scene.cns(&["pin", "change", "--stdin"], &differs).problem(),
        "new_pin_differs"
    );
    assert_eq!(
        scene.cns(&["pin", "change", "--stdin"], "").problem(),
        "pin_not_given"
    );
    assert_eq!(scene.cns(&["pin", "change"], "").problem(), "pin_not_given");
    assert_eq!(scene.card.comparisons(), (0, 0));
}

#[test]
fn a_wrong_old_pin_costs_one_try_and_the_card_keeps_its_pin() {
    let scene = Scene::with("citizen-good");
    let ended = change(&scene, WRONG_PIN, NEW_PIN);
    assert_eq!(ended.problem(), "pin_wrong");
    assert!(ended.out.contains("Hai ancora 2 tentativi"), "{}", ended.out);
    assert_eq!((scene.card.tries_left(), scene.card.comparisons()), (2, (1, 0)));
    change(&scene, PIN, NEW_PIN).done();
    assert_eq!(scene.card.tries_left(), 3);
}

#[test]
fn a_blocked_pin_is_unblocked_in_whichever_form_the_card_knows() {
    let mut scene = Scene::with("citizen-blocked");
    for kind in Personality::all_cns().unwrap() {
        take(&mut scene, &kind, "citizen-blocked");
        assert_eq!(
            change(&scene, PIN, NEW_PIN).problem(),
            "pin_blocked",
            "{}",
            kind.name
        );
        let ended = unblock(&scene, PUK, NEW_PIN);
        let (_, puk_comparisons) = scene.card.comparisons();
        assert!(puk_comparisons <= 1, "{}: {puk_comparisons} PUKs", kind.name);
        let (pin, valid) = if kind.unblocking.contains(&Unblocking::PukWithNewPin) {
            ("new", NEW_PIN)
        } else if kind.unblocking.contains(&Unblocking::CounterAlone) {
            ("old", PIN)
        } else {
            // A card that takes the PUK and then refuses to reset the counter has refused; the right PUK cost nothing.
            let code = ended.problem();
            assert!(
                ["unblock_not_supported", "card_refused"].contains(&code.as_str()),
                "{}: {code}",
                kind.name
            );
            assert_eq!(scene.card.tries_left(), 0, "{}", kind.name);
            assert_eq!(scene.card.puk_tries_left(), kind.puk_tries, "{}", kind.name);
            continue;
        };
        let done = ended.done();
        assert_eq!(
            (&done["unblocked"], &done["pin"]),
            (&true.into(), &pin.into()),
            "{}",
            kind.name
        );
        assert_eq!(scene.card.tries_left(), 3, "{}", kind.name);
        change(&scene, valid, NEWER_PIN).done();
    }
}

#[test]
fn a_wrong_puk_costs_exactly_one_try_of_the_puk() {
    let mut scene = Scene::with("citizen-blocked");
    for kind in Personality::all_cns().unwrap() {
        if kind.unblocking.is_empty() {
            continue;
        }
        take(&mut scene, &kind, "citizen-blocked");
        let before = scene.card.puk_tries_left();
        let code = match kind.wrong_pin {
            WrongPin::Counted => "puk_wrong",
            WrongPin::Uncounted => "puk_wrong_uncounted",
        };
        assert_eq!(
            unblock(&scene, WRONG_PUK, NEW_PIN).problem(),
            code,
            "{}",
            kind.name
        );
        assert_eq!(scene.card.comparisons(), (0, 1), "{}", kind.name);
        assert_eq!(scene.card.puk_tries_left(), before - 1, "{}", kind.name);
    }
}

#[test]
fn what_the_puk_may_cost_is_confirmed_before_the_card_is_touched() {
    let scene = Scene::with("citizen-blocked");
    let both = format!("{PUK}\n{NEW_PIN}\n");
    for words in [&["pin", "unblock", "--stdin"][..], &["pin", "unblock", "--yes"]] {
        let ended = scene.cns(words, &both);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{words:?}");
    }
    assert_eq!(scene.cns(&["pin", "unblock"], &both).problem(), "not_confirmed");
    assert_eq!(unblock(&scene, "1234567", NEW_PIN).problem(), "puk_format");
    assert_eq!(unblock(&scene, "", NEW_PIN).problem(), "puk_format");
    assert_eq!(unblock(&scene, PUK, "33333").problem(), "new_pin_weak");
    assert_eq!(scene.card.comparisons(), (0, 0));
    assert_eq!(scene.card.puk_tries_left(), 10);
}

#[test]
fn the_tries_are_not_known_until_the_card_may_be_asked() {
    let scene = Scene::with("citizen-last-try");
    let status = scene.cns(&["pin", "status"], "").done();
    assert!(
        status["tries_left"].is_null() && status["puk_tries_left"].is_null(),
        "{status:#}"
    );
    assert_eq!(
        (&status["asked"], &status["pin_pad"]),
        (&"no".into(), &"absent".into())
    );
    assert_eq!(status["unblock"]["experimental"], true, "{status:#}");
    let asked = scene.cns(&["pin", "status", "--ask-card"], "").done();
    assert_eq!(
        asked["asked"], "too_risky",
        "no built-in kind is known to be safe"
    );
    assert!(asked["tries_left"].is_null(), "{asked:#}");
    assert_eq!(scene.card.spent().verifies, 0, "nothing was asked");
    let told = cns::run(
        scene
            .stack
            .lead(&mut cns::in_words(&scene.place, &["pin", "status"])),
        "",
    );
    assert!(
        told.out.contains("Tentativi di PIN rimasti: non noto"),
        "{}",
        told.out
    );

    let table = scene.place.write("safe.toml", SAFE_TO_ASK);
    let words = [
        "pin",
        "status",
        "--ask-card",
        "--card-profiles",
        table.to_str().unwrap(),
    ];
    let status = scene.cns(&words, "").done();
    assert_eq!(
        (&status["tries_left"], &status["asked"]),
        (&1.into(), &"yes".into())
    );
    assert_eq!(scene.card.comparisons(), (0, 0));
    assert_eq!(scene.card.tries_left(), 1);
}

#[test]
fn the_last_try_known_is_not_spent_without_a_second_word() {
    let scene = Scene::with("citizen-last-try");
    let portal = Portal::start(&scene);
    let table = scene.place.write("safe.toml", SAFE_TO_ASK).display().to_string();
    let roots = scene.roots.display().to_string();
    let portal = portal.words();
    let log_in = |more: &[&str], pin: &str| {
        let mut words = vec!["login", "--pin-stdin", "--ask-card", "--card-profiles", &table];
        words.extend(["--trust-roots", &roots]);
        words.extend(portal.iter().map(String::as_str));
        words.extend(more);
        scene.cns(&words, &format!("{pin}\n"))
    };
    assert_eq!(log_in(&[], WRONG_PIN).problem(), "pin_last_try");
    assert_eq!(log_in(&[], PIN).problem(), "pin_last_try");
    let words = [
        "pin",
        "change",
        "--stdin",
        "--ask-card",
        "--card-profiles",
        &table,
    ];
    let both = format!("{PIN}\n{NEW_PIN}\n");
    assert_eq!(scene.cns(&words, &both).problem(), "pin_last_try");
    assert_eq!(scene.card.comparisons(), (0, 0), "the card compared nothing");
    assert_eq!(scene.card.tries_left(), 1);
    assert_eq!(log_in(&["--last-try"], PIN).done()["holder"], "MARIA ROSSI");
    assert_eq!(scene.card.tries_left(), 3);
}

#[test]
fn a_card_that_was_never_activated_is_not_called_a_wrong_pin() {
    let mut scene = Scene::with("citizen-not-activated");
    for kind in Personality::all_cns().unwrap() {
        take(&mut scene, &kind, "citizen-not-activated");
        let code = match kind.not_activated {
            0x6984 => "pin_not_usable",
            0x6983 => "pin_blocked",
            0x6985 => "pin_not_allowed",
            0x6A88 => "pin_not_found",
            other => panic!("{}: {other:04X}", kind.name),
        };
        assert_eq!(change(&scene, PIN, NEW_PIN).problem(), code, "{}", kind.name);
    }
}

#[test]
fn a_pin_pad_that_is_not_there_has_its_name_and_costs_no_try() {
    let scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    let (roots, ca) = (
        scene.roots.display().to_string(),
        portal.server_ca.display().to_string(),
    );
    let portal = portal.words();
    let mut login = vec!["login", "--pin-pad", "--trust-roots", &roots];
    login.extend(portal.iter().map(String::as_str));
    let get = ["get", "https://localhost:1/", "--pin-pad", "--server-ca", &ca];
    for words in [login.as_slice(), &get, &["pin", "change", "--pin-pad"]] {
        assert_eq!(scene.cns(words, "").problem(), "no_pin_pad", "{words:?}");
    }
    assert_eq!(scene.card.comparisons(), (0, 0));
}

#[test]
fn no_pin_and_no_puk_stands_in_an_output_or_in_the_loudest_log() {
    let scene = Scene::with_pin("citizen-good", RARE_PIN);
    let secrets = [RARE_PIN, "84620917", "37291846", "50918273", PUK];
    let [pin, new, wrong, wrong_puk, puk] = secrets;
    let unblock = ["pin", "unblock", "--stdin", "--yes"];
    let change = ["pin", "change", "--stdin"];
    for (words, typed) in [
        (&change[..], [wrong, new]),
        (&change, [pin, new]),
        (&unblock, [wrong_puk, pin]),
        (&unblock, [puk, pin]),
    ] {
        let mut command = scene.command(words);
        let ended = cns::run(
            command.env("RUST_LOG", "trace"),
            &format!("{}\n{}\n", typed[0], typed[1]),
        );
        assert!(ended.err.contains("TRACE"), "the log is loud");
        for secret in secrets {
            for told in [&ended.out, &ended.err] {
                assert!(!told.contains(secret), "{words:?}: {secret}");
            }
            let bytes: Vec<String> = secret.bytes().map(|byte| format!("{byte:02X}")).collect();
            for told in [bytes.join(" "), bytes.concat()] {
                assert!(!ended.err.to_uppercase().contains(&told), "{words:?}: {secret}");
            }
        }
    }
}
