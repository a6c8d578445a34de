//! Two thousand chains of our own, sound or with one thing changed.

use crate::openssl::Case;
use crate::ours::{
    LAST_SECOND, NO_CERTIFICATE_SIGNING, NO_KEY_USAGE, NOT_CRITICAL, Tally, compare, no_false_accept,
};
use cns_trust::Outcome;
use cns_virtual_card::pki::chains::{AT, SEED, SOUND, chains};

#[test]
fn what_we_call_good_of_two_thousand_changed_chains_openssl_calls_good_too() {
    let chains = chains(SEED, 2000).unwrap();
    let cases: Vec<Case> = chains
        .into_iter()
        .map(|chain| Case {
            name: chain.change.to_owned(),
            leaf: chain.leaf,
            anchors: vec![chain.anchor],
            at: AT,
            crls: Vec::new(),
        })
        .collect();
    let compared = compare(&cases);
    let tally = no_false_accept(
        &compared,
        &[
            (&LAST_SECOND, 7),
            (&NO_CERTIFICATE_SIGNING, 8),
            (&NO_KEY_USAGE, 8),
            (&NOT_CRITICAL, 8),
        ],
    );
    let sound = compared.iter().filter(|row| row.case.name == SOUND);
    let refused: Vec<String> = sound
        .clone()
        .filter(|row| row.ours != Outcome::Good || row.openssl.is_err())
        .map(|row| row.told())
        .collect();
    assert!(refused.is_empty(), "sound, and refused:\n{}", refused.join("\n"));
    assert_eq!(sound.count(), 200);
    println!(
        "walked {} changed chains: {} good to us, {} to OpenSSL",
        tally.cases, tally.good_to_us, tally.good_to_openssl
    );
    assert_eq!(
        tally,
        Tally {
            cases: 2000,
            good_to_us: 677,
            good_to_openssl: 811
        }
    );
}
