//! Log-in with the PIN, its first use, its age.

use crate::Settings;
use crate::pin::{ChangeBy, MaxAge, PinRules};
use crate::tests::pins::ANNA;
use crate::tests::world::World;
use cns_portal_api::{codes, paths};
use serde_json::json;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn ruled(rules: PinRules) -> World {
    World::with(Settings {
        pin: rules,
        ..Settings::in_memory().unwrap()
    })
    .await
}

#[tokio::test]
async fn r_49_the_code_and_the_pin_open_the_area() {
    let world = World::new().await;
    let (pin, _) = world.working_pin(ANNA).await;
    let opened = world.type_pin(ANNA, &pin).await;
    assert_eq!(opened.status, 201);
    assert_eq!(opened.body["scope"], "full");
    assert_eq!(opened.body["me"]["method"], "pin");
    assert_eq!(opened.body["me"]["codice_fiscale"], ANNA);
    let token = opened.body["token"].as_str().unwrap();
    assert_eq!(
        world.get(paths::CONTRIBUTION_STATEMENT, Some(token)).await.status,
        200
    );
    let about = world.get(paths::MY_PIN, Some(token)).await.body;
    assert_eq!(
        (&about["state"], &about["kind"]),
        (&json!("attivo"), &json!("ordinario"))
    );
}

#[tokio::test]
async fn r_50_the_first_access_leads_to_the_change_and_nowhere_else() {
    let world = World::new().await;
    let initial = world.initial_pin(ANNA).await;
    let opened = world.type_pin(ANNA, &initial).await;
    assert_eq!(opened.body["scope"], "change_pin");
    let token = opened.body["token"].as_str().unwrap().to_owned();
    for path in [
        paths::ME,
        paths::MY_PIN,
        paths::CONTRIBUTION_STATEMENT,
        paths::MY_SERVICES,
        paths::MY_NOTICES,
    ] {
        let answer = world.get(path, Some(&token)).await;
        answer.expect_problem(403, codes::PIN_CHANGE_REQUIRED);
    }
    let (pin, new_token) = world.make_pin(&token, &json!({})).await;
    assert_eq!(world.get(paths::ME, Some(&new_token)).await.status, 200);
    let old = world.get(paths::ME, Some(&token)).await;
    old.expect_problem(401, codes::SESSION_ENDED);
    world.enter_with_pin(ANNA, &pin).await;
}

#[tokio::test]
async fn r_50_a_session_that_may_only_change_the_pin_ends_after_ten_minutes_or_when_it_is_closed() {
    let world = World::new().await;
    let initial = world.initial_pin(ANNA).await;
    let token = world.enter_with_pin(ANNA, &initial).await;
    assert_eq!(world.log_out(&token).await.status, 204);
    let token = world.enter_with_pin(ANNA, &initial).await;
    world.clock.advance(Duration::from_secs(600));
    let answer = world.put(paths::MY_PIN, &token, &json!({})).await;
    answer.expect_problem(401, codes::SESSION_ENDED);
}

#[tokio::test]
async fn r_53_where_data_are_sensitive_the_pin_is_changed_every_three_months() {
    expires_after(Some(MaxAge { months: 3 }), 92).await;
}

#[tokio::test]
async fn r_54_the_pin_expires_after_six_months() {
    expires_after(PinRules::default().max_age, 181).await;
}

/// From NOW, 22 November 2026, so many days to the same day of a later month.
async fn expires_after(max_age: Option<MaxAge>, days: u32) {
    let world = ruled(PinRules {
        max_age,
        ..PinRules::default()
    })
    .await;
    let (pin, _) = world.working_pin(ANNA).await;
    world.clock.advance(DAY * days - Duration::from_secs(1));
    let opened = world.type_pin(ANNA, &pin).await;
    assert_eq!(opened.body["scope"], "full");
    world.clock.advance(Duration::from_secs(1));
    let opened = world.type_pin(ANNA, &pin).await;
    assert_eq!(opened.body["scope"], "change_pin");
}

#[tokio::test]
async fn r_54_a_body_may_let_the_pin_live_on() {
    let world = ruled(PinRules {
        max_age: None,
        ..PinRules::default()
    })
    .await;
    let (pin, _) = world.working_pin(ANNA).await;
    world.clock.advance(DAY * 4000);
    assert_eq!(world.type_pin(ANNA, &pin).await.body["scope"], "full");
}

