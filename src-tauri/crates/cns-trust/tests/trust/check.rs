//! What the check says of each certificate.

use crate::support::*;
use cns_trust::{ALL_CASES, CardFacts, FindingCode, Outcome, check};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyUsagePurpose};
use std::sync::LazyLock;
use time::macros::datetime;

pub(crate) fn facts() -> CardFacts<'static> {
    CardFacts {
        card_id: Some(CARD_ID),
        codice_fiscale: Some(CODICE_FISCALE),
        personal_data_file: Some(PERSONAL_DATA),
        name: Some(("ROSSI", "MARIA")),
    }
}

pub(crate) static CA: LazyLock<Ca> = LazyLock::new(|| Ca::new("Regione di Prova - CA Cittadini"));

/// Issues a certificate that differs from the profile in one thing, and tells what one check says of it.
pub(crate) fn judged(
    code: FindingCode,
    change: impl FnOnce(&mut CertificateParams),
) -> (Outcome, &'static str) {
    let verdict = check(&CA.issue(change), Some(facts()), &CA.roots(), NOW);
    assert_in_table(&verdict);
    let (outcome, name) = case(&verdict, code);
    assert_eq!(
        verdict.accept().is_ok(),
        outcome != Outcome::Bad,
        "{code:?} {name}"
    );
    (outcome, name)
}

#[test]
fn a_certificate_of_the_profile_passes_every_check_that_can_be_made() {
    let der = CA.issue(|_| {});
    let verdict = check(&der, Some(facts()), &CA.roots(), NOW);
    assert_in_table(&verdict);
    for finding in &verdict.findings {
        let asks_the_network = finding.code == FindingCode::Revocation;
        let expected = if asks_the_network {
            Outcome::Unknown
        } else {
            Outcome::Good
        };
        assert_eq!(finding.outcome, expected, "{finding:?}");
    }
    assert_eq!(verdict.findings.len(), 13);
    assert_eq!(verdict.outcome(), Outcome::Unknown);
    let checked = verdict.accept().unwrap();
    assert_eq!(checked.holder().codice_fiscale, CODICE_FISCALE);
    assert_eq!(checked.holder().card_id, CARD_ID);
    assert_eq!(checked.holder().full_name.as_deref(), Some("MARIA ROSSI"));
    assert_eq!(
        checked.holder().certificate_expires_on,
        datetime!(2030-01-31 0:00 UTC).date()
    );
    assert!(checked.signed_by_root());
    assert!(checked.is_for(&der) && !checked.is_for(&CA.der));
}

#[test]
fn nothing_printed_for_debugging_names_the_person() {
    let verdict = check(&CA.issue(|_| {}), Some(facts()), &CA.roots(), NOW);
    let printed = format!("{verdict:?} {:?} {:?}", facts(), verdict.clone().accept());
    for personal in [CODICE_FISCALE, CARD_ID, "ROSSI", "MARIA"] {
        assert!(!printed.contains(personal), "{printed}");
    }
}

#[test]
fn clearing_the_findings_does_not_make_a_bad_verdict_acceptable() {
    let mut verdict = check(&CA.der, None, &CA.roots(), NOW);
    assert_eq!(verdict.outcome(), Outcome::Bad);
    verdict.findings.clear();
    assert!(verdict.accept().is_err());
}

#[test]
fn without_a_card_its_files_are_not_spoken_of_and_the_certificate_gives_the_name() {
    let der = CA.issue(|params| {
        params
            .distinguished_name
            .push(DnType::CustomDnType(vec![2, 5, 4, 42]), "MARIA");
        params
            .distinguished_name
            .push(DnType::CustomDnType(vec![2, 5, 4, 4]), "ROSSI");
    });
    let verdict = check(&der, None, &CA.roots(), NOW);
    assert!(verdict.finding(FindingCode::CardId).is_none());
    assert!(verdict.finding(FindingCode::PersonalData).is_none());
    assert_eq!(verdict.holder.unwrap().full_name.as_deref(), Some("MARIA ROSSI"));
}

