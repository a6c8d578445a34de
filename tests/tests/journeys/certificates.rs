//! Two thousand certificates, sound or with one thing changed, through `cns check --cert` and through `openssl verify`.
//!
//! Both are asked the same: may this certificate log in, as of that instant, below that one anchor? Whoever differs has
//! a reason that is written down here; another reason fails the test, and so does one that no longer occurs.

use cns_virtual_card::pki::chains::{AT, Chain, SEED, chains};
use journeys::cns;
use journeys::place::Place;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Who believes it, who does not, and what the one who does not says of it first; how often; and why.
const CLASSES: &[(&str, &str, usize, &str)] = &[
    (
        ONLY_OPENSSL,
        "codice_fiscale bad",
        1,
        "OpenSSL knows no codice fiscale",
    ),
    (
        ONLY_OPENSSL,
        "common_name bad",
        23,
        "nor the common name of a CNS: it must be one, in its shape",
    ),
    (
        ONLY_OPENSSL,
        "format bad",
        102,
        "OpenSSL reads BER, bytes behind the end, empty and unknown extensions, numbers and versions that RFC 5280 forbids, and takes a CA's certificate for a citizen's",
    ),
    (
        ONLY_OPENSSL,
        "key bad",
        11,
        "OpenSSL takes keys of any kind and length as long as its security level is the lowest",
    ),
    (
        ONLY_OPENSSL,
        "key unknown",
        5,
        "RSA below 2048 bits is called old here",
    ),
    (
        ONLY_OPENSSL,
        "key_usage bad",
        8,
        "the profile of the CNS asks for a key usage, RFC 5280 does not",
    ),
    (
        ONLY_OPENSSL,
        "policy bad",
        12,
        "OpenSSL is not told the policy of the CNS",
    ),
    (
        ONLY_OPENSSL,
        "roots_unusable",
        7,
        "OpenSSL takes an anchor's certificate with bytes behind it",
    ),
    (
        ONLY_OPENSSL,
        "signature bad",
        25,
        "an anchor with conditions is refused as a whole; so are SHA-224 and SHA-256 under a key of 1024 bits",
    ),
    (ONLY_OPENSSL, "signature unknown", 15, "SHA-1 is called old here"),
    (
        ONLY_US,
        "error 10 at 0 depth lookup: certificate has expired",
        5,
        "the last second of a validity belongs to it (RFC 5280 §4.1.2.5), which OpenSSL 3.0 cuts off",
    ),
    (
        ONLY_US,
        "error 10 at 1 depth lookup: certificate has expired",
        2,
        "the same of an anchor",
    ),
    (
        ONLY_US,
        "error 26 at 1 depth lookup: unsuitable certificate purpose",
        5,
        "an anchor is a name and a key (RFC 5280 §6.1.1 d): what else it says of its own key is not applied",
    ),
    (
        ONLY_US,
        "error 79 at 1 depth lookup: invalid CA certificate",
        8,
        "the same: a CA of the official list lacks keyCertSign",
    ),
    (
        ONLY_US,
        "error 81 at 1 depth lookup: Path length given without key usage keyCertSign",
        8,
        "the same, where it has no key usage at all",
    ),
    (
        ONLY_US,
        "error 89 at 1 depth lookup: Basic Constraints of CA cert not marked critical",
        8,
        "the same: four CAs of the official list do not call their basic constraints critical",
    ),
];

