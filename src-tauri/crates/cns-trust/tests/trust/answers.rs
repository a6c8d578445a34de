//! What answers on revocation are worth, alone and together.

use crate::support::*;
use crate::verdict::{asked, attempt, from_ocsp, good, no_answer, on_hold, revoked, statement};
use cns_trust::revocation::{
    Answers, Attempt, NotAsked, Question, Reason, Recorded, RevocationSource, Source, Status, Unchecked,
};
use cns_trust::{FetchError, Finding, FindingCode, Outcome};
use std::task::{Context, Poll, Waker};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

fn findings(attempts: Vec<Attempt>) -> Vec<Finding> {
    let (_, question) = asked();
    Answers::new(&question, attempts, NOW).findings()
}

fn cases(attempts: Vec<Attempt>) -> Vec<(Outcome, &'static str)> {
    let found = findings(attempts);
    for finding in &found {
        let facts: Vec<&str> = finding.facts.iter().map(|(name, _)| *name).collect();
        assert_eq!(finding.code, FindingCode::Revocation);
        assert!(
            finding
                .code
                .cases()
                .any(|(case, places)| case == finding.case && places == facts),
            "{finding:?} is not in the table"
        );
    }
    found
        .iter()
        .map(|finding| (finding.outcome, finding.case))
        .collect()
}

#[test]
fn each_status_and_reason_has_its_own_case() {
    let day = datetime!(2026-03-04 9:00 UTC);
    let because = |reason| Status::Revoked { at: day, reason };
    for (status, expected) in [
        (Status::Good, (Outcome::Good, "good")),
        (
            Status::UnknownToResponder,
            (Outcome::Unknown, "unknown_to_responder"),
        ),
        (because(None), (Outcome::Bad, "revoked")),
        (because(Some(Reason::Unspecified)), (Outcome::Bad, "revoked")),
        (
            because(Some(Reason::KeyCompromise)),
            (Outcome::Bad, "revoked_compromised"),
        ),
        (
            because(Some(Reason::CaCompromise)),
            (Outcome::Bad, "revoked_compromised"),
        ),
        (
            because(Some(Reason::AaCompromise)),
            (Outcome::Bad, "revoked_compromised"),
        ),
        (
            because(Some(Reason::AffiliationChanged)),
            (Outcome::Bad, "revoked"),
        ),
        (
            because(Some(Reason::Superseded)),
            (Outcome::Bad, "revoked_replaced"),
        ),
        (
            because(Some(Reason::CessationOfOperation)),
            (Outcome::Bad, "revoked_ended"),
        ),
        (
            because(Some(Reason::CertificateHold)),
            (Outcome::Bad, "suspended"),
        ),
        (because(Some(Reason::RemoveFromCrl)), (Outcome::Bad, "revoked")),
        (
            because(Some(Reason::PrivilegeWithdrawn)),
            (Outcome::Bad, "revoked"),
        ),
    ] {
        assert_eq!(cases(vec![from_ocsp(status.clone())]), [expected], "{status:?}");
    }
    let told = findings(vec![from_ocsp(because(None))]);
    let who = |name| ("host", String::from(name));
    let way = |name| ("way", String::from(name));
    let date = ("date", "2026-03-04".to_owned());
    assert_eq!(
        told[0].facts,
        [date, who("ocsp.example.it"), way("OCSP")],
        "who says so, and how"
    );
}

#[test]
fn a_card_on_hold_since_the_day_it_was_made_was_perhaps_never_activated() {
    // The certificate of the profile begins on the first of February 2024.
    let first = datetime!(2024-02-01 00:00 UTC);
    for (at, expected) in [
        (first, "never_activated"),
        (first - Duration::DAY, "never_activated"),
        (first + Duration::DAY, "never_activated"),
        (first + Duration::DAY + Duration::SECOND, "suspended"),
        (first - Duration::DAY - Duration::SECOND, "suspended"),
        (datetime!(2026-03-04 9:00 UTC), "suspended"),
    ] {
        assert_eq!(cases(vec![on_hold(at)]), [(Outcome::Bad, expected)], "{at}");
    }
}

#[test]
fn an_answer_says_who_gave_it_for_when_and_until_when() {
    let told = findings(vec![good()]);
    let evidence = told[0].evidence.clone().unwrap();
    assert_eq!(
        told[0].facts,
        [("host", "ocsp.example.it".to_owned()), ("way", "OCSP".to_owned())]
    );
    assert_eq!(evidence.source, "ocsp.example.it");
    assert_eq!(evidence.checked_at, NOW);
    assert_eq!(evidence.produced_at, Some(NOW - Duration::HOUR));
    assert_eq!(evidence.next_update, Some(NOW + Duration::DAY));
    assert_eq!(evidence.age(), Some(Duration::HOUR));
}

