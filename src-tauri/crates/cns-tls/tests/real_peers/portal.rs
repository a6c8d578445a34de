//! The portal of the story, played by nginx: one host that demands the card, one that serves the area.

use crate::peers::{Nginx, Peer};
use crate::pki::Pki;
use crate::virtual_card::{Inserted, signatures};
use cns_login::{Portal, PortalProfile, Problem, ProblemCode, Session};
use cns_tls::{HttpsPortal, Limits, ServerTrust};
use std::future::Future;

/// The portal, the nginx behind it, and the card in front of it.
pub(crate) struct Scene {
    pki: Pki,
    pub(crate) nginx: Nginx,
    pub(crate) portal: HttpsPortal,
}

impl Scene {
    /// `cns` and `api` are nginx's rules for the two hosts.
    pub(crate) fn new(cns: &str, api: &str) -> (Self, Inserted) {
        let pki = Pki::new();
        let inserted = Inserted::new(&pki, "classic-st2021", "citizen-good");
        (Self::on(pki, "ssl_verify_client on;", cns, api), inserted)
    }

    fn on(pki: Pki, verify: &str, cns: &str, api: &str) -> Self {
        let here = pki.folder().display();
        let both = format!(
            "ssl_certificate {here}/server.pem; ssl_certificate_key {here}/server.key; \
             ssl_protocols TLSv1.2 TLSv1.3; access_log {here}/access.log seen;"
        );
        let nginx = Peer::nginx(
            pki.folder(),
            &format!(
                "log_format seen '$request_method $uri $ssl_client_verify';\n\
                 server {{ listen PORT0 ssl; {both} ssl_client_certificate {here}/citizen-root.pem; {verify} {cns} }}\n\
                 server {{ listen PORT1 ssl; {both} {api} }}"
            ),
        );
        let profile = format!(
            "schema = 1\nid = \"prova\"\nname = {{ it = \"Portale di prova\" }}\nowner = \"nessuno\"\nkind = \"api\"\n\
             status = \"verified\"\nhosts = [\"localhost\"]\n[cns]\nexchange_url = \"{}\"\napi_url = \"{}\"\n",
            nginx.url_of(0, ""),
            nginx.url_of(1, "/base/"),
        );
        let profile = PortalProfile::parse(&profile).expect("a profile");
        let portal = HttpsPortal::new(profile, ServerTrust::File(pki.path("server-root.pem")));
        Self { pki, nginx, portal }
    }

    pub(crate) fn log_in(&self, inserted: Inserted) -> Result<Session, Problem> {
        now(self.portal.log_in(inserted.card, &inserted.certificate))
    }
}

/// Runs one act of the portal. The runtime ends with it, and its connections too.
pub(crate) fn now<T>(act: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(act)
}

pub(crate) const EXCHANGE: &str =
    r#"location = /rest/v1/cns-exchanges { return 201 '{"code":"once","expires_in":60}'; }"#;
pub(crate) const OPENED: &str = r#"location = /base/rest/v1/sessions { return 201 '{"token":"a-token",
    "expires_at":"2030-01-02T03:04:05Z","idle_timeout":900,
    "me":{"codice_fiscale":"RSSMRA80A41H501W","full_name":"Maria Rossi","method":"cns","level":3}}'; }"#;

#[test]
fn the_card_opens_a_session_with_one_signature() {
    let (scene, inserted) = Scene::new(EXCHANGE, OPENED);
    let slot = inserted.slot.clone();
    let session = scene.log_in(inserted).unwrap();
    assert_eq!(
        (session.portal.as_str(), session.holder_name.as_str()),
        ("prova", "Maria Rossi")
    );
    assert_eq!(
        (session.token.reveal(), session.expires_at.unix_timestamp()),
        ("a-token", 1_893_553_445)
    );
    assert_eq!(
        (session.api_url, session.server_ca),
        (
            scene.nginx.url_of(1, "/base/"),
            Some(scene.pki.path("server-root.pem"))
        )
    );
    assert!(session.handle.0.len() == 32 && session.handle.0.chars().all(|digit| digit.is_ascii_hexdigit()));
    assert_eq!(signatures(&slot), 1);
    // The second host has not seen a certificate.
    let (card_shown, session_opened) = (
        "POST /rest/v1/cns-exchanges SUCCESS",
        "POST /base/rest/v1/sessions NONE",
    );
    assert_eq!(
        scene.nginx.requests_up_to(session_opened),
        format!("{card_shown}\n{session_opened}\n")
    );
}

