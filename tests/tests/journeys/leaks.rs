//! Nothing leaks: a whole login with every log at its loudest, and every folder watched.

use journeys::card::RARE_PIN as PIN;
use journeys::cns;
use journeys::disk::{self, Watch};
use journeys::keyring::Keyring;
use journeys::portal::Portal;
use journeys::scene::Scene;
use journeys::tokens::tokens;

#[test]
fn a_login_at_the_loudest_log_tells_no_secret_and_nothing_of_the_person() {
    let scene = Scene::with_pin("citizen-good", PIN);
    let portal = Portal::start(&scene);
    let keyring = Keyring::start(&scene.place);
    let words = portal.words();
    let mut login = vec![
        "login",
        "--pin-stdin",
        "--trust-roots",
        scene.roots.to_str().unwrap(),
    ];
    login.extend(words.iter().map(String::as_str));
    let wrong = PIN.chars().rev().collect::<String>();
    let mut logs = String::new();
    for (words, stdin) in [
        (login.as_slice(), format!("{wrong}\n")),
        (login.as_slice(), format!("{PIN}\n")),
        (&["statement"], String::new()),
        (&["sessions"], String::new()),
        (&["logout"], String::new()),
    ] {
        let mut command = scene.beside(Some(&keyring), words);
        let ended = cns::run(command.env("RUST_LOG", "trace"), &stdin);
        for secret in [PIN, &wrong] {
            assert!(!ended.out.contains(secret), "{words:?}");
        }
        assert_eq!(tokens(&ended.out), Vec::<&str>::new(), "{words:?}");
        logs.push_str(&ended.err);
    }
    assert!(
        logs.contains("TRACE") && logs.contains("DEBUG"),
        "the log is loud: {logs}"
    );
    logs.push_str(&portal.log());
    for secret in [
        PIN,
        &wrong,
        &scene.card.codice_fiscale,
        &scene.card.card_id,
        "ROSSI",
        "Rossi",
    ] {
        let line = logs.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} stands in the log");
    }
    assert_eq!(tokens(&logs), Vec::<&str>::new());
}

#[test]
fn a_login_leaves_nothing_on_the_disk_but_the_keyring() {
    let scene = Scene::with_pin("citizen-good", PIN);
    let portal = Portal::start(&scene);
    let keyring = Keyring::start(&scene.place);
    let place = &scene.place;
    let watch = Watch::start(vec![place.home(), place.temporary(), place.runtime()]);
    scene.log_in(&portal, Some(&keyring), PIN).done();
    cns::run(&mut scene.beside(Some(&keyring), &["statement"]), "").done();
    cns::run(&mut scene.beside(Some(&keyring), &["logout"]), "").done();
    let keyrings = place.home().join(".local/share/keyrings");
    for (path, content) in watch.end() {
        assert!(path.starts_with(&keyrings), "{} was written", path.display());
        assert!(
            !disk::holds(&content, PIN),
            "the PIN stands in {}",
            path.display()
        );
    }
}
