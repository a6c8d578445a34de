//! OpenSSL's responder, asked over the network as a certificate names it.

use crate::asked::{GOOD, Told, UNKNOWN, address, ask, ask_of, reread, told_of};
use crate::authority::{Authority, DELEGATE};
use crate::fetch::{self, fetched, here, now};
use crate::peers::{Peer, free_port};
use crate::web::{Web, answer};
use cns_tls::{AllowedHosts, WebFetch};
use cns_trust::revocation::ocsp::{CertIdHash, judge, request};
use cns_trust::revocation::{Online, Question, Reason, RevocationSource, Status, Unchecked};
use cns_trust::{Clock, FetchError, FetchLimits, FetchPurpose, FetchRequest, SystemClock};
use time::{Duration, OffsetDateTime};

/// An authority and its responder.
struct Scene {
    authority: Authority,
    responder: Peer,
}

impl Scene {
    /// With further arguments for the responder.
    fn new(arguments: &str) -> Self {
        let authority = Authority::new();
        let long_ago = "-startdate 20200101000000Z -days 3650";
        authority.issue_until("responder", "responder", DELEGATE, long_ago);
        let responder = authority.responder(arguments);
        let scene = Self { authority, responder };
        scene.issue_citizen();
        scene
    }

    /// Another responder answers, about another certificate.
    fn with(self, arguments: &str) -> Self {
        let responder = self.authority.responder(arguments);
        let scene = Self { responder, ..self };
        scene.issue_citizen();
        scene
    }

    fn issue_citizen(&self) {
        self.authority.issue_citizen(&[address(&self.responder)], &[]);
        reread(&self.authority, &self.responder);
    }

    fn revoke_citizen(&self, why: &str) {
        self.authority.revoke_citizen(why);
        reread(&self.authority, &self.responder);
    }

    #[track_caller]
    fn check(&self, expected: Told) {
        self.check_at(SystemClock.now(), expected);
    }

    #[track_caller]
    fn check_at(&self, at: OffsetDateTime, expected: Told) {
        assert_eq!(ask(&self.authority, at), [('o', expected)]);
    }
}

#[test]
fn good_is_good_to_openssl_s_own_client_too() {
    let scene = Scene::new("");
    scene.check(GOOD);
    let said = scene.authority.openssl(&format!(
        "ocsp -issuer ca.pem -cert citizen.pem -CAfile ca.pem -url {}",
        address(&scene.responder)
    ));
    assert!(
        said.contains("Response verify OK") && said.contains("citizen.pem: good"),
        "{said}"
    );
}

#[test]
fn every_reason_for_which_a_certificate_is_taken_back_is_told() {
    let scene = Scene::new("-nmin 5");
    for (why, reason) in [
        ("", None),
        ("-crl_reason unspecified", Some(Reason::Unspecified)),
        ("-crl_reason keyCompromise", Some(Reason::KeyCompromise)),
        ("-crl_reason CACompromise", Some(Reason::CaCompromise)),
        ("-crl_reason affiliationChanged", Some(Reason::AffiliationChanged)),
        ("-crl_reason superseded", Some(Reason::Superseded)),
        (
            "-crl_reason cessationOfOperation",
            Some(Reason::CessationOfOperation),
        ),
        ("-crl_reason certificateHold", Some(Reason::CertificateHold)),
        ("-crl_hold holdInstructionReject", Some(Reason::CertificateHold)),
        ("-crl_reason removeFromCRL", Some(Reason::RemoveFromCrl)),
    ] {
        scene.issue_citizen();
        scene.check(GOOD);
        scene.revoke_citizen(why);
        scene.check(Ok(("revoked", reason)));
    }
}

#[test]
fn a_certificate_that_is_in_no_register_is_unknown() {
    let scene = Scene::new("");
    scene.authority.write("empty.txt", "");
    scene.with("-index empty.txt").check(UNKNOWN);
}

