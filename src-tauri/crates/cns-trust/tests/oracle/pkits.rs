//! NIST's PKITS: 405 certificates, each under every CA of its issuer's name as the only anchor.

use crate::openssl::Case;
use crate::ours::{NO_CERTIFICATE_SIGNING, NOT_CRITICAL, Tally, are_one_name, compare, no_false_accept};
use cns_trust::Outcome;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use time::macros::datetime;
use x509_parser::prelude::{CertificateRevocationList, FromDer, X509Certificate};

#[test]
fn what_we_call_good_of_pkits_openssl_calls_good_too() {
    let cases = pairs();
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

#[test]
fn what_we_call_good_of_pkits_with_its_crls_openssl_calls_good_too() {
    let crls = read("crls");
    assert_eq!(crls.len(), 173);
    let parsed: Vec<CertificateRevocationList<'_>> = crls
        .iter()
        .map(|(_, der)| CertificateRevocationList::from_der(der).unwrap().1)
        .collect();
    let cases: Vec<Case> = pairs()
        .into_iter()
        .filter_map(|case| {
            let (_, anchor) = X509Certificate::from_der(&case.anchors[0]).unwrap();
            let of_anchor = crls
                .iter()
                .zip(&parsed)
                .filter(|(_, crl)| are_one_name(crl.issuer(), anchor.subject()));
            let crls: Vec<Vec<u8>> = of_anchor.map(|((_, der), _)| der.clone()).collect();
            (!crls.is_empty()).then_some(Case { crls, ..case.clone() })
        })
        .collect();
    let compared = compare(&cases);
    let tally = no_false_accept(&compared, &[(&NO_CERTIFICATE_SIGNING, 2), (&NOT_CRITICAL, 1)]);
    println!(
        "walked {} pairs of PKITS with their CRLs: {} good to us, {} to OpenSSL",
        tally.cases, tally.good_to_us, tally.good_to_openssl
    );
    // What the suite calls valid, OpenSSL too, and we as well but for the CRL.
    let could_not: Vec<(&str, Outcome)> = compared
        .iter()
        .filter(|row| row.openssl.is_ok() && is_valid_citizen(&row.case.name))
        .filter(|row| row.revocation != Outcome::Good && row.verdict.question().is_some())
        .map(|row| (row.case.name.split_once(' ').unwrap().0, row.revocation))
        .collect();
    assert_eq!(could_not, WITHOUT_ITS_CRL);
    assert_eq!(
        tally,
        Tally {
            cases: 442,
            good_to_us: 55,
            good_to_openssl: 285
        }
    );
}

/// Of a number below zero the list says the same as of the number that CAs meant by it; and a list that no address names is
/// nobody's to fetch.
const WITHOUT_ITS_CRL: [(&str, Outcome); 5] = [
    ("ValidNegativeSerialNumberTest14EE", Outcome::Bad),
    ("ValiddistributionPointTest1EE", Outcome::Unknown),
    ("ValiddistributionPointTest4EE", Outcome::Unknown),
    ("ValiddistributionPointTest5EE", Outcome::Unknown),
    ("ValiddistributionPointTest7EE", Outcome::Unknown),
];

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

/// Each certificate under each CA of its issuer's name.
fn pairs() -> Vec<Case> {
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
    cases
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
