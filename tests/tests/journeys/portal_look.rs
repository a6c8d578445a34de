//! A portal before any PIN: its profile is read first, and it is looked at without the card's PIN.

use journeys::cns::{self, Ended};
use journeys::peers::{self, Peer, ServerCertificate};
use journeys::scene::Scene;
use serde_json::Value;
use std::path::PathBuf;

/// A card in the reader, and a server that demands it.
struct Portal {
    scene: Scene,
    server: ServerCertificate,
    peer: Peer,
    profile: PathBuf,
}

impl Portal {
    fn open() -> Self {
        let scene = Scene::with("citizen-good");
        let server = scene.server();
        let peer = peers::s_server(&scene.place, &server, &scene.roots, &[]);
        let text = PROFILE.replace("{port}", &peer.port.to_string());
        let profile = scene.place.write("pagine.toml", text);
        Self {
            scene,
            server,
            peer,
            profile,
        }
    }

    /// Looks at it as a computer does whose system trusts only the server's authority: so does one on which a program reads
    /// every connection, with an authority of its own in the system's store.
    fn looked_at(&self, words: &[&str]) -> Ended {
        let profile = self.profile.display().to_string();
        let mut all = vec!["portal", "check", &profile];
        all.extend(words);
        let mut command = self.scene.command(&all);
        command
            .env("SSL_CERT_FILE", &self.server.ca)
            .env_remove("SSL_CERT_DIR");
        cns::run(&mut command, "")
    }
}

#[test]
fn a_program_that_reads_the_connection_is_named_before_any_pin_and_the_card_is_only_read() {
    let portal = Portal::open();
    let found = portal.looked_at(&["--profile-read"]).done();
    let case = |code: &str| {
        let findings = found["findings"].as_array().unwrap();
        let one = findings.iter().find(|finding| finding["code"] == code);
        let one: &Value = one.unwrap_or_else(|| panic!("{code} in {found:#}"));
        (
            one["case"].as_str().unwrap().to_owned(),
            one["text"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(case("chain").0, "good");
    let (interception, text) = case("interception");
    assert_eq!(interception, "private");
    assert!(text.contains("Server CA of the stories"), "{text}");
    assert_eq!(case("tls_versions").0, "both");
    // The card in the reader is of the one authority that the server names.
    assert_eq!(case("issuers").0, "good");
    let spent = portal.scene.card.spent();
    assert_eq!((spent.verifies, spent.signatures), (0, 0));
    drop(portal.peer);
}

#[test]
fn a_profile_that_is_not_ours_is_used_by_nobody_who_has_not_read_it() {
    let portal = Portal::open();
    let unread = portal.looked_at(&[]);
    assert_eq!(unread.problem(), "profile_not_read");
    let said = portal.peer.process.said();
    assert!(!said.contains("CIPHER"), "nobody was connected to: {said}");
    let shown = unread.json()["profile"].to_string();
    for word in ["localhost", "/entra", "Ente d'esempio", "una fonte"] {
        assert!(shown.contains(word), "{word} in {shown}");
    }
    let profile = format!("--portal={}", portal.profile.display());
    let logged_in = portal.scene.cns(&["login", &profile, "--pin-stdin"], "12345\n");
    assert_eq!(logged_in.problem(), "profile_not_read");
    assert_eq!(portal.scene.card.spent().verifies, 0);
}

#[test]
fn at_a_terminal_the_profile_is_shown_whole_and_asked_about() {
    let portal = Portal::open();
    let profile = portal.profile.display().to_string();
    let words = ["--language", "it", "portal", "check", "--no-card", &profile];
    let mut person = cns::at_a_terminal(
        |command| {
            portal.scene.stack.lead(command);
        },
        &portal.scene.place,
        &words,
    );
    cns::asked(&mut person, "Per andare avanti scrivi «letto»", 1);
    let said = person.said();
    for words in [
        "Chi può chiedere la tessera: localhost",
        "non è di Sportello",
        "Fonte: una fonte",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    cns::answer(&mut person, "Per andare avanti scrivi «letto»", 1, "letto");
    cns::asked(&mut person, "localhost risponde.", 1);
}

const PROFILE: &str = r#"
schema = 1
id = "pagine"
name = { it = "Portale di pagine", en = "Portal of pages" }
owner = "Ente d'esempio"
kind = "web"
status = "unverified"
sources = ["una fonte, letta il 2026-11-23"]
hosts = ["localhost"]

[web]
entry_url = "https://localhost:{port}/entra"
card_hosts = ["localhost"]
"#;