#[test]
fn only_the_issuer_and_whom_it_appointed_may_answer() {
    let mut scene = Scene::new("");
    let foreign = Authority::new();
    foreign.issue_responder("foreign", DELEGATE);
    let authority = &scene.authority;
    for file in ["foreign.pem", "responder.key"] {
        let name = file.replace("responder", "foreign");
        std::fs::copy(foreign.path(file), authority.path(&name)).unwrap();
    }
    authority.issue_responder("any-use", &DELEGATE.replace("OCSPSigning", "anyExtendedKeyUsage"));
    authority.issue_responder("no-use", &DELEGATE.replace("extendedKeyUsage=OCSPSigning\n", ""));
    authority.issue_responder("client", &DELEGATE.replace("OCSPSigning", "clientAuth"));
    authority.issue_responder("revocable", &DELEGATE.replace("noCheck=ignored\n", ""));
    let past = "-startdate 20200101000000Z -enddate 20210101000000Z";
    authority.issue_until("expired", "responder", DELEGATE, past);
    let future = "-startdate 20900101000000Z -enddate 20910101000000Z";
    authority.issue_until("not-yet", "responder", DELEGATE, future);
    for (arguments, expected) in [
        ("-resp_key_id", GOOD),
        ("-ndays 1", GOOD),
        ("-rmd sha512", GOOD),
        ("-rother ca.pem", GOOD),
        ("-rother foreign.pem", GOOD),
        ("-rsigner ca.pem -rkey ca.key", GOOD),
        ("-rsigner ca.pem -rkey ca.key -resp_no_certs", GOOD),
        ("-rsigner ca.pem -rkey ca.key -resp_no_certs -resp_key_id", GOOD),
        ("-resp_no_certs", Err(Unchecked::WrongResponder)),
        ("-resp_no_certs -resp_key_id", Err(Unchecked::WrongResponder)),
        ("-rsigner any-use.pem", Err(Unchecked::WrongResponder)),
        ("-rsigner no-use.pem", Err(Unchecked::WrongResponder)),
        ("-rsigner client.pem", Err(Unchecked::WrongResponder)),
        ("-rsigner expired.pem", Err(Unchecked::WrongResponder)),
        (
            "-rsigner not-yet.pem",
            Err(Unchecked::FromTheFuture {
                produced_at: time::macros::datetime!(2090-01-01 0:00 UTC),
            }),
        ),
        (
            "-rsigner foreign.pem -rkey foreign.key",
            Err(Unchecked::WrongResponder),
        ),
        (
            "-rsigner foreign.pem -rkey foreign.key -rother responder.pem",
            Err(Unchecked::WrongResponder),
        ),
        ("-rsigner revocable.pem", Err(Unchecked::ResponderUnchecked)),
        ("-badsig", Err(Unchecked::BadSignature)),
        (
            "-badsig -rsigner ca.pem -rkey ca.key",
            Err(Unchecked::BadSignature),
        ),
    ] {
        scene = scene.with(arguments);
        assert_eq!(
            ask(&scene.authority, SystemClock.now()),
            [('o', expected)],
            "{arguments}"
        );
    }
    for signer in ["", "-rsigner ca.pem -rkey ca.key"] {
        scene = scene.with(&format!("-rmd sha1 {signer}"));
        let told = ask(&scene.authority, SystemClock.now());
        assert!(
            matches!(&told[..], [('o', Err(Unchecked::WeakSignature { .. }))]),
            "{signer}: {told:?}"
        );
    }
}

#[test]
fn an_answer_holds_for_its_time_and_no_longer() {
    let hour = Duration::HOUR;
    for (arguments, late, early) in [
        ("-nmin 1", hour, hour),
        ("", 25 * hour, hour),
        ("-ndays 2", 49 * hour, hour),
    ] {
        let scene = Scene::new(arguments);
        let now = SystemClock.now();
        scene.check_at(now, GOOD);
        for (at, is_expected) in [
            (now + late, is_expired as fn(&Unchecked) -> bool),
            (now - early, is_from_the_future),
        ] {
            let told = ask(&scene.authority, at);
            assert!(
                matches!(&told[..], [('o', Err(reason))] if is_expected(reason)),
                "{arguments} at {at}: {told:?}"
            );
        }
    }
}

fn is_expired(reason: &Unchecked) -> bool {
    matches!(reason, Unchecked::Expired { .. })
}

fn is_from_the_future(reason: &Unchecked) -> bool {
    matches!(reason, Unchecked::FromTheFuture { .. })
}

#[test]
fn the_second_responder_is_asked_where_the_first_is_dead() {
    let scene = Scene::new("");
    let dead = format!("http://127.0.0.1:{}/", free_port());
    let unreachable = Err(Unchecked::Fetch(FetchError::Unreachable {
        host: "127.0.0.1".to_owned(),
    }));
    scene
        .authority
        .issue_citizen(&[dead, address(&scene.responder)], &[]);
    reread(&scene.authority, &scene.responder);
    let told = ask(&scene.authority, SystemClock.now());
    assert_eq!(told, [('o', unreachable), ('o', GOOD)]);
}

#[test]
fn what_is_no_answer_is_told_as_that() {
    let authority = Authority::new();
    let status = |status| {
        Unchecked::Fetch(FetchError::Status {
            host: "127.0.0.1".to_owned(),
            status,
        })
    };
    for (said, expected) in [
        (answer("404 Not Found", "", ""), status(404)),
        (answer("500 Internal Server Error", "", ""), status(500)),
        (answer("200 OK", "", ""), Unchecked::Malformed),
        (answer("200 OK", "", "<html>"), Unchecked::Malformed),
        (
            answer("200 OK", "", "x".repeat(64 * 1024 + 1)),
            Unchecked::Fetch(FetchError::TooLarge {
                host: "127.0.0.1".to_owned(),
                limit: 64 * 1024,
            }),
        ),
        (
            answer("302 Found", "Location: /altrove\r\n", ""),
            Unchecked::Fetch(FetchError::Redirected {
                host: "127.0.0.1".to_owned(),
            }),
        ),
        (
            answer("200 OK", "", [0x30, 3, 0x0A, 1, 3]),
            Unchecked::ResponderSays { status: "tryLater" },
        ),
    ] {
        let web = Web::saying(said);
        authority.issue_citizen(&[web.url("/ocsp")], &[]);
        assert_eq!(ask(&authority, SystemClock.now()), [('o', Err(expected))]);
        assert!(
            web.asked().iter().all(|asked| asked == "POST /ocsp"),
            "{:?}",
            web.asked()
        );
    }
}

