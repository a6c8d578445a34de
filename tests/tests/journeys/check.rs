//! `cns check` asks the world: OpenSSL issues, answers and takes back, over loopback.

use journeys::card::{Card, PIN, WRONG_PIN};
use journeys::cns::{self, Ended};
use journeys::issuer::Issuer;
use journeys::place::Place;
use journeys::scene::Scene;
use journeys::stack::Stack;
use journeys::status::StatusHost;
use serde_json::Value;

/// `cns --json check` of a certificate in a file, with this root and these words.
pub(crate) fn check(place: &Place, certificate: &str, root: &str, words: &[&str]) -> Ended {
    let mut line = vec!["check", "--cert", certificate, "--trust-roots", root];
    line.extend(words);
    cns::run(&mut cns::cns(place, &line), "")
}

/// The outcomes and cases under a code.
pub(crate) fn found(verdict: &Value, code: &str) -> Vec<(String, String)> {
    of(&verdict["findings"], code)
}

fn of(findings: &Value, code: &str) -> Vec<(String, String)> {
    let text = |finding: &Value, part: &str| finding[part].as_str().expect("a text").to_owned();
    let findings = findings.as_array().expect("findings").iter();
    findings
        .filter(|finding| finding["code"] == code)
        .map(|finding| (text(finding, "outcome"), text(finding, "case")))
        .collect()
}

fn pair(outcome: &str, case: &str) -> (String, String) {
    (outcome.to_owned(), case.to_owned())
}

const HERE: [&str; 2] = ["--allow-host", "127.0.0.1"];
const ISSUED_LONG_AGO: &str = "-startdate 20250101000000Z -days 3000";

#[test]
fn a_list_that_openssl_made_says_good_revoked_suspended_and_never_activated() {
    let place = Place::new();
    let issuer = Issuer::new(&place);
    let leaf = issuer.issue(ISSUED_LONG_AGO);
    let list = issuer.list();
    let asked = || check(&place, &leaf, &issuer.root(), &HERE).done();

    let verdict = asked();
    assert_eq!(verdict["verdict"], "good", "{verdict:#}");
    let headline = verdict["headline"].as_str().unwrap();
    assert!(
        headline.starts_with("Tutto a posto. Il certificato vale fino al "),
        "{headline}"
    );
    assert_eq!(found(&verdict, "revocation"), [pair("good", "good")]);
    // Nobody answers at the responder's address.
    let attempts = &verdict["revocation"];
    assert_eq!(
        of(attempts, "revocation"),
        [pair("unknown", "no_answer"), pair("good", "good")]
    );
    assert_eq!(
        (&attempts[0]["kind"], &attempts[1]["kind"]),
        (&"ocsp".into(), &"crl".into())
    );

    for (dates, why, case, headline) in [
        (
            ISSUED_LONG_AGO,
            "-crl_reason keyCompromise",
            "revoked_compromised",
            "revocato",
        ),
        (
            ISSUED_LONG_AGO,
            "-crl_reason superseded",
            "revoked_replaced",
            "revocato",
        ),
        (
            ISSUED_LONG_AGO,
            "-crl_reason certificateHold",
            "suspended",
            "sospeso",
        ),
        (
            "-days 365",
            "-crl_reason certificateHold",
            "never_activated",
            "mai stata attivata",
        ),
    ] {
        issuer.issue(dates);
        issuer.revoke(why);
        list.renew(&issuer);
        let verdict = asked();
        assert_eq!(verdict["verdict"], "bad", "{verdict:#}");
        assert_eq!(found(&verdict, "revocation"), [pair("bad", case)]);
        let said = verdict["headline"].as_str().unwrap();
        assert!(said.contains(headline), "{case}: {said}");
    }
}

