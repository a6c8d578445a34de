//! Which root counts as the one that signed: the faulty one, the doubled names, and conditions on roots.

use crate::signature::NAME;
use crate::sources::Told;
use crate::support::*;
use cns_trust::{FindingCode, Outcome, Standing, TrustRoots, TrustSource, Verdict, check, summary};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, NameConstraints,
};
use std::collections::HashMap;
use time::macros::datetime;
use x509_parser::prelude::{FromDer, ParsedExtension, X509Certificate};

fn signature_of(verdict: &Verdict) -> (Outcome, &'static str) {
    assert_in_table(verdict);
    case(verdict, FindingCode::Signature)
}

fn real_roots() -> TrustRoots {
    let mut roots = TrustRoots::default();
    roots.add_path(&shared_data("cns-ca")).unwrap();
    roots
}

#[test]
fn the_faulty_ca_of_the_official_list_is_an_anchor_although_it_may_not_sign() {
    let file = "2020-Intesi_Group_EU_Authentication_Certificates_CA_G1-5f45f7edaef6.pem";
    let mut roots = TrustRoots::default();
    roots.add_path(&shared_data("cns-ca").join(file)).unwrap();
    let der = roots.roots()[0].clone();
    let (_, ca) = X509Certificate::from_der(&der).unwrap();
    let usage = ca.key_usage().unwrap().unwrap().value;
    assert!(!usage.key_cert_sign() && usage.non_repudiation());
    // The only thing at hand that its key signed is itself.
    let verdict = check(&der, None, &roots, NOW);
    assert_eq!(signature_of(&verdict), (Outcome::Good, "good"));
    assert_eq!(verdict.question().unwrap().issuer_der, der);
    // OpenSSL refuses it, as RFC 5280 §4.2.1.3 would have it of a certificate in the middle of a chain.
    let path = shared_data("cns-ca").join(file);
    let openssl = std::process::Command::new("openssl")
        .args([
            "verify",
            "-check_ss_sig",
            "-no-CApath",
            "-no-CAstore",
            "-attime",
            "1795348800",
            "-CAfile",
        ])
        .args([&path, &path])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&openssl.stderr).into_owned();
    assert!(!openssl.status.success() && said.contains("key usage"), "{said}");
}

/// A CA of today with the name of a real one.
fn twin_of(der: &[u8]) -> Ca {
    let (_, real) = X509Certificate::from_der(der).unwrap();
    Ca::with("", |params| {
        params.distinguished_name = DistinguishedName::new();
        for attribute in real.subject().iter_attributes() {
            let oid: Vec<u64> = attribute.attr_type().iter().unwrap().collect();
            let value = attribute.attr_value();
            let text = value.as_printablestring().map(|text| text.string());
            let value = match text {
                Ok(text) => DnValue::PrintableString(text.try_into().unwrap()),
                Err(_) => DnValue::Utf8String(attribute.as_str().unwrap().to_owned()),
            };
            params.distinguished_name.push(DnType::from_oid(&oid), value);
        }
    })
}

#[test]
fn each_of_the_nineteen_doubled_names_leads_to_the_generation_that_signed() {
    let real = real_roots();
    let mut by_name: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
    for der in real.roots() {
        by_name
            .entry(summary(der).unwrap().subject)
            .or_default()
            .push(der.clone());
    }
    by_name.retain(|_, generations| generations.len() == 2);
    assert_eq!(by_name.len(), 19);
    let silent = |params: &mut CertificateParams| params.use_authority_key_identifier_extension = false;
    for (name, generations) in by_name {
        // The real pair is found by the name, and told apart by its key identifiers.
        let found = real.named(&subject_of(&generations[0]));
        assert_eq!(found, generations, "{name}");
        assert_ne!(
            key_identifier(&generations[0]),
            key_identifier(&generations[1]),
            "{name}"
        );

        let (old, new, third) = (
            twin_of(&generations[0]),
            twin_of(&generations[0]),
            twin_of(&generations[0]),
        );
        assert_eq!(summary(&old.der).unwrap().subject, name);
        let mut roots = real.clone();
        assert!(roots.add_der(old.der.clone()) && roots.add_der(new.der.clone()));
        assert_eq!(roots.named(&subject_of(&generations[0])).len(), 4, "{name}");
        for ca in [&old, &new] {
            for (der, expected) in [
                (ca.issue(|_| {}), (Outcome::Good, "good")),
                (ca.issue(silent), (Outcome::Unknown, "no_key_identifier")),
            ] {
                let verdict = check(&der, None, &roots, NOW);
                assert_eq!(signature_of(&verdict), expected, "{name}");
                assert_eq!(verdict.question().unwrap().issuer_der, ca.der, "{name}");
            }
        }
        for (der, expected) in [
            (third.issue(|_| {}), "untrusted_issuer"),
            (third.issue(silent), "bad_signature"),
        ] {
            let verdict = check(&der, None, &roots, NOW);
            assert_eq!(signature_of(&verdict), (Outcome::Bad, expected), "{name}");
        }
    }
}