#[test]
fn an_answer_may_come_by_a_redirect_that_repeats_the_question() {
    let scene = Scene::new("");
    let target = address(&scene.responder);
    let web = Web::saying(answer(
        "307 Temporary Redirect",
        &format!("Location: {target}\r\n"),
        "",
    ));
    scene.authority.issue_citizen(&[web.url("/ocsp")], &[]);
    reread(&scene.authority, &scene.responder);
    scene.check(GOOD);
}

#[test]
fn a_responder_on_this_computer_is_not_asked_unless_it_was_allowed() {
    let scene = Scene::new("");
    let web = Web::saying("");
    scene.authority.issue_citizen(
        &[web.url("/ocsp"), format!("http://localhost:{}/", web.port())],
        &[],
    );
    let public_only = Online::new(WebFetch::new(AllowedHosts::default()));
    let refused = |host: &str| {
        let host = host.to_owned();
        ('o', Err(Unchecked::Fetch(FetchError::HostNotAllowed { host })))
    };
    assert_eq!(
        ask_of(&public_only, &scene.authority, SystemClock.now()),
        [refused("127.0.0.1"), refused("localhost")]
    );
    assert_eq!(web.asked(), Vec::<String>::new());
}

/// What the responder says of the citizen's certificate, named by `hash` and asked with `nonce`.
fn recorded(scene: &Scene, hash: CertIdHash, nonce: Option<[u8; 16]>) -> (Question, Vec<u8>) {
    let question = scene.authority.verdict().question().expect("a question").clone();
    let asked = request(&question, hash, nonce).expect("a request");
    let order = FetchRequest {
        post: Some(&asked),
        ..fetch::request(&question.ocsp[0], FetchPurpose::Ocsp)
    };
    let order = FetchRequest {
        limits: FetchLimits {
            body: 64 * 1024,
            ..order.limits
        },
        ..order
    };
    let (_, said) = fetched(&here(), order).expect("an answer");
    (question.clone(), said)
}

#[test]
fn both_hashes_name_a_certificate_and_a_nonce_may_be_sent_or_not() {
    let scene = Scene::new("");
    for hash in [CertIdHash::Sha1, CertIdHash::Sha256] {
        for nonce in [None, Some([7; 16])] {
            let (question, said) = recorded(&scene, hash, nonce);
            let at = SystemClock.now();
            let judged = |nonce| judge(&said, &question, nonce, at).map(|(status, _)| status);
            assert_eq!(judged(nonce), Ok(Status::Good), "{hash:?} {nonce:?}");
            // The responder repeats a nonce, and who sent none does not look for one.
            assert_eq!(judged(None), Ok(Status::Good), "{hash:?} {nonce:?}");
            let other = if nonce.is_none() {
                Ok(Status::Good)
            } else {
                Err(Unchecked::Nonce)
            };
            assert_eq!(judged(Some([8; 16])), other, "{hash:?} {nonce:?}");
        }
    }
}

#[test]
fn an_old_answer_cannot_stand_in_for_one_to_this_question() {
    let scene = Scene::new("");
    let (_, said) = recorded(&scene, CertIdHash::Sha1, Some([7; 16]));
    let replayed = Web::saying(answer("200 OK", "", &said));
    // The same answer, once to the one who asked and once to another.
    for (nonce, expected) in [
        ((|| [7; 16]) as fn() -> [u8; 16], GOOD),
        (|| [8; 16], Err(Unchecked::Nonce)),
    ] {
        let mut question = scene.authority.verdict().question().expect("a question").clone();
        question.ocsp = vec![replayed.url("/")];
        let online = Online::new(here()).with_nonce(nonce);
        assert_eq!(
            told_of(&now(online.ask(&question, SystemClock.now()))),
            [('o', expected)]
        );
    }
    // About another certificate it says nothing.
    scene.issue_citizen();
    let mut question = scene.authority.verdict().question().expect("a question").clone();
    question.ocsp = vec![replayed.url("/")];
    assert_eq!(
        told_of(&now(Online::new(here()).ask(&question, SystemClock.now()))),
        [('o', Err(Unchecked::OtherCertificate))]
    );
}
