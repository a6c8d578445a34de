//! Wrong tries at log-in: one answer, longer and longer waits, a lock; and portals without a PIN.

use crate::Settings;
use crate::pin::{PinRules, PinStatus};
use crate::tests::pins::{ANNA, BRUNO, NOBODY};
use crate::tests::pki;
use crate::tests::world::{World, request};
use axum::body::Body;
use axum::http::Method;
use cns_portal_api::{codes, paths};
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The answer to a typed PIN, and how often Argon2 ran for it.
async fn refusal(world: &World, codice_fiscale: &str, pin: &str) -> (u16, Value, u64) {
    let before = world.portal.hasher().runs();
    let answer = world.type_pin(codice_fiscale, pin).await;
    answer.expect_problem(403, codes::CREDENTIALS_REFUSED);
    let runs = world.portal.hasher().runs() - before;
    world.clock.advance(Duration::from_secs(20));
    (answer.status.as_u16(), answer.body, runs)
}

#[tokio::test]
async fn unknown_wrong_locked_ended_and_not_yet_active_are_one_answer_after_the_same_work() {
    let world = World::new().await;
    let (pin, _) = world.working_pin(ANNA).await;
    let wrong = [
        refusal(&world, ANNA, "22222222").await,
        refusal(&world, ANNA, "2222222222222222").await,
    ];
    let mut seen = Vec::new();
    // Unknown.
    seen.push([
        refusal(&world, NOBODY, "22222222").await,
        refusal(&world, NOBODY, "2222222222222222").await,
    ]);
    // Not yet active.
    world.initial_pin(BRUNO).await;
    seen.push([
        refusal(&world, BRUNO, "22222222").await,
        refusal(&world, BRUNO, "2222222222222222").await,
    ]);
    // Locked, with the right PIN.
    world.mistype(ANNA, 3).await;
    seen.push([
        refusal(&world, ANNA, &pin).await,
        refusal(&world, ANNA, "2222222222222222").await,
    ]);
    // Ended, with the right PIN.
    world.revoke(ANNA).await;
    seen.push([
        refusal(&world, ANNA, &pin).await,
        refusal(&world, ANNA, "2222222222222222").await,
    ]);
    for pair in seen {
        assert_eq!(pair, wrong);
    }
    assert_eq!((wrong[0].2, wrong[1].2), (1, 2));
}

#[tokio::test]
async fn each_wrong_try_makes_the_next_wait_longer_for_unknown_people_too() {
    let world = World::new().await;
    let (pin, _) = world.working_pin(ANNA).await;
    for person in [ANNA, NOBODY] {
        for wait in [1, 2, 4, 8] {
            world
                .type_pin(person, "22222222")
                .await
                .expect_problem(403, codes::CREDENTIALS_REFUSED);
            let before = world.portal.hasher().runs();
            let answer = world.type_pin(person, &pin).await;
            answer.expect_problem(429, codes::TOO_MANY_REQUESTS);
            assert_eq!(answer.headers["retry-after"], wait.to_string());
            assert_eq!(world.portal.hasher().runs(), before, "nothing is compared");
            world.clock.advance(Duration::from_secs(wait));
        }
    }
    // Waiting was not counted: the fifth try is still looked at, and a good one forgives the others.
    world.enter_with_pin(ANNA, &pin).await;
    world.mistype(ANNA, 4).await;
    world.enter_with_pin(ANNA, &pin).await;
}

#[tokio::test]
async fn five_wrong_tries_lock_the_pin_and_never_the_card() {
    let world = World::new().await;
    let (pin, token) = world.working_pin(ANNA).await;
    let card = world.enter(ANNA).await;
    let before = world.arrived().len();
    world.mistype(ANNA, 5).await;
    world
        .get(paths::ME, Some(&token))
        .await
        .expect_problem(401, codes::SESSION_ENDED);
    assert_eq!(world.get(paths::ME, Some(&card)).await.status, 200);
    world.clock.advance(DAY);
    world
        .type_pin(ANNA, &pin)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    let card_again = world.enter(ANNA).await;
    let about = world.get(paths::MY_PIN, Some(&card_again)).await.body;
    assert_eq!(about["state"], "bloccato");
    world.deliver().await;
    let told = world.arrived();
    let told: Vec<_> = told[before..].iter().map(|message| message.channel).collect();
    assert_eq!(told.len(), 2, "both contacts are told, once: {told:?}");
    world.deliver().await;
    assert_eq!(world.arrived().len(), before + 2);
}