#[test]
fn of_two_answers_the_stricter_comes_first_and_both_are_shown() {
    let (bad, unknown, fine) = (
        (Outcome::Bad, "revoked"),
        (Outcome::Unknown, "unknown_to_responder"),
        (Outcome::Good, "good"),
    );
    let unknown_to = || from_ocsp(Status::UnknownToResponder);
    for (attempts, expected) in [
        (vec![good(), revoked()], vec![bad, fine]),
        (vec![revoked(), good()], vec![bad, fine]),
        (vec![good(), unknown_to()], vec![unknown, fine]),
        (vec![unknown_to(), revoked()], vec![bad, unknown]),
        (vec![good(), good()], vec![fine, fine]),
        (vec![good(), unknown_to(), revoked()], vec![bad, unknown, fine]),
        // Revoked for good is said before suspended.
        (
            vec![on_hold(NOW), revoked()],
            vec![bad, (Outcome::Bad, "suspended")],
        ),
    ] {
        assert_eq!(cases(attempts), expected);
    }
}

#[test]
fn a_try_that_failed_counts_for_nothing_beside_an_answer() {
    for failed in every_reason() {
        assert_eq!(
            cases(vec![attempt(Err(failed.clone())), good()]),
            [(Outcome::Good, "good")]
        );
        assert_eq!(
            cases(vec![revoked(), attempt(Err(failed))]),
            [(Outcome::Bad, "revoked")]
        );
    }
}

#[test]
fn every_failed_try_is_a_finding_that_could_not_check_with_its_own_facts() {
    let (_, question) = asked();
    for reason in every_reason() {
        let answers = Answers::new(&question, vec![attempt(Err(reason.clone()))], NOW);
        let told = answers.finding_of(&answers.attempts[0]);
        assert_eq!(told.outcome, Outcome::Unknown, "{reason:?}");
        assert!(told.evidence.is_none());
        let facts: Vec<&str> = told.facts.iter().map(|(name, _)| *name).collect();
        assert!(
            told.code
                .cases()
                .any(|(case, places)| case == told.case && places == facts),
            "{told:?} is not in the table"
        );
        assert!(told.facts.iter().all(|(_, value)| !value.is_empty()), "{told:?}");
        // Alone, it is also why nothing is known; ldap alone has words of its own.
        let expected = match told.case {
            "ldap_ignored" => "only_ldap",
            other => other,
        };
        assert_eq!(
            cases(answers.attempts),
            [(Outcome::Unknown, expected)],
            "{reason:?}"
        );
    }
}

#[test]
fn without_an_answer_the_try_that_came_nearest_to_one_says_why() {
    let expired = Unchecked::Expired { next_update: NOW };
    let status = Unchecked::Fetch(FetchError::Status {
        host: host(),
        status: 503,
    });
    for (reasons, expected) in [
        (vec![Unchecked::Ldap], "only_ldap"),
        (
            vec![Unchecked::Ldap, Unchecked::Fetch(FetchError::Address)],
            "address_unusable",
        ),
        (vec![Unchecked::Ldap, Unchecked::NotAsked], "not_asked"),
        (vec![], "not_asked"),
        (vec![unreachable(), Unchecked::Ldap], "no_answer"),
        (vec![unreachable(), status.clone()], "http_status"),
        (vec![status, Unchecked::Malformed], "malformed"),
        (vec![Unchecked::Malformed, Unchecked::Scope], "scope"),
        (vec![Unchecked::Scope, Unchecked::BadSignature], "bad_signature"),
        (
            vec![Unchecked::BadSignature, expired, unreachable()],
            "expired_answer",
        ),
        (vec![Unchecked::Nonce, Unchecked::OtherCertificate], "nonce"),
    ] {
        let attempts = reasons
            .iter()
            .map(|reason| attempt(Err(reason.clone())))
            .collect();
        assert_eq!(cases(attempts), [(Outcome::Unknown, expected)], "{reasons:?}");
    }
}

#[test]
fn the_addresses_that_were_set_aside_are_told_beside_the_answers() {
    let (_, mut question) = asked();
    question.set_aside = vec![Attempt {
        source: Source::Crl {
            host: "ldap.example.it".to_owned(),
        },
        result: Err(Unchecked::Ldap),
        server_date: None,
    }];
    let answers = Answers::new(&question, vec![good()], NOW);
    let told: Vec<(&str, &str)> = answers
        .attempts
        .iter()
        .map(|attempt| (attempt.source.name(), answers.finding_of(attempt).case))
        .collect();
    assert_eq!(told, [("ocsp", "good"), ("crl", "ldap_ignored")]);
    assert_eq!(answers.findings().len(), 1);
}