#[test]
fn a_responder_and_a_list_are_both_shown_where_both_are_asked_and_neither_where_nobody_is() {
    let place = Place::new();
    let issuer = Issuer::new(&place);
    let leaf = issuer.issue("-days 365");
    let (list, responder) = (issuer.list(), issuer.responder());
    let asked = |words: &[&str]| {
        let words = [&HERE[..], words].concat();
        check(&place, &leaf, &issuer.root(), &words).done()
    };
    let ways = |verdict: &Value| -> Vec<String> {
        let attempts = verdict["revocation"].as_array().expect("attempts").iter();
        attempts
            .map(|attempt| attempt["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    let good = || pair("good", "good");

    let verdict = asked(&[]);
    assert_eq!((ways(&verdict), list.connections()), (vec!["ocsp".to_owned()], 0));
    let verdict = asked(&["--revocation", "ocsp,crl"]);
    assert_eq!(ways(&verdict), ["ocsp", "crl"]);
    assert_eq!(found(&verdict, "revocation"), [good(), good()]);
    assert_eq!(verdict["verdict"], "good", "{verdict:#}");
    assert!(verdict["checked_at"].is_string(), "{verdict:#}");
    let told = verdict["findings"].as_array().unwrap().iter();
    for finding in told.filter(|finding| finding["code"] == "revocation") {
        assert_eq!(finding["source"], "127.0.0.1");
        for part in ["checked_at", "next_update"] {
            assert!(finding[part].is_string(), "{part}: {finding}");
        }
        assert!(
            finding["age"].as_i64().is_some_and(|age| age.abs() < 300),
            "{finding}"
        );
    }
    let verdict = asked(&["--revocation", "crl"]);
    assert_eq!(ways(&verdict), ["crl"]);
    let before = list.connections();
    let verdict = asked(&["--revocation", "off"]);
    assert_eq!(found(&verdict, "revocation"), [pair("unknown", "not_asked")]);
    assert_eq!(
        (verdict["verdict"].as_str(), list.connections()),
        (Some("unknown"), before)
    );

    // The responder looks into its register as it starts; the list is still the old one.
    drop(responder);
    issuer.revoke("-crl_reason keyCompromise");
    let _responder = issuer.responder();
    let verdict = asked(&["--revocation", "ocsp,crl"]);
    assert_eq!(
        found(&verdict, "revocation"),
        [pair("bad", "revoked_compromised"), good()],
        "both are shown, and the stricter decides"
    );
    assert_eq!(verdict["verdict"], "bad");
    let told: Vec<(&str, &str)> = verdict["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["code"] == "revocation")
        .map(|finding| {
            (
                finding["kind"].as_str().unwrap(),
                finding["text"].as_str().unwrap(),
            )
        })
        .collect();
    for ((kind, text), (expected, words)) in told.iter().zip([
        ("ocsp", "lo dice 127.0.0.1 (OCSP)"),
        ("crl", "secondo 127.0.0.1 (CRL)"),
    ]) {
        assert_eq!(*kind, expected);
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn nobody_on_this_computer_is_visited_unless_that_was_allowed_and_nobody_at_all_offline() {
    let place = Place::new();
    let issuer = Issuer::new(&place);
    let leaf = issuer.issue("-days 365");
    let ears = issuer.nobody();
    for (words, case) in [
        (&["--revocation", "ocsp,crl"][..], "address_not_allowed"),
        (&["--allow-host", "10.0.0.1"], "address_not_allowed"),
        (&["--offline"], "not_asked"),
        (
            &[
                "--offline",
                "--allow-host",
                "127.0.0.1",
                "--revocation",
                "ocsp,crl",
            ],
            "not_asked",
        ),
        (&["--revocation", "off", "--allow-host", "127.0.0.1"], "not_asked"),
    ] {
        let verdict = check(&place, &leaf, &issuer.root(), words).done();
        assert_eq!(
            found(&verdict, "revocation"),
            [pair("unknown", case)],
            "{words:?}"
        );
        assert_eq!(verdict["verdict"], "unknown", "{words:?}");
    }
    assert_eq!(ears.map(|heard| heard.connections()), [0, 0]);
}

#[test]
fn of_a_chosen_day_it_is_not_said_that_the_computers_clock_is_wrong() {
    let place = Place::new();
    let issuer = Issuer::new(&place);
    let leaf = issuer.issue(ISSUED_LONG_AGO);
    let _responder = issuer.responder();
    let words = [&HERE[..], &["--at", "2025-06-01T00:00:00Z"]].concat();
    let verdict = check(&place, &leaf, &issuer.root(), &words).done();
    assert_eq!(found(&verdict, "clock"), []);
    assert_eq!(
        found(&verdict, "revocation"),
        [pair("unknown", "later_answer")],
        "what is said today says nothing of that day: {verdict:#}"
    );
    // Before its responder's own certificate, too.
    let words = [&HERE[..], &["--at", "2024-06-01T00:00:00Z"]].concat();
    let verdict = check(&place, &leaf, &issuer.root(), &words).done();
    assert_eq!(found(&verdict, "validity"), [pair("bad", "not_yet_then")]);
    assert!(
        !verdict.to_string().contains("orologio"),
        "nothing blames the clock: {verdict:#}"
    );
}

#[test]
fn who_names_the_ways_to_ask_is_answered_about_a_bad_certificate_and_others_are_told_why_not() {
    let place = Place::new();
    let issuer = Issuer::new(&place);
    let leaf = issuer.issue("-startdate 20250101000000Z -enddate 20260101000000Z");
    let (list, _responder) = (issuer.list(), issuer.responder());
    let at = ["--at", "2080-01-01T00:00:00Z"];
    let words = [&HERE[..], &at].concat();
    let verdict = check(&place, &leaf, &issuer.root(), &words).done();
    assert_eq!(found(&verdict, "validity"), [pair("bad", "expired")]);
    assert_eq!(
        (found(&verdict, "revocation"), list.connections()),
        (vec![pair("unknown", "not_needed")], 0)
    );
    let words = [&HERE[..], &["--revocation", "ocsp,crl"]].concat();
    let verdict = check(&place, &leaf, &issuer.root(), &words).done();
    assert_eq!(found(&verdict, "validity"), [pair("bad", "expired")]);
    assert_eq!(
        found(&verdict, "revocation"),
        [pair("good", "good"), pair("good", "good")],
        "{verdict:#}"
    );
    assert_eq!(list.connections(), 1);
}

#[test]
fn the_details_say_who_was_asked_and_what_the_answer_holds_for() {
    let place = Place::new();
    let issuer = Issuer::new(&place);
    let leaf = issuer.issue("-days 365");
    let _responder = issuer.responder();
    let root = issuer.root();
    let words = ["check", "--cert", &leaf, "--trust-roots", &root, HERE[0], HERE[1]];
    let told = |more: &[&str]| cns::run(&mut cns::in_words(&place, &[&words[..], more].concat()), "").out;
    let (short, long) = (told(&[]), told(&["--details"]));
    assert!(short.starts_with("Tutto a posto."), "{short}");
    assert!(!short.contains("Dettagli tecnici"), "{short}");
    for words in [
        "Dettagli tecnici",
        "Controllato",
        "CA-delle-storie",
        "ocsp 127.0.0.1",
        "(OCSP). (fatta: ",
    ] {
        assert!(long.contains(words), "{words}: {long}");
    }
}

/// A card whose certificate names a host at which nobody answers yet.
fn answered() -> (Scene, StatusHost) {
    let (place, stack, host) = (Place::new(), Stack::start(), StatusHost::new());
    let mut card = Card::answered_at(&stack, &host.address());
    card.insert();
    stack.wait_for_card(true);
    card.forget();
    let roots = Card::roots(&place);
    let scene = Scene {
        card,
        stack,
        place,
        roots,
    };
    (scene, host)
}

/// Has the card prove its key, with this PIN.
fn proved(scene: &Scene, pin: &str) -> Ended {
    let roots = scene.roots.display().to_string();
    let words = [
        "check",
        "--prove-key",
        "--pin-stdin",
        "--trust-roots",
        &roots,
        HERE[0],
        HERE[1],
    ];
    scene.cns(&words, &format!("{pin}\n"))
}

#[test]
fn a_card_proves_its_key_with_one_pin_and_one_signature_and_only_where_it_is_worth_it() {
    let (scene, host) = answered();
    let responder = host.responder(&scene.place, &scene.card.certificate, None);
    let verdict = proved(&scene, PIN).done();
    assert_eq!(verdict["verdict"], "good", "{verdict:#}");
    assert_eq!(found(&verdict, "key_possession"), [pair("good", "good")]);
    assert_eq!(
        (scene.card.spent().verifies, scene.card.spent().signatures),
        (1, 1)
    );

    scene.card.forget();
    assert_eq!(proved(&scene, WRONG_PIN).problem(), "pin_wrong");
    assert_eq!((scene.card.spent().verifies, scene.card.tries_left()), (1, 2));
    drop(responder);

    scene.card.forget();
    let revoked = "251101000000Z,keyCompromise";
    let _responder = host.responder(&scene.place, &scene.card.certificate, Some(revoked));
    let verdict = proved(&scene, PIN).done();
    assert_eq!(verdict["verdict"], "bad", "{verdict:#}");
    assert_eq!(
        found(&verdict, "key_possession"),
        [],
        "nobody types a PIN for a bad certificate"
    );
    assert_eq!(scene.card.spent().verifies, 0);
}

#[test]
fn a_revoked_card_is_sent_no_pin_and_its_holder_is_told_what_to_do() {
    let (scene, host) = answered();
    let portal = journeys::portal::Portal::start(&scene);
    let why = "251101000000Z,certificateHold";
    let _responder = host.responder(&scene.place, &scene.card.certificate, Some(why));
    let roots = scene.roots.display().to_string();
    let portal = portal.words();
    let mut words = vec!["login", "--pin-stdin", "--trust-roots", &roots, HERE[0], HERE[1]];
    words.extend(portal.iter().map(String::as_str));
    let ended = scene.cns(&words, &format!("{PIN}\n"));
    assert_eq!(ended.problem(), "certificate_refused");
    let what = ended.json()["problem"]["what"].as_str().unwrap().to_owned();
    assert!(what.contains("sospeso dal 1 novembre 2025"), "{what}");
    assert_eq!(scene.card.spent().verifies, 0);
}