#[tokio::test]
async fn r_55_an_expired_pin_gives_a_new_one_at_once() {
    let world = World::new().await;
    let (old, _) = world.working_pin(ANNA).await;
    world.clock.advance(DAY * 200);
    let token = world.enter_with_pin(ANNA, &old).await;
    let (new, token) = world.make_pin(&token, &json!({})).await;
    assert_ne!(new, old);
    assert_eq!(world.get(paths::ME, Some(&token)).await.status, 200);
    world
        .type_pin(ANNA, &old)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    world.clock.advance(Duration::from_secs(20));
    world.enter_with_pin(ANNA, &new).await;
}

#[tokio::test]
async fn r_56_the_initial_pin_is_typed_whole() {
    let world = World::new().await;
    let initial = world.initial_pin(ANNA).await;
    let (first, second) = initial.split_at(8);
    for typed in [first.to_owned(), second.to_owned(), format!("{second}{first}")] {
        let answer = world.type_pin(ANNA, &typed).await;
        answer.expect_problem(403, codes::CREDENTIALS_REFUSED);
        world.clock.advance(Duration::from_secs(20));
    }
    let with_hyphens = format!(
        "{}-{}-{}-{}",
        &first[..4],
        &first[4..],
        &second[..4],
        &second[4..]
    );
    world.enter_with_pin(ANNA, &with_hyphens.to_lowercase()).await;
}

#[tokio::test]
async fn a_change_wants_the_present_pin_and_ends_the_other_sessions_by_pin() {
    let world = World::new().await;
    let (pin, token) = world.working_pin(ANNA).await;
    let other = world.enter_with_pin(ANNA, &pin).await;
    let card = world.enter(ANNA).await;
    world
        .put(paths::MY_PIN, &token, &json!({}))
        .await
        .expect_problem(422, codes::INVALID_REQUEST);
    world
        .put(paths::MY_PIN, &token, &json!({ "current": "22222222" }))
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    world.clock.advance(Duration::from_secs(20));
    let (new, _) = world.make_pin(&token, &json!({ "current": pin })).await;
    for (token, status) in [(&token, 401), (&other, 401), (&card, 200)] {
        assert_eq!(world.get(paths::ME, Some(token)).await.status.as_u16(), status);
    }
    world
        .put(paths::MY_PIN, &card, &json!({ "current": new }))
        .await
        .expect_problem(409, codes::CONFLICT);
}

#[tokio::test]
async fn a_chosen_pin_is_neither_simple_nor_personal_nor_one_of_the_last() {
    let world = ruled(PinRules {
        change_by: ChangeBy::Chosen,
        ..PinRules::default()
    })
    .await;
    let initial = world.initial_pin(ANNA).await;
    let mut token = world.enter_with_pin(ANNA, &initial).await;
    for (chosen, reason) in [
        ("ABCDEFG", "form"),
        ("ABCDEFG0", "form"),
        ("AAAAAAAA", "too_simple"),
        ("ABABABAB", "too_simple"),
        ("23456789", "too_simple"),
        ("ZYXWVUTS", "too_simple"),
        ("VRDNNA85", "personal"),
        ("NNA85P52", "personal"),
    ] {
        let answer = world
            .put(paths::MY_PIN, &token, &json!({ "chosen": chosen }))
            .await;
        answer.expect_problem(422, codes::PIN_NOT_ACCEPTABLE);
        assert_eq!(answer.body["reasons"], json!([reason]), "{chosen}");
    }
    let values = ["KQ7TRW2M", "KQ7TRW3M", "KQ7TRW4M", "KQ7TRW5M", "KQ7TRW6M"];
    for (place, chosen) in values.iter().enumerate() {
        let mut body = json!({ "chosen": chosen });
        if place > 0 {
            body["current"] = json!(values[place - 1]);
        }
        let (told, next) = world.make_pin(&token, &body).await;
        assert_eq!(told, "", "what was chosen is not told back");
        token = next;
    }
    // The present one and the three before it, not the first of all.
    for old in &values[1..] {
        let body = json!({ "current": values[4], "chosen": old });
        let answer = world.put(paths::MY_PIN, &token, &body).await;
        answer.expect_problem(422, codes::PIN_NOT_ACCEPTABLE);
        assert_eq!(answer.body["reasons"], json!(["used_before"]), "{old}");
    }
    let body = json!({ "current": values[4], "chosen": values[0] });
    world.make_pin(&token, &body).await;
}

#[tokio::test]
async fn where_the_portal_makes_the_pin_nobody_chooses_it() {
    let world = World::new().await;
    let (pin, token) = world.working_pin(ANNA).await;
    let body = json!({ "current": pin, "chosen": "KQ7TRW2M" });
    let answer = world.put(paths::MY_PIN, &token, &body).await;
    answer.expect_problem(422, codes::PIN_NOT_ACCEPTABLE);
    assert_eq!(answer.body["reasons"], json!(["not_offered"]));
}
