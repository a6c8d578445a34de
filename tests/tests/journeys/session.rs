//! Sessions with the real portal and the real keyring.

use journeys::card::PIN;
use journeys::cns::{self, Ended};
use journeys::keyring::Keyring;
use journeys::portal::Portal;
use journeys::scene::Scene;

struct Inside {
    scene: Scene,
    portal: Portal,
    keyring: Keyring,
}

impl Inside {
    fn cns(&self, words: &[&str]) -> Ended {
        cns::run(&mut self.scene.beside(Some(&self.keyring), words), "")
    }

    fn items(&self) -> usize {
        self.keyring.items(&self.scene.place).len()
    }
}

fn logged_in() -> Inside {
    let scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    let keyring = Keyring::start(&scene.place);
    let login = scene.log_in(&portal, Some(&keyring), PIN).done();
    assert_eq!(login["kept"], "keyring", "{login}");
    assert_eq!(
        scene.card.spent().signatures,
        1,
        "the card is asked for exactly one signature per login"
    );
    Inside {
        scene,
        portal,
        keyring,
    }
}

#[test]
fn a_session_is_found_by_a_second_process_and_ends_everywhere() {
    let inside = logged_in();
    assert_eq!(inside.items(), 1);
    let sessions = inside.cns(&["sessions"]).done();
    let sessions = sessions["sessions"].as_array().expect("sessions");
    assert_eq!(sessions.len(), 1);
    assert!(
        sessions[0]["holder"]
            .as_str()
            .is_some_and(|name| name.to_uppercase().contains("ROSSI"))
    );
    assert!(sessions[0]["expires_at"].is_string());
    let statement = inside.cns(&["statement"]).done();
    assert_eq!(
        statement["subject"]["codice_fiscale"],
        inside.scene.card.codice_fiscale
    );
    assert!(
        statement["sections"]
            .as_array()
            .is_some_and(|sections| !sections.is_empty()),
        "{statement}"
    );
    inside.cns(&["logout"]).done();
    assert_eq!(inside.items(), 0);
    assert!(inside.portal.log().contains("DELETE"), "the portal was told");
    assert_eq!(
        inside.cns(&["sessions"]).done()["sessions"]
            .as_array()
            .map(Vec::len),
        Some(0)
    );
    assert_eq!(inside.cns(&["statement"]).problem(), "no_session");
    assert_eq!(inside.cns(&["logout"]).problem(), "no_session");
}

#[test]
fn a_session_that_the_portal_forgot_is_forgotten_here_too() {
    let mut inside = logged_in();
    inside.portal.restart(&inside.scene);
    assert_eq!(inside.cns(&["statement"]).problem(), "session_ended");
    assert_eq!(inside.items(), 0);
}

#[test]
fn a_log_out_that_the_portal_does_not_hear_leaves_nothing_here() {
    let mut inside = logged_in();
    inside.portal.stop();
    assert_eq!(inside.cns(&["logout"]).problem(), "portal_unreachable");
    assert_eq!(inside.items(), 0);
}

#[test]
fn without_a_keyring_the_session_is_in_memory_and_that_is_said() {
    let scene = Scene::with("citizen-good");
    let portal = Portal::start(&scene);
    let login = scene.log_in(&portal, None, PIN).done();
    assert_eq!(login["kept"], "memory", "{login}");
    assert_eq!(
        scene.cns(&["sessions"], "").done()["sessions"]
            .as_array()
            .map(Vec::len),
        Some(0)
    );
}

#[test]
fn the_statement_is_a_table_for_people() {
    let inside = logged_in();
    let mut command = inside.scene.place.command(journeys::programs::built("cns"));
    inside
        .keyring
        .lead(&mut command)
        .args(["--language", "en", "statement"]);
    let ended = cns::run(&mut command, "");
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(
        ended.out.contains(&inside.scene.card.codice_fiscale) && ended.out.contains("total"),
        "{}",
        ended.out
    );
}
