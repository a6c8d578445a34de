//! G, the conversion to dispositivo, and the people who decide it.

use crate::tests::desk::{JPEG, PASSWORD, PDF, identity_card, somebody};
use crate::tests::paper;
use crate::tests::world::{World, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use cns_portal_api::{PinKind, codes, paths};
use serde_json::{Value, json};

fn at(path: &str, id: &str) -> String {
    path.replace("{id}", id)
}

#[tokio::test]
async fn r_58_a_document_identifies_until_its_last_day() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let today = world.portal.now().date();
    let yesterday = today.previous_day().unwrap();
    let begin = |day: String| {
        let (world, token) = (&world, &token);
        async move {
            world
                .send(Method::POST, paths::CONVERSIONS, token, &identity_card(&day))
                .await
        }
    };
    let late = begin(yesterday.to_string()).await;
    late.expect_problem(422, codes::INVALID_REQUEST);
    assert_eq!(late.body["reasons"], json!(["document_expiry"]));
    assert_eq!(begin(today.to_string()).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn r_58_the_signed_form_and_both_sides_of_the_document_are_all_needed() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let begun = world
        .send(
            Method::POST,
            paths::CONVERSIONS,
            &token,
            &identity_card("2030-01-01"),
        )
        .await;
    let id = begun.body["id"].as_str().unwrap();
    let send = || async {
        world
            .send(
                Method::POST,
                &at(paths::CONVERSION_SUBMISSION, id),
                &token,
                &Value::Null,
            )
            .await
    };
    for (side, lacking) in [
        (
            "front",
            json!(["documents.front", "documents.back", "documents.form"]),
        ),
        ("back", json!(["documents.back", "documents.form"])),
        ("form", json!(["documents.form"])),
    ] {
        let answer = send().await;
        answer.expect_problem(422, codes::INVALID_REQUEST);
        assert_eq!(answer.body["reasons"], lacking);
        world.put_page(&token, id, side, JPEG).await;
    }
    assert_eq!(send().await.body["state"], "inviata");
    send().await.expect_problem(409, codes::CONFLICT);
    world
        .put_page(&token, id, "front", PDF)
        .await
        .expect_problem(409, codes::CONFLICT);
}

#[tokio::test]
async fn r_59_pages_are_taken_by_their_content_and_within_a_size() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let begun = world
        .send(
            Method::POST,
            paths::CONVERSIONS,
            &token,
            &identity_card("2030-01-01"),
        )
        .await;
    let id = begun.body["id"].as_str().unwrap();
    let mut large = JPEG.to_vec();
    large.resize(5 * 1024 * 1024, 0);
    let taken = world.put_page(&token, id, "front", &large).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.body);
    assert_eq!(
        taken.body["documents"],
        json!([{"side": "front", "media": "image/jpeg", "bytes": 5 * 1024 * 1024}])
    );
    large.push(0);
    world
        .put_page(&token, id, "front", &large)
        .await
        .expect_problem(413, codes::BODY_TOO_LARGE);
    for page in [&b""[..], b"<html>", b"GIF89a", b"MZ"] {
        let answer = world.put_page(&token, id, "back", page).await;
        answer.expect_problem(415, codes::UNSUPPORTED_MEDIA_TYPE);
    }
    world
        .put_page(&token, id, "elsewhere", JPEG)
        .await
        .expect_problem(404, codes::NOT_FOUND);
    let other = world.with_pin(&somebody("VRDBRN"), PinKind::Ordinario).await;
    world
        .put_page(&other, id, "back", JPEG)
        .await
        .expect_problem(404, codes::NOT_FOUND);
    world
        .get(&at(paths::CONVERSION, id), Some(&other))
        .await
        .expect_problem(404, codes::NOT_FOUND);
}

#[tokio::test]
async fn r_59_a_page_lies_in_the_database_sealed() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    world.conversion_with_pages(&token).await;
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT content FROM document")
        .fetch_all(world.portal.store().reading())
        .await
        .unwrap();
    assert_eq!(rows.len(), 3);
    for (content,) in rows {
        assert!(
            !content
                .windows(4)
                .any(|bytes| bytes == &JPEG[..4] || bytes == &PDF[..4])
        );
    }
}

