//! The PIN of a portal, played by nginx: what goes where, and what is made of what comes back.

use crate::peers::{Nginx, Peer};
use crate::pki::Pki;
use crate::portal::now;
use cns_login::{
    Area, Half, Language, Method, PinKind, PinPortal, PortalCode, PortalPin, PortalProfile, ProblemCode,
    Scope, Session, Tessera,
};
use cns_tls::{HttpsPortal, ServerTrust};
use time::macros::date;

/// The area's host alone: a portal without a way in for cards.
struct Scene {
    _pki: Pki,
    nginx: Nginx,
    portal: HttpsPortal,
}

impl Scene {
    fn new(rules: &str) -> Self {
        let pki = Pki::new();
        let here = pki.folder().display();
        let nginx = Peer::nginx(
            pki.folder(),
            &format!(
                "log_format seen '$http_authorization $content_type $http_if_match $request_method $request_uri';\n\
                 server {{ listen PORT0 ssl; ssl_certificate {here}/server.pem; ssl_certificate_key {here}/server.key; \
                 access_log {here}/access.log seen; {rules} }}"
            ),
        );
        let profile = format!(
            "schema = 1\nid = \"prova\"\nname = {{ it = \"Portale di prova\" }}\nowner = \"nessuno\"\nkind = \"api\"\n\
             status = \"verified\"\nhosts = [\"localhost\"]\n[pin]\nstatus = \"allowed\"\napi_url = \"{}\"\n",
            nginx.url_of(0, "")
        );
        let profile = PortalProfile::parse(&profile).expect("a profile");
        let portal = HttpsPortal::new(profile, ServerTrust::File(pki.path("server-root.pem")));
        Self {
            _pki: pki,
            nginx,
            portal,
        }
    }

    fn session(&self) -> Session {
        now(self
            .portal
            .log_in_with_pin("RSSMRA80A41H501W", &pin("AAAABBBBCCCCDDDD")))
        .unwrap()
    }
}

fn pin(typed: &str) -> PortalPin {
    PortalPin::parse(typed).unwrap()
}

fn says(status: u16, code: &str) -> String {
    format!(
        r#"default_type application/problem+json;
           return {status} '{{"type":"about:blank","title":"t","status":{status},"code":"{code}"}}';"#
    )
}

const OPENED: &str = r#"{"token":"a-token","expires_at":"2030-01-02T03:04:05Z","idle_timeout":900,"scope":"change_pin",
    "me":{"codice_fiscale":"RSSMRA80A41H501W","full_name":"Maria Rossi","method":"pin","level":2,"kind":"ordinario"}}"#;

fn opening() -> String {
    format!("location = /rest/v1/pin-sessions {{ return 201 '{OPENED}'; }}")
}

#[test]
fn a_pin_opens_a_session_that_says_whose_it_is_and_what_it_may_do() {
    let scene = Scene::new(&opening());
    let session = scene.session();
    assert_eq!(
        (session.method, session.scope, session.kind),
        (Method::Pin, Scope::ChangePin, Some(PinKind::Ordinario))
    );
    assert_eq!(session.masked_code.as_deref(), Some("RSS············W"));
    let seen = scene.nginx.requests_up_to("POST /rest/v1/pin-sessions");
    assert!(!seen.contains("AAAA") && !seen.contains("RSSMRA"), "{seen}");
}

#[test]
fn each_refusal_of_a_pin_has_its_name() {
    let check = |rule: &str, code: ProblemCode, fact: Option<(&str, &str)>| {
        let scene = Scene::new(rule);
        let typed = pin("AAAABBBB");
        let problem = now(scene.portal.log_in_with_pin("RSSMRA80A41H501W", &typed)).unwrap_err();
        assert_eq!(problem.code, code, "{problem:?}");
        if let Some((name, value)) = fact {
            assert_eq!(problem.fact(name), Some(value), "{problem:?}");
        }
    };
    check(
        &says(403, "credentials_refused"),
        ProblemCode::CredentialsRefused,
        None,
    );
    check(&says(403, "pin_not_offered"), ProblemCode::PinNotOffered, None);
    check(&says(503, "unavailable"), ProblemCode::PortalUnavailable, None);
    let wait = format!(
        "add_header Retry-After 8 always; {}",
        says(429, "too_many_requests")
    );
    check(&wait, ProblemCode::TooManyRequests, Some(("seconds", "8")));
    check(
        "return 502 '<html>';",
        ProblemCode::PortalRefused,
        Some(("status", "502")),
    );
}

#[test]
fn a_changed_pin_is_given_once_and_the_session_keeps_its_place_under_another_token() {
    let changed = OPENED.replace("a-token", "another").replace("change_pin", "full");
    let scene = Scene::new(&format!(
        "{}\nlocation = /rest/v1/me/pin {{ return 200 '{{\"new_pin\":\"K7PQ2WXY\",\"session\":{changed}}}'; }}",
        opening()
    ));
    let before = scene.session();
    let made = now(scene.portal.change_pin(&before, None, None)).unwrap();
    assert_eq!(made.new_pin, Some(pin("K7PQ2WXY")));
    assert_eq!(
        (
            made.session.token.reveal(),
            made.session.scope,
            &made.session.handle
        ),
        ("another", Scope::Full, &before.handle)
    );
    assert!(!format!("{made:?}").contains("K7PQ"));
}