#[track_caller]
fn check_login(cns: &str, api: &str, expected: ProblemCode, facts: &[(&'static str, &str)]) {
    let (scene, inserted) = Scene::new(cns, api);
    let problem = scene.log_in(inserted).unwrap_err();
    assert_eq!(problem.code, expected, "{problem:?}");
    for (name, value) in facts {
        assert!(
            problem.facts.contains(&(*name, (*value).to_owned())),
            "{name} in {problem:?}"
        );
    }
}

#[test]
fn each_refusal_has_its_name() {
    let says = |status: u16, code: &str| {
        format!(
            r#"return {status} '{{"type":"about:blank","title":"t","status":{status},"code":"{code}"}}';"#
        )
    };
    check_login(
        &says(403, "certificate_refused"),
        "",
        ProblemCode::PortalRefusedCard,
        &[("host", "localhost")],
    );
    let unavailable = [("status", "503"), ("portal_code", "unavailable")];
    check_login(
        &says(503, "unavailable"),
        "",
        ProblemCode::PortalRefused,
        &unavailable,
    );
    check_login(
        "return 502 '<html>';",
        "",
        ProblemCode::PortalRefused,
        &[("status", "502")],
    );
    check_login(
        "return 302 https://localhost:1/;",
        "",
        ProblemCode::PortalRefused,
        &[("status", "302")],
    );
    check_login(
        EXCHANGE,
        &says(401, "code_refused"),
        ProblemCode::PortalRefused,
        &[("portal_code", "code_refused")],
    );
}

#[test]
fn answers_of_another_shape_are_named() {
    for body in ["", "{", "[]", "{}", r#"{"code":1,"expires_in":60}"#, "null"] {
        check_login(
            &format!("return 201 '{body}';"),
            "",
            ProblemCode::PortalAnswerMalformed,
            &[],
        );
    }
    check_login(
        EXCHANGE,
        "return 201 '{\"token\":\"a\"}';",
        ProblemCode::PortalAnswerMalformed,
        &[],
    );
}

#[test]
fn a_host_that_does_not_know_the_card_s_root_refuses_the_card() {
    let pki = Pki::new();
    let inserted = Inserted::new(&pki, "classic-st2021", "citizen-good");
    std::fs::copy(pki.path("other-root.pem"), pki.path("citizen-root.pem")).unwrap();
    let scene = Scene::on(pki, "ssl_verify_client on;", EXCHANGE, OPENED);
    assert_eq!(
        scene.log_in(inserted).unwrap_err().code,
        ProblemCode::PortalRefusedCard
    );
}

#[test]
fn a_host_that_forbids_without_having_asked_wants_to_ask_later() {
    let pki = Pki::new();
    let inserted = Inserted::new(&pki, "classic-st2021", "citizen-good");
    let scene = Scene::on(pki, "", "return 403;", OPENED);
    assert_eq!(
        scene.log_in(inserted).unwrap_err().code,
        ProblemCode::RenegotiationAsked
    );
}

#[test]
fn a_card_pulled_before_the_login_is_named() {
    let (scene, inserted) = Scene::new(EXCHANGE, OPENED);
    inserted.slot.remove();
    assert_eq!(scene.log_in(inserted).unwrap_err().code, ProblemCode::CardRemoved);
    assert_eq!(scene.nginx.requests(), "");
}

#[test]
fn the_proof_of_one_card_does_not_open_for_another() {
    let (scene, inserted) = Scene::new(EXCHANGE, OPENED);
    let other = Inserted::new(&scene.pki, "classic-st2021", "citizen-luca");
    let refused = now(scene.portal.log_in(inserted.card, &other.certificate)).unwrap_err();
    assert_eq!(refused.code, ProblemCode::CertificateRefused);
    assert_eq!(
        (signatures(&inserted.slot), scene.nginx.requests().as_str()),
        (0, "")
    );
}

/// A session that was opened on the portal whose API host answers by `rest` otherwise.
fn opened(rest: &str) -> (Scene, Session) {
    let (scene, inserted) = Scene::new(EXCHANGE, &format!("{OPENED} location / {{ {rest} }}"));
    let session = scene.log_in(inserted).unwrap();
    (scene, session)
}

#[test]
fn the_statement_is_read_with_the_token() {
    let statement = r#"{"subject":{"codice_fiscale":"RSSMRA80A41H501W","surname":"ROSSI","name":"MARIA",
        "birth_date":"1980-01-01"},"updated_at":"2026-01-02T03:04:05Z","notice":"prova","sections":[],"notes":[]}"#;
    let rule =
        format!("if ($http_authorization = 'Bearer a-token') {{ return 200 '{statement}'; }} return 401;");
    let (scene, session) = opened(&rule);
    assert_eq!(now(scene.portal.statement(&session)).unwrap().notice, "prova");
    // A later run has the session and no profile.
    assert_eq!(
        now(HttpsPortal::for_session(&session).statement(&session))
            .unwrap()
            .notice,
        "prova"
    );
    let stale = Session {
        token: cns_login::Token::new("another".to_owned()),
        ..session
    };
    assert_eq!(
        now(scene.portal.statement(&stale)).unwrap_err().code,
        ProblemCode::SessionEnded
    );
}