fn key_identifier(der: &[u8]) -> Vec<u8> {
    let (_, certificate) = X509Certificate::from_der(der).unwrap();
    let identifier = |extension: &x509_parser::prelude::X509Extension<'_>| {
        let ParsedExtension::SubjectKeyIdentifier(identifier) = extension.parsed_extension() else {
            return None;
        };
        Some(identifier.0.to_vec())
    };
    certificate.extensions().iter().find_map(identifier).unwrap()
}

fn extension(oid: &[u64], content: &[u8], critical: bool) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(oid, content.to_vec());
    extension.set_criticality(critical);
    extension
}

#[test]
fn a_root_with_a_condition_that_is_not_applied_here_is_no_anchor() {
    let no_policy_mapping = sequence(&tlv(0x81, &[0]));
    let client = sequence(&tlv(0x06, &[0x2b, 6, 1, 5, 5, 7, 3, 2]));
    let critical_policies = || {
        let mut extension = policies(&[CNS_POLICY]);
        extension.set_criticality(true);
        extension
    };
    for (condition, expected) in [
        (
            extension(&[2, 5, 29, 36], &no_policy_mapping, true),
            Some("2.5.29.36"),
        ),
        (
            extension(&[2, 5, 29, 36], &no_policy_mapping, false),
            Some("2.5.29.36"),
        ),
        (extension(&[2, 5, 29, 54], &[2, 1, 0], true), Some("2.5.29.54")),
        (extension(&[2, 5, 29, 37], &client, true), Some("2.5.29.37")),
        (extension(&[1, 2, 3, 4], &[5, 0], true), Some("1.2.3.4")),
        (extension(&[2, 5, 29, 32], &[0x30, 5, 6], true), Some("2.5.29.32")),
        // What binds nobody, or what the citizen's certificate must say by itself.
        (extension(&[2, 5, 29, 37], &client, false), None),
        (extension(&[1, 2, 3, 4], &[5, 0], false), None),
        (critical_policies(), None),
    ] {
        let ca = Ca::with(NAME, |params| params.custom_extensions.push(condition));
        let verdict = check(&ca.issue(|_| {}), None, &ca.roots(), NOW);
        assert_constrained(&verdict, expected);
    }
    let named = Ca::with(NAME, |params| {
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName("example.it".to_owned())],
            excluded_subtrees: vec![],
        });
    });
    let verdict = check(&named.issue(|_| {}), None, &named.roots(), NOW);
    assert_constrained(&verdict, Some("2.5.29.30"));
    // A root that the list names is held to the same.
    let verdict = check(
        &named.issue(|_| {}),
        None,
        &Told::one(&named, Standing::Listed),
        NOW,
    );
    assert_constrained(&verdict, Some("2.5.29.30"));
}

fn assert_constrained(verdict: &Verdict, expected: Option<&str>) {
    let found = signature_of(verdict);
    let finding = verdict.finding(FindingCode::Signature).unwrap();
    match expected {
        None => assert_eq!(found, (Outcome::Good, "good")),
        Some(oid) => {
            assert_eq!(found, (Outcome::Bad, "constrained_anchor"), "{oid}");
            assert!(finding.facts.contains(&("oid", oid.to_owned())));
        }
    }
    assert_eq!(verdict.question().is_some(), expected.is_none());
    assert_eq!(verdict.clone().accept_signed().is_ok(), expected.is_none());
}

