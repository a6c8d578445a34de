//! The table of what each algorithm still proves, and the parameters of RSA-PSS.

use crate::signature::{NAME, RSA_2048, naming_the_key_of, rsa_roots, signature, signed_again};
use crate::support::*;
use cns_trust::{ALGORITHM_POLICY, Outcome, Worth};
use rand_chacha::rand_core::SeedableRng;
use rsa::pss::SigningKey;
use rsa::signature::{RandomizedSigner, SignatureEncoding};
use std::collections::HashSet;
use time::Date;
use time::macros::{date, format_description};

#[test]
fn every_row_has_its_day_and_its_reason_and_no_algorithm_stands_twice() {
    let mut seen = HashSet::new();
    for rule in ALGORITHM_POLICY {
        let since = Date::parse(rule.since, format_description!("[year]-[month]-[day]")).unwrap();
        assert!(since < date!(2026 - 11 - 22), "{}", rule.name);
        assert!(rule.because.len() > 5 && seen.insert(rule.name), "{}", rule.name);
        assert!(rule.oids.iter().all(|oid| seen.insert(oid)), "{}", rule.name);
        // Nothing is worth more on an answer of today than on a certificate of years ago.
        assert!(rule.on_answer == Worth::Sound || rule.on_certificate != Worth::Sound);
    }
}

#[test]
fn old_algorithms_are_never_sound_and_broken_ones_are_refused() {
    for (name, expected) in [
        ("MD5, RSA", Worth::Refused),
        ("SHA-1, RSA", Worth::Legacy),
        ("SHA-1, ECDSA", Worth::Refused),
        ("RSA from 1024 bits", Worth::Legacy),
        ("RSA below 1024 bits", Worth::Refused),
        ("SHA-256, RSA", Worth::Sound),
    ] {
        let rule = ALGORITHM_POLICY.iter().find(|rule| rule.name == name).unwrap();
        assert_eq!(
            (rule.on_certificate, rule.on_answer),
            (expected, expected),
            "{name}"
        );
    }
}

/// 2.16.840.1.101.3.4.2.n: 1 is SHA-256, 2 is SHA-384.
fn sha2(number: u8) -> Vec<u8> {
    tlv(0x06, &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, number])
}

/// The identifier of RSA-PSS with these parameters.
fn pss(parameters: &[u8]) -> Vec<u8> {
    let oid = tlv(0x06, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a]);
    sequence(&[oid, parameters.to_vec()].concat())
}

fn parameters(hash: &[u8], mask_hash: &[u8], salt: u8) -> Vec<Vec<u8>> {
    let mgf1 = tlv(0x06, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08]);
    vec![
        tlv(0xa0, &sequence(hash)),
        tlv(0xa1, &sequence(&[mgf1, sequence(mask_hash)].concat())),
        tlv(0xa2, &tlv(0x02, &[salt])),
    ]
}

#[test]
fn rsa_pss_counts_only_with_the_parameters_that_the_verifier_applies() {
    let ca = Ca::new(NAME);
    let roots = rsa_roots(&ca, &RSA_2048);
    let template = naming_the_key_of(&ca, &roots);
    let signed = |identifier: &[u8], salt: usize| {
        let key = SigningKey::<sha2::Sha256>::new_with_salt_len(RSA_2048.clone(), salt);
        let random = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        signed_again(&template, identifier, |tbs| {
            key.sign_with_rng(&mut random.clone(), tbs).to_vec()
        })
    };
    let null = |oid: Vec<u8>| [oid, vec![5, 0]].concat();
    let sha256 = null(sha2(1));
    let usual = parameters(&sha256, &sha256, 32);
    let whole = |fields: &[Vec<u8>]| pss(&sequence(&fields.concat()));
    let (good, refused) = ((Outcome::Good, "good"), (Outcome::Bad, "not_allowed"));
    for (what, identifier, salt, expected) in [
        ("usual", whole(&usual), 32, good),
        (
            "without null",
            whole(&parameters(&sha2(1), &sha2(1), 32)),
            32,
            good,
        ),
        (
            "short salt, and says so",
            whole(&parameters(&sha256, &sha256, 20)),
            20,
            refused,
        ),
        // The verifier by itself takes this one: it looks at the hash alone.
        (
            "says another salt",
            whole(&parameters(&sha256, &sha256, 20)),
            32,
            refused,
        ),
        (
            "says another mask",
            whole(&parameters(&sha256, &null(sha2(2)), 32)),
            32,
            refused,
        ),
        ("no salt", whole(&usual[..2]), 32, refused),
        (
            "no mask",
            whole(&[usual[0].clone(), usual[2].clone()]),
            32,
            refused,
        ),
        ("defaults, which are SHA-1", whole(&[]), 32, refused),
        ("none", pss(&[]), 32, refused),
        ("null", pss(&[5, 0]), 32, refused),
        (
            "another trailer",
            whole(&[&usual[..], &[tlv(0xa3, &tlv(0x02, &[2]))]].concat()),
            32,
            refused,
        ),
        (
            "usual, wrong salt inside",
            whole(&usual),
            20,
            (Outcome::Bad, "bad_signature"),
        ),
    ] {
        assert_eq!(signature(&signed(&identifier, salt), &roots), expected, "{what}");
    }
}
