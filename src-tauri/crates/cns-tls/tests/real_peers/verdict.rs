//! The whole way: a card's certificate is checked, those whom it names are asked, and their answers reach the verdict.

use crate::asked::{address, reread};
use crate::authority::{Authority, DELEGATE};
use crate::fetch::{here, now};
use crate::peers::{Nginx, Peer, free_port};
use crate::web::Web;
use cns_trust::revocation::{Online, RevocationKind, RevocationSource};
use cns_trust::{Clock, Finding, FindingCode, Outcome, SystemClock, Verdict};
use std::fs;
use time::{Duration, OffsetDateTime};

/// The verdict by this clock, with the answers of those whom `source` asks.
fn asked_by(source: &dyn RevocationSource, authority: &Authority, at: OffsetDateTime) -> Verdict {
    let verdict = authority.verdict_at(at);
    let question = verdict.question().expect("a verified certificate").clone();
    let answers = now(source.ask(&question, at));
    verdict.while_asking().with_answers(&answers)
}

/// The same, asked as the program does.
fn asked(authority: &Authority, at: OffsetDateTime) -> Verdict {
    asked_by(&Online::new(here()), authority, at)
}

fn revocation(verdict: &Verdict) -> Vec<(Outcome, &'static str)> {
    verdict
        .findings
        .iter()
        .filter(|finding| finding.code == FindingCode::Revocation)
        .map(|finding| (finding.outcome, finding.case))
        .collect()
}

fn authority() -> Authority {
    let authority = Authority::new();
    let long_ago = "-startdate 20200101000000Z -days 3650";
    authority.issue_until("responder", "responder", DELEGATE, long_ago);
    authority
}

#[test]
fn a_certificate_of_which_nothing_is_wrong_is_good() {
    let authority = authority();
    let responder = authority.responder("-ndays 1");
    authority.issue_citizen(&[address(&responder)], &[]);
    reread(&authority, &responder);
    let offline = authority.verdict();
    assert_eq!(offline.outcome(), Outcome::Unknown, "{:?}", offline.findings);
    assert_eq!(revocation(&offline), [(Outcome::Unknown, "not_asked")]);
    assert_eq!(
        revocation(&offline.while_asking()),
        [(Outcome::Unknown, "asking")]
    );

    let at = SystemClock.now();
    let verdict = asked(&authority, at);
    assert_eq!(verdict.outcome(), Outcome::Good, "{:?}", verdict.findings);
    let evidence = verdict
        .finding(FindingCode::Revocation)
        .and_then(|finding| finding.evidence.clone())
        .expect("evidence");
    assert_eq!((evidence.source.as_str(), evidence.checked_at), ("127.0.0.1", at));
    assert!(evidence.age().expect("an age").abs() < Duration::MINUTE);
    let holds_for = evidence.next_update.expect("an end") - at;
    assert!(
        (holds_for - Duration::DAY).abs() < Duration::MINUTE,
        "{holds_for}"
    );
    let proof = verdict.accept().expect("a good certificate");
    assert_eq!((proof.outcome(), proof.signed_by_root()), (Outcome::Good, true));
}

#[test]
fn a_certificate_that_was_taken_back_is_refused_and_said_why() {
    let authority = authority();
    let responder = authority.responder("");
    let web = authority.web();
    let old = "-startdate 20250101000000Z -days 3000";
    for (why, dates, case) in [
        ("", old, "revoked"),
        ("-crl_reason unspecified", old, "revoked"),
        ("-crl_reason affiliationChanged", old, "revoked"),
        ("-crl_reason keyCompromise", old, "revoked_compromised"),
        ("-crl_reason CACompromise", old, "revoked_compromised"),
        ("-crl_reason superseded", old, "revoked_replaced"),
        ("-crl_reason cessationOfOperation", old, "revoked_ended"),
        ("-crl_reason certificateHold", old, "suspended"),
        ("-crl_reason certificateHold", "-days 365", "never_activated"),
    ] {
        let dead = format!("http://127.0.0.1:{}/", free_port());
        for responders in [address(&responder), dead] {
            authority.issue_citizen_until(&[responders], &[web.url("/list.crl")], dates);
            authority.revoke_citizen(why);
            authority.list("list.crl", "", "");
            reread(&authority, &responder);
            let verdict = asked(&authority, SystemClock.now());
            assert_eq!(revocation(&verdict), [(Outcome::Bad, case)], "{why}");
            assert_eq!(verdict.outcome(), Outcome::Bad);
            assert!(verdict.accept().is_err(), "{why}");
        }
    }
}

