//! What every answer has, and how nonsense is answered.

use crate::tests::world::{World, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use cns_portal_api::{codes, paths};
use proptest::prelude::*;

#[tokio::test]
async fn the_portal_says_that_it_is_up() {
    let answer = World::new().await.get(paths::STATUS, None).await;
    assert_eq!(
        (answer.status, &answer.body["status"]),
        (StatusCode::OK, &serde_json::json!(200))
    );
}

#[tokio::test]
async fn every_answer_has_an_id_and_stays_in_no_cache() {
    let world = World::new().await;
    let mut ids = std::collections::HashSet::new();
    for path in [paths::STATUS, paths::ME, "/nothing/here"] {
        let answer = world.get(path, None).await;
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        assert!(ids.insert(answer.headers["x-request-id"].clone()));
    }
}

#[tokio::test]
async fn nonsense_is_answered_with_a_problem() {
    let world = World::new().await;
    let large = "x".repeat(20_000);
    let post = |body: &str| request(Method::POST, paths::SESSIONS, None, Body::from(body.to_owned()));
    let mut plain_text = post("{}");
    plain_text
        .headers_mut()
        .insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
    for (request, status, code) in [
        (
            request(Method::GET, "/", None, Body::empty()),
            404,
            codes::NOT_FOUND,
        ),
        (
            request(Method::GET, "/rest/v1/me/", None, Body::empty()),
            404,
            codes::NOT_FOUND,
        ),
        (
            request(Method::POST, paths::CNS_EXCHANGES, None, Body::empty()),
            404,
            codes::NOT_FOUND,
        ),
        (
            request(Method::POST, paths::ME, None, Body::empty()),
            405,
            codes::METHOD_NOT_ALLOWED,
        ),
        (
            request(Method::GET, paths::SESSIONS, None, Body::empty()),
            405,
            codes::METHOD_NOT_ALLOWED,
        ),
        (plain_text, 415, codes::UNSUPPORTED_MEDIA_TYPE),
        (post(""), 400, codes::MALFORMED_REQUEST),
        (post("{"), 400, codes::MALFORMED_REQUEST),
        (post("{}"), 422, codes::INVALID_REQUEST),
        (post("[]"), 422, codes::INVALID_REQUEST),
        (post(r#"{"code":1}"#), 422, codes::INVALID_REQUEST),
        (post(r#"{"code":"x","more":1}"#), 422, codes::INVALID_REQUEST),
        (post(&large), 413, codes::BODY_TOO_LARGE),
    ] {
        world.ask_api(request).await.expect_problem(status, code);
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_one() {
    let answer = World::new().await.get(paths::SESSIONS, None).await;
    assert_eq!(answer.headers[header::ALLOW], "POST");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_body_brings_the_portal_down(body in proptest::collection::vec(any::<u8>(), 0..600), token in "[ -~]{0,60}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let answer = world.ask_api(request(Method::POST, paths::SESSIONS, None, Body::from(body))).await;
            assert!(answer.status.is_client_error());
            assert_eq!(world.get(paths::ME, Some(&token)).await.status, StatusCode::UNAUTHORIZED);
        });
    }
}
