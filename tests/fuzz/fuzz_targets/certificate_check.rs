//! The check of a certificate, with the card's files beside it.
#![no_main]

use cns_trust::{CardFacts, Outcome, TrustRoots, check, summary};
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::{NOW, authority, citizen, input};
use std::sync::LazyLock;

static ROOTS: LazyLock<TrustRoots> = LazyLock::new(|| {
    let mut roots = TrustRoots::default();
    assert!(roots.add_der(authority().certificate_der().to_vec()));
    roots
});

fuzz_target!(
    init: {
        // The key is computed here, outside the time of any one input.
        citizen();
    },
    |data: &[u8]| {
        let good = &citizen().certificate_der;
        let der = input(&[good, authority().certificate_der()], data);
        let facts = CardFacts {
            personal_data_file: Some(data),
            card_id: Some(citizen().card_id()),
            ..CardFacts::default()
        };
        let verdict = check(&der, Some(facts), &*ROOTS, NOW);
        for finding in &verdict.findings {
            let facts: Vec<&str> = finding.facts.iter().map(|(name, _)| *name).collect();
            assert!(
                finding
                    .code
                    .cases()
                    .any(|(case, names)| case == finding.case && names == facts),
                "{finding:?}"
            );
        }
        // Nobody but the CA can have signed anything else.
        assert!(der == *good || verdict.outcome() == Outcome::Bad, "{verdict:?}");
        let _ = summary(&der);
    }
);
