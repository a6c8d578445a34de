//! A certificate that is refused, in words.

use super::*;

#[test]
fn a_certificate_that_was_revoked_or_suspended_or_never_activated_has_its_own_words_and_remedy() {
    let refused = |check: &str, case: &str| {
        Problem::new(ProblemCode::CertificateRefused)
            .with("check", check)
            .with("case", case)
            .with("issuer", "CA di prova")
            .with("date", "2026-03-12")
    };
    for language in [Language::It, Language::En] {
        let told = [
            refused("revocation", "revoked"),
            refused("revocation", "revoked_replaced"),
            refused("revocation", "suspended"),
            refused("revocation", "never_activated"),
            refused("trust_list", "deprecated"),
            refused("signature", "untrusted_issuer"),
            refused("signature", "longer_chain"),
            refused("validity", "expired"),
            refused("validity", "expired").with("clock", "suspected"),
            refused("format", "is_ca"),
        ]
        .map(|problem| {
            [Problem::what, Problem::meaning, Problem::next].map(|part| {
                let text = part(&problem, language);
                assert!(
                    !text.contains(['{', '}']) && !text.contains("2026-03-12"),
                    "{text}"
                );
                text
            })
        });
        let different = |part: usize| {
            told.iter()
                .map(|texts| &texts[part])
                .collect::<BTreeSet<_>>()
                .len()
        };
        // A new card is the remedy of all that is revoked or no longer recognised; the rest differs.
        assert_eq!(
            (different(0), different(1), different(2)),
            (9, 10, 10),
            "{told:#?}"
        );
    }
    let revoked = refused("revocation", "revoked_compromised");
    assert_eq!(
        revoked.what(Language::It),
        "Il certificato di questa tessera è stato revocato il 12 marzo 2026"
    );
    assert!(
        refused("validity", "expired")
            .with("clock", "suspected")
            .next(Language::En)
            .starts_with("First of all")
    );
}
