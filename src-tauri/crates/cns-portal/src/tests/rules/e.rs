//! The activation.

use crate::outbox::ChannelKind;
use crate::tests::pins::{ANNA, NOBODY};
use crate::tests::world::{Answer, World};
use cns_portal_api::{codes, paths};
use serde_json::{Value, json};
use std::time::Duration;

/// What the first step asks of somebody whose first half came by letter.
async fn offered(world: &World) -> Value {
    assert!(world.portal.offer_by_letter(ANNA, "rosa").await.unwrap());
    world.deliver().await;
    tessera(world, &world.code_by(ChannelKind::Letter)).await
}

async fn tessera(world: &World, half: &str) -> Value {
    let known = world.registered(ANNA).await;
    json!({
        "codice_fiscale": ANNA,
        "tessera_number": known.tessera_number,
        "tessera_expiry": known.tessera_expiry.to_string(),
        "first_half": half,
    })
}

fn contacts(activation: &Answer, to: &str) -> Value {
    json!({
        "activation": activation.body["activation"],
        "mobile": "+39 333 7654321",
        "other": { "kind": "email", "value": "anna@example.org" },
        "send_second_to": to,
    })
}

#[tokio::test]
async fn r_45_activation_asks_for_the_code_the_tessera_and_the_first_half() {
    let world = World::new().await;
    let right = offered(&world).await;
    let mut bodies = Vec::new();
    for (field, value) in [
        ("codice_fiscale", json!(NOBODY)),
        ("tessera_number", json!("80380999000000000099")),
        ("tessera_expiry", json!("2031-01-01")),
        ("first_half", json!("22222222")),
    ] {
        let mut wrong = right.clone();
        wrong[field] = value;
        let before = world.portal.hasher().runs();
        let answer = world.post(paths::PIN_ACTIVATIONS, &wrong).await;
        answer.expect_problem(403, codes::CREDENTIALS_REFUSED);
        assert_eq!(world.portal.hasher().runs() - before, 1, "{field}");
        bodies.push(answer.body);
        if bodies.len() == 3 {
            // Two were Anna's: the third of hers would make her wait.
            let opened = world.post(paths::PIN_ACTIVATIONS, &right).await;
            assert_eq!(opened.status, 201, "{}", opened.body);
        }
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn r_45_three_wrong_tries_make_one_wait_for_half_an_hour() {
    let world = World::new().await;
    let right = offered(&world).await;
    let mut wrong = right.clone();
    wrong["first_half"] = json!("22222222");
    for _ in 0..3 {
        let answer = world.post(paths::PIN_ACTIVATIONS, &wrong).await;
        answer.expect_problem(403, codes::CREDENTIALS_REFUSED);
    }
    let answer = world.post(paths::PIN_ACTIVATIONS, &right).await;
    answer.expect_problem(429, codes::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers["retry-after"], "1800");
    world.clock.advance(Duration::from_secs(1801));
    assert_eq!(world.post(paths::PIN_ACTIVATIONS, &right).await.status, 201);
}

#[tokio::test]
async fn r_46_then_a_mobile_and_one_contact_more() {
    let world = World::new().await;
    let right = offered(&world).await;
    let activation = world.post(paths::PIN_ACTIVATIONS, &right).await;
    assert_eq!(activation.body["expires_in"], 1800);
    for (pointer, value, field) in [
        ("/mobile", json!("333"), "mobile"),
        ("/other", json!({ "kind": "email", "value": "anna" }), "other"),
        (
            "/other",
            json!({ "kind": "mobile", "value": "+393337654322" }),
            "other",
        ),
        ("/send_second_to", json!("pec"), "send_second_to"),
        ("/send_second_to", json!("landline"), "send_second_to"),
        // The first half came by letter.
        ("/send_second_to", json!("letter"), "send_second_to"),
    ] {
        let mut wrong = contacts(&activation, "email");
        *wrong.pointer_mut(pointer).unwrap() = value;
        let answer = world.post(paths::PIN_ACTIVATION_CONTACTS, &wrong).await;
        answer.expect_problem(422, codes::INVALID_REQUEST);
        assert_eq!(answer.body["reasons"], json!([field]));
    }
    let chosen = contacts(&activation, "email");
    let answer = world.post(paths::PIN_ACTIVATION_CONTACTS, &chosen).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let again = world.post(paths::PIN_ACTIVATION_CONTACTS, &chosen).await;
    again.expect_problem(403, codes::CREDENTIALS_REFUSED);
}

#[tokio::test]
async fn r_46_an_activation_that_was_opened_long_ago_is_over() {
    let world = World::new().await;
    let right = offered(&world).await;
    let activation = world.post(paths::PIN_ACTIVATIONS, &right).await;
    world.clock.advance(Duration::from_secs(1800));
    let answer = world
        .post(paths::PIN_ACTIVATION_CONTACTS, &contacts(&activation, "email"))
        .await;
    answer.expect_problem(403, codes::CREDENTIALS_REFUSED);
}

#[tokio::test]
async fn r_48_the_second_half_leaves_on_the_way_that_was_chosen_and_both_open() {
    for (to, channel) in [("mobile", ChannelKind::Sms), ("email", ChannelKind::Email)] {
        let world = World::new().await;
        let right = offered(&world).await;
        let first = world.code_by(ChannelKind::Letter);
        let activation = world.post(paths::PIN_ACTIVATIONS, &right).await;
        let answer = world
            .post(paths::PIN_ACTIVATION_CONTACTS, &contacts(&activation, to))
            .await;
        assert_eq!(answer.body["expected"][1]["by"], to);
        world.deliver().await;
        let second = world.code_by(channel);
        let token = world.enter_with_pin(ANNA, &(first + &second)).await;
        world.make_pin(&token, &json!({})).await;
    }
}

#[tokio::test]
async fn r_48_who_waits_for_the_letter_may_have_the_second_half_on_a_contact_and_the_last_counts() {
    let world = World::new().await;
    let by_post = world.initial_pin(ANNA).await;
    let right = tessera(&world, &by_post[..8]).await;
    let activation = world.post(paths::PIN_ACTIVATIONS, &right).await;
    let chosen = contacts(&activation, "email");
    let mut same_way = chosen.clone();
    same_way["send_second_to"] = json!("mobile");
    world
        .post(paths::PIN_ACTIVATION_CONTACTS, &same_way)
        .await
        .expect_problem(422, codes::INVALID_REQUEST);
    assert_eq!(
        world.post(paths::PIN_ACTIVATION_CONTACTS, &chosen).await.status,
        200
    );
    world.deliver().await;
    world
        .type_pin(ANNA, &by_post)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    world.clock.advance(Duration::from_secs(20));
    let by_mail = by_post[..8].to_owned() + &world.code_by(ChannelKind::Email);
    world.enter_with_pin(ANNA, &by_mail).await;
}

#[tokio::test]
async fn a_pin_in_use_is_not_activated_again() {
    let world = World::new().await;
    let initial = world.initial_pin(ANNA).await;
    let token = world.enter_with_pin(ANNA, &initial).await;
    world.make_pin(&token, &json!({})).await;
    let right = tessera(&world, &initial[..8]).await;
    let answer = world.post(paths::PIN_ACTIVATIONS, &right).await;
    answer.expect_problem(403, codes::CREDENTIALS_REFUSED);
}
