//! B, applications: what is asked for, with which PIN, and what becomes of it.

use crate::tests::desk::{assegno_unico, somebody};
use crate::tests::people::codice_fiscale;
use crate::tests::pki::{Flaw, card};
use crate::tests::world::{World, request};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use cns_portal_api::{PinKind, codes, paths};
use serde_json::{Value, json};
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::date;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn instant(text: &Value) -> OffsetDateTime {
    OffsetDateTime::parse(text.as_str().unwrap(), &Rfc3339).unwrap()
}

fn states(application: &Value) -> Vec<&str> {
    let events = application["events"].as_array().unwrap();
    events
        .iter()
        .map(|event| event["state"].as_str().unwrap())
        .collect()
}

fn isee(person: &str) -> Value {
    json!({"form": {"kind": "isee", "household": [person], "rents": false, "statements_accepted": true}})
}

fn address() -> Value {
    json!({"form": {"kind": "variazione_indirizzo", "since": "2020-01-01", "address": {
        "street": "Via Nuova 2", "town": "Roma", "province": "RM", "postal_code": "00100", "country": "IT"}}})
}

#[tokio::test]
async fn r_11_a_dispositivo_asks_for_a_benefit_and_it_is_received_at_once() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Dispositivo).await;
    let filed = world.filed(&token, &assegno_unico()).await;
    assert_eq!(
        (&filed["state"], &filed["level"]),
        (&json!("acquisita"), &json!("dispositivo"))
    );
    assert_eq!(
        instant(&filed["filed_at"]).unix_timestamp(),
        world.portal.now().unix_timestamp()
    );
    assert!(
        filed["protocol"].as_str().unwrap().ends_with(".0000001"),
        "{filed}"
    );
    assert_eq!(states(&filed), ["bozza", "acquisita"]);
}

#[tokio::test]
async fn r_11_the_card_is_more_than_a_dispositivo() {
    let world = World::new().await;
    let token = world.log_in(&card(Flaw::None)).await;
    let filed = world.filed(&token, &assegno_unico()).await;
    assert_eq!(
        (&filed["state"], &filed["level"]),
        (&json!("acquisita"), &json!("cns"))
    );
}

#[tokio::test]
async fn r_12_the_isee_and_a_change_of_address_want_a_dispositivo() {
    let world = World::new().await;
    let (anna, bruna) = (somebody("BNCNNA"), somebody("VRDBRN"));
    let ordinario = world.with_pin(&anna, PinKind::Ordinario).await;
    for form in [isee(anna.as_str()), address()] {
        let answer = world
            .send(Method::POST, paths::APPLICATIONS, &ordinario, &form)
            .await;
        answer.expect_problem(403, codes::LEVEL_TOO_LOW);
    }
    let dispositivo = world.with_pin(&bruna, PinKind::Dispositivo).await;
    for form in [isee(bruna.as_str()), address()] {
        assert_eq!(world.filed(&dispositivo, &form).await["state"], "acquisita");
    }
}

#[tokio::test]
async fn r_15_an_application_filed_with_an_ordinario_pin_keeps_its_date() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let filed_at = world.portal.now().unix_timestamp();
    let filed = world.filed(&token, &assegno_unico()).await;
    assert_eq!(
        (&filed["state"], &filed["level"]),
        (&json!("trattenuta"), &json!("ordinario"))
    );
    assert_eq!(instant(&filed["filed_at"]).unix_timestamp(), filed_at);
    assert!(filed["protocol"].is_string());
    let note = filed["events"][1]["note"].as_str().unwrap();
    assert!(note.contains("La data è salva"), "{note}");
}

#[tokio::test]
async fn r_16_what_is_held_is_worked_only_once_the_pin_is_converted_and_with_its_first_date() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let held = world.filed(&token, &assegno_unico()).await;
    let id = held["id"].as_str().unwrap();
    let operator = world.operator("oscar").await;
    world
        .move_on(&operator, id, "in_istruttoria", None)
        .await
        .expect_problem(409, codes::CONFLICT);

    world.clock.advance(Duration::from_secs(600));
    let conversion = world.conversion_sent(&token).await;
    let decided = world
        .decide(&operator, &conversion, &json!({"granted": true}))
        .await;
    assert_eq!(
        (decided.status, &decided.body["state"]),
        (StatusCode::OK, &json!("accolta"))
    );

    let application = world.application(&token, id).await;
    assert_eq!(application["state"], "acquisita");
    assert_eq!(
        (&application["filed_at"], &application["protocol"]),
        (&held["filed_at"], &held["protocol"])
    );
    assert_eq!(states(&application), ["bozza", "trattenuta", "acquisita"]);
    assert_eq!(
        (instant(&application["events"][2]["at"]) - instant(&held["filed_at"])).whole_seconds(),
        600
    );
    let answer = world.move_on(&operator, id, "in_istruttoria", None).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn r_16_coming_with_the_card_moves_on_what_was_held() {
    let world = World::new().await;
    let person = codice_fiscale("RSSMRA", date!(1980 - 01 - 01), false);
    let token = world.with_pin(&person, PinKind::Ordinario).await;
    let held = world.filed(&token, &assegno_unico()).await;
    world.clock.advance(Duration::from_secs(60));
    let with_card = world.log_in(&card(Flaw::None)).await;
    let application = world.application(&with_card, held["id"].as_str().unwrap()).await;
    assert_eq!(application["state"], "acquisita");
    assert_eq!(application["filed_at"], held["filed_at"]);
}

#[tokio::test]
async fn r_13_the_sessions_pin_stays_the_same_and_can_do_more_after_the_conversion() {
    let world = World::new().await;
    let person = somebody("BNCNNA");
    let token = world.with_pin(&person, PinKind::Ordinario).await;
    let conversion = world.conversion_sent(&token).await;
    let operator = world.operator("oscar").await;
    world
        .decide(&operator, &conversion, &json!({"granted": true}))
        .await;
    assert_eq!(
        world.filed(&token, &isee(person.as_str())).await["state"],
        "acquisita"
    );
}

