//! A server that lets anybody in and asks for the certificate afterwards, as Apache does below a path.

use crate::peers::Peer;
use crate::story::{card, code, options, pki};
use cns_login::ProblemCode;
use cns_tls::TlsVersions::Tls12;
use std::sync::atomic::Ordering;

/// Lets `s_server` finish a handshake, then types `command` into it.
#[track_caller]
fn check(command: &str) {
    let pki = pki();
    let (certificate, key) = (pki.argument("server.pem"), pki.argument("server.key"));
    let root = pki.argument("citizen-root.pem");
    let mut peer = Peer::s_server(&["-cert", &certificate, "-key", &key, "-CAfile", &root, "-tls1_2"]);
    let card = card(&pki);
    let asked = card.asked();
    let (url, options) = (peer.url("/"), options(&pki, Tls12));
    let request = std::thread::spawn(move || crate::story::open(&url, card, &options));
    // The request has arrived: the handshake is over, and the server owes an answer.
    peer.wait_for("GET / HTTP/1.1");
    peer.type_line(command);
    let result = request.join().unwrap();
    assert_eq!(code(&result), ProblemCode::RenegotiationAsked, "{result:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 0, "the card was never asked");
}

#[test]
fn asking_for_the_certificate_is_named() {
    check("R");
}

#[test]
fn asking_for_a_new_handshake_is_named() {
    check("r");
}
