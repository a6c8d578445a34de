//! Servers that do not take the card, or that the card must not be shown to: each its own problem.

use crate::accepted::nginx_demanding;
use crate::peers::{Peer, free_port, hanging, local_url};
use crate::pki::Pki;
use crate::software_card::SoftwareCard;
use crate::story::{card, code, demanding, fact, impatient, open, options, pki};
use cns_card::{CardError, SignatureScheme::Pkcs1Sha256};
use cns_iso7816::ChannelError;
use cns_login::ProblemCode;
use cns_tls::TlsVersions::{Both, Tls12, Tls13};
use cns_tls::{GetOptions, Limits};
use std::sync::atomic::Ordering;

/// The card of somebody whose root the server does not know.
fn stranger(pki: &Pki) -> SoftwareCard {
    pki.issue_citizen("stranger", 2048);
    SoftwareCard::new(pki.folder(), "stranger")
}

#[test]
fn s_server_that_wants_pss_of_a_card_that_has_pkcs1() {
    let pki = pki();
    let peer = demanding(&pki, "-tls1_2 -client_sigalgs RSA-PSS+SHA256");
    let card = card(&pki).with_schemes(&[Pkcs1Sha256]);
    let asked = card.asked();
    let result = open(&peer.url("/"), card, &options(&pki, Both));
    assert_eq!(code(&result), ProblemCode::SchemeNotSupported);
    assert!(fact(&result, "offered").contains("RSA_PSS_SHA256"));
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[test]
fn s_server_that_wants_an_elliptic_curve() {
    let pki = pki();
    for version in ["-tls1_2", "-tls1_3"] {
        let peer = demanding(&pki, &format!("{version} -client_sigalgs ECDSA+SHA256"));
        let result = open(&peer.url("/"), card(&pki), &options(&pki, Both));
        assert_eq!(
            code(&result),
            ProblemCode::SchemeNotSupported,
            "{version}: {result:?}"
        );
    }
}

#[test]
fn tls_1_3_asked_of_a_card_that_knows_pkcs1_alone() {
    let pki = pki();
    let peer = demanding(&pki, "-tls1_3");
    let nginx = Peer::nginx(pki.folder(), &nginx_demanding(&pki, "return 200 ok;"));
    for url in [peer.url("/"), nginx.url_of(0, "/")] {
        let result = open(
            &url,
            card(&pki).with_schemes(&[Pkcs1Sha256]),
            &options(&pki, Tls13),
        );
        assert_eq!(
            code(&result),
            ProblemCode::SchemeNotSupported,
            "{url}: {result:?}"
        );
    }
}

#[test]
fn s_server_that_does_not_know_the_card_s_root() {
    let pki = pki();
    let peer = demanding(&pki, "");
    for tls in [Tls12, Tls13] {
        let result = open(&peer.url("/"), stranger(&pki), &options(&pki, tls));
        assert_eq!(
            code(&result),
            ProblemCode::PortalRefusedCard,
            "{tls:?}: {result:?}"
        );
        assert_eq!(fact(&result, "reason"), "alert 48", "unknown_ca");
    }
}

#[test]
fn nginx_says_it_with_a_page() {
    let pki = pki();
    let nginx = Peer::nginx(pki.folder(), &nginx_demanding(&pki, "return 200 ok;"));
    let answer = open(&nginx.url_of(0, "/"), stranger(&pki), &options(&pki, Both)).unwrap();
    assert_eq!((answer.status, answer.signatures), (400, 1));
}

#[test]
fn an_untrusted_server_never_sees_the_card() {
    let pki = pki();
    pki.issue_server("wrong-name", "altrove.example", false);
    pki.issue_server("expired", "localhost", true);
    pki.self_signed_server("own-word", "localhost", false);
    pki.self_signed_server("own-word-wrong-name", "altrove.example", false);
    pki.self_signed_server("own-word-expired", "localhost", true);
    for (server, root, reason) in [
        ("server", "other-root.pem", "unknown_issuer"),
        ("wrong-name", "server-root.pem", "wrong_name"),
        ("expired", "server-root.pem", "expired"),
        ("own-word", "server-root.pem", "not_acceptable"),
        ("own-word-wrong-name", "own-word-wrong-name.pem", "wrong_name"),
        ("own-word-expired", "own-word-expired.pem", "expired"),
    ] {
        let peer = demanding(
            &pki,
            &format!(
                "-cert {} -key {}",
                pki.argument(&format!("{server}.pem")),
                pki.argument(&format!("{server}.key"))
            ),
        );
        for tls in [Tls12, Tls13] {
            let card = card(&pki);
            let asked = card.asked();
            let options = GetOptions {
                server_ca: Some(pki.path(root)),
                tls,
                ..GetOptions::default()
            };
            let result = open(&peer.url("/"), card, &options);
            assert_eq!(
                code(&result),
                ProblemCode::ServerUntrusted,
                "{server} {tls:?}: {result:?}"
            );
            assert_eq!(
                (fact(&result, "reason"), asked.load(Ordering::SeqCst)),
                (reason, 0)
            );
        }
    }
}

#[test]
fn the_system_s_roots_do_not_vouch_for_a_test_server() {
    let pki = pki();
    let peer = demanding(&pki, "");
    let result = open(&peer.url("/"), card(&pki), &GetOptions::default());
    assert_eq!(code(&result), ProblemCode::ServerUntrusted);
}

#[test]
fn a_server_that_hangs() {
    let pki = pki();
    let (_listener, url) = hanging();
    let result = open(&url, card(&pki), &impatient(&pki));
    assert_eq!(code(&result), ProblemCode::PortalTimeout);
    assert_eq!(fact(&result, "host"), "localhost");
}

#[test]
fn a_server_that_hangs_after_it_took_the_card() {
    let pki = pki();
    // Without `-www` it waits for somebody to type the answer.
    let (certificate, key) = (pki.argument("server.pem"), pki.argument("server.key"));
    let root = pki.argument("citizen-root.pem");
    let peer = Peer::s_server(&[
        "-cert",
        &certificate,
        "-key",
        &key,
        "-CAfile",
        &root,
        "-Verify",
        "1",
    ]);
    assert_eq!(
        code(&open(&peer.url("/"), card(&pki), &impatient(&pki))),
        ProblemCode::PortalTimeout
    );
}

#[test]
fn nobody_listens() {
    let pki = pki();
    let result = open(&local_url(free_port(), "/"), card(&pki), &options(&pki, Both));
    assert_eq!(
        (code(&result), fact(&result, "reason")),
        (ProblemCode::PortalUnreachable, "ConnectionRefused")
    );
}

#[test]
fn a_name_that_does_not_exist() {
    let pki = pki();
    let url = "https://nessuno.invalid/".parse().unwrap();
    assert_eq!(
        code(&open(&url, card(&pki), &options(&pki, Both))),
        ProblemCode::PortalUnreachable
    );
}

#[test]
fn a_card_that_was_pulled_says_so_itself() {
    let pki = pki();
    let peer = demanding(&pki, "");
    for tls in [Tls12, Tls13] {
        let card = card(&pki).failing(CardError::Channel(ChannelError::Removed));
        assert_eq!(
            code(&open(&peer.url("/"), card, &options(&pki, tls))),
            ProblemCode::CardRemoved
        );
    }
}

#[test]
fn an_answer_larger_than_allowed() {
    let pki = pki();
    let nginx = Peer::nginx(pki.folder(), &nginx_demanding(&pki, "return 200 12345678901;"));
    let limits = Limits {
        body: 10,
        ..Limits::default()
    };
    let result = open(
        &nginx.url_of(0, "/"),
        card(&pki),
        &GetOptions {
            limits,
            ..options(&pki, Both)
        },
    );
    assert_eq!(
        (code(&result), fact(&result, "limit")),
        (ProblemCode::PortalAnswerTooLarge, "10")
    );
}

#[test]
fn a_server_of_another_protocol() {
    let pki = pki();
    let (certificate, key) = (pki.argument("server.pem"), pki.argument("server.key"));
    // `-rev` gives the request's lines back, reversed: TLS, and no HTTP.
    let peer = Peer::s_server(&["-cert", &certificate, "-key", &key, "-rev"]);
    let result = open(&peer.url("/"), card(&pki), &options(&pki, Both));
    assert_eq!(code(&result), ProblemCode::PortalAnswerMalformed, "{result:?}");
}

#[test]
fn a_server_that_hangs_up_before_or_amid_its_answer() {
    let pki = pki();
    for answer in [&[][..], &["HTTP/1.1 200 OK", "Content-Length: 100", "", "abc"]] {
        let (certificate, key) = (pki.argument("server.pem"), pki.argument("server.key"));
        let mut peer = Peer::s_server(&["-cert", &certificate, "-key", &key, "-crlf"]);
        let (url, card, options) = (peer.url("/"), card(&pki), options(&pki, Both));
        let request = std::thread::spawn(move || open(&url, card, &options));
        peer.wait_for("GET / HTTP/1.1");
        answer.iter().for_each(|line| peer.type_line(line));
        peer.stop_typing();
        let result = request.join().unwrap();
        assert_eq!(
            (code(&result), fact(&result, "reason")),
            (ProblemCode::TlsFailed, "connection_closed")
        );
    }
}

#[test]
fn an_address_that_is_not_https() {
    let pki = pki();
    let url = "http://localhost/".parse().unwrap();
    assert_eq!(
        code(&open(&url, card(&pki), &options(&pki, Both))),
        ProblemCode::NotHttps
    );
}

#[test]
fn roots_that_are_not_there() {
    let pki = pki();
    for name in ["missing.pem", "server.key"] {
        let options = GetOptions {
            server_ca: Some(pki.path(name)),
            ..GetOptions::default()
        };
        let result = open(&local_url(1, "/"), card(&pki), &options);
        assert_eq!(code(&result), ProblemCode::RootsUnusable, "{name}");
    }
}
