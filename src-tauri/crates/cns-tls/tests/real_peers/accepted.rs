//! Servers that take the card.

use crate::peers::Peer;
use crate::pki::Pki;
use crate::software_card::SoftwareCard;
use crate::story::{card, demanding, open, options, pki};
use cns_card::SignatureScheme::{self, Pkcs1Sha256, PssSha256, PssSha384};
use cns_tls::GetOptions;
use cns_tls::TlsVersions::{self, Both, Tls12, Tls13};
use std::sync::atomic::Ordering;

/// Opens the peer and checks version, scheme, and that one signature was enough.
#[track_caller]
fn check(url: &url::Url, card: SoftwareCard, pki: &Pki, tls: TlsVersions, expected: (&str, SignatureScheme)) {
    let asked = card.asked();
    let answer = open(url, card, &options(pki, tls)).unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(
        (answer.tls_version.as_str(), answer.signature_scheme.as_deref()),
        (expected.0, Some(expected.1.name()))
    );
    assert_eq!((answer.signatures, asked.load(Ordering::SeqCst)), (1, 1));
}

#[test]
fn s_server_of_tls_1_2_only_takes_pss_when_it_can_have_it() {
    let pki = pki();
    let peer = demanding(&pki, "-tls1_2");
    check(&peer.url("/"), card(&pki), &pki, Both, ("1.2", PssSha256));
}

#[test]
fn s_server_of_tls_1_2_that_wants_pkcs1_gets_it() {
    let pki = pki();
    let peer = demanding(&pki, "-tls1_2 -client_sigalgs RSA+SHA256");
    check(&peer.url("/"), card(&pki), &pki, Both, ("1.2", Pkcs1Sha256));
}

#[test]
fn s_server_of_tls_1_3_only_gets_pss() {
    let pki = pki();
    let peer = demanding(&pki, "-tls1_3");
    check(&peer.url("/"), card(&pki), &pki, Both, ("1.3", PssSha256));
}

#[test]
fn a_server_that_vouches_for_itself_is_taken_by_who_names_its_certificate() {
    let pki = pki();
    pki.self_signed_server("own-word", "localhost", false);
    let (certificate, key) = (pki.argument("own-word.pem"), pki.argument("own-word.key"));
    let peer = demanding(&pki, &format!("-cert {certificate} -key {key}"));
    let named = GetOptions {
        server_ca: Some(pki.path("own-word.pem")),
        ..GetOptions::default()
    };
    let answer = open(&peer.url("/"), card(&pki), &named).unwrap();
    assert_eq!((answer.status, answer.signatures), (200, 1));
}

#[test]
fn the_person_can_choose_the_version() {
    let pki = pki();
    let peer = demanding(&pki, "");
    check(&peer.url("/"), card(&pki), &pki, Tls12, ("1.2", PssSha256));
    check(&peer.url("/"), card(&pki), &pki, Tls13, ("1.3", PssSha256));
    check(&peer.url("/"), card(&pki), &pki, Both, ("1.3", PssSha256));
}

#[test]
fn a_card_that_knows_pkcs1_alone_stays_on_tls_1_2() {
    let pki = pki();
    let peer = demanding(&pki, "");
    check(
        &peer.url("/"),
        card(&pki).with_schemes(&[Pkcs1Sha256]),
        &pki,
        Both,
        ("1.2", Pkcs1Sha256),
    );
}

#[test]
fn a_key_of_1024_bits_signs_in_both_versions() {
    let pki = Pki::new();
    pki.issue_citizen("citizen", 1024);
    let card = || card(&pki).with_schemes(&[PssSha384, Pkcs1Sha256]);
    // OpenSSL refuses keys of 1024 bits above this level, and so do the portals that still serve such cards.
    let peer = demanding(&pki, "-cipher DEFAULT@SECLEVEL=0");
    check(&peer.url("/"), card(), &pki, Tls12, ("1.2", PssSha384));
    check(&peer.url("/"), card(), &pki, Tls13, ("1.3", PssSha384));
}

#[test]
fn nginx_takes_the_card_in_both_versions() {
    let pki = pki();
    let nginx = Peer::nginx(
        pki.folder(),
        &nginx_demanding(&pki, "return 200 \"$ssl_client_verify $ssl_protocol\\n\";"),
    );
    for (tls, version, body) in [
        (Tls12, "1.2", "SUCCESS TLSv1.2\n"),
        (Tls13, "1.3", "SUCCESS TLSv1.3\n"),
    ] {
        check(&nginx.url_of(0, "/"), card(&pki), &pki, tls, (version, PssSha256));
        let answer = open(&nginx.url_of(0, "/"), card(&pki), &options(&pki, tls)).unwrap();
        assert_eq!(String::from_utf8(answer.body).unwrap(), body);
    }
}

#[test]
fn a_server_that_does_not_ask_is_answered_without_a_signature() {
    let pki = pki();
    let (certificate, key) = (pki.argument("server.pem"), pki.argument("server.key"));
    let peer = Peer::s_server(&["-cert", &certificate, "-key", &key, "-www"]);
    let card = card(&pki);
    let asked = card.asked();
    let answer = open(&peer.url("/"), card, &options(&pki, Both)).unwrap();
    assert_eq!(
        (answer.status, answer.signature_scheme, answer.signatures),
        (200, None, 0)
    );
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    let pki = pki();
    let nginx = Peer::nginx(
        pki.folder(),
        &nginx_demanding(&pki, "return 302 https://localhost:1/elsewhere;"),
    );
    let answer = open(&nginx.url_of(0, "/"), card(&pki), &options(&pki, Both)).unwrap();
    assert_eq!((answer.status, answer.signatures), (302, 1));
}

/// One nginx server that demands the citizen's certificate and answers by `rule`.
pub(crate) fn nginx_demanding(pki: &Pki, rule: &str) -> String {
    let here = pki.folder().display();
    format!(
        "server {{ listen PORT0 ssl; ssl_certificate {here}/server.pem; ssl_certificate_key {here}/server.key; \
         ssl_protocols TLSv1.2 TLSv1.3; ssl_client_certificate {here}/citizen-root.pem; ssl_verify_client on; {rule} }}"
    )
}
