//! `cns get`: mutual TLS with the card to servers that we did not write, one signature each.

use journeys::card::{PIN, Spent};
use journeys::cns::{self, Ended};
use journeys::peers::{self, Peer, ServerCertificate};
use journeys::process::Process;
use journeys::scene::Scene;
use serde_json::Value;
use std::path::Path;

fn get(scene: &Scene, url: &str, ca: &Path, more: &[&str]) -> Ended {
    let mut words = vec!["get", url, "--pin-stdin", "--server-ca", ca.to_str().unwrap()];
    words.extend(more);
    scene.cns(&words, &format!("{PIN}\n"))
}

fn get_peer(scene: &Scene, server: &ServerCertificate, peer: &Peer, more: &[&str]) -> Value {
    scene.card.forget();
    let answer = get(scene, &peer.url(), &server.ca, more).done();
    let Spent {
        apdus,
        verifies,
        signatures,
    } = scene.card.spent();
    assert_eq!(
        (verifies, signatures),
        (1, 1),
        "the card is asked for exactly one signature"
    );
    assert!(apdus <= 14 + 5, "{apdus} commands to read, verify and sign");
    assert_eq!(answer["status"], 200, "{answer:#}");
    answer
}

/// What `openssl s_server` is told, and what must come of it: version of TLS, and the scheme of the card's signature.
const S_SERVERS: [(&[&str], &str, &str); 4] = [
    (&["-tls1_2", "-client_sigalgs", "RSA+SHA256"], "1.2", "PKCS1"),
    (&["-tls1_2", "-client_sigalgs", "RSA-PSS+SHA256"], "1.2", "PSS"),
    (&["-tls1_2"], "1.2", ""),
    (&["-tls1_3"], "1.3", "PSS"),
];

#[test]
fn openssl_accepts_the_card_in_both_versions_of_tls() {
    let scene = Scene::with("citizen-good");
    let server = scene.server();
    for (words, version, scheme) in S_SERVERS {
        let peer = peers::s_server(&scene.place, &server, &scene.roots, words);
        let answer = get_peer(&scene, &server, &peer, &[]);
        assert!(
            answer["tls_version"]
                .as_str()
                .is_some_and(|said| said.ends_with(version)),
            "{words:?}: {answer:#}"
        );
        let said = answer["signature_scheme"]
            .as_str()
            .unwrap_or_default()
            .to_uppercase();
        assert!(said.contains(scheme), "{words:?}: {said}");
        // The server's own account of whom it saw.
        let body = answer["body"].as_str().unwrap_or_default();
        assert!(
            body.contains("Client certificate") && body.contains(&scene.card.codice_fiscale),
            "{body}"
        );
    }
}

#[test]
fn nginx_accepts_the_card_and_says_whose_it_is() {
    let scene = Scene::with("citizen-good");
    let server = scene.server();
    let nginx = peers::nginx(&scene.place, &server, &scene.roots);
    for (more, version) in [
        (&[][..], "TLSv1.3"),
        (&["--tls", "1.2"], "TLSv1.2"),
        (&["--tls", "1.3"], "TLSv1.3"),
    ] {
        let answer = get_peer(&scene, &server, &nginx, more);
        let body = answer["body"].as_str().unwrap_or_default();
        assert!(
            body.contains("verify=SUCCESS") && body.contains(&format!("protocol={version}")),
            "{body}"
        );
        assert!(body.contains(&scene.card.codice_fiscale), "{body}");
    }
}

#[test]
fn a_scheme_that_the_card_cannot_do_has_its_name_and_costs_no_signature() {
    let scene = Scene::with("citizen-good");
    let server = scene.server();
    for protocol in ["-tls1_2", "-tls1_3"] {
        let words = [protocol, "-client_sigalgs", "ECDSA+SHA256"];
        let peer = peers::s_server(&scene.place, &server, &scene.roots, &words);
        scene.card.forget();
        assert_eq!(
            get(&scene, &peer.url(), &server.ca, &[]).problem(),
            "scheme_not_supported",
            "{protocol}"
        );
        assert_eq!(scene.card.spent().signatures, 0);
    }
}

#[test]
fn a_server_without_trust_sees_no_signature() {
    let scene = Scene::with("citizen-good");
    let server = scene.server();
    let peer = peers::s_server(&scene.place, &server, &scene.roots, &["-tls1_3"]);
    // The card's authority vouches for no server.
    scene.card.forget();
    assert_eq!(
        get(&scene, &peer.url(), &scene.roots, &[]).problem(),
        "server_untrusted"
    );
    assert_eq!(scene.card.spent().signatures, 0);
}

#[test]
fn a_server_that_asks_by_renegotiation_has_its_name() {
    let scene = Scene::with("citizen-good");
    let server = scene.server();
    let mut peer = peers::s_server_raw(&scene.place, &server, &scene.roots, &["-tls1_2"]);
    let mut command = scene.command(&[
        "get",
        &peer.url(),
        "--pin-stdin",
        "--server-ca",
        server.ca.to_str().unwrap(),
    ]);
    command.env("RUST_BACKTRACE", "0");
    let mut cns: Process = cns::start(command);
    cns.type_line(PIN);
    // The request is there; at this point such servers ask for the certificate in a second handshake.
    peer.process
        .wait_for("the request", |said| said.contains("GET / HTTP").then_some(()));
    peer.process.type_line("R");
    assert!(cns.wait().contains("\"renegotiation_asked\""));
}

#[test]
fn a_server_that_never_answers_has_its_name() {
    let scene = Scene::with("citizen-good");
    let server = scene.server();
    let (port, _listener) = peers::silent();
    let ended = get(&scene, &format!("https://localhost:{port}/"), &server.ca, &[]);
    assert_eq!(ended.problem(), "portal_timeout");
}

#[test]
fn a_server_that_does_not_want_this_card_has_its_name() {
    let scene = Scene::with("citizen-foreign-authority");
    let server = scene.server();
    for protocol in ["-tls1_2", "-tls1_3"] {
        let peer = peers::s_server(&scene.place, &server, &scene.roots, &[protocol]);
        assert_eq!(
            get(&scene, &peer.url(), &server.ca, &[]).problem(),
            "portal_refused_card",
            "{protocol}"
        );
    }
}

#[test]
fn an_address_that_cannot_be_used_costs_nothing() {
    let scene = Scene::with("citizen-good");
    let server = scene.server();
    assert_eq!(
        get(&scene, "http://localhost/", &server.ca, &[]).problem(),
        "not_https"
    );
    assert_eq!(scene.card.spent().apdus, 0);
    let nobody = format!("https://localhost:{}/", journeys::ports::free_pair());
    assert_eq!(
        get(&scene, &nobody, &server.ca, &[]).problem(),
        "portal_unreachable"
    );
    assert_eq!(
        get(&scene, &nobody, Path::new("/nowhere.pem"), &[]).problem(),
        "roots_unusable"
    );
}
