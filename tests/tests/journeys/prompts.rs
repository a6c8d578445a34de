//! What a person at a terminal is asked, in which order, and that nothing typed there is seen.

use journeys::card::{Card, PIN, PUK, WRONG_PIN};
use journeys::cns::{self, answer, answer_unseen, asked};
use journeys::peers;
use journeys::portal::Portal;
use journeys::process::Process;
use journeys::scene::Scene;
use std::process::Command;

const NEW_PIN: &str = "27418";
const NEWER_PIN: &str = "96035";

/// Changes the PIN of the card as a script does, to show which one it has.
fn change(scene: &Scene, old: &str, new: &str) -> cns::Ended {
    scene.cns(&["pin", "change", "--stdin"], &format!("{old}\n{new}\n"))
}

fn at_a_terminal(scene: &Scene, words: &[&str]) -> Process {
    let lead = |command: &mut Command| {
        scene.stack.lead(command);
    };
    cns::at_a_terminal(lead, &scene.place, words)
}

#[test]
fn at_a_terminal_the_consequences_stand_before_the_puk_is_asked_for() {
    let scene = Scene::with("citizen-blocked");
    let mut cns = at_a_terminal(&scene, &["pin", "unblock"]);
    let told = cns.wait_for("the confirmation", |said| {
        said.contains("scrivi «sblocca»").then(|| said.to_owned())
    });
    assert!(
        told.contains("la tessera non si può più usare") && told.contains("sperimentale"),
        "{told}"
    );
    assert!(!told.contains("8 cifre)"), "the PUK is asked for later: {told}");
    cns.type_line("sì");
    let said = cns.wait();
    assert!(said.contains("[not_confirmed]"), "{said}");
    assert_eq!(scene.card.comparisons(), (0, 0));

    let mut cns = at_a_terminal(&scene, &["pin", "unblock"]);
    answer(&mut cns, "scrivi «sblocca»", 1, "sblocca");
    answer_unseen(&mut cns, "PUK della carta (8 cifre)", 1, PUK);
    answer_unseen(&mut cns, "PIN nuovo (da 5 a 8 cifre)", 1, "44444");
    // Refused before the card is touched, and asked for again.
    answer_unseen(&mut cns, "PIN nuovo (da 5 a 8 cifre)", 2, NEW_PIN);
    answer_unseen(&mut cns, "PIN nuovo, un'altra volta", 1, NEW_PIN);
    let said = cns.wait();
    assert!(said.contains("sbloccato"), "{said}");
    for secret in [PUK, NEW_PIN, "44444"] {
        assert!(!said.contains(secret), "{secret} stands on the screen: {said}");
    }
    assert_eq!(scene.card.comparisons(), (0, 1));
    change(&scene, NEW_PIN, NEWER_PIN).done();
}

#[test]
fn at_a_terminal_a_new_pin_is_asked_for_twice() {
    let scene = Scene::with("citizen-good");
    let mut cns = at_a_terminal(&scene, &["--language", "en", "pin", "change"]);
    answer_unseen(&mut cns, "The card's present PIN", 1, PIN);
    answer_unseen(&mut cns, "New PIN (5 to 8 digits)", 1, NEW_PIN);
    answer_unseen(&mut cns, "New PIN, once more", 1, NEWER_PIN);
    answer_unseen(&mut cns, "New PIN (5 to 8 digits)", 2, NEW_PIN);
    answer_unseen(&mut cns, "New PIN, once more", 2, NEW_PIN);
    let said = cns.wait();
    assert!(said.contains("are not the same"), "{said}");
    for secret in [PIN, NEW_PIN, NEWER_PIN] {
        assert!(!said.contains(secret), "{secret} stands on the screen: {said}");
    }
    assert_eq!(scene.card.comparisons(), (1, 0));
    change(&scene, NEW_PIN, NEWER_PIN).done();
}

#[test]
fn at_a_terminal_the_last_try_is_asked_about_and_the_puk_is_suggested() {
    let scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    let (roots, portal) = (scene.roots.display().to_string(), portal.words());
    let mut words = vec!["login", "--trust-roots", &roots];
    words.extend(portal.iter().map(String::as_str));
    let question = "PIN della carta (localhost)";
    let mut cns = at_a_terminal(&scene, &words);
    answer_unseen(&mut cns, question, 1, WRONG_PIN);
    answer_unseen(&mut cns, question, 2, WRONG_PIN);
    let told = cns.wait_for("the second question", |said| {
        said.contains("scrivi «provo»").then(|| said.to_owned())
    });
    assert!(
        told.contains("Resta un solo tentativo") && told.contains("PUK"),
        "{told}"
    );
    cns.type_line("no");
    let said = cns.wait();
    assert!(!said.contains(WRONG_PIN), "{said}");
    assert_eq!((scene.card.tries_left(), scene.card.comparisons()), (1, (2, 0)));

    // A new program does not know of the last try; the card still does, and the right PIN is right.
    let mut cns = at_a_terminal(&scene, &words);
    answer_unseen(&mut cns, question, 1, PIN);
    let said = cns.wait();
    assert!(said.contains("MARIA ROSSI"), "{said}");
    assert_eq!(scene.card.tries_left(), 3);
}

