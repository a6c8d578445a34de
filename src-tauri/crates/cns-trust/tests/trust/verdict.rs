//! What becomes of a verdict when answers come, and what no answer can do.

use crate::answers::every_reason;
use crate::check::CA;
use crate::question::{full_name, points, responders};
use crate::sources::Told;
use crate::support::*;
use cns_trust::revocation::{
    Answers, Attempt, Question, Reason, Source, Statement, Status, Times, Unchecked,
};
use cns_trust::{FindingCode, Outcome, Standing, Verdict, check};
use proptest::prelude::*;
use proptest::sample::select;
use rcgen::CertificateParams;
use std::sync::LazyLock;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

fn with_addresses(params: &mut CertificateParams) {
    params
        .custom_extensions
        .push(responders(&["http://ocsp.example.it/"]));
    let name = full_name(&["http://crl.example.it/1.crl"]);
    params.custom_extensions.push(points(&[(name, vec![])]));
}

pub(crate) static CITIZEN: LazyLock<Vec<u8>> = LazyLock::new(|| CA.issue(with_addresses));

/// The verdict on a sound certificate that names whom to ask, and its question.
pub(crate) fn asked() -> (Verdict, Question) {
    let verdict = check(&CITIZEN, None, &CA.roots(), NOW);
    let question = verdict.question().unwrap().clone();
    (verdict, question)
}

pub(crate) fn statement(status: Status) -> Statement {
    Statement {
        status,
        times: Times {
            produced_at: NOW - Duration::HOUR,
            next_update: Some(NOW + Duration::DAY),
        },
    }
}

pub(crate) fn attempt(result: Result<Statement, Unchecked>) -> Attempt {
    Attempt {
        source: Source::Ocsp {
            host: "ocsp.example.it".to_owned(),
        },
        result,
        server_date: None,
    }
}

pub(crate) fn from_ocsp(status: Status) -> Attempt {
    attempt(Ok(statement(status)))
}

pub(crate) fn good() -> Attempt {
    from_ocsp(Status::Good)
}

pub(crate) fn revoked() -> Attempt {
    from_ocsp(Status::Revoked {
        at: NOW - Duration::WEEK,
        reason: None,
    })
}

pub(crate) fn on_hold(at: OffsetDateTime) -> Attempt {
    from_ocsp(Status::Revoked {
        at,
        reason: Some(Reason::CertificateHold),
    })
}

pub(crate) fn no_answer() -> Attempt {
    attempt(Err(Unchecked::NotAsked))
}

fn answered(attempts: Vec<Attempt>) -> Verdict {
    let (verdict, question) = asked();
    let verdict = verdict.with_answers(&Answers::new(&question, attempts, NOW));
    assert_in_table(&verdict);
    verdict
}

pub(crate) fn revocation(verdict: &Verdict) -> Vec<(Outcome, &'static str)> {
    let of_it = |finding: &&_| -> bool {
        let finding: &cns_trust::Finding = finding;
        finding.code == FindingCode::Revocation
    };
    verdict
        .findings
        .iter()
        .filter(of_it)
        .map(|finding| (finding.outcome, finding.case))
        .collect()
}

#[test]
fn before_anybody_is_asked_the_verdict_says_whether_there_is_anybody() {
    let ldap = |params: &mut CertificateParams| {
        params
            .custom_extensions
            .push(responders(&["ldap://ldap.example.it/"]));
    };
    let https = |params: &mut CertificateParams| {
        params.custom_extensions.push(responders(&[
            "ldap://ldap.example.it/",
            "https://ocsp.example.it/",
        ]));
    };
    let other = Ca::new("Altra CA");
    for (der, roots, expected) in [
        (CITIZEN.clone(), CA.roots(), "not_asked"),
        (CA.issue(|_| {}), CA.roots(), "no_address"),
        (CA.issue(ldap), CA.roots(), "only_ldap"),
        (CA.issue(https), CA.roots(), "address_unusable"),
        (CITIZEN.clone(), other.roots(), "not_verified"),
        (CITIZEN.clone(), Default::default(), "not_verified"),
    ] {
        let verdict = check(&der, None, &roots, NOW);
        assert_in_table(&verdict);
        assert_eq!(revocation(&verdict), [(Outcome::Unknown, expected)]);
        // Only what can be asked is ever being asked.
        let expected = if expected == "not_asked" {
            "asking"
        } else {
            expected
        };
        assert_eq!(
            revocation(&verdict.while_asking()),
            [(Outcome::Unknown, expected)]
        );
    }
}

#[test]
fn with_a_good_answer_everything_is_good_and_with_none_something_is_open() {
    let verdict = answered(vec![good()]);
    assert_eq!(verdict.outcome(), Outcome::Good, "{:?}", verdict.findings);
    let checked = verdict.accept_signed().unwrap();
    assert_eq!(checked.outcome(), Outcome::Good);
    let verdict = answered(vec![no_answer()]);
    assert_eq!(verdict.outcome(), Outcome::Unknown);
    assert_eq!(verdict.accept().unwrap().outcome(), Outcome::Unknown);
}