#[test]
fn a_clock_that_differs_from_every_server_s_by_more_than_ten_minutes_is_suspected() {
    let (_, question) = asked();
    let minutes = Duration::minutes;
    let at = |offsets: &[Duration]| {
        let attempts = offsets.iter().map(|offset| Attempt {
            server_date: Some(NOW + *offset),
            ..no_answer()
        });
        Answers::new(&question, attempts.collect(), NOW).clock_finding()
    };
    for (offsets, expected) in [
        (vec![], None),
        (vec![Duration::ZERO], None),
        (vec![minutes(10)], None),
        (vec![minutes(-10)], None),
        (vec![minutes(11)], Some("behind_server")),
        (vec![minutes(-11)], Some("ahead_of_server")),
        // One server that agrees is enough: the others are wrong.
        (vec![minutes(600), minutes(1)], None),
        (vec![Duration::days(400), minutes(61)], Some("behind_server")),
    ] {
        let found = at(&offsets);
        assert_eq!(
            found.as_ref().map(|finding| finding.case),
            expected,
            "{offsets:?}"
        );
        assert!(found.is_none_or(|finding| finding.outcome == Outcome::Unknown));
    }
    let found = at(&[minutes(-721)]).unwrap();
    assert_eq!(
        found.facts,
        [
            ("date", "2026-11-21".to_owned()),
            ("time", "23:59 UTC".to_owned()),
            ("host", host())
        ]
    );
}

#[test]
fn who_asks_nobody_says_so_and_a_recording_says_what_was_recorded() {
    let (_, question) = asked();
    let off = now(&NotAsked, &question);
    assert!(!NotAsked.asks());
    assert_eq!(off, Answers::not_asked(&question, NOW));
    assert_eq!(off.findings()[0].case, "not_asked");
    let recorded = Recorded(vec![revoked()]);
    assert!(recorded.asks());
    assert_eq!(
        now(&recorded, &question),
        Answers::new(&question, vec![revoked()], NOW)
    );
}

/// The answers of a source that answers at once.
fn now(source: &dyn RevocationSource, question: &Question) -> Answers {
    let mut asking = source.ask(question, NOW);
    match asking.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answers) => answers,
        Poll::Pending => panic!("it waits for nothing"),
    }
}

fn host() -> String {
    "ocsp.example.it".to_owned()
}

fn unreachable() -> Unchecked {
    Unchecked::Fetch(FetchError::Unreachable { host: host() })
}

/// Every reason for which a try gives no answer.
pub(crate) fn every_reason() -> Vec<Unchecked> {
    let fetch = [
        FetchError::Address,
        FetchError::HostNotAllowed { host: host() },
        FetchError::Unreachable { host: host() },
        FetchError::Timeout { host: host() },
        FetchError::Status {
            host: host(),
            status: 404,
        },
        FetchError::TooLarge {
            host: host(),
            limit: 65_536,
        },
        FetchError::Redirected { host: host() },
        FetchError::ServerUntrusted { host: host() },
        FetchError::Stopped { host: host() },
    ];
    let mut all = vec![
        Unchecked::NoAddress,
        Unchecked::OnlyLdap,
        Unchecked::Ldap,
        Unchecked::NotAsked,
        Unchecked::Malformed,
        Unchecked::ResponderSays { status: "tryLater" },
        Unchecked::WrongResponder,
        Unchecked::ResponderUnchecked,
        Unchecked::BadSignature,
        Unchecked::WeakSignature {
            algorithm: "SHA-1, RSA".to_owned(),
        },
        Unchecked::OtherCertificate,
        Unchecked::Nonce,
        Unchecked::Expired { next_update: NOW },
        Unchecked::FromTheFuture {
            produced_at: OffsetDateTime::UNIX_EPOCH,
        },
        Unchecked::Scope,
        Unchecked::Indirect,
        Unchecked::Delta,
        Unchecked::CriticalExtension {
            oid: "1.2.3.4".to_owned(),
        },
        Unchecked::WrongIssuer,
        Unchecked::FieldTooLarge,
    ];
    all.extend(fetch.map(Unchecked::Fetch));
    all
}

#[test]
fn a_statement_s_times_are_passed_on_as_they_are() {
    let mut only = statement(Status::Good);
    only.times.next_update = None;
    let told = findings(vec![attempt(Ok(only))]);
    assert_eq!(told[0].evidence.clone().unwrap().next_update, None);
}
