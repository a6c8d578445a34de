//! The request.

use crate::outbox::ChannelKind;
use crate::tests::pins::{ANNA, BRUNO, NOBODY};
use crate::tests::world::World;
use cns_portal_api::{codes, paths};
use serde_json::{Value, json};

#[tokio::test]
async fn r_25_a_pin_is_asked_for_online_and_both_halves_come() {
    let world = World::new().await;
    let receipt = world.ask_for_pin(ANNA).await;
    assert_eq!(world.followed(&receipt).await["state"], "richiesto");
    world.deliver().await;
    assert_eq!(world.followed(&receipt).await["state"], "seconda_parte_inviata");
    let ways: Vec<ChannelKind> = world.arrived().iter().map(|message| message.channel).collect();
    assert_eq!(ways, [ChannelKind::Sms, ChannelKind::Letter]);
}

#[tokio::test]
async fn r_26_the_first_step_asks_for_the_code_and_where_one_lives() {
    let world = World::new().await;
    for (residence, code, status) in [
        ("italy", ANNA, 204),
        ("abroad", "vrdnna85p52z999y", 204),
        ("moon", ANNA, 422),
        ("italy", "VRDNNA85P52Z999A", 422),
    ] {
        let body = json!({ "codice_fiscale": code, "residence": residence });
        let answer = world.post(paths::PIN_REQUEST_CHECKS, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{residence} {code}");
    }
}

#[tokio::test]
async fn r_27_the_code_is_checked_before_the_second_step_and_nothing_is_said_of_whom_it_is() {
    let world = World::new().await;
    for known in [ANNA, NOBODY] {
        let body = json!({ "codice_fiscale": known, "residence": "italy" });
        let answer = world.post(paths::PIN_REQUEST_CHECKS, &body).await;
        assert_eq!((answer.status.as_u16(), answer.body), (204, Value::Null));
    }
    let body = json!({ "codice_fiscale": "VRDNNA", "residence": "italy" });
    let answer = world.post(paths::PIN_REQUEST_CHECKS, &body).await;
    answer.expect_problem(422, codes::INVALID_REQUEST);
    assert_eq!(answer.body["reasons"], json!(["codice_fiscale"]));
}

/// Takes a field away, or puts another value there, and says what is wrong.
async fn wrong(changes: &[(&str, Value)]) -> Value {
    let world = World::new().await;
    let mut form = world.form(ANNA).await;
    for (pointer, value) in changes {
        *form.pointer_mut(pointer).unwrap() = value.clone();
    }
    let answer = world.post(paths::PIN_REQUESTS, &form).await;
    answer.expect_problem(422, codes::INVALID_REQUEST);
    world.deliver().await;
    assert!(world.arrived().is_empty());
    answer.body["reasons"].clone()
}

#[tokio::test]
async fn r_28_the_second_step_wants_the_whole_person() {
    for (pointer, value, field) in [
        ("/surname", json!(""), "surname"),
        ("/surname", json!("  \t "), "surname"),
        ("/name", json!("a\u{7}b"), "name"),
        ("/birth_place", json!("x".repeat(81)), "birth_place"),
        ("/codice_fiscale", json!("VRDNNA85P52Z999A"), "codice_fiscale"),
    ] {
        assert_eq!(wrong(&[(pointer, value)]).await, json!([field]));
    }
}

#[tokio::test]
async fn r_29_the_second_step_wants_the_whole_address() {
    for (pointer, value, field) in [
        ("/address/street", json!(""), "address.street"),
        ("/address/town", json!(""), "address.town"),
        ("/address/province", json!("Roma"), "address.province"),
        ("/address/postal_code", json!("1234"), "address.postal_code"),
        ("/address/country", json!("FR"), "address.country"),
    ] {
        assert_eq!(wrong(&[(pointer, value)]).await, json!([field]));
    }
}

#[tokio::test]
async fn r_30_the_second_step_takes_every_contact_and_the_phone_to_call() {
    for (pointer, value, field) in [
        ("/contacts/mobile", json!("333"), "contacts.mobile"),
        ("/contacts/email", json!("anna"), "contacts.email"),
        ("/preferred_phone", json!("landline"), "preferred_phone"),
        ("/preferred_phone", json!("email"), "preferred_phone"),
    ] {
        assert_eq!(wrong(&[(pointer, value)]).await, json!([field]));
    }
    let world = World::new().await;
    let mut form = world.form(ANNA).await;
    form["contacts"]["landline"] = json!("+39 06 1234567");
    form["contacts"]["pec"] = json!("anna@pec.example.org");
    form["preferred_phone"] = json!("landline");
    form["call_slot"] = json!("evening");
    assert_eq!(world.post(paths::PIN_REQUESTS, &form).await.status, 201);
}

#[tokio::test]
async fn r_31_one_phone_and_one_email_are_compulsory() {
    let only = |contacts: Value| wrong_contacts(contacts);
    for (contacts, fields) in [
        (json!({ "mobile": "+393331234567" }), json!(["contacts.email"])),
        (
            json!({ "email": "anna@example.org" }),
            json!(["contacts.mobile", "preferred_phone"]),
        ),
        (
            json!({}),
            json!(["contacts.mobile", "contacts.email", "preferred_phone"]),
        ),
    ] {
        assert_eq!(only(contacts).await, fields);
    }
}

async fn wrong_contacts(contacts: Value) -> Value {
    wrong(&[("/contacts", contacts)]).await
}

#[tokio::test]
async fn r_32_the_form_must_be_complete() {
    let world = World::new().await;
    let form = world.form(ANNA).await;
    for field in form.as_object().unwrap().keys() {
        let mut torn = form.clone();
        torn.as_object_mut().unwrap().remove(field);
        let answer = world.post(paths::PIN_REQUESTS, &torn).await;
        answer.expect_problem(422, codes::INVALID_REQUEST);
    }
    assert_eq!(
        wrong(&[("/surname", json!("")), ("/contacts/email", json!("x"))]).await,
        json!(["surname", "contacts.email"]),
        "all that is wrong is said at once"
    );
}

#[tokio::test]
async fn r_35_the_receipt_says_what_comes_where() {
    let world = World::new().await;
    let answer = world.post(paths::PIN_REQUESTS, &world.form(ANNA).await).await;
    let expected = &answer.body["expected"];
    let both = [
        ("first", "mobile", "···· 567"),
        ("second", "letter", "indirizzo di residenza"),
    ];
    for (place, (half, by, to)) in both.into_iter().enumerate() {
        assert_eq!(expected[place]["half"], half);
        assert_eq!(expected[place]["by"], by);
        assert_eq!(expected[place]["to"], to);
        assert_eq!(expected[place]["sent"], false);
    }
    let receipt = answer.body["receipt"].as_str().unwrap();
    assert_eq!(receipt.len(), 19);
    world.deliver().await;
    let followed = world.followed(&receipt.to_lowercase().replace('-', "")).await;
    assert_eq!(followed["expected"][0]["sent"], true);
    assert_eq!(followed["expected"][1]["sent"], true);
}

#[tokio::test]
async fn r_36_who_gives_another_address_is_called_before_anything_leaves() {
    let world = World::new().await;
    let mut form = world.form(ANNA).await;
    form["address"]["street"] = json!("Via Nuova 1");
    let answer = world.post(paths::PIN_REQUESTS, &form).await;
    world.deliver().await;
    assert!(world.arrived().is_empty());
    let receipt = answer.body["receipt"].as_str().unwrap();
    assert_eq!(world.followed(receipt).await["state"], "da_verificare");
    let cases = world.portal.requests_to_verify().await.unwrap();
    assert_eq!(cases[0].reasons, ["address"]);
    assert_eq!(cases[0].call, "+393331234567 (8-12)");

    let id = &cases[0].id;
    world.portal.note_call(id, true, "rosa").await.unwrap();
    world.deliver().await;
    assert_eq!(world.followed(receipt).await["state"], "seconda_parte_inviata");
    assert!(world.portal.note_call(id, true, "rosa").await.is_err());
}

#[tokio::test]
async fn r_36_a_request_that_nobody_confirms_on_the_phone_ends() {
    let world = World::new().await;
    let mut form = world.form(ANNA).await;
    form["residence"] = json!("abroad");
    form["address"]["country"] = json!("FR");
    let answer = world.post(paths::PIN_REQUESTS, &form).await;
    world.deliver().await;
    let cases = world.portal.requests_to_verify().await.unwrap();
    assert_eq!(cases[0].reasons, ["address", "abroad"]);
    world.portal.note_call(&cases[0].id, false, "rosa").await.unwrap();
    world.deliver().await;
    assert!(world.arrived().is_empty());
    let receipt = answer.body["receipt"].as_str().unwrap();
    assert_eq!(world.followed(receipt).await["state"], "revocato");
    assert_eq!(
        world.initial_pin(ANNA).await.len(),
        16,
        "another request is possible"
    );
}

#[tokio::test]
async fn r_40_the_halves_are_promised_and_their_leaving_is_seen() {
    let world = World::new().await;
    let answer = world.post(paths::PIN_REQUESTS, &world.form(ANNA).await).await;
    assert_eq!(answer.body["expected"][0]["within_hours"], 14 * 24);
    assert_eq!(answer.body["expected"][1]["within_hours"], 48);
}

#[tokio::test]
async fn r_41_a_pin_asked_for_online_is_ordinario() {
    let world = World::new().await;
    let (_, token) = world.working_pin(ANNA).await;
    let me = world.get(paths::ME, Some(&token)).await.body;
    assert_eq!((&me["kind"], &me["level"]), (&json!("ordinario"), &json!(1)));
}

#[tokio::test]
async fn the_same_request_sent_twice_is_one_and_its_key_is_good_for_no_other() {
    let world = World::new().await;
    let form = world.form(ANNA).await;
    let first = world.post(paths::PIN_REQUESTS, &form).await;
    let again = world.post(paths::PIN_REQUESTS, &form).await;
    assert_eq!(first.body, again.body);
    let mut other = world.form(BRUNO).await;
    other["idempotency_key"] = form["idempotency_key"].clone();
    let answer = world.post(paths::PIN_REQUESTS, &other).await;
    answer.expect_problem(409, codes::CONFLICT);
    world.deliver().await;
    assert_eq!(world.arrived().len(), 2, "one half each way");
}

#[tokio::test]
async fn who_has_a_pin_gets_the_same_answer_and_no_other_pin() {
    let world = World::new().await;
    let (pin, _) = world.working_pin(ANNA).await;
    let before = world.arrived().len();
    let first = world.post(paths::PIN_REQUESTS, &world.form(BRUNO).await).await;
    let again = world.post(paths::PIN_REQUESTS, &world.form(ANNA).await).await;
    assert_eq!((first.status, again.status.as_u16()), (again.status, 201));
    let receipt = again.body["receipt"].as_str().unwrap();
    let state = world.followed(receipt).await;
    world.deliver().await;
    assert_eq!(world.followed(receipt).await, state);
    let told = world.arrived();
    let to_anna = told[before..]
        .iter()
        .filter(|message| message.subject.contains("nuovo PIN"));
    assert_eq!(to_anna.count(), 2, "both contacts learn of it");
    world.enter_with_pin(ANNA, &pin).await;
}

#[tokio::test]
async fn a_receipt_that_nobody_gave_is_nobody_s() {
    let world = World::new().await;
    for receipt in ["", "AAAA-AAAA-AAAA-AAAA", "0"] {
        let answer = world
            .post(paths::PIN_REQUEST_LOOKUPS, &json!({ "receipt": receipt }))
            .await;
        answer.expect_problem(404, codes::NOT_FOUND);
    }
}
