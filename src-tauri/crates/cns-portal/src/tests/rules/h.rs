//! Restore, revocation, and a new request.

use crate::outbox::ChannelKind;
use crate::tests::pins::{ANNA, NOBODY};
use crate::tests::world::World;
use cns_portal_api::{codes, paths};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn r_64_a_pin_that_was_lost_is_never_told_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portal.sqlite");
    let world = World::on(&crate::Database::File(path)).await;
    let receipt = world.ask_for_pin(ANNA).await;
    world.deliver().await;
    let halves = [
        world.code_by(ChannelKind::Sms),
        world.code_by(ChannelKind::Letter),
    ];
    let token = world.enter_with_pin(ANNA, &halves.concat()).await;
    let (pin, token) = world.make_pin(&token, &json!({})).await;
    let restored = world.restored_pin(ANNA).await;
    world.portal.close().await;
    let mut secrets = vec![pin, token, receipt.replace('-', ""), receipt];
    secrets.extend(halves);
    secrets.extend([restored[..8].to_owned(), restored[8..].to_owned()]);
    secrets.extend(["+393331234567", "anna@example.org"].map(str::to_owned));
    let mut read = 0;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        read += bytes.len();
        for secret in &secrets {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is in the database");
        }
    }
    assert!(read > 100_000);
}

/// Asks for a restore and answers the code that came, if one did.
async fn restore_code(world: &World, codice_fiscale: &str) -> Option<String> {
    let before = world.arrived().len();
    let body = json!({ "codice_fiscale": codice_fiscale });
    let answer = world.post(paths::PIN_RESTORES, &body).await;
    assert_eq!((answer.status.as_u16(), answer.body), (202, Value::Null));
    world.deliver().await;
    let arrived = world.arrived();
    arrived[before..]
        .iter()
        .find_map(|message| crate::tests::pins::code_in(&message.text))
}

async fn confirm(world: &World, path: &str, code: &str) -> crate::tests::world::Answer {
    world
        .post(path, &json!({ "codice_fiscale": ANNA, "code": code }))
        .await
}

#[tokio::test]
async fn r_65_a_restore_needs_a_pin_that_was_used_and_two_contacts() {
    let world = World::new().await;
    assert_eq!(restore_code(&world, NOBODY).await, None);
    world.initial_pin(ANNA).await;
    assert_eq!(restore_code(&world, ANNA).await, None, "it was never used");
    let told = world.arrived();
    assert!(told.last().unwrap().subject.contains("non possibile"));
}

#[tokio::test]
async fn r_65_three_restores_a_day_are_looked_at_for_unknown_people_too() {
    let world = World::new().await;
    world.working_pin(ANNA).await;
    for person in [ANNA, NOBODY] {
        for _ in 0..3 {
            restore_code(&world, person).await;
        }
        let answer = world
            .post(paths::PIN_RESTORES, &json!({ "codice_fiscale": person }))
            .await;
        answer.expect_problem(429, codes::TOO_MANY_REQUESTS);
        assert_eq!(answer.headers["retry-after"], "86400");
    }
}

#[tokio::test]
async fn r_66_a_restore_is_confirmed_with_the_code_that_came() {
    let world = World::new().await;
    let (pin, token) = world.working_pin(ANNA).await;
    let code = restore_code(&world, ANNA).await.unwrap();
    let wrong = confirm(&world, paths::PIN_RESTORE_CONFIRMATIONS, "22222222").await;
    wrong.expect_problem(403, codes::CREDENTIALS_REFUSED);
    assert_eq!(
        world.get(paths::ME, Some(&token)).await.status,
        200,
        "nothing has happened"
    );
    world.enter_with_pin(ANNA, &pin).await;
    let right = confirm(&world, paths::PIN_RESTORE_CONFIRMATIONS, &code).await;
    assert_eq!(right.status, 200, "{}", right.body);
    assert_eq!(right.body["expected"][0]["by"], "mobile");
    assert_eq!(right.body["expected"][1]["by"], "email");
    world
        .get(paths::ME, Some(&token))
        .await
        .expect_problem(401, codes::SESSION_ENDED);
    let again = confirm(&world, paths::PIN_RESTORE_CONFIRMATIONS, &code).await;
    again.expect_problem(403, codes::CREDENTIALS_REFUSED);
}

#[tokio::test]
async fn r_66_a_code_is_good_for_half_an_hour_and_three_tries_and_one_purpose() {
    let world = World::new().await;
    world.working_pin(ANNA).await;
    let code = restore_code(&world, ANNA).await.unwrap();
    confirm(&world, paths::PIN_REVOCATION_CONFIRMATIONS, &code)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    world.clock.advance(Duration::from_secs(1800));
    confirm(&world, paths::PIN_RESTORE_CONFIRMATIONS, &code)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    confirm(&world, paths::PIN_RESTORE_CONFIRMATIONS, "22222222")
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    confirm(&world, paths::PIN_RESTORE_CONFIRMATIONS, "22222222")
        .await
        .expect_problem(429, codes::TOO_MANY_REQUESTS);
    let unknown = json!({ "codice_fiscale": NOBODY, "code": "22222222" });
    for expected in [403, 403, 403, 429] {
        let answer = world.post(paths::PIN_RESTORE_CONFIRMATIONS, &unknown).await;
        assert_eq!(answer.status.as_u16(), expected, "unknown people wait as long");
    }
}