#[test]
fn validity_is_judged_at_the_instant_given_both_ends_included() {
    let der = CA.issue(|_| {});
    for (at, expected) in [
        (datetime!(2024-01-31 23:59:59 UTC), (Outcome::Bad, "not_yet")),
        (datetime!(2024-02-01 00:00:00 UTC), (Outcome::Good, "good")),
        (datetime!(2030-01-31 23:59:59.9 UTC), (Outcome::Good, "good")),
        (datetime!(2030-02-01 00:00:00 UTC), (Outcome::Bad, "expired")),
        (datetime!(2030-02-01 00:30:00 +1), (Outcome::Good, "good")),
    ] {
        let verdict = check(&der, None, &CA.roots(), at);
        assert_eq!(case(&verdict, FindingCode::Validity), expected, "{at}");
    }
    let verdict = check(&der, None, &CA.roots(), datetime!(2031-01-01 0:00 UTC));
    let finding = verdict.finding(FindingCode::Validity).unwrap();
    assert_eq!(finding.facts, [("date", "2030-01-31".to_owned())]);
}

#[test]
fn key_usage_must_be_for_logging_in_and_not_for_signing_documents() {
    let code = FindingCode::KeyUsage;
    for (usages, expected) in [
        (vec![], (Outcome::Bad, "missing")),
        (
            vec![KeyUsagePurpose::KeyEncipherment],
            (Outcome::Bad, "no_digital_signature"),
        ),
        (
            vec![KeyUsagePurpose::ContentCommitment],
            (Outcome::Bad, "non_repudiation"),
        ),
        (
            vec![
                KeyUsagePurpose::DigitalSignature,
                KeyUsagePurpose::ContentCommitment,
            ],
            (Outcome::Bad, "non_repudiation"),
        ),
        (vec![KeyUsagePurpose::DigitalSignature], (Outcome::Good, "good")),
    ] {
        assert_eq!(
            judged(code, |params| params.key_usages = usages.clone()),
            expected,
            "{usages:?}"
        );
    }
}

#[test]
fn extended_key_usage_must_name_client_authentication() {
    let code = FindingCode::ExtendedKeyUsage;
    for (usages, expected) in [
        (vec![], (Outcome::Bad, "missing")),
        (
            vec![ExtendedKeyUsagePurpose::ServerAuth],
            (Outcome::Bad, "no_client_auth"),
        ),
        (
            vec![ExtendedKeyUsagePurpose::Any],
            (Outcome::Bad, "no_client_auth"),
        ),
        (
            vec![
                ExtendedKeyUsagePurpose::EmailProtection,
                ExtendedKeyUsagePurpose::ClientAuth,
            ],
            (Outcome::Good, "good"),
        ),
    ] {
        assert_eq!(
            judged(code, |params| params.extended_key_usages = usages.clone()),
            expected,
            "{usages:?}"
        );
    }
}

#[test]
fn the_policy_tells_a_cns_from_other_cards() {
    const CIE: &[u8] = &[0x2b, 0x4c, 0x2f, 0x04];
    const LOMBARDY: &[u8] = &[0x2b, 0x81, 0x1f, 0x06, 0x01, 0x03, 0x02, 0x0a];
    const LOMBARDY_TOO: &[u8] = &[0x2b, 0x4c, 0x0c, 0x01, 0x01, 0x0a, 0x02, 0x02, 0x0a];
    const ANY: &[u8] = &[0x55, 0x1d, 0x20, 0x00];
    const POSTE: &[u8] = &[0x2b, 0x4c, 0x0b, 0x01, 0x03, 0x01];
    for (oids, expected) in [
        (vec![], (Outcome::Bad, "missing")),
        (vec![POSTE], (Outcome::Bad, "not_cns")),
        (vec![ANY], (Outcome::Bad, "not_cns")),
        (vec![POSTE, CIE], (Outcome::Bad, "cie")),
        (vec![POSTE, CNS_POLICY], (Outcome::Good, "good")),
        (vec![LOMBARDY], (Outcome::Good, "good")),
        (vec![LOMBARDY_TOO], (Outcome::Good, "good")),
    ] {
        let found = judged(FindingCode::Policy, |params| {
            params.custom_extensions.clear();
            if !oids.is_empty() {
                params.custom_extensions.push(policies(&oids));
            }
        });
        assert_eq!(found, expected, "{oids:?}");
    }
}

