//! What the body's own people do about PINs: requests by phone, calls, envelopes, letters, contacts, ends.

use crate::outbox::ChannelKind;
use crate::tests::desk::{assegno_unico, somebody};
use crate::tests::paper;
use crate::tests::pins::{ANNA, BRUNO, NOBODY, code_in};
use crate::tests::world::{World, request};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use cns_portal_api::{PinKind, codes, paths};
use serde_json::{Value, json};

fn identified(person: &str) -> Value {
    json!({"codice_fiscale": person, "document_number": "CA12345AB", "document_expiry": "2030-01-01"})
}

async fn cases(world: &World, operator: &str) -> Value {
    let ask = request(Method::GET, paths::operator::CASES, Some(operator), Body::empty());
    world.ask_operators(ask).await.body
}

#[tokio::test]
async fn r_25_r_41_a_pin_is_asked_for_by_phone_and_is_an_ordinario() {
    let world = World::new().await;
    let operator = world.operator("oscar").await;
    let form = world.form(ANNA).await;
    let taken = world
        .work(paths::operator::PHONE_REQUESTS, &operator, &form)
        .await;
    assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.body);
    world.deliver().await;
    let initial = world.code_by(ChannelKind::Sms) + &world.code_by(ChannelKind::Letter);
    let token = world.enter_with_pin(ANNA, &initial).await;
    let (_, token) = world.make_pin(&token, &json!({})).await;
    assert_eq!(world.get(paths::ME, Some(&token)).await.body["kind"], "ordinario");
}

#[tokio::test]
async fn r_25_who_answers_the_phone_takes_more_requests_than_one_person_makes() {
    let world = World::new().await;
    let operator = world.operator("oscar").await;
    for _ in 0..12 {
        let form = world.form(ANNA).await;
        let taken = world
            .work(paths::operator::PHONE_REQUESTS, &operator, &form)
            .await;
        assert_eq!(taken.status, StatusCode::CREATED);
    }
}

#[tokio::test]
async fn r_37_a_call_comes_before_the_halves_where_something_differs() {
    let world = World::new().await;
    let operator = world.operator("oscar").await;
    let mut receipts = Vec::new();
    for person in [ANNA, BRUNO] {
        let mut form = world.form(person).await;
        form["address"]["street"] = json!("Via Nuova 2");
        let answer = world.post(paths::PIN_REQUESTS, &form).await;
        receipts.push(answer.body["receipt"].as_str().unwrap().to_owned());
    }
    world.deliver().await;
    assert!(world.arrived().is_empty());
    let waiting = cases(&world, &operator).await;
    let waiting = waiting["verifications"].as_array().unwrap().clone();
    assert_eq!(waiting.len(), 2);
    for case in &waiting {
        assert_eq!(
            (&case["reasons"], &case["state"]),
            (&json!(["address"]), &json!("da_verificare"))
        );
        assert!(case["call"].as_str().unwrap().starts_with("+39333"), "{case}");
        let path = paths::operator::VERIFICATIONS.replace("{id}", case["id"].as_str().unwrap());
        let confirmed = json!({"confirmed": case["codice_fiscale"] == ANNA});
        assert_eq!(
            world.work(&path, &operator, &confirmed).await.status,
            StatusCode::NO_CONTENT
        );
        world
            .work(&path, &operator, &confirmed)
            .await
            .expect_problem(409, codes::CONFLICT);
    }
    world.deliver().await;
    assert_eq!(world.arrived().len(), 2, "the halves of one of the two");
    assert_eq!(
        world.followed(&receipts[0]).await["state"],
        "seconda_parte_inviata"
    );
    assert_eq!(world.followed(&receipts[1]).await["state"], "revocato");
    assert_eq!(cases(&world, &operator).await["verifications"], json!([]));
    let nowhere = paths::operator::VERIFICATIONS.replace("{id}", "nothing");
    let answer = world.work(&nowhere, &operator, &json!({"confirmed": true})).await;
    answer.expect_problem(404, codes::NOT_FOUND);
}

#[tokio::test]
async fn r_42_a_campaign_sends_first_halves_to_people_without_a_pin() {
    let world = World::new().await;
    let operator = world.operator("oscar").await;
    world.initial_pin(BRUNO).await;
    let before = world.arrived().len();
    let campaign = |people: Value| json!({"people": people});
    let path = paths::operator::CAMPAIGNS;
    let empty = world.work(path, &operator, &campaign(json!([]))).await;
    empty.expect_problem(422, codes::INVALID_REQUEST);
    let started = world
        .work(path, &operator, &campaign(json!([ANNA, BRUNO, NOBODY, "x"])))
        .await;
    assert_eq!(
        (started.status, started.body),
        (StatusCode::CREATED, json!({"letters": 1, "left_out": 3}))
    );
    world.deliver().await;
    let arrived = world.arrived();
    assert_eq!(arrived.len(), before + 1);
    let letter = arrived.last().unwrap();
    assert_eq!(letter.channel, ChannelKind::Letter);
    let half = code_in(&letter.text).unwrap();
    world
        .type_pin(ANNA, &half)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
}