#[tokio::test]
async fn twenty_wrong_tries_from_one_address_make_the_address_wait() {
    let world = World::new().await;
    let (pin, _) = world.working_pin(ANNA).await;
    for number in 0..20 {
        let born = time::Date::from_calendar_date(1960 + number, time::Month::May, 3).unwrap();
        let person = crate::tests::people::codice_fiscale("XXXYYY", born, true);
        let answer = world.type_pin(person.as_str(), "22222222").await;
        answer.expect_problem(403, codes::CREDENTIALS_REFUSED);
        assert_eq!(answer.headers["x-ratelimit-limit"], "20");
        assert_eq!(answer.headers["x-ratelimit-remaining"], (19 - number).to_string());
        assert_eq!(answer.headers["x-ratelimit-reset"], "900");
    }
    let answer = world.type_pin(ANNA, &pin).await;
    answer.expect_problem(429, codes::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers["x-ratelimit-remaining"], "0");
    assert_eq!(answer.headers["retry-after"], "900");
    let elsewhere = |address: &str| {
        let body = json!({ "codice_fiscale": ANNA, "pin": pin }).to_string();
        let mut request = request(Method::POST, paths::PIN_SESSIONS, None, Body::from(body));
        let address = crate::throttle::PeerAddress(address.parse().unwrap());
        request.extensions_mut().insert(address);
        request
    };
    let answer = world.ask_api(elsewhere("192.0.2.7")).await;
    assert_eq!(answer.status, 201, "another address does not wait");
    world.clock.advance(Duration::from_secs(900));
    world.enter_with_pin(ANNA, &pin).await;
}

#[tokio::test]
async fn a_restart_forgives_nobody_and_two_portals_count_together() {
    let folder = tempfile::tempdir().unwrap();
    let database = match crate::tests::on_postgres::database() {
        crate::Database::Memory => crate::Database::File(folder.path().join("portal.sqlite")),
        database @ (crate::Database::File(_) | crate::Database::Postgres(_)) => database,
    };
    let world = World::on(&database).await;
    let (pin, _) = world.working_pin(ANNA).await;
    world.mistype(ANNA, 3).await;
    let other = world.beside(&database).await;
    other
        .type_pin(ANNA, "22222222")
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
    let answer = world.type_pin(ANNA, &pin).await;
    answer.expect_problem(429, codes::TOO_MANY_REQUESTS);
    world.clock.advance(Duration::from_secs(8));
    world.portal.close().await;
    other.mistype(ANNA, 1).await;
    other
        .type_pin(ANNA, &pin)
        .await
        .expect_problem(403, codes::CREDENTIALS_REFUSED);
}

#[tokio::test]
async fn twenty_tries_at_once_are_one_try() {
    let world = World::new().await;
    world.working_pin(ANNA).await;
    let before = world.portal.hasher().runs();
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let portal = world.portal.clone();
        tries.spawn(async move {
            let login = serde_json::from_value(json!({ "codice_fiscale": ANNA, "pin": "22222222" })).unwrap();
            portal.log_in_with_pin(&login, Default::default()).await.is_ok()
        });
    }
    while let Some(entered) = tries.join_next().await {
        assert!(!entered.unwrap());
    }
    assert_eq!(world.portal.hasher().runs() - before, 1);
}

#[tokio::test]
async fn a_portal_without_a_pin_says_so_everywhere_and_opens_with_the_card() {
    for rules in [
        PinRules {
            enabled: false,
            ..PinRules::default()
        },
        PinRules {
            status: PinStatus::Forbidden,
            ..PinRules::default()
        },
    ] {
        let world = World::with(Settings {
            pin: rules,
            ..Settings::in_memory().unwrap()
        })
        .await;
        let form = world.form(ANNA).await;
        for (path, body) in [
            (paths::PIN_REQUESTS, form),
            (
                paths::PIN_SESSIONS,
                json!({ "codice_fiscale": ANNA, "pin": "22222222" }),
            ),
            (paths::PIN_RESTORES, json!({ "codice_fiscale": ANNA })),
            (paths::PIN_REQUEST_LOOKUPS, json!({ "receipt": "x" })),
        ] {
            let answer = world.post(path, &body).await;
            answer.expect_problem(403, codes::PIN_NOT_OFFERED);
        }
        world.log_in(&pki::card_of(ANNA)).await;
    }
}
