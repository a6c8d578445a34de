//! Whom `Online` asks, in which order, and when it stops.

use crate::ocsp_maker::*;
use crate::online_script::{Reply, SERVER_DATE, Seen, ask, ask_with, told, urls};
use crate::support::*;
use cns_trust::revocation::ocsp::{CertIdHash, request};
use cns_trust::revocation::{Attempt, CrlPoint, Question, Reason, RevocationKind, Source, Status, Unchecked};
use cns_trust::{FetchError, FetchPurpose};
use rcgen::{
    CertificateRevocationListParams, Issuer, KeyIdMethod, RevocationReason, RevokedCertParams, SerialNumber,
};
use std::time::Duration;
use time::OffsetDateTime;
use time::macros::datetime;

fn asked(ocsp: &[&str], crl: &[&str]) -> Question {
    let mut question = question();
    question.ocsp = ocsp.iter().map(|url| (*url).to_owned()).collect();
    question.crl = crl
        .iter()
        .map(|url| CrlPoint {
            url: (*url).to_owned(),
            name: tlv(0xa0, &tlv(0x86, url.as_bytes())),
        })
        .collect();
    question
}

fn list(revoked: &[&[u8]]) -> Vec<u8> {
    list_of(&CA, revoked)
}

fn list_of(ca: &Ca, revoked: &[&[u8]]) -> Vec<u8> {
    let revoked_certs = revoked.iter().map(|serial| RevokedCertParams {
        serial_number: SerialNumber::from_slice(serial),
        revocation_time: REVOKED_AT,
        reason_code: Some(RevocationReason::KeyCompromise),
        invalidity_date: None,
    });
    let params = CertificateRevocationListParams {
        this_update: datetime!(2026-11-20 00:00 UTC),
        next_update: datetime!(2026-12-20 00:00 UTC),
        crl_number: SerialNumber::from(1_u64),
        issuing_distribution_point: None,
        revoked_certs: revoked_certs.collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    let issuer = Issuer::from_params(&ca.params, &ca.key);
    params.signed_by(&issuer).unwrap().der().to_vec()
}

const REVOKED_AT: OffsetDateTime = datetime!(2026-11-01 00:00 UTC);
const OCSP: &str = "http://ocsp.example/uno";
const CRL: &str = "http://crl.example/uno.crl";

fn by_crl() -> Result<Status, Unchecked> {
    Ok(Status::Revoked {
        at: REVOKED_AT,
        reason: Some(Reason::KeyCompromise),
    })
}

fn unknown() -> Answer {
    changed(|answer| answer.singles[0].status = UNKNOWN.to_vec())
}

#[test]
fn a_responder_that_answers_ends_the_asking() {
    let question = asked(&[OCSP], &[CRL]);
    let (attempts, seen) = ask(&question, vec![Reply::answer(&Answer::sound())]);
    assert_eq!(told(&attempts), [("ocsp", Ok(Status::Good))]);
    assert_eq!(attempts[0].server_date, Some(SERVER_DATE));
    assert_eq!(attempts[0].source.host(), Some("risponde.example"));
    let second = Duration::from_secs(1);
    assert_eq!(
        seen,
        [Seen {
            url: OCSP.to_owned(),
            post: Some(request(&question, CertIdHash::Sha1, None).unwrap()),
            purpose: FetchPurpose::Ocsp,
            limits: (64 * 1024, second * 5, second * 3),
        }]
    );
    let revoked = changed(|answer| answer.singles[0].status = revoked(REVOKED_AT, None));
    let (attempts, _) = ask(&question, vec![Reply::answer(&revoked)]);
    assert!(matches!(
        told(&attempts)[..],
        [("ocsp", Ok(Status::Revoked { .. }))]
    ));
}

#[test]
fn everything_that_is_asked_together_takes_half_a_minute_at_most() {
    let second = Duration::from_secs(1);
    let silent = |seconds| {
        let host = "lento.example".to_owned();
        Reply(Err(FetchError::Timeout { host }), second * seconds)
    };
    let lists = [
        "http://crl.example/1",
        "http://crl.example/2",
        "http://crl.example/3",
    ];
    let question = asked(
        &["http://a.example", "http://b.example", "http://c.example"],
        &lists,
    );
    let replies = vec![silent(5), silent(5), silent(5), silent(12), silent(3)];
    let (attempts, seen) = ask(&question, replies);
    let wholes: Vec<Duration> = seen.iter().map(|seen| seen.limits.1).collect();
    assert_eq!(
        wholes,
        [second * 5, second * 5, second * 5, second * 15, second * 3]
    );
    // No longer to connect than there is time at all.
    assert_eq!(seen.last().unwrap().limits.2, second * 3);
    // The third list was not asked, and is not passed over in silence.
    assert_eq!(
        (attempts.len(), attempts[5].source.host()),
        (6, Some("crl.example"))
    );
    assert!(matches!(
        attempts[5].result,
        Err(Unchecked::Fetch(FetchError::Timeout { .. }))
    ));

    // One responder that is slow beyond its own limit leaves the next ones nothing, whoever would compare them all.
    let (attempts, seen) = ask_with(&question, vec![silent(31)], |online| {
        online.asking_all(vec![RevocationKind::Ocsp, RevocationKind::Crl])
    });
    assert_eq!((attempts.len(), seen.len()), (6, 1));
    assert!(attempts.iter().all(|attempt| attempt.result.is_err()));
}

#[test]
fn where_no_responder_says_good_or_revoked_the_lists_are_read_until_one_does() {
    let (two, three) = ("http://crl.example/due.crl", "http://crl.example/tre.crl");
    let question = asked(&[OCSP], &[CRL, two, three]);
    let timeout = || Err(Unchecked::Fetch(Reply::timeout().0.unwrap_err()));
    let (attempts, seen) = ask(
        &question,
        vec![
            Reply::timeout(),
            Reply::timeout(),
            Reply::body(list(&[&serial_of(&LEAF)])),
        ],
    );
    assert_eq!(
        told(&attempts),
        [("ocsp", timeout()), ("crl", timeout()), ("crl", by_crl())]
    );
    assert_eq!(attempts[0].source.host(), Some("lento.example"));
    assert_eq!(attempts[2].server_date, Some(SERVER_DATE));
    assert_eq!(urls(&seen), [OCSP, CRL, two]);
    let second = Duration::from_secs(1);
    let last = seen.last().unwrap();
    assert_eq!((last.purpose, last.post.is_none()), (FetchPurpose::Crl, true));
    assert_eq!(last.limits, (32 * 1024 * 1024, second * 20, second * 3));

    let (attempts, _) = ask(&question, vec![Reply::status(3), Reply::body(list(&[]))]);
    let later = Err(Unchecked::ResponderSays { status: "tryLater" });
    assert_eq!(told(&attempts), [("ocsp", later), ("crl", Ok(Status::Good))]);
}

#[test]
fn a_responder_that_does_not_know_the_certificate_by_one_hash_is_asked_by_the_other_once() {
    let question = asked(&[OCSP], &[]);
    let by_sha256 = changed(|answer| answer.singles[0].id = id::<sha2::Sha256>(&CA.der, &serial_of(&LEAF)));
    let other = changed(|answer| answer.singles[0].id = id::<sha1::Sha1>(&CA.der, &[1]));
    let says = |status| Err(Unchecked::ResponderSays { status });
    let good = || Ok(Status::Good);
    let not_known = || Ok(Status::UnknownToResponder);
    let body = |answer: &Answer| answer.der();
    let status = |number| vec![0x30, 3, 0x0a, 1, number];
    for (first, second, expected) in [
        (status(6), Some(body(&by_sha256)), good()),
        (status(1), Some(body(&by_sha256)), good()),
        (body(&unknown()), Some(body(&by_sha256)), good()),
        (body(&other), Some(body(&by_sha256)), good()),
        // The first counts when the second tells no more.
        (body(&unknown()), Some(body(&unknown())), not_known()),
        (body(&unknown()), Some(status(6)), not_known()),
        (status(6), Some(body(&unknown())), not_known()),
        (status(6), Some(status(1)), says("unauthorized")),
        (body(&other), Some(status(6)), Err(Unchecked::OtherCertificate)),
        // These would say the same again.
        (status(2), None, says("internalError")),
        (status(3), None, says("tryLater")),
        (vec![0], None, Err(Unchecked::Malformed)),
    ] {
        let asked_twice = second.is_some();
        let replies = [Some(first), second]
            .into_iter()
            .flatten()
            .map(Reply::body)
            .collect();
        let (attempts, seen) = ask(&question, replies);
        assert_eq!(told(&attempts), [("ocsp", expected)]);
        let mut posts = vec![request(&question, CertIdHash::Sha1, None).unwrap()];
        if asked_twice {
            posts.push(request(&question, CertIdHash::Sha256, None).unwrap());
            assert_eq!(
                seen[1].limits.1,
                Duration::from_secs(4),
                "the two share five seconds"
            );
        }
        assert_eq!(
            seen.into_iter().filter_map(|seen| seen.post).collect::<Vec<_>>(),
            posts
        );
    }
}

#[test]
fn nobody_is_asked_again_when_the_time_for_it_is_over() {
    let slow = Reply(Ok(vec![0x30, 3, 0x0a, 1, 6]), Duration::from_secs(5));
    let (attempts, seen) = ask(&asked(&[OCSP], &[]), vec![slow]);
    let says = Err(Unchecked::ResponderSays {
        status: "unauthorized",
    });
    assert_eq!((told(&attempts), seen.len()), (vec![("ocsp", says)], 1));
    let late = Reply(Ok(vec![0x30, 3, 0x0a, 1, 6]), Duration::from_millis(4500));
    let (_, seen) = ask(&asked(&[OCSP], &[]), vec![late, Reply::timeout()]);
    let rest = Duration::from_millis(500);
    assert_eq!((seen[1].limits.1, seen[1].limits.2), (rest, rest));
}

#[test]
fn every_way_is_asked_where_the_answers_are_to_be_compared() {
    let two = "http://crl.example/due.crl";
    let question = asked(&[OCSP, "http://ocsp.example/due"], &[CRL, two]);
    let good = || Reply::answer(&Answer::sound());
    let both = vec![RevocationKind::Ocsp, RevocationKind::Crl];
    let (attempts, seen) = ask_with(
        &question,
        vec![
            good(),
            good(),
            Reply::body(list(&[&serial_of(&LEAF)])),
            Reply::body(list(&[])),
        ],
        |online| online.asking_all(both),
    );
    assert_eq!(
        told(&attempts),
        [
            ("ocsp", Ok(Status::Good)),
            ("ocsp", Ok(Status::Good)),
            ("crl", by_crl()),
            ("crl", Ok(Status::Good)),
        ]
    );
    assert_eq!(seen.len(), 4);
    for (kind, replies, expected) in [
        (RevocationKind::Ocsp, vec![good(), good()], "ocsp"),
        (
            RevocationKind::Crl,
            vec![Reply::body(list(&[])), Reply::body(list(&[]))],
            "crl",
        ),
    ] {
        let (attempts, _) = ask_with(&question, replies, |online| online.asking_all(vec![kind]));
        assert_eq!(told(&attempts), vec![(expected, Ok(Status::Good)); 2]);
    }
}

#[test]
fn no_more_than_three_responders_and_four_lists_are_asked_and_none_twice_for_one_list() {
    let ocsp = ["http://a/", "http://b/", "http://c/", "http://d/"];
    let crl = [
        "http://a/1",
        "http://a/1",
        "http://a/2",
        "http://a/3",
        "http://a/4",
    ];
    let (attempts, seen) = ask(&asked(&ocsp, &crl), (0..6).map(|_| Reply::timeout()).collect());
    assert_eq!(attempts.len(), 6);
    assert_eq!(
        urls(&seen),
        [
            "http://a/",
            "http://b/",
            "http://c/",
            "http://a/1",
            "http://a/2",
            "http://a/3"
        ]
    );
}

#[test]
fn where_there_is_nobody_nobody_is_asked() {
    let (attempts, seen) = ask(&asked(&[], &[]), vec![]);
    assert_eq!((attempts, seen), (vec![], vec![]));
    let (attempts, seen) = ask_with(&asked(&[OCSP], &[]), vec![], |online| {
        online.asking_all(vec![RevocationKind::Crl])
    });
    assert_eq!((attempts, seen), (vec![], vec![]));
}

#[test]
fn a_nonce_goes_along_and_must_come_back_if_any_does() {
    let question = asked(&[OCSP], &[]);
    let with = |nonce: u8| {
        let value = tlv(0x04, &[nonce; 16]);
        changed(|answer| answer.extensions = vec![extension(NONCE, false, &value)])
    };
    for (answer, expected) in [
        (Answer::sound(), Ok(Status::Good)),
        (with(5), Ok(Status::Good)),
        (with(6), Err(Unchecked::Nonce)),
    ] {
        let replies = vec![Reply::answer(&answer)];
        let (attempts, seen) = ask_with(&question, replies, |online| online.with_nonce(|| [5; 16]));
        assert_eq!(told(&attempts), [("ocsp", expected)]);
        let posted = request(&question, CertIdHash::Sha1, Some([5; 16])).unwrap();
        assert_eq!(seen[0].post, Some(posted));
    }
}

#[test]
fn a_list_that_its_reader_gives_up_is_told_with_the_readers_reason() {
    let other_issuer = list_of(&Ca::new("Un'altra CA"), &[]);
    for (body, expected) in [
        (b"<html>".repeat(100), Unchecked::Malformed),
        (other_issuer, Unchecked::WrongIssuer),
        (list(&[])[..200].to_vec(), Unchecked::Malformed),
    ] {
        let (attempts, _) = ask(&asked(&[], &[CRL]), vec![Reply::body(body)]);
        assert_eq!(told(&attempts), [("crl", Err(expected))]);
        assert_eq!(attempts[0].source.host(), Some("risponde.example"));
    }
}

#[test]
fn an_address_that_is_none_is_told_by_its_host() {
    let replies = vec![Reply(Err(FetchError::Address), Duration::ZERO)];
    let (attempts, _) = ask(&asked(&["http://Utente@OCSP.example:8080/x?y"], &[]), replies);
    assert_eq!(attempts[0].source.host(), Some("ocsp.example"));
    assert_eq!(
        told(&attempts),
        [("ocsp", Err(Unchecked::Fetch(FetchError::Address)))]
    );
    let mut broken = asked(&[OCSP], &[]);
    broken.issuer_der.clear();
    let (attempts, seen) = ask(&broken, vec![]);
    assert_eq!(
        (told(&attempts), seen.len()),
        (vec![("ocsp", Err(Unchecked::Malformed))], 0)
    );
}

#[test]
fn what_the_question_sets_aside_is_told_after_the_attempts() {
    let mut question = asked(&[OCSP], &[]);
    question.set_aside.push(Attempt {
        source: Source::Crl {
            host: "ldap.example".to_owned(),
        },
        result: Err(Unchecked::Ldap),
        server_date: None,
    });
    let (attempts, _) = ask(&question, vec![Reply::answer(&Answer::sound())]);
    assert_eq!(
        told(&attempts),
        [("ocsp", Ok(Status::Good)), ("crl", Err(Unchecked::Ldap))]
    );
}