#[test]
fn what_could_not_be_checked_is_neither_good_nor_bad() {
    let authority = authority();
    let nobody = format!("http://127.0.0.1:{}/", free_port());
    let web = authority.web();
    let missing = web.url("/missing");
    let bad = authority.responder("-badsig");
    for (responders, lists, case) in [
        (vec![], vec![], "no_address"),
        (vec!["ldap://127.0.0.1/".to_owned()], vec![], "only_ldap"),
        (vec!["https://127.0.0.1/".to_owned()], vec![], "address_unusable"),
        (vec!["http://10.0.0.1/".to_owned()], vec![], "address_not_allowed"),
        (vec![nobody.clone()], vec![], "no_answer"),
        (vec![], vec![nobody.clone()], "no_answer"),
        (vec![nobody.clone()], vec![missing.clone()], "http_status"),
        (vec![address(&bad)], vec![missing], "bad_signature"),
    ] {
        authority.issue_citizen(&responders, &lists);
        reread(&authority, &bad);
        let verdict = asked(&authority, SystemClock.now());
        assert_eq!(revocation(&verdict), [(Outcome::Unknown, case)]);
        assert_eq!(verdict.outcome(), Outcome::Unknown, "{case}");
        // A person may go on.
        assert_eq!(
            verdict.accept().expect("not bad").outcome(),
            Outcome::Unknown,
            "{case}"
        );
    }
}

#[test]
fn of_two_that_disagree_the_stricter_decides_and_both_are_shown() {
    let authority = authority();
    let web = authority.web();
    let responder = authority.responder("-ndays 1");
    authority.issue_citizen(&[address(&responder)], &[web.url("/list.crl")]);
    reread(&authority, &responder);
    authority.list("list.crl", "", "");
    let everybody = Online::new(here()).asking_all(vec![RevocationKind::Ocsp, RevocationKind::Crl]);
    let good = (Outcome::Good, "good");
    let verdict = asked_by(&everybody, &authority, SystemClock.now());
    assert_eq!(
        (revocation(&verdict), verdict.outcome()),
        (vec![good, good], Outcome::Good)
    );

    authority.revoke_citizen("-crl_reason keyCompromise");
    authority.list("list.crl", "", "");
    // The list knows; the responder looks into its register only after its next answer.
    let verdict = asked_by(&everybody, &authority, SystemClock.now());
    let bad = (Outcome::Bad, "revoked_compromised");
    assert_eq!(
        (revocation(&verdict), verdict.outcome()),
        (vec![bad, good], Outcome::Bad)
    );
    assert!(verdict.accept().is_err());
}

#[test]
fn nobody_is_asked_about_a_certificate_whose_signature_is_not_its_issuer_s() {
    let (authority, other) = (authority(), Authority::new());
    let web = Web::saying("");
    other.issue_citizen(&[web.url("/ocsp")], &[web.url("/list.crl")]);
    fs::copy(other.path("citizen.pem"), authority.path("citizen.pem")).unwrap();
    let verdict = authority.verdict();
    assert_eq!(verdict.outcome(), Outcome::Bad);
    assert!(verdict.question().is_none());
    assert_eq!(web.asked(), Vec::<String>::new());
}

/// nginx, in front of a responder.
fn before(responder: &Peer, authority: &Authority) -> Nginx {
    let folder = authority.path("");
    let to = format!("proxy_pass http://127.0.0.1:{};", responder.port());
    Peer::nginx(
        &folder,
        &format!("server {{ listen PORT0; location / {{ {to} }} }}"),
    )
}

#[test]
fn a_clock_that_differs_from_a_server_s_is_suspected_and_nothing_else_changes() {
    let authority = authority();
    let responder = authority.responder("-ndays 1");
    let nginx = before(&responder, &authority);
    let url = nginx.url_of(0, "/ocsp").as_str().replace("https", "http");
    authority.issue_citizen_until(&[url], &[], "-startdate 20250101000000Z -days 3000");
    reread(&authority, &responder);
    let now = SystemClock.now();
    for (at, clock, revocation_case) in [
        (now, None, "good"),
        (now + Duration::minutes(5), None, "good"),
        (now + Duration::minutes(20), Some("ahead_of_server"), "good"),
        (
            now - Duration::minutes(20),
            Some("behind_server"),
            "future_answer",
        ),
    ] {
        let verdict = asked(&authority, at);
        let case = |finding: &Finding| finding.case;
        assert_eq!(verdict.finding(FindingCode::Clock).map(case), clock, "{at}");
        assert_eq!(
            verdict.finding(FindingCode::Revocation).map(case),
            Some(revocation_case),
            "{at}"
        );
        let outcome = if clock.is_none() {
            Outcome::Good
        } else {
            Outcome::Unknown
        };
        assert_eq!(verdict.outcome(), outcome, "{at}");
    }
}
