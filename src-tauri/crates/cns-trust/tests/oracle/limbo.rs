//! The cases of x509-limbo, which pyca/cryptography and others made to find false accepts.

use crate::openssl::Case;
use crate::ours::{
    NO_CERTIFICATE_SIGNING_NOR_LIMIT, NO_KEY_USAGE_NOR_LIMIT, NOT_CRITICAL, Tally, compare, no_false_accept,
};
use cns_trust::Outcome;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use serde_json::Value;
use std::path::Path;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::datetime;

#[test]
fn what_we_call_good_of_limbo_openssl_calls_good_too() {
    let all = testcases();
    let cases: Vec<Case> = all.iter().map(case).collect();
    let compared = compare(&cases);
    let tally = no_false_accept(
        &compared,
        &[
            (&NO_CERTIFICATE_SIGNING_NOR_LIMIT, 1),
            (&NO_KEY_USAGE_NOR_LIMIT, 1),
            (&NOT_CRITICAL, 1),
        ],
    );
    println!(
        "walked {} cases of limbo: {} good to us, {} to OpenSSL",
        tally.cases, tally.good_to_us, tally.good_to_openssl
    );
    // A chain of one certificate below an anchor, which limbo says must be believed.
    let direct: Vec<_> = all
        .iter()
        .zip(&compared)
        .filter(|(limbo, _)| limbo["expected_result"] == "SUCCESS" && is_direct(limbo))
        .map(|(_, row)| row)
        .collect();
    let refused: Vec<(&str, String)> = direct
        .iter()
        .filter(|row| row.ours != Outcome::Good)
        .map(|row| (row.case.name.as_str(), row.reason()))
        .collect();
    let expected: Vec<(&str, String)> = REFUSED
        .iter()
        .map(|(name, why)| (*name, (*why).to_owned()))
        .collect();
    assert_eq!(refused, expected);
    assert_eq!(direct.len(), 23);
    assert_eq!(
        tally,
        Tally {
            cases: 208,
            good_to_us: 62,
            good_to_openssl: 84
        }
    );
}

/// An anchor that puts conditions on names is refused as a whole, and a certificate of a CA is nobody's own.
const REFUSED: [(&str, &str); 9] = [
    ("rfc5280::nc::permitted-dns-match", "signature constrained_anchor"),
    (
        "rfc5280::nc::permitted-dns-match-more",
        "signature constrained_anchor",
    ),
    (
        "rfc5280::nc::permitted-ipv4-match",
        "signature constrained_anchor",
    ),
    (
        "rfc5280::nc::permitted-ipv6-match",
        "signature constrained_anchor",
    ),
    ("rfc5280::nc::permitted-dn-match", "signature constrained_anchor"),
    (
        "rfc5280::nc::permitted-different-constraint-type",
        "signature constrained_anchor",
    ),
    (
        "rfc5280::nc::excluded-different-constraint-type",
        "signature constrained_anchor",
    ),
    ("rfc5280::ca-as-leaf", "format is_ca"),
    (
        "webpki::nc::permitted-dns-match-noncritical",
        "signature constrained_anchor",
    ),
];

fn is_direct(limbo: &Value) -> bool {
    limbo["untrusted_intermediates"]
        .as_array()
        .is_none_or(Vec::is_empty)
}

/// As of when limbo says, or the day of the tests.
fn case(limbo: &Value) -> Case {
    let at = limbo["validation_time"]
        .as_str()
        .map(|text| OffsetDateTime::parse(text, &Rfc3339).unwrap());
    let anchors = limbo["trusted_certs"].as_array().unwrap();
    Case {
        name: limbo["id"].as_str().unwrap().to_owned(),
        leaf: der(&limbo["peer_certificate"]),
        anchors: anchors.iter().map(der).collect(),
        at: at.unwrap_or(datetime!(2026-11-22 12:00 UTC)),
        crls: limbo["crls"].as_array().into_iter().flatten().map(crl).collect(),
    }
}

fn der(pem: &Value) -> Vec<u8> {
    CertificateDer::from_pem_slice(pem.as_str().unwrap().as_bytes())
        .unwrap()
        .to_vec()
}

fn crl(pem: &Value) -> Vec<u8> {
    CertificateRevocationListDer::from_pem_slice(pem.as_str().unwrap().as_bytes())
        .unwrap()
        .to_vec()
}

fn testcases() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/limbo/limbo-subset.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let suite: Value = serde_json::from_str(&text).unwrap();
    suite["testcases"].as_array().unwrap().clone()
}