#[tokio::test]
async fn filing_twice_is_refused_and_the_date_is_the_first() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let filed = world.filed(&token, &assegno_unico()).await;
    let id = filed["id"].as_str().unwrap();
    world.clock.advance(DAY / 24 / 6);
    world.file(&token, id).await.expect_problem(409, codes::CONFLICT);
    assert_eq!(world.application(&token, id).await, filed);
}

#[tokio::test]
async fn of_two_that_file_at_the_same_moment_one_does() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let id = world.draft(&token, &assegno_unico()).await;
    let (one, other) = tokio::join!(world.file(&token, &id), world.file(&token, &id));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(
        states(&world.application(&token, &id).await),
        ["bozza", "trattenuta"]
    );
}

#[tokio::test]
async fn nothing_stays_held_when_a_conversion_is_decided_while_something_is_filed() {
    let world = World::new().await;
    let operator = world.operator("oscar").await;
    for letters in ["BNCNNA", "VRDBRN", "NREGLI", "RSSCRL", "GLLDNI", "MRRFBA"] {
        let token = world.with_pin(&somebody(letters), PinKind::Ordinario).await;
        let id = world.draft(&token, &assegno_unico()).await;
        let conversion = world.conversion_sent(&token).await;
        let granted = json!({"granted": true});
        let (filed, decided) = tokio::join!(
            world.file(&token, &id),
            world.decide(&operator, &conversion, &granted)
        );
        assert_eq!((filed.status, decided.status), (StatusCode::OK, StatusCode::OK));
        let application = world.application(&token, &id).await;
        assert_eq!(application["state"], "acquisita", "{letters}");
        assert_eq!(application["filed_at"], filed.body["filed_at"]);
    }
}

#[tokio::test]
async fn a_draft_is_changed_by_who_knows_its_version() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let id = world.draft(&token, &assegno_unico()).await;
    let path = paths::APPLICATION.replace("{id}", &id);
    let put = |version: Option<&'static str>| {
        let mut request = request(
            Method::PUT,
            &path,
            Some(&token),
            Body::from(assegno_unico().to_string()),
        );
        if let Some(version) = version {
            request
                .headers_mut()
                .insert(header::IF_MATCH, version.parse().unwrap());
        }
        world.ask_api(request)
    };
    put(None).await.expect_problem(428, codes::VERSION_REQUIRED);
    for wrong in ["\"2\"", "1", "*", "\"x\"", "\"1\", \"2\""] {
        put(Some(wrong))
            .await
            .expect_problem(412, codes::CHANGED_MEANWHILE);
    }
    let changed = put(Some("\"1\"")).await;
    assert_eq!(
        (changed.status, &changed.headers[header::ETAG]),
        (StatusCode::OK, &"\"2\"".parse().unwrap())
    );
    put(Some("\"1\""))
        .await
        .expect_problem(412, codes::CHANGED_MEANWHILE);
    world.file(&token, &id).await;
    put(Some("\"3\"")).await.expect_problem(409, codes::CONFLICT);
}

#[tokio::test]
async fn a_draft_may_lack_what_an_application_may_not() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Dispositivo).await;
    let form = json!({"form": {"kind": "assegno_unico", "children": [], "share": "half", "iban": "",
        "statements_accepted": false}});
    let id = world.draft(&token, &form).await;
    let answer = world.file(&token, &id).await;
    answer.expect_problem(422, codes::INVALID_REQUEST);
    assert_eq!(
        answer.body["reasons"],
        json!(["children", "share", "iban", "statements_accepted"])
    );
    assert_eq!(world.application(&token, &id).await["state"], "bozza");
    let path = paths::APPLICATION.replace("{id}", &id);
    let gone = world.send(Method::DELETE, &path, &token, &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    world
        .get(&path, Some(&token))
        .await
        .expect_problem(404, codes::NOT_FOUND);
}

#[tokio::test]
async fn what_nobody_has_looked_at_can_be_withdrawn() {
    let world = World::new().await;
    let token = world.with_pin(&somebody("BNCNNA"), PinKind::Ordinario).await;
    let held = world.filed(&token, &assegno_unico()).await;
    let path = paths::APPLICATION.replace("{id}", held["id"].as_str().unwrap());
    let answer = world.send(Method::DELETE, &path, &token, &Value::Null).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let withdrawn = world.application(&token, held["id"].as_str().unwrap()).await;
    assert_eq!(withdrawn["state"], "annullata");
    world
        .send(Method::DELETE, &path, &token, &Value::Null)
        .await
        .expect_problem(409, codes::CONFLICT);
}

#[tokio::test]
async fn somebody_elses_application_is_nowhere() {
    let world = World::new().await;
    let anna = world.with_pin(&somebody("BNCNNA"), PinKind::Dispositivo).await;
    let bruna = world.with_pin(&somebody("VRDBRN"), PinKind::Dispositivo).await;
    let id = world.draft(&anna, &assegno_unico()).await;
    let path = paths::APPLICATION.replace("{id}", &id);
    world
        .get(&path, Some(&bruna))
        .await
        .expect_problem(404, codes::NOT_FOUND);
    world
        .file(&bruna, &id)
        .await
        .expect_problem(404, codes::NOT_FOUND);
    world
        .send(Method::DELETE, &path, &bruna, &Value::Null)
        .await
        .expect_problem(404, codes::NOT_FOUND);
    let mine = world.get(paths::APPLICATIONS, Some(&bruna)).await;
    assert_eq!(mine.body["items"], json!([]));
}