#[test]
fn a_new_pin_whose_answer_was_lost_is_told_of_with_what_to_do() {
    for (answer, in_doubt) in [
        ("return 444;".to_owned(), true),
        ("return 502 'Bad gateway';".to_owned(), true),
        (says(503, "unavailable"), true),
        ("return 200 '{}';".to_owned(), true),
        (says(422, "pin_not_acceptable"), false),
        (says(401, "session_ended"), false),
    ] {
        let rules = format!("{}\nlocation = /rest/v1/me/pin {{ {answer} }}", opening());
        let scene = Scene::new(&rules);
        let session = scene.session();
        let problem = now(scene.portal.change_pin(&session, None, None)).unwrap_err();
        assert_eq!(problem.is_in_doubt(), in_doubt, "{answer}: {problem:?}");
        let said = problem.meaning(Language::En);
        assert_eq!(said.contains("ask for a restore"), in_doubt, "{answer}: {said}");
    }
}

#[test]
fn what_is_no_pin_of_this_portal_is_not_shown_as_one() {
    let changed = r#"{"new_pin":"Call 899 000000 now","session":SESSION}"#.replace("SESSION", OPENED);
    let scene = Scene::new(&format!(
        "{}\nlocation = /rest/v1/me/pin {{ return 200 '{changed}'; }}",
        opening()
    ));
    let session = scene.session();
    let problem = now(scene.portal.change_pin(&session, None, None)).unwrap_err();
    assert_eq!(problem.code, ProblemCode::PortalAnswerMalformed);
}

#[test]
fn secrets_travel_in_bodies_and_never_in_an_address() {
    let scene = Scene::new(&says(403, "code_refused"));
    let portal = &scene.portal;
    let tessera = Tessera {
        codice_fiscale: "RSSMRA80A41H501W".to_owned(),
        number: "80380000100200300405".to_owned(),
        expiry: date!(2030 - 12 - 31),
    };
    let code = PortalCode::parse("EEEEFFFF").unwrap();
    let half = Half::parse("GGGGHHHH").unwrap();
    let refused = [
        now(portal.activate(&tessera, &half)).unwrap_err(),
        now(portal.request_status(&code)).unwrap_err(),
        now(portal.confirm_restore(&tessera.codice_fiscale, &code)).unwrap_err(),
        now(portal.revoke(&tessera, false)).unwrap_err(),
        now(portal.confirm_revoke(&tessera.codice_fiscale, &code)).unwrap_err(),
    ];
    for problem in refused {
        assert_eq!(problem.code, ProblemCode::PortalCodeRefused);
        assert!(!format!("{problem:?}").contains("RSSMRA"));
    }
    let seen = scene
        .nginx
        .requests_up_to("POST /rest/v1/pin-revocations/confirmations");
    for secret in ["RSSMRA", "8038", "EEEE", "GGGG"] {
        assert!(!seen.contains(secret), "{seen}");
    }
}

#[test]
fn a_page_is_sent_as_what_it_is_and_a_print_is_a_pdf_or_nothing() {
    let conversion = r#"{"id":"c1","state":"bozza","channel":"online","documents":[],"created_at":"2026-11-23T10:00:00Z"}"#;
    let scene = Scene::new(&format!(
        "{}\nlocation /rest/v1/me/pin-conversions/c1/ {{ return 200 '{conversion}'; }}\n\
         location = /rest/v1/me/pin-conversions/form {{ return 200 '%PDF-1.7 example'; }}\n\
         location = /rest/v1/me/contribution-statement/print {{ return 200 '<html>'; }}",
        opening()
    ));
    let (portal, session) = (&scene.portal, scene.session());
    let page = b"\xFF\xD8\xFF\xE0 a photograph".to_vec();
    let front = cns_portal_api::DocumentSide::Front;
    now(portal.send_document(&session, "c1", front, page)).unwrap();
    let seen = scene.nginx.requests_up_to(PAGE);
    assert!(seen.contains("Bearer a-token image/jpeg"), "{seen}");
    let refused = now(portal.send_document(&session, "c1", front, b"<html>".to_vec())).unwrap_err();
    assert_eq!(refused.code, ProblemCode::DocumentRefused);
    let form = now(portal.conversion_form(&session)).unwrap();
    assert!(form.starts_with(b"%PDF-"));
    let printed = now(portal.print(&session, &cns_login::Print::Statement)).unwrap_err();
    assert_eq!(printed.code, ProblemCode::PortalAnswerMalformed);
}

#[test]
fn what_is_changed_says_which_version_was_read() {
    let scene = Scene::new(&format!(
        "{}\nlocation /rest/v1/me/ {{ {} }}",
        opening(),
        says(412, "changed_meanwhile")
    ));
    let session = scene.session();
    let problem = now(scene.portal.submit_application(&session, "a1", 3)).unwrap_err();
    assert_eq!(problem.code, ProblemCode::ChangedMeanwhile);
    let seen = scene.nginx.requests_up_to(FILED);
    assert!(
        seen.contains("POST /rest/v1/me/applications/a1/submissions"),
        "{seen}"
    );
    assert!(seen.contains(&format!("\\x223\\x22 {FILED}")), "{seen}");
}

const PAGE: &str = "PUT /rest/v1/me/pin-conversions/c1/documents/front";
const FILED: &str = "POST /rest/v1/me/applications/a1/submissions";