#[tokio::test]
async fn r_43_at_the_counter_an_envelope_holds_an_active_dispositivo() {
    let world = World::new().await;
    let operator = world.operator("oscar").await;
    let form = world.form(ANNA).await;
    let mut issue = json!({
        "identified": identified(ANNA), "surname": form["surname"], "name": form["name"], "sex": form["sex"],
        "birth_date": form["birth_date"], "address": form["address"], "contacts": form["contacts"],
    });
    let path = paths::operator::COUNTER_ISSUES;
    issue["identified"]["document_expiry"] = json!("2020-01-01");
    let expired = world.work(path, &operator, &issue).await;
    expired.expect_problem(422, codes::INVALID_REQUEST);
    issue["identified"]["document_expiry"] = json!("2030-01-01");
    let issued = world.work(path, &operator, &issue).await;
    assert_eq!(issued.status, StatusCode::CREATED, "{}", issued.body);
    world.deliver().await;
    let pin = world.code_by(ChannelKind::Letter);
    assert!(!issued.body.to_string().contains(&pin));
    let token = world.enter_with_pin(ANNA, &pin).await;
    let filed = world.filed(&token, &assegno_unico()).await;
    assert_eq!(
        (&filed["state"], &filed["level"]),
        (&json!("acquisita"), &json!("dispositivo"))
    );
    world
        .work(path, &operator, &issue)
        .await
        .expect_problem(409, codes::CONFLICT);
}

#[tokio::test]
async fn r_69_a_contact_is_added_by_phone_and_the_old_one_is_told() {
    let world = World::new().await;
    let operator = world.operator("oscar").await;
    let person = somebody("BNCNNA");
    let token = world.with_pin(&person, PinKind::Ordinario).await;
    let set = |value: &str| json!({"codice_fiscale": person.as_str(), "contact": {"kind": "email", "value": value}});
    let path = paths::operator::CONTACTS;
    for (body, status) in [
        (set("anna@example.org"), 204),
        (set("anna@other.example.org"), 204),
        (set("nowhere"), 422),
    ] {
        let answer = world.work(path, &operator, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    }
    world.deliver().await;
    let told: Vec<_> = world
        .arrived()
        .iter()
        .map(|message| (message.channel, message.to.to_string()))
        .collect();
    assert_eq!(told, [(ChannelKind::Email, "anna@example.org".to_owned())]);
    let contacts = world.get(paths::MY_CONTACTS, Some(&token)).await.body;
    assert_eq!(contacts["items"][0]["verified"], true, "{contacts}");
    let notices = world.get(paths::MY_NOTICES, Some(&token)).await.body;
    assert_eq!(notices["items"][0]["kind"], "sicurezza");
}

#[tokio::test]
async fn r_70_an_operator_ends_the_pin_of_somebody_whose_contacts_are_dead() {
    let world = World::new().await;
    let operator = world.operator("oscar").await;
    let (pin, token) = world.working_pin(ANNA).await;
    let path = paths::operator::REVOCATIONS;
    let revocation = json!({"identified": identified(ANNA)});
    assert_eq!(
        world.work(path, &operator, &revocation).await.status,
        StatusCode::NO_CONTENT
    );
    world
        .get(paths::ME, Some(&token))
        .await
        .expect_problem(401, codes::SESSION_ENDED);
    world
        .type_pin(ANNA, &pin)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    world
        .work(path, &operator, &revocation)
        .await
        .expect_problem(409, codes::CONFLICT);
    world.ask_for_pin(ANNA).await;
}

#[tokio::test]
async fn r_20_from_the_request_to_a_benefit_nobody_has_to_go_anywhere() {
    let world = World::new().await;
    let (pin, token) = world.working_pin(ANNA).await;
    let held = world.filed(&token, &assegno_unico()).await;
    assert_eq!(held["state"], "trattenuta");
    let conversion = world.conversion_sent(&token).await;
    let about = world.get(paths::MY_PIN, Some(&token)).await.body;
    assert_eq!(
        (&about["kind"], &about["conversion"]),
        (&json!("ordinario"), &json!(conversion))
    );
    let operator = world.operator("oscar").await;
    let waiting = cases(&world, &operator).await;
    assert_eq!(waiting["conversions"][0]["codice_fiscale"], ANNA);
    world
        .decide(&operator, &conversion, &json!({"granted": true}))
        .await;
    let again = world.enter_with_pin(ANNA, &pin).await;
    let about = world.get(paths::MY_PIN, Some(&again)).await.body;
    assert_eq!(
        (&about["kind"], &about["state"]),
        (&json!("dispositivo"), &json!("attivo"))
    );
    let application = world.application(&again, held["id"].as_str().unwrap()).await;
    assert_eq!(
        (&application["state"], &application["filed_at"]),
        (&json!("acquisita"), &held["filed_at"])
    );
    let notices = world.get(paths::MY_NOTICES, Some(&again)).await.body.to_string();
    assert!(
        notices.contains("Il tuo PIN è dispositivo") && notices.contains("domanda acquisita"),
        "{notices}"
    );
    let receipt = world
        .get(
            &paths::APPLICATION_PRINT.replace("{id}", held["id"].as_str().unwrap()),
            Some(&again),
        )
        .await;
    paper::expect_sound(&receipt.bytes);
    assert_eq!(cases(&world, &operator).await["conversions"], json!([]));
}