#[tokio::test]
async fn r_67_the_halves_of_a_restore_go_to_the_mobile_and_to_the_email() {
    let world = World::new().await;
    world.working_pin(ANNA).await;
    let before = world.arrived().len();
    world.restored_pin(ANNA).await;
    let arrived = world.arrived();
    let halves: Vec<ChannelKind> = arrived[before..]
        .iter()
        .filter(|message| message.subject.contains("parte del PIN"))
        .map(|message| message.channel)
        .collect();
    assert_eq!(halves, [ChannelKind::Sms, ChannelKind::Email]);
}

#[tokio::test]
async fn r_68_who_joins_the_halves_is_in_again_and_the_kind_is_kept() {
    let world = World::new().await;
    world.mistype(ANNA, 6).await;
    let issue = world.counter_issue(ANNA).await;
    world.portal.issue_at_counter(&issue, "rosa").await.unwrap();
    world.deliver().await;
    let pin = world.code_by(ChannelKind::Letter);
    let opened = world.type_pin(ANNA, &pin).await;
    assert_eq!(opened.body["me"]["kind"], "dispositivo");
    world.mistype(ANNA, 5).await;
    let restored = world.restored_pin(ANNA).await;
    let token = world.enter_with_pin(ANNA, &restored).await;
    let (_, token) = world.make_pin(&token, &json!({})).await;
    let me = world.get(paths::ME, Some(&token)).await.body;
    assert_eq!((&me["kind"], &me["level"]), (&json!("dispositivo"), &json!(2)));
}

#[tokio::test]
async fn r_70_without_live_contacts_the_pin_is_revoked_and_asked_for_again() {
    let world = World::new().await;
    let (pin, token) = world.working_pin(ANNA).await;
    let known = world.registered(ANNA).await;
    let mut body = json!({
        "codice_fiscale": ANNA,
        "tessera_number": "80380999000000000099",
        "tessera_expiry": known.tessera_expiry.to_string(),
        "contacts_lost": true,
    });
    let before = world.arrived().len();
    assert_eq!(world.post(paths::PIN_REVOCATIONS, &body).await.status, 202);
    world.deliver().await;
    assert_eq!(world.arrived().len(), before, "another tessera, no letter");
    body["tessera_number"] = json!(known.tessera_number);
    assert_eq!(world.post(paths::PIN_REVOCATIONS, &body).await.status, 202);
    world.deliver().await;
    let code = world.code_by(ChannelKind::Letter);
    world.clock.advance(Duration::from_secs(5 * 24 * 60 * 60));
    let answer = confirm(&world, paths::PIN_REVOCATION_CONFIRMATIONS, &code).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    world
        .get(paths::ME, Some(&token))
        .await
        .expect_problem(401, codes::SESSION_ENDED);
    world
        .type_pin(ANNA, &pin)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    world.clock.advance(Duration::from_secs(20));
    let (new, _) = world.working_pin(ANNA).await;
    assert_ne!(new, pin);
}

#[tokio::test]
async fn r_71_nobody_gets_a_second_pin() {
    let world = World::new().await;
    let (pin, _) = world.working_pin(ANNA).await;
    let before = world.arrived().len();
    world.ask_for_pin(ANNA).await;
    assert!(!world.portal.offer_by_letter(ANNA, "rosa").await.unwrap());
    let issue = world.counter_issue(ANNA).await;
    assert!(world.portal.issue_at_counter(&issue, "rosa").await.is_err());
    world.deliver().await;
    let arrived = world.arrived();
    assert!(
        arrived[before..]
            .iter()
            .all(|message| crate::tests::pins::code_in(&message.text).is_none())
    );
    world.enter_with_pin(ANNA, &pin).await;
}

#[tokio::test]
async fn r_72_halves_that_were_lost_age_and_the_pin_is_asked_for_again() {
    let world = World::new().await;
    let lost = world.initial_pin(ANNA).await;
    world.clock.advance(Duration::from_secs(30 * 24 * 60 * 60));
    world
        .type_pin(ANNA, &lost)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    world.clock.advance(Duration::from_secs(20));
    world.working_pin(ANNA).await;
}

#[tokio::test]
async fn halves_of_a_restore_that_nobody_used_age_and_another_restore_is_possible() {
    let world = World::new().await;
    world.working_pin(ANNA).await;
    let lost = world.restored_pin(ANNA).await;
    world.clock.advance(Duration::from_secs(30 * 24 * 60 * 60));
    world
        .type_pin(ANNA, &lost)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    world.clock.advance(Duration::from_secs(20));
    let restored = world.restored_pin(ANNA).await;
    world.enter_with_pin(ANNA, &restored).await;
}
