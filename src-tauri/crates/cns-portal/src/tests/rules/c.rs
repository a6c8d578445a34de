//! The form of the PIN.

use crate::outbox::ChannelKind;
use crate::tests::pins::ANNA;
use crate::tests::world::World;
use cns_portal_api::{PIN_ALPHABET, codes, paths};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn r_21_the_initial_pin_has_sixteen_characters_at_first_and_after_a_restore() {
    let world = World::new().await;
    let (pin, _) = world.working_pin(ANNA).await;
    let restored = world.restored_pin(ANNA).await;
    assert_eq!(restored.len(), 16);
    world
        .type_pin(ANNA, &pin)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    world.clock.advance(Duration::from_secs(20));
    let opened = world.type_pin(ANNA, &restored).await;
    assert_eq!(
        (opened.status.as_u16(), &opened.body["scope"]),
        (201, &json!("change_pin"))
    );
}

#[tokio::test]
async fn r_22_the_working_pin_has_eight_and_serves_for_every_later_access() {
    let world = World::new().await;
    let initial = world.initial_pin(ANNA).await;
    let token = world.enter_with_pin(ANNA, &initial).await;
    let (pin, _) = world.make_pin(&token, &json!({})).await;
    assert_eq!(pin.len(), 8);
    for typed in [
        pin.clone(),
        pin.to_lowercase(),
        format!("{} {}", &pin[..4], &pin[4..]),
    ] {
        let opened = world.type_pin(ANNA, &typed).await;
        assert_eq!(
            (opened.status.as_u16(), &opened.body["scope"]),
            (201, &json!("full"))
        );
    }
    world
        .type_pin(ANNA, &initial)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
}

#[tokio::test]
async fn r_24_every_character_is_a_letter_or_a_digit_that_is_taken_for_no_other() {
    let world = World::new().await;
    let (pin, _) = world.working_pin(ANNA).await;
    let halves = world.code_by(ChannelKind::Sms) + &world.code_by(ChannelKind::Letter);
    let all = pin + &halves;
    assert!(all.chars().all(|symbol| PIN_ALPHABET.contains(symbol)), "{all}");
    assert!(
        ["0", "1", "I", "O"]
            .iter()
            .all(|symbol| !PIN_ALPHABET.contains(symbol))
    );
    for typed in ["ABCDEFG", "ABCDEFGHJ", "ABCDEFG0", "ABCDEFGHABCDEFG", ""] {
        let body = json!({ "codice_fiscale": ANNA, "pin": typed });
        let answer = world.post(paths::PIN_SESSIONS, &body).await;
        answer.expect_problem(422, codes::INVALID_REQUEST);
        assert_eq!(answer.body["reasons"], json!(["pin"]));
    }
}
