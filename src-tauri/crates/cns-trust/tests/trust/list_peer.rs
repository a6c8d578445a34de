//! Every list that we believe, xmlsec1 believes too: a peer that we did not write, on a parser and a canonicalisation
//! of its own.

use crate::list::{ITALY_194, LOTL_332, real};
use crate::list_maker::*;
use crate::list_signature::{SIGNED, accepted, unsigned_changes};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;
use std::process::Command;

/// Has xmlsec1 verify the signature of a list with the key of a certificate, and with nothing that the list brings
/// along.
fn peer_believes(list: &[u8], signer: &[u8]) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let (list, certificate) = (file("list.xml", list), file("signer.der", signer));
    let output = Command::new("xmlsec1")
        .args([
            "--verify",
            "--id-attr:Id",
            "http://uri.etsi.org/01903/v1.3.2#:SignedProperties",
        ])
        .args([
            "--enabled-reference-uris",
            "empty,same-doc",
            "--enabled-key-data",
            "key-name",
        ])
        .args([Path::new("--pubkey-cert-der"), &certificate, &list])
        .output()
        .unwrap_or_else(|error| panic!("xmlsec1 is needed (apt install xmlsec1): {error}"));
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

#[test]
fn a_peer_believes_every_list_that_we_believe() {
    let lotl = SIGNER.sign(&list_of_lists(&[&SIGNER]));
    let mut lists: Vec<(&str, String, &[u8])> = vec![("a list of lists", lotl, &SIGNER.der)];
    lists.extend(
        accepted()
            .into_iter()
            .map(|(name, list, signer)| (name, list, signer.der.as_slice())),
    );
    lists.extend(
        unsigned_changes()
            .into_iter()
            .map(|(name, list)| (name, list, SIGNER.der.as_slice())),
    );
    for (name, list, signer) in lists {
        if let Err(said) = peer_believes(list.as_bytes(), signer) {
            panic!("{name}: {said}");
        }
    }
}

#[test]
fn a_peer_believes_the_real_lists() {
    for name in [ITALY_194, "TSL-IT-seq188-20220726.xml", LOTL_332] {
        let xml = real(name);
        let text = std::str::from_utf8(&xml).unwrap();
        let certificate = between(text, "<ds:X509Certificate>", "</");
        let certificate = certificate
            .trim_start_matches("<ds:X509Certificate>")
            .trim_end_matches("</");
        let certificate = STANDARD.decode(certificate).unwrap();
        if let Err(said) = peer_believes(&xml, &certificate) {
            panic!("{name}: {said}");
        }
    }
}

/// Otherwise the two tests above would prove nothing.
#[test]
fn a_peer_does_not_believe_what_was_changed() {
    for list in [
        with(&SIGNED, ">195<", ">196<"),
        with(
            &SIGNED,
            "2026-06-01T01:00:00Z</xades",
            "2026-06-02T01:00:00Z</xades",
        ),
    ] {
        assert!(peer_believes(list.as_bytes(), &SIGNER.der).is_err());
    }
    let other = ListSigner::by_rsa_with_sha(256 + 128);
    let foreign = CAS[1].issue_for(
        &crate::signature::RsaPublic::of(&crate::signature::RSA_1024),
        |_| {},
    );
    assert!(peer_believes(other.sign(&italian_list()).as_bytes(), &foreign).is_err());
}