#[test]
fn a_revoked_certificate_is_no_longer_accepted_whatever_is_done_to_the_findings() {
    for attempt in [revoked(), on_hold(NOW), on_hold(datetime!(2024-02-01 0:00 UTC))] {
        let verdict = answered(vec![good(), attempt]);
        assert_eq!(verdict.outcome(), Outcome::Bad);
        assert!(verdict.clone().accept().is_err());
        assert!(verdict.clone().accept_signed().is_err());
        let mut cleared = verdict;
        cleared.findings.clear();
        assert_eq!(cleared.outcome(), Outcome::Bad);
        assert!(cleared.clone().accept().is_err());
        // Nor by asking again, or by the key's own word.
        let (_, question) = asked();
        let again = cleared
            .with_answers(&Answers::new(&question, vec![good()], NOW))
            .with_possession(true)
            .while_asking();
        assert_eq!(revocation(&again)[0].0, Outcome::Bad);
        assert_eq!(revocation(&again).last(), Some(&(Outcome::Good, "good")));
        assert!(again.accept().is_err());
    }
}

#[test]
fn the_holder_of_the_proof_is_the_one_of_the_check() {
    let mut verdict = answered(vec![good()]);
    verdict.holder.as_mut().unwrap().codice_fiscale = "VRDLGI80A01H501U".to_owned();
    assert_eq!(verdict.accept().unwrap().holder().codice_fiscale, CODICE_FISCALE);
}

#[test]
fn answers_about_another_certificate_say_nothing() {
    let (_, question) = asked();
    let of_another = Answers::new(&question, vec![good()], NOW);
    let bad_for_another = Answers::new(&question, vec![revoked()], NOW);
    let twin = CA.issue(with_addresses);
    for answers in [&of_another, &bad_for_another] {
        let verdict = check(&twin, None, &CA.roots(), NOW);
        let verdict = verdict.while_asking().with_answers(answers);
        assert_eq!(revocation(&verdict), [(Outcome::Unknown, "not_asked")]);
        // The same certificate under another root of the same name and key is another question too.
        let renewed = CA.params.self_signed(&CA.key).unwrap().der().to_vec();
        assert_ne!(renewed, CA.der);
        let mut roots = cns_trust::TrustRoots::default();
        roots.add_der(renewed);
        let verdict = check(&CITIZEN, None, &roots, NOW).with_answers(answers);
        assert_eq!(revocation(&verdict), [(Outcome::Unknown, "not_asked")]);
        // Nor do they touch a verdict that asks nothing.
        let verdict = check(&CITIZEN, None, &cns_trust::TrustRoots::default(), NOW).with_answers(answers);
        assert_eq!(revocation(&verdict), [(Outcome::Unknown, "not_verified")]);
    }
}

#[test]
fn a_wrong_clock_is_told_before_the_validity_and_changes_no_other_outcome() {
    for (offset, expected) in [
        (Duration::HOUR, "behind_server"),
        (-Duration::HOUR, "ahead_of_server"),
    ] {
        let dated = Attempt {
            server_date: Some(NOW + offset),
            ..good()
        };
        let verdict = answered(vec![dated.clone()]);
        let plain = answered(vec![good()]);
        let position = |code| {
            verdict
                .findings
                .iter()
                .position(|finding| finding.code == code)
                .unwrap()
        };
        assert_eq!(position(FindingCode::Clock) + 1, position(FindingCode::Validity));
        assert_eq!(case(&verdict, FindingCode::Clock), (Outcome::Unknown, expected));
        let others: Vec<_> = verdict
            .findings
            .iter()
            .filter(|finding| finding.code != FindingCode::Clock)
            .cloned()
            .collect();
        assert_eq!(others, plain.findings);
        // Asked again, it is told once.
        let (_, question) = asked();
        let again = verdict.with_answers(&Answers::new(&question, vec![dated], NOW));
        assert_eq!(
            again
                .findings
                .iter()
                .filter(|finding| finding.code == FindingCode::Clock)
                .count(),
            1
        );
    }
}

#[test]
fn a_bad_validity_stays_bad_beside_a_wrong_clock() {
    let late = datetime!(2035-01-01 0:00 UTC);
    let verdict = check(&CITIZEN, None, &CA.roots(), late);
    let question = verdict.question().unwrap().clone();
    let dated = Attempt {
        server_date: Some(NOW),
        ..good()
    };
    let verdict = verdict.with_answers(&Answers::new(&question, vec![dated], late));
    assert_eq!(
        case(&verdict, FindingCode::Clock),
        (Outcome::Unknown, "ahead_of_server")
    );
    assert_eq!(case(&verdict, FindingCode::Validity), (Outcome::Bad, "expired"));
    assert!(verdict.accept().is_err());
}