#[test]
fn every_difference_between_cns_and_openssl_has_a_reason() {
    let place = Place::new();
    let chains = chains(SEED, 2000).unwrap();
    let next = AtomicUsize::new(0);
    let mut found: BTreeMap<(&str, String), Vec<String>> = BTreeMap::new();
    let (mut both, mut neither) = (0, 0);
    let told: Vec<(usize, Option<String>, Option<String>)> = thread::scope(|scope| {
        let judges: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut told = Vec::new();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(chain) = chains.get(number) else {
                            return told;
                        };
                        let files = write(&place, number, chain);
                        told.push((number, ours(&place, &files), openssl(&place, &files)));
                    }
                })
            })
            .collect();
        judges
            .into_iter()
            .flat_map(|judge| judge.join().unwrap())
            .collect()
    });
    for (number, ours, openssl) in told {
        let class = match (ours, openssl) {
            (None, None) => {
                both += 1;
                continue;
            }
            (Some(_), Some(_)) => {
                neither += 1;
                continue;
            }
            (Some(finding), None) => (ONLY_OPENSSL, finding),
            (None, Some(error)) => (ONLY_US, error),
        };
        found
            .entry(class)
            .or_default()
            .push(format!("{number} {}", chains[number].change));
    }
    let differing: usize = found.values().map(Vec::len).sum();
    println!(
        "walked {} certificates: {both} believed by both, {neither} by neither, {differing} by one, in {} classes",
        chains.len(),
        found.len()
    );
    let mut wrong = String::new();
    for ((who, what), cases) in &found {
        match CLASSES.iter().find(|row| (row.0, row.1) == (*who, what)) {
            Some(row) if row.2 == cases.len() => {}
            _ => writeln!(
                wrong,
                "{who}: {what}: {} times: {}",
                cases.len(),
                cases.join(", ")
            )
            .unwrap(),
        }
    }
    for row in CLASSES {
        if !found.keys().any(|(who, what)| (row.0, row.1) == (*who, what)) {
            writeln!(wrong, "{}: {}: does not occur any more", row.0, row.1).unwrap();
        }
    }
    assert!(wrong.is_empty(), "differences without a reason:\n{wrong}");
}

/// The first finding that is not good; nobody was asked whether it was revoked, which OpenSSL was not told to ask either.
fn ours(place: &Place, (leaf, anchor): &(PathBuf, PathBuf)) -> Option<String> {
    let (leaf, anchor) = (leaf.display().to_string(), anchor.display().to_string());
    let words = [
        "check",
        "--offline",
        "--at",
        "2026-11-22T12:00:00Z",
        "--cert",
        &leaf,
        "--trust-roots",
        &anchor,
    ];
    let ended = cns::run(&mut cns::cns(place, &words), "");
    let said = ended.json();
    if let Some(problem) = said["problem"]["code"].as_str() {
        return Some(problem.to_owned());
    }
    let findings = said["findings"].as_array().expect("findings");
    let is_asked =
        |finding: &&Value| !["revocation", "trust_list"].contains(&finding["code"].as_str().unwrap());
    let worst = findings
        .iter()
        .filter(is_asked)
        .find(|finding| finding["outcome"] != "good");
    worst.map(|finding| {
        format!(
            "{} {}",
            finding["code"].as_str().unwrap(),
            finding["outcome"].as_str().unwrap()
        )
    })
}

/// The first error.
fn openssl(place: &Place, (leaf, anchor): &(PathBuf, PathBuf)) -> Option<String> {
    let mut openssl = place.command("openssl");
    openssl.args([
        "verify",
        "-x509_strict",
        "-check_ss_sig",
        "-no-CApath",
        "-no-CAstore",
        "-partial_chain",
    ]);
    openssl.args([
        "-purpose",
        "sslclient",
        "-attime",
        &AT.unix_timestamp().to_string(),
    ]);
    let output = openssl
        .arg("-CAfile")
        .arg(anchor)
        .arg(leaf)
        .output()
        .expect("openssl");
    if output.status.success() {
        return None;
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let error = said
        .lines()
        .find(|line| line.starts_with("error ") && line.contains(" depth lookup: "));
    Some(error.unwrap_or("cannot be read").to_owned())
}

fn write(place: &Place, number: usize, chain: &Chain) -> (PathBuf, PathBuf) {
    let leaf = place.write(&format!("{number}.der"), &chain.leaf);
    let anchor = place.write(&format!("{number}.pem"), pem(&chain.anchor));
    (leaf, anchor)
}

/// PEM around bytes that may be no certificate.
fn pem(der: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}

const ONLY_OPENSSL: &str = "OpenSSL alone believes it; cns";
const ONLY_US: &str = "cns alone believes it; OpenSSL";