#[test]
fn none_of_the_official_list_has_such_a_condition() {
    let roots = real_roots();
    for der in roots.roots() {
        let told = summary(der).unwrap();
        let verdict = check(der, None, &roots, told.not_before + time::Duration::DAY);
        let (_, case) = signature_of(&verdict);
        assert_ne!(case, "constrained_anchor", "{}", told.subject);
    }
}

#[test]
fn of_two_roots_with_one_name_and_key_the_one_that_says_more_counts() {
    let ca = Ca::new(NAME);
    let with = |change: fn(&mut CertificateParams)| {
        let mut params = ca.params.clone();
        params.serial_number = Some(vec![7, 7].into());
        change(&mut params);
        Ca {
            der: params.self_signed(&ca.key).unwrap().der().to_vec(),
            key: rcgen::KeyPair::generate().unwrap(),
            params,
        }
    };
    let ended = with(|params| params.not_after = datetime!(2026-01-01 0:00 UTC));
    let bound = with(|params| params.custom_extensions = vec![extension(&[1, 2, 3, 4], &[5, 0], true)]);
    let deprecated = Standing::Deprecated {
        since: datetime!(2023-09-25 22:00 UTC),
    };
    let listed = Standing::Listed;
    let der = ca.issue(|_| {});
    for (other, other_standing, standing, expected) in [
        (&ended, listed, listed, (Outcome::Good, "good")),
        (&bound, listed, listed, (Outcome::Good, "good")),
        (&ended, deprecated, listed, (Outcome::Good, "good")),
        (&ended, Standing::NotAnAnchor, listed, (Outcome::Good, "good")),
        (&ended, listed, deprecated, (Outcome::Unknown, "root_out_of_date")),
        (
            &ended,
            Standing::NotAnAnchor,
            Standing::NotAnAnchor,
            (Outcome::Bad, "longer_chain"),
        ),
    ] {
        for told in [
            Told::all(&[(other, other_standing), (&ca, standing)]),
            Told::all(&[(&ca, standing), (other, other_standing)]),
        ] {
            let verdict = check(&der, None, &told, NOW);
            assert_eq!(
                signature_of(&verdict),
                expected,
                "{other_standing:?} {standing:?}"
            );
        }
    }
}

#[test]
fn a_chain_through_a_ca_that_the_list_does_not_name_leads_nowhere() {
    let root = Ca::new("Radice di Prova");
    let middle = Ca::with(NAME, |_| {});
    let mut params = middle.params.clone();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let issuer = rcgen::Issuer::from_params(&root.params, &root.key);
    let middle_der = params.signed_by(&middle.key, &issuer).unwrap().der().to_vec();
    let leaf = middle.issue(|_| {});
    let verdict = check(&leaf, None, &root.roots(), NOW);
    assert_eq!(signature_of(&verdict), (Outcome::Bad, "untrusted_issuer"));
    // Named by the list, but no anchor: refused by name.
    let listed = Ca {
        der: middle_der,
        params: middle.params.clone(),
        key: rcgen::KeyPair::generate().unwrap(),
    };
    let told = Told::all(&[(&root, Standing::Listed), (&listed, Standing::NotAnAnchor)]);
    let verdict = check(&leaf, None, &told, NOW);
    assert_eq!(signature_of(&verdict), (Outcome::Bad, "longer_chain"));
    assert_eq!(case(&verdict, FindingCode::TrustList), (Outcome::Good, "good"));
    assert!(verdict.accept().is_err());
}

#[test]
fn a_root_whose_key_the_verifier_does_not_take_is_named_and_nothing_is_called_altered() {
    let (ca, key) = (
        Ca::new(NAME),
        rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap(),
    );
    let mut roots = TrustRoots::default();
    assert!(roots.add_der(ca.params.self_signed(&key).unwrap().der().to_vec()));
    let leaf = ca.issue(|params| params.use_authority_key_identifier_extension = false);
    let verdict = check(&leaf, None, &roots, NOW);
    assert_eq!(signature_of(&verdict), (Outcome::Bad, "not_allowed"));
    assert!(verdict.question().is_none());
}