#[test]
fn the_card_s_key_has_its_say_beside_the_certificate_s_key() {
    let (verdict, _) = asked();
    let proved = verdict.clone().with_possession(true);
    assert_in_table(&proved);
    assert_eq!(case(&proved, FindingCode::KeyPossession), (Outcome::Good, "good"));
    let position = |code| {
        proved
            .findings
            .iter()
            .position(|finding| finding.code == code)
            .unwrap()
    };
    assert_eq!(
        position(FindingCode::Key) + 1,
        position(FindingCode::KeyPossession)
    );
    assert!(proved.clone().accept().is_ok());

    let failed = proved.with_possession(false);
    assert_in_table(&failed);
    assert_eq!(
        case(&failed, FindingCode::KeyPossession),
        (Outcome::Bad, "differs")
    );
    let again = failed.with_possession(true);
    assert_eq!(
        case(&again, FindingCode::KeyPossession),
        (Outcome::Bad, "differs")
    );
    assert!(again.accept().is_err());
}

#[test]
fn a_ca_that_lost_its_standing_gives_no_proof_and_nobody_is_asked() {
    let since = datetime!(2023-09-25 22:00 UTC);
    for (standing, code, expected) in [
        (
            Standing::Deprecated { since },
            FindingCode::TrustList,
            "deprecated",
        ),
        (Standing::NotAnAnchor, FindingCode::Signature, "longer_chain"),
    ] {
        let verdict = check(&CITIZEN, None, &Told::one(&CA, standing), NOW);
        assert_in_table(&verdict);
        assert_eq!(case(&verdict, code), (Outcome::Bad, expected));
        assert_eq!(revocation(&verdict), [(Outcome::Unknown, "not_verified")]);
        assert!(verdict.question().is_none());
        assert!(verdict.clone().accept().is_err() && verdict.accept_signed().is_err());
    }
}

fn any_attempt() -> impl Strategy<Value = Attempt> {
    let reason = select(vec![
        None,
        Some(Reason::CertificateHold),
        Some(Reason::RemoveFromCrl),
        Some(Reason::KeyCompromise),
    ]);
    let revoked = (reason, -4000_i64..4000).prop_map(|(reason, days)| {
        Ok(statement(Status::Revoked {
            at: NOW + Duration::days(days),
            reason,
        }))
    });
    let result = prop_oneof![
        Just(Ok(statement(Status::Good))),
        Just(Ok(statement(Status::UnknownToResponder))),
        revoked,
        select(every_reason()).prop_map(Err),
    ];
    let date =
        proptest::option::of((-100_000_i64..100_000).prop_map(|seconds| NOW + Duration::seconds(seconds)));
    (result, date).prop_map(|(result, server_date)| Attempt {
        server_date,
        ..attempt(result)
    })
}

/// Verdicts on certificates of every kind of soundness, each with the question that the sound one would ask.
static VERDICTS: LazyLock<Vec<(Verdict, Question)>> = LazyLock::new(|| {
    let wrong_use = CA.issue(|params| {
        with_addresses(params);
        params.extended_key_usages.clear();
    });
    let rows = [
        (CITIZEN.clone(), NOW),
        (CITIZEN.clone(), datetime!(2035-01-01 0:00 UTC)),
        (wrong_use, NOW),
    ];
    rows.iter()
        .map(|(der, at)| {
            let verdict = check(der, None, &CA.roots(), *at);
            let question = verdict.question().unwrap().clone();
            (verdict, question)
        })
        .collect()
});

proptest! {
    #[test]
    fn no_answers_make_a_bad_verdict_better_and_none_without_a_good_statement_makes_one_good(
        rounds in proptest::collection::vec(proptest::collection::vec(any_attempt(), 0..6), 1..4),
        row in 0_usize..3,
        possession in proptest::option::of(any::<bool>()),
    ) {
        let (mut verdict, question) = VERDICTS[row].clone();
        for attempts in rounds {
            let (before, was_accepted) = (verdict.outcome(), verdict.clone().accept().is_ok());
            let answers = Answers::new(&question, attempts.clone(), NOW);
            verdict = verdict.with_answers(&answers);
            if let Some(proved) = possession {
                verdict = verdict.with_possession(proved);
            }
            assert_in_table(&verdict);
            let after = verdict.outcome();
            prop_assert!(before != Outcome::Bad || after == Outcome::Bad);
            let accepted = verdict.clone().accept().is_ok();
            prop_assert!(was_accepted || !accepted);
            prop_assert_eq!(accepted, after != Outcome::Bad);
            let says = |wanted: fn(&Status) -> bool| {
                attempts.iter().any(|attempt| attempt.result.as_ref().is_ok_and(|found| wanted(&found.status)))
            };
            if says(|status| matches!(status, Status::Revoked { .. })) {
                prop_assert_eq!(after, Outcome::Bad);
            }
            if !says(|status| *status == Status::Good) || says(|status| *status == Status::UnknownToResponder) {
                prop_assert_ne!(after, Outcome::Good);
                prop_assert!(verdict.accept().is_ok_and(|checked| checked.outcome() == Outcome::Unknown) || after == Outcome::Bad);
                return Ok(());
            }
        }
    }
}