#[tokio::test]
async fn r_60_the_form_is_printed_and_papers_that_come_by_fax_are_taken_in() {
    let world = World::new().await;
    let person = somebody("BNCNNA");
    let token = world.with_pin(&person, PinKind::Ordinario).await;
    let form = world.get(paths::CONVERSION_FORM, Some(&token)).await;
    paper::expect_sound(&form.bytes);

    let operator = world.operator("oscar").await;
    let identified = json!({"codice_fiscale": person.as_str(), "document_number": "CA12345AB",
        "document_expiry": "2030-01-01"});
    let case = world
        .work(paths::operator::FAX_INTAKES, &operator, &identified)
        .await;
    assert_eq!(case.status, StatusCode::CREATED, "{}", case.body);
    let id = case.body["id"].as_str().unwrap();
    for (side, state) in [("front", "bozza"), ("back", "bozza"), ("form", "inviata")] {
        let path = at(paths::operator::CONVERSION_DOCUMENT, id).replace("{side}", side);
        let answer = world
            .ask_operators(request(Method::PUT, &path, Some(&operator), Body::from(PDF)))
            .await;
        assert_eq!(
            (answer.status, &answer.body["state"]),
            (StatusCode::OK, &json!(state))
        );
    }
    let answer = world.decide(&operator, id, &json!({"granted": true})).await;
    assert_eq!(answer.body["state"], "accolta");
    assert_eq!(
        world.get(&at(paths::CONVERSION, id), Some(&token)).await.body["channel"],
        "fax"
    );
}

#[tokio::test]
async fn r_61_at_the_counter_the_conversion_is_immediate() {
    let world = World::new().await;
    let person = somebody("BNCNNA");
    let token = world.with_pin(&person, PinKind::Ordinario).await;
    let operator = world.operator("oscar").await;
    let identified = |expiry: &str| json!({"codice_fiscale": person.as_str(), "document_number": "CA12345AB", "document_expiry": expiry});
    let path = paths::operator::COUNTER_IDENTIFICATIONS;
    let expired = world.work(path, &operator, &identified("2020-01-01")).await;
    expired.expect_problem(422, codes::INVALID_REQUEST);
    let done = world.work(path, &operator, &identified("2030-01-01")).await;
    assert_eq!(
        (done.status, &done.body["state"]),
        (StatusCode::CREATED, &json!("accolta"))
    );
    let again = world.work(path, &operator, &identified("2030-01-01")).await;
    again.expect_problem(409, codes::ALREADY_DISPOSITIVO);
    let me = world.get(paths::ME, Some(&token)).await;
    assert_eq!(me.body["kind"], "dispositivo");
}

#[tokio::test]
async fn r_62_r_14_who_decides_has_looked_at_every_page() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let id = world.conversion_sent(&token).await;
    let (oscar, olga) = (world.operator("oscar").await, world.operator("olga").await);
    let decide = at(paths::operator::CONVERSION_DECISIONS, &id);
    let granted = json!({"granted": true});
    world
        .work(&decide, &oscar, &granted)
        .await
        .expect_problem(409, codes::PAGES_NOT_SEEN);
    for side in ["front", "back"] {
        let page = world.look_at(&oscar, &id, side).await;
        assert_eq!(page.status, StatusCode::OK);
        world
            .work(&decide, &oscar, &granted)
            .await
            .expect_problem(409, codes::PAGES_NOT_SEEN);
    }
    assert_eq!(
        world.get(&at(paths::CONVERSION, &id), Some(&token)).await.body["state"],
        "in_verifica"
    );
    world.look_at(&oscar, &id, "form").await;
    world
        .work(&decide, &olga, &granted)
        .await
        .expect_problem(409, codes::PAGES_NOT_SEEN);
    assert_eq!(
        world.work(&decide, &oscar, &granted).await.body["state"],
        "accolta"
    );
    world
        .work(&decide, &oscar, &granted)
        .await
        .expect_problem(409, codes::CONFLICT);
}

