//! B, applications in the hands of operators.

use crate::tests::desk::{IBAN, assegno_unico, somebody};
use crate::tests::pki::{Flaw, card};
use crate::tests::world::{World, request};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use cns_portal_api::{PinKind, codes, paths};
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn what_is_missing_is_brought_within_sixty_days() {
    let world = World::new().await;
    let (anna, operator) = (somebody("BNCNNA"), world.operator("oscar").await);
    let token = world.with_pin(&anna, PinKind::Dispositivo).await;
    let id = world.filed(&token, &assegno_unico()).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    world.move_on(&operator, &id, "in_istruttoria", None).await;
    world
        .move_on(&operator, &id, "in_evidenza", None)
        .await
        .expect_problem(422, codes::INVALID_REQUEST);
    world
        .move_on(&operator, &id, "in_evidenza", Some("Manca il codice del conto"))
        .await;
    let due = (world.portal.now().date() + 60 * DAY).to_string();
    assert_eq!(world.application(&token, &id).await["due"], json!(due));
    let path = paths::APPLICATION_INTEGRATIONS.replace("{id}", &id);
    let empty = world
        .send(Method::POST, &path, &token, &json!({"text": "  "}))
        .await;
    empty.expect_problem(422, codes::INVALID_REQUEST);
    let answer = world
        .send(Method::POST, &path, &token, &json!({"text": "Eccolo"}))
        .await;
    assert_eq!(
        (&answer.body["state"], &answer.body["due"]),
        (&json!("in_istruttoria"), &Value::Null)
    );
    let again = world
        .send(Method::POST, &path, &token, &json!({"text": "Eccolo"}))
        .await;
    again.expect_problem(409, codes::CONFLICT);
}

#[tokio::test]
async fn what_is_not_brought_in_time_is_refused() {
    let world = World::new().await;
    let operator = world.operator("oscar").await;
    let person = card(Flaw::None);
    let token = world.log_in(&person).await;
    let id = world.filed(&token, &assegno_unico()).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    world.move_on(&operator, &id, "in_istruttoria", None).await;
    world
        .move_on(&operator, &id, "in_evidenza", Some("Manca il conto"))
        .await;
    world.clock.advance(60 * DAY);
    let (token, operator) = (world.log_in(&person).await, world.operator("oscar").await);
    let cases = |operator: String| {
        world.ask_operators(request(
            Method::GET,
            paths::operator::CASES,
            Some(&operator),
            Body::empty(),
        ))
    };
    assert_eq!(
        cases(operator).await.body["applications"][0]["state"],
        "in_evidenza"
    );
    world.clock.advance(DAY);
    let (token_later, operator) = (world.log_in(&person).await, world.operator("oscar").await);
    let path = paths::APPLICATION_INTEGRATIONS.replace("{id}", &id);
    let late = world
        .send(Method::POST, &path, &token_later, &json!({"text": "Eccolo"}))
        .await;
    late.expect_problem(409, codes::CONFLICT);
    assert_eq!(cases(operator).await.body["applications"], json!([]));
    assert_eq!(world.application(&token_later, &id).await["state"], "respinta");
    drop(token);
}

#[tokio::test]
async fn a_refusal_is_looked_at_again_once_when_asked_within_thirty_days() {
    let world = World::new().await;
    let operator = world.operator("oscar").await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Dispositivo).await;
    let id = world.filed(&token, &assegno_unico()).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    world.move_on(&operator, &id, "in_istruttoria", None).await;
    world
        .move_on(&operator, &id, "respinta", None)
        .await
        .expect_problem(422, codes::INVALID_REQUEST);
    world
        .move_on(&operator, &id, "respinta", Some("Il conto non è tuo"))
        .await;
    assert_eq!(
        world.application(&token, &id).await["due"],
        json!((world.portal.now().date() + 30 * DAY).to_string())
    );
    let path = paths::APPLICATION_INTEGRATIONS.replace("{id}", &id);
    let answer = world
        .send(Method::POST, &path, &token, &json!({"text": "Lo è"}))
        .await;
    assert_eq!(answer.body["state"], "in_riesame");
    world.move_on(&operator, &id, "respinta", Some("Non lo è")).await;
    let again = world
        .send(Method::POST, &path, &token, &json!({"text": "Lo è"}))
        .await;
    again.expect_problem(409, codes::CONFLICT);
}

#[tokio::test]
async fn an_operator_looks_at_what_was_filed_and_at_no_draft() {
    let world = World::new().await;
    let operator = world.operator("oscar").await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Dispositivo).await;
    let id = world.draft(&token, &assegno_unico()).await;
    let path = paths::operator::APPLICATION.replace("{id}", &id);
    let look = || world.ask_operators(request(Method::GET, &path, Some(&operator), Body::empty()));
    look().await.expect_problem(404, codes::NOT_FOUND);
    world.file(&token, &id).await;
    assert_eq!(look().await.body["form"]["iban"], IBAN);
}

#[tokio::test]
async fn a_granted_change_of_contact_is_carried_out_and_told() {
    let world = World::new().await;
    let operator = world.operator("oscar").await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Dispositivo).await;
    let form =
        json!({"form": {"kind": "variazione_contatti", "contact": "email", "value": "anna@example.org"}});
    let id = world.filed(&token, &form).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for state in ["in_istruttoria", "accolta"] {
        assert_eq!(
            world.move_on(&operator, &id, state, None).await.status,
            StatusCode::OK
        );
    }
    let contacts = world
        .portal
        .store()
        .contacts(world.portal.keys(), 1)
        .await
        .unwrap();
    assert_eq!(
        contacts
            .iter()
            .map(|contact| contact.value.as_str())
            .collect::<Vec<_>>(),
        ["anna@example.org"]
    );
}

#[tokio::test]
async fn protocol_numbers_follow_each_other_without_gaps() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Dispositivo).await;
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let filed = world.filed(&token, &assegno_unico()).await;
        numbers.push(
            filed["protocol"]
                .as_str()
                .unwrap()
                .rsplit_once('.')
                .unwrap()
                .1
                .parse::<u32>()
                .unwrap(),
        );
        let id = world
            .draft(
                &token,
                &json!({"form": {"kind": "assegno_unico", "children": [], "share": "whole",
            "iban": "", "statements_accepted": false}}),
            )
            .await;
        assert_eq!(
            world.file(&token, &id).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    assert_eq!(numbers, [1, 2, 3]);
}
