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
        // Only what an anchor signed names anybody to ask.
        let holds = |original: &[u8]| der.windows(signed(original).len()).any(|part| part == signed(original));
        let was_signed = holds(good) || holds(authority().certificate_der());
        assert!(was_signed || verdict.question().is_none(), "{verdict:?}");
        // Nobody but the CA can have signed anything else.
        assert!(der == *good || verdict.outcome() == Outcome::Bad, "{verdict:?}");
        let _ = summary(&der);
    }
);

/// What the issuer signed of a certificate: the first element in it, whose length takes two bytes as the whole's does.
fn signed(certificate: &[u8]) -> &[u8] {
    let length = usize::from(u16::from_be_bytes([certificate[6], certificate[7]]));
    &certificate[4..8 + length]
}
