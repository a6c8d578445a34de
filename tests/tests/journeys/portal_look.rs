//! A portal before any PIN: its profile is read first, and it is looked at without the card's PIN.

use journeys::card::PIN;
use journeys::cns::{self, Ended};
use journeys::intercept::Intercept;
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
fn mitmproxy_between_this_computer_and_the_portal_is_named_before_any_pin() {
    let portal = Portal::open();
    let between = Intercept::start(&portal.scene.place);
    let proxy = format!("--proxy=http://127.0.0.1:{}", between.port);
    let profile = portal.profile.display().to_string();
    let look = |system: &PathBuf| {
        let words = ["portal", "check", &profile, "--no-card", "--profile-read", &proxy];
        let mut command = portal.scene.command(&words);
        command.env("SSL_CERT_FILE", system).env_remove("SSL_CERT_DIR");
        cns::run(&mut command, "").done()
    };
    let finding = |found: &Value, code: &str| {
        let findings = found["findings"].as_array().unwrap();
        let one = findings.iter().find(|finding| finding["code"] == code);
        one.cloned().unwrap_or_else(|| panic!("{code} in {found:#}"))
    };
    // Its authority stands among the system's: the chain is accepted, and who reads along is named.
    let found = look(&between.authority);
    assert_eq!(finding(&found, "chain")["case"], "good");
    let interception = finding(&found, "interception");
    assert_eq!(interception["case"], "private");
    let text = interception["text"].as_str().unwrap();
    assert!(text.contains(Intercept::AUTHORITY), "{text}");
    // Where it does not, the chain is what is wrong, and its issuer is named.
    let found = look(&portal.server.ca);
    let chain = finding(&found, "chain");
    assert_eq!(chain["case"], "unknown_issuer");
    assert!(
        chain["text"].as_str().unwrap().contains(Intercept::AUTHORITY),
        "{chain}"
    );

    // The card is not used through it where the portal's own authority was named.
    let url = portal.peer.url();
    let ca = portal.server.ca.display().to_string();
    let words = ["get", &url, "--follow", "--pin-stdin", "--server-ca", &ca, &proxy];
    let refused = portal.scene.cns(&words, &format!("{PIN}\n"));
    assert_eq!(refused.problem(), "server_untrusted");
    assert_eq!(portal.scene.card.spent().signatures, 0);
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