#[test]
fn a_statement_of_another_shape_is_named() {
    let (scene, session) = opened("return 200 '{\"subject\":{}}';");
    assert_eq!(
        now(scene.portal.statement(&session)).unwrap_err().code,
        ProblemCode::PortalAnswerMalformed
    );
}

#[test]
fn a_statement_larger_than_allowed_is_named() {
    let (scene, session) = opened("return 200 '{\"subject\":{}}';");
    let small = HttpsPortal::for_session(&session).with_limits(Limits {
        body: 5,
        ..Limits::default()
    });
    assert_eq!(
        now(small.statement(&session)).unwrap_err().code,
        ProblemCode::PortalAnswerTooLarge
    );
    drop(scene);
}

#[test]
fn logging_out_ends_the_session_also_where_it_had_ended() {
    for (status, expected) in [(204, None), (401, None), (500, Some(ProblemCode::PortalRefused))] {
        let (scene, session) = opened(&format!("return {status};"));
        let ended = now(scene.portal.log_out(&session));
        assert_eq!(ended.err().map(|problem| problem.code), expected, "{status}");
        let told = "DELETE /base/rest/v1/sessions/current NONE";
        assert!(scene.nginx.requests_up_to(told).ends_with(&format!("{told}\n")));
    }
}

#[test]
fn a_host_outside_the_profile_is_not_contacted() {
    let (scene, session) = opened("");
    let elsewhere = Session {
        api_url: "https://altrove.example/".parse().unwrap(),
        ..session.clone()
    };
    assert_eq!(
        now(scene.portal.statement(&elsewhere)).unwrap_err().code,
        ProblemCode::HostNotAllowed
    );
    let plain = Session {
        api_url: "http://localhost/".parse().unwrap(),
        ..session
    };
    assert_eq!(
        now(HttpsPortal::for_session(&plain).statement(&plain))
            .unwrap_err()
            .code,
        ProblemCode::NotHttps
    );
}

#[test]
fn a_kept_session_s_token_goes_where_the_session_was_opened_and_nowhere_else() {
    let (scene, session) = opened("return 204;");
    let kept = HttpsPortal::for_session(&session);
    // Another host, another port, a host whose name begins alike.
    let port = session.api_url.port().unwrap();
    for address in [
        scene.nginx.url_of(0, "/base/").to_string(),
        format!("https://127.0.0.1:{port}/base/"),
        format!("https://localhost.altrove.example:{port}/base/"),
        format!("https://localhost:{port}@altrove.example/"),
    ] {
        let elsewhere = Session {
            api_url: address.parse().unwrap(),
            ..session.clone()
        };
        for refused in [
            now(kept.statement(&elsewhere)).map(|_| ()),
            now(kept.log_out(&elsewhere)),
        ] {
            assert_eq!(
                refused.unwrap_err().code,
                ProblemCode::HostNotAllowed,
                "{address}"
            );
        }
    }
    assert!(!scene.nginx.requests().contains("DELETE"));
    now(kept.log_out(&session)).unwrap();
}

#[test]
fn credentials_in_a_kept_address_are_neither_sent_nor_told() {
    let rule = "if ($http_authorization = 'Bearer a-token') { return 204; } return 500;";
    let (_scene, session) = opened(rule);
    let with = |scheme: &str| {
        let mut api_url = session.api_url.clone();
        api_url.set_username("utente").unwrap();
        api_url.set_password(Some("segreta")).unwrap();
        api_url.set_query(Some("altro"));
        Session {
            api_url: api_url.as_str().replace("https", scheme).parse().unwrap(),
            ..session.clone()
        }
    };
    let encrypted = with("https");
    now(HttpsPortal::for_session(&encrypted).log_out(&encrypted)).unwrap();
    let plain = with("http");
    let refused = now(HttpsPortal::for_session(&plain).log_out(&plain)).unwrap_err();
    assert_eq!(refused.code, ProblemCode::NotHttps);
    assert!(!format!("{refused:?}").contains("segreta"), "{refused:?}");
}

#[test]
fn a_session_without_a_profile_cannot_log_in() {
    let (scene, session) = opened("");
    let inserted = Inserted::new(&scene.pki, "classic-st2021", "citizen-good");
    let refused = now(HttpsPortal::for_session(&session).log_in(inserted.card, &inserted.certificate));
    assert_eq!(
        (refused.unwrap_err().code, signatures(&inserted.slot)),
        (ProblemCode::PortalUnknown, 0)
    );
}