#[test]
fn the_common_name_must_have_the_shape_of_a_cns() {
    let code = FindingCode::CommonName;
    let named = |names: &[&str]| {
        let der = CA.issue(|params| params.distinguished_name = subject(names));
        let verdict = check(&der, Some(facts()), &CA.roots(), NOW);
        assert_in_table(&verdict);
        assert_eq!(verdict.holder.is_some(), case(&verdict, code).0 == Outcome::Good);
        let found = (case(&verdict, code), case(&verdict, FindingCode::CodiceFiscale));
        assert!(verdict.accept().is_err());
        found
    };
    let no_code = (Outcome::Unknown, "no_common_name");
    assert_eq!(named(&[]), ((Outcome::Bad, "missing"), no_code));
    assert_eq!(named(&["Maria Rossi"]), ((Outcome::Bad, "shape"), no_code));
    let wrong = COMMON_NAME.replace("999C", "999D");
    assert_eq!(
        named(&[&wrong]),
        ((Outcome::Good, "good"), (Outcome::Bad, "check_character"))
    );
    let never = COMMON_NAME.replace("A41", "B71");
    assert_eq!(
        named(&[&never]),
        ((Outcome::Good, "good"), (Outcome::Bad, "birth_date"))
    );
    let digits = COMMON_NAME.replace("RSSMRA", "123456");
    assert_eq!(
        named(&[&digits]),
        ((Outcome::Good, "good"), (Outcome::Bad, "shape"))
    );
    let provisional = COMMON_NAME.replace(CODICE_FISCALE, "12345678903");
    assert_eq!(named(&[&provisional]), ((Outcome::Bad, "shape"), no_code));
}

#[test]
fn two_common_names_are_none() {
    let mut der = CA.issue(|params| {
        params.distinguished_name = subject(&[COMMON_NAME]);
        params
            .distinguished_name
            .push(DnType::CustomDnType(vec![2, 5, 4, 65]), COMMON_NAME);
    });
    // The last attribute was written as pseudonym (2.5.4.65): one byte makes it a second common name.
    let position = der
        .windows(3)
        .rposition(|bytes| bytes == [0x55, 0x04, 65])
        .unwrap();
    der[position + 2] = 3;
    let verdict = check(&der, None, &CA.roots(), NOW);
    assert_eq!(
        case(&verdict, FindingCode::CommonName),
        (Outcome::Bad, "repeated")
    );
    assert!(verdict.holder.is_none());
    assert_in_table(&verdict);
}

#[test]
fn a_card_with_the_files_of_another_is_refused_and_an_unread_file_is_told() {
    let der = CA.issue(|_| {});
    let judged = |card: CardFacts<'_>| {
        let verdict = check(&der, Some(card), &CA.roots(), NOW);
        assert_in_table(&verdict);
        let found = (
            case(&verdict, FindingCode::CardId),
            case(&verdict, FindingCode::PersonalData),
        );
        (found, verdict.accept().is_ok())
    };
    let good = (Outcome::Good, "good");
    let other_card = CardFacts {
        card_id: Some("6999000000123463"),
        ..facts()
    };
    assert_eq!(judged(other_card), (((Outcome::Bad, "differs"), good), false));
    let other_person = CardFacts {
        codice_fiscale: Some("RSSMRA80A01H501U"),
        ..facts()
    };
    assert_eq!(
        judged(other_person),
        ((good, (Outcome::Bad, "codice_fiscale_differs")), false)
    );
    let odd_file = CardFacts {
        personal_data_file: Some(b"000000"),
        ..facts()
    };
    assert_eq!(
        judged(odd_file),
        ((good, (Outcome::Unknown, "hash_differs")), true)
    );
    let unread = (Outcome::Unknown, "not_read");
    assert_eq!(judged(CardFacts::default()), ((unread, unread), true));
}

#[test]
fn the_table_names_each_case_once() {
    for (position, (code, name, _)) in ALL_CASES.iter().enumerate() {
        let first = ALL_CASES
            .iter()
            .position(|(other, case, _)| other == code && case == name);
        assert_eq!(first, Some(position), "{code:?} {name}");
    }
    assert!(FindingCode::Validity.cases().any(|(name, _)| name == "expired"));
    assert_eq!(
        serde_json::to_value(FindingCode::KeyUsage).unwrap(),
        FindingCode::KeyUsage.name()
    );
}