#[tokio::test]
async fn r_62_a_refusal_says_why_and_the_pin_stays_as_it_is() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let id = world.conversion_sent(&token).await;
    let operator = world.operator("oscar").await;
    let without = world.decide(&operator, &id, &json!({"granted": false})).await;
    without.expect_problem(422, codes::INVALID_REQUEST);
    let refused = world
        .decide(
            &operator,
            &id,
            &json!({"granted": false, "reason": "La foto non si vede."}),
        )
        .await;
    assert_eq!(refused.body["state"], "respinta");
    let conversion = world.get(&at(paths::CONVERSION, &id), Some(&token)).await;
    assert_eq!(conversion.body["reason"], "La foto non si vede.");
    assert_eq!(world.get(paths::ME, Some(&token)).await.body["kind"], "ordinario");
    world.conversion_sent(&token).await;
}

#[tokio::test]
async fn r_63_a_pin_that_is_dispositivo_is_not_converted_again() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Dispositivo).await;
    let answer = world
        .send(
            Method::POST,
            paths::CONVERSIONS,
            &token,
            &identity_card("2030-01-01"),
        )
        .await;
    answer.expect_problem(409, codes::ALREADY_DISPOSITIVO);
    assert_eq!(
        world.get(paths::ME, Some(&token)).await.body["kind"],
        "dispositivo"
    );
}

#[tokio::test]
async fn what_operators_see_is_shown_as_it_is_and_runs_nothing() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let id = world.conversion_sent(&token).await;
    let operator = world.operator("oscar").await;
    let page = world.look_at(&operator, &id, "form").await;
    assert_eq!(page.headers[header::CONTENT_TYPE], "application/pdf");
    assert_eq!(page.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(
        page.headers[header::CONTENT_SECURITY_POLICY],
        "default-src 'none'; sandbox"
    );
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn operators_and_citizens_have_no_session_with_each_other() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let operator = world.operator("oscar").await;
    world
        .get(paths::ME, Some(&operator))
        .await
        .expect_problem(401, codes::SESSION_ENDED);
    let ask = |token: &str| {
        world.ask_operators(request(
            Method::GET,
            paths::operator::CASES,
            Some(token),
            Body::empty(),
        ))
    };
    ask(&token).await.expect_problem(401, codes::SESSION_ENDED);
    assert_eq!(ask(&operator).await.status, StatusCode::OK);
    world
        .get(paths::operator::CASES, Some(&operator))
        .await
        .expect_problem(404, codes::NOT_FOUND);
}

#[tokio::test]
async fn an_operators_name_and_password_go_together_or_nothing_is_said() {
    let world = World::new().await;
    world.operator("oscar").await;
    let log_in = |name: &'static str, password: &'static str| {
        let body = json!({"name": name, "password": password}).to_string();
        world.ask_operators(request(
            Method::POST,
            paths::operator::SESSIONS,
            None,
            Body::from(body),
        ))
    };
    log_in("oscar", "una frase che indovino")
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    log_in("oscar", PASSWORD)
        .await
        .expect_problem(429, codes::TOO_MANY_REQUESTS);
    log_in("nessuno", PASSWORD)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    log_in("nessuno", PASSWORD)
        .await
        .expect_problem(429, codes::TOO_MANY_REQUESTS);
    world.clock.advance(std::time::Duration::from_secs(2));
    assert_eq!(log_in("oscar", PASSWORD).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn metrics_name_routes_and_nobody() {
    let world = World::new().await;
    let person = somebody("BNCNNA");
    let token = world.with_pin(&person, PinKind::Ordinario).await;
    let id = world.conversion_sent(&token).await;
    let operator = world.operator("oscar").await;
    let ask = |token| {
        world.ask_operators(request(
            Method::GET,
            paths::operator::METRICS,
            token,
            Body::empty(),
        ))
    };
    ask(None).await.expect_problem(401, codes::SESSION_ENDED);
    let metrics = ask(Some(&operator)).await;
    let text = String::from_utf8(metrics.bytes).unwrap();
    assert!(text.contains("portal_conversions_waiting 1\n"), "{text}");
    assert!(
        text.contains(&format!(
            "route=\"{}\",status=\"200\"",
            paths::CONVERSION_SUBMISSION
        )),
        "{text}"
    );
    assert!(!text.contains(&id) && !text.contains(person.as_str()), "{text}");
}