#[test]
fn at_a_terminal_every_command_that_takes_the_pin_asks_again_and_about_the_last_try() {
    for (words, question, asks_for_a_new_one) in [
        (&["get"][..], "PIN della carta (localhost)", false),
        (&["pin", "change"], "PIN della carta di adesso", true),
    ] {
        let scene = Scene::with("citizen-good");
        let server = scene.server();
        let peer = peers::s_server(&scene.place, &server, &scene.roots, &["-tls1_3"]);
        let (url, ca) = (peer.url(), server.ca.display().to_string());
        let mut words = words.to_vec();
        if !asks_for_a_new_one {
            words.extend([url.as_str(), "--server-ca", ca.as_str()]);
        }
        let mut cns = at_a_terminal(&scene, &words);
        for count in 1..=2 {
            answer_unseen(&mut cns, question, count, WRONG_PIN);
            if asks_for_a_new_one {
                answer_unseen(&mut cns, "PIN nuovo (da 5 a 8 cifre)", count, NEW_PIN);
                answer_unseen(&mut cns, "PIN nuovo, un'altra volta", count, NEW_PIN);
            }
        }
        asked(&mut cns, "scrivi «provo»", 1);
        cns.type_line("no");
        let said = cns.wait();
        for told in [
            "Tessera di MARIA ROSSI, nel lettore «Virtual PCD 00 00».",
            "Il PIN della carta non è giusto.",
            "Hai ancora 2 tentativi",
            "Controlla il PIN sulla lettera della tessera",
            "Resta un solo tentativo",
            "PUK",
        ] {
            assert!(said.contains(told), "{words:?}: {told}: {said}");
        }
        let spent = (scene.card.tries_left(), scene.card.comparisons());
        assert_eq!(spent, (1, (2, 0)), "{words:?}");
    }
}

#[test]
fn at_a_terminal_the_person_says_which_of_two_cards() {
    let scene = Scene::with("citizen-good");
    let mut other = Card::new(&scene.stack, "citizen-luca").beside_the_second_reader(&scene.stack);
    other.insert();
    scene.stack.wait_for_second_card(true);
    let mut cns = at_a_terminal(&scene, &["card"]);
    answer(&mut cns, "Quale? Scrivi il numero", 1, "2");
    let said = cns.wait();
    assert!(said.contains(&other.codice_fiscale), "{said}");
    assert!(!said.contains(&scene.card.codice_fiscale), "{said}");
}

#[test]
fn at_a_terminal_the_report_is_shown_before_it_is_asked_about() {
    let scene = Scene::with("citizen-good");
    for (answer, written) in [("no", false), ("scrivi", true)] {
        let file = scene.place.home().join(format!("{answer}.txt"));
        let words = ["report", "--output", file.to_str().unwrap()];
        let mut cns = at_a_terminal(&scene, &words);
        let shown = cns.wait_for("the question", |said| {
            said.contains("scrivi «scrivi»").then(|| said.to_owned())
        });
        assert!(shown.contains("ATR"), "{shown}");
        assert!(!file.exists(), "before the answer");
        cns.type_line(answer);
        let said = cns.wait();
        assert_eq!(file.exists(), written, "{answer}");
        assert_eq!(said.contains("[report_declined]"), !written, "{said}");
    }
    // What is known to stand in the way is said before anything is shown or asked.
    let (there, nowhere) = (
        scene.place.home().join("scrivi.txt"),
        scene.place.home().join("no/x.txt"),
    );
    for (file, cause) in [(there, "c'è già un file"), (nowhere, "La cartella non c'è")] {
        let words = ["report", "--output", file.to_str().unwrap()];
        let said = at_a_terminal(&scene, &words).wait();
        assert!(
            said.contains("[report_not_written]") && said.contains(cause),
            "{said}"
        );
        assert!(!said.contains("ATR"), "{said}");
    }
}
