//! NIST's PKITS: 405 certificates, each under every CA of its issuer's name as the only anchor.

use crate::openssl::Case;
use crate::ours::{NO_CERTIFICATE_SIGNING, NOT_CRITICAL, Tally, are_one_name, compare, no_false_accept};
use cns_trust::Outcome;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use time::macros::datetime;
use x509_parser::prelude::{FromDer, X509Certificate};

#[test]
fn what_we_call_good_of_pkits_openssl_calls_good_too() {
    let certificates = read("certs");
    assert_eq!(certificates.len(), 405);
    let parsed: Vec<X509Certificate<'_>> = certificates
        .iter()
        .map(|(_, der)| X509Certificate::from_der(der).unwrap().1)
        .collect();
    let mut cases = Vec::new();
    for ((name, leaf), certificate) in certificates.iter().zip(&parsed) {
        for ((anchor, der), authority) in certificates.iter().zip(&parsed) {
            if authority.is_ca() && are_one_name(authority.subject(), certificate.issuer()) {
                cases.push(Case {
                    name: format!("{name} under {anchor}"),
                    leaf: leaf.clone(),
                    anchors: vec![der.clone()],
                    at: datetime!(2026-11-22 12:00 UTC),
                    crls: Vec::new(),
                });
            }
        }
    }
    let compared = compare(&cases);
    let tally = no_false_accept(&compared, &[(&NO_CERTIFICATE_SIGNING, 2), (&NOT_CRITICAL, 1)]);
    println!(
        "walked {} pairs of PKITS: {} good to us, {} to OpenSSL",
        tally.cases, tally.good_to_us, tally.good_to_openssl
    );
    // What the suite calls valid, and OpenSSL too: why we refuse some of it.
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    let mut accepted = 0;
    for row in compared
        .iter()
        .filter(|row| row.openssl.is_ok() && is_valid_citizen(&row.case.name))
    {
        match row.ours {
            Outcome::Good => accepted += 1,
            Outcome::Unknown | Outcome::Bad => *refused.entry(row.reason()).or_default() += 1,
        }
    }
    let expected = REFUSED
        .iter()
        .map(|(why, count)| ((*why).to_owned(), *count))
        .collect();
    assert_eq!(refused, expected);
    assert_eq!(accepted, 54);
    assert_eq!(
        tally,
        Tally {
            cases: 454,
            good_to_us: 127,
            good_to_openssl: 371
        }
    );
}

/// An anchor that puts conditions on names or policies is refused as a whole; so are DSA, a CA's own certificate, and
/// one that names nobody.
const REFUSED: [(&str, usize); 4] = [
    ("format is_ca", 3),
    ("format malformed", 1),
    ("signature constrained_anchor", 27),
    ("signature not_allowed", 1),
];

fn is_valid_citizen(name: &str) -> bool {
    name.starts_with("Valid") && name.contains("EE under ")
}

/// The files of one folder, by name.
fn read(folder: &str) -> Vec<(String, Vec<u8>)> {
    let vectors = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("vectors");
    let folder = vectors.join("cryptography_vectors/x509/PKITS_data").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| {
        panic!(
            "{}: {error}: `cargo xtask vectors` fetches what is needed there",
            folder.display()
        )
    });
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                fs::read(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}
