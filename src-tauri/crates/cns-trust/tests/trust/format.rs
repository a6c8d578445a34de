//! What is not one readable leaf, down to bytes at random.

use crate::check::{CA, facts, judged};
use crate::support::*;
use cns_trust::{FindingCode, Outcome, TrustRoots, check, summary};
use proptest::prelude::*;
use rcgen::{BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, IsCa, KeyUsagePurpose};
use std::sync::LazyLock;

#[test]
fn what_is_not_one_readable_leaf_is_refused() {
    let code = FindingCode::Format;
    let of_ours = |critical: bool| {
        let mut extension = CustomExtension::from_oid_content(&[1, 3, 76, 99], vec![0x05, 0x00]);
        extension.set_criticality(critical);
        extension
    };
    assert_eq!(
        judged(code, |params| params.custom_extensions.push(of_ours(true))),
        (Outcome::Bad, "critical_extension")
    );
    assert_eq!(
        judged(code, |params| params.custom_extensions.push(of_ours(false))),
        (Outcome::Good, "good")
    );
    assert_eq!(
        judged(code, |params| params
            .custom_extensions
            .push(policies(&[CNS_POLICY]))),
        (Outcome::Bad, "repeated_extension")
    );
    assert_eq!(
        judged(code, |params| {
            params.custom_extensions = vec![CustomExtension::from_oid_content(
                &[2, 5, 29, 32],
                vec![0x30, 0x05, 0x06],
            )]
        }),
        (Outcome::Bad, "malformed_extension")
    );
    assert_eq!(
        judged(code, |params| params.is_ca =
            IsCa::Ca(BasicConstraints::Unconstrained)),
        (Outcome::Bad, "is_ca")
    );
}

#[test]
fn a_leaf_has_no_powers_of_a_ca() {
    let code = FindingCode::Format;
    let bad = (Outcome::Bad, "half_ca");
    assert_eq!(
        judged(code, |params| params
            .key_usages
            .push(KeyUsagePurpose::KeyCertSign)),
        bad
    );
    // Basic constraints that are not a CA's, with the length of a path.
    let path = CustomExtension::from_oid_content(&[2, 5, 29, 19], vec![0x30, 3, 2, 1, 0]);
    let with_path = |params: &mut CertificateParams| {
        params.is_ca = IsCa::NoCa;
        params.custom_extensions.push(path);
    };
    assert_eq!(judged(code, with_path), bad);
    assert_eq!(
        judged(code, |params| params.is_ca = IsCa::NoCa),
        (Outcome::Good, "good")
    );
}

#[test]
fn key_identifiers_are_never_critical_and_alternative_names_never_empty() {
    let code = FindingCode::Format;
    let identifier = |oid: &[u64], content: &[u8], critical| {
        let mut extension = CustomExtension::from_oid_content(oid, content.to_vec());
        extension.set_criticality(critical);
        move |params: &mut CertificateParams| {
            params.is_ca = IsCa::NoCa;
            params.use_authority_key_identifier_extension = false;
            params.custom_extensions.push(extension);
        }
    };
    let subject = [4, 2, 1, 2];
    for (oid, content, critical, expected) in [
        (14, &subject[..], true, (Outcome::Bad, "critical_extension")),
        (14, &subject, false, (Outcome::Good, "good")),
        (35, &[0x30, 0], true, (Outcome::Bad, "critical_extension")),
        (35, &[0x30, 0], false, (Outcome::Good, "good")),
        (17, &[0x30, 0], false, (Outcome::Bad, "malformed_extension")),
    ] {
        let found = judged(code, identifier(&[2, 5, 29, oid], content, critical));
        assert_eq!(found, expected, "{oid} {critical}");
    }
}

#[test]
fn only_version_3_has_extensions() {
    let good = CA.issue(|_| {});
    let position = good
        .windows(5)
        .position(|bytes| bytes == [0xa0, 3, 2, 1, 2])
        .unwrap();
    for version in [0, 1, 3, 9] {
        let mut der = good.clone();
        der[position + 4] = version;
        let verdict = check(&der, None, &CA.roots(), NOW);
        assert_in_table(&verdict);
        assert_eq!(
            case(&verdict, FindingCode::Format),
            (Outcome::Bad, "version"),
            "{version}"
        );
    }
}

#[test]
fn an_issuer_without_a_name_is_none() {
    let nobody = Ca::with("", |params| params.distinguished_name = DistinguishedName::new());
    let verdict = check(&nobody.issue(|_| {}), None, &nobody.roots(), NOW);
    assert_in_table(&verdict);
    assert_eq!(case(&verdict, FindingCode::Format), (Outcome::Bad, "no_issuer"));
    assert!(verdict.accept().is_err());
}

#[test]
fn bytes_that_are_no_certificate_are_refused() {
    let good = CA.issue(|_| {});
    let mut trailing = good.clone();
    trailing.push(0);
    for der in [
        &b""[..],
        b"\x30",
        b"\x30\x82\xff\xff",
        b"-----BEGIN CERTIFICATE-----",
        &good[..100],
        &trailing,
    ] {
        let verdict = check(der, Some(facts()), &CA.roots(), NOW);
        assert_eq!(case(&verdict, FindingCode::Format), (Outcome::Bad, "malformed"));
        assert_eq!(verdict.findings.len(), 1);
        assert!(summary(der).is_none());
        assert!(verdict.accept().is_err());
    }
    let verdict = check(&vec![0x30; 40_000], None, &CA.roots(), NOW);
    assert_eq!(case(&verdict, FindingCode::Format), (Outcome::Bad, "too_large"));
    assert_in_table(&verdict);
}

#[test]
fn an_algorithm_that_is_one_thing_inside_and_another_outside_is_refused() {
    let mut der = CA.issue(|_| {});
    // ecdsa-with-SHA256, outside, becomes ecdsa-with-SHA384.
    let oid = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
    let position = der.windows(oid.len()).rposition(|bytes| bytes == oid).unwrap();
    der[position + 7] = 3;
    let verdict = check(&der, None, &CA.roots(), NOW);
    assert_eq!(
        case(&verdict, FindingCode::Format),
        (Outcome::Bad, "algorithms_differ")
    );
    assert_in_table(&verdict);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_change_of_bytes_makes_it_panic_or_pass(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), cut in any::<bool>(),
    ) {
        static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| CA.issue(|_| {}));
        static ROOTS: LazyLock<TrustRoots> = LazyLock::new(|| CA.roots());
        let mut der = GOOD.clone();
        for (position, byte) in &changes {
            let position = position.index(der.len());
            der[position] = *byte;
        }
        if cut {
            der.truncate(changes[0].0.index(der.len()));
        }
        let verdict = check(&der, Some(facts()), &*ROOTS, NOW);
        assert_in_table(&verdict);
        prop_assert!(der == *GOOD || verdict.outcome() == Outcome::Bad);
        let _ = summary(&der);
    }

    #[test]
    fn no_bytes_make_it_panic(der in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(check(&der, None, &TrustRoots::default(), NOW).outcome(), Outcome::Bad);
    }
}
