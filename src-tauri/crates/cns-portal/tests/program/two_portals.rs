//! Two portals on one PostgreSQL: they share sessions, tries and the post.

use crate::curl::Curl;
use crate::office::{Client, Office, expect_whole_audit};
use crate::pki;
use crate::postgres::Cluster;
use crate::running::Program;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_one_is_good_at_the_other_and_so_is_a_wrong_try() {
    let cluster = Cluster::start();
    let url = cluster.create("portal");
    let office = Office::new(Some(&url), true);
    let (mut one, mut other) = (Program::serve(&office.config), Program::serve(&office.config));
    let ((cns, first), (_, second)) = (one.addresses().await, other.addresses().await);

    let curl = Curl::new(&[]).with_card(&pki::card(pki::Flaw::None));
    let exchange = curl.ask("POST", cns, "/rest/v1/cns-exchanges", &[]).await;
    let body = json!({ "code": exchange.body["code"] }).to_string();
    let as_json = ["-H", "Content-Type: application/json", "-d", &body];
    let opened = curl.ask("POST", second, "/rest/v1/sessions", &as_json).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let bearer = format!("Authorization: Bearer {}", opened.body["token"].as_str().unwrap());
    let bearer = ["-H", bearer.as_str()];
    for host in [first, second] {
        assert_eq!(curl.ask("GET", host, "/rest/v1/me", &bearer).await.status, 200);
    }
    let closed = curl
        .ask("DELETE", first, "/rest/v1/sessions/current", &bearer)
        .await;
    assert_eq!(closed.status, 204);
    assert_eq!(curl.ask("GET", second, "/rest/v1/me", &bearer).await.status, 401);

    // After the first wrong try there is a pause, wherever the next one is made.
    let client = Client::new();
    let wrong = json!({ "codice_fiscale": pki::MARIO, "pin": "ABCDEFGH" });
    let (status, body) = client.post(first, "/rest/v1/pin-sessions", &wrong).await.unwrap();
    assert_eq!(status, 403, "{body}");
    let (status, body) = client
        .post(second, "/rest/v1/pin-sessions", &wrong)
        .await
        .unwrap();
    assert_eq!(status, 429, "{body}");
    one.end_with("-TERM").await;
    other.end_with("-TERM").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_is_killed_in_the_middle_of_the_post_and_the_other_sends_the_rest() {
    const REQUESTS: usize = 120;
    let cluster = Cluster::start();
    let url = cluster.create("portal");
    let office = Office::new(Some(&url), false);
    let (mut one, mut other) = (Program::serve(&office.config), Program::serve(&office.config));
    let ((_, first), (_, second)) = (one.addresses().await, other.addresses().await);
    office.register(REQUESTS).await;
    let client = Client::new();
    let mut receipts = Vec::new();
    for number in 0..REQUESTS {
        let host = if number.is_multiple_of(2) { first } else { second };
        let (status, body) = client
            .post(host, "/rest/v1/pin-requests", &office.request())
            .await
            .unwrap();
        assert_eq!(status, 201, "{body}");
        receipts.push(body["receipt"].as_str().unwrap().to_owned());
    }
    // Some have gone, and more are on their way.
    while office.halves().said.len() < REQUESTS / 6 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(one.end_with("-KILL").await.0, None);

    // The other takes over once the leases of the killed one are over.
    office.let_a_day_pass().await;
    office.all_left().await;
    for receipt in receipts {
        let lookup = json!({ "receipt": receipt });
        let (status, body) = client
            .post(second, "/rest/v1/pin-requests/lookups", &lookup)
            .await
            .unwrap();
        assert_eq!(status, 200, "{body}");
        let halves = body["expected"].as_array().unwrap();
        assert!(
            halves.len() == 2 && halves.iter().all(|half| half["sent"] == true),
            "{body}"
        );
    }
    other.end_with("-TERM").await;
    let halves = office.halves();
    halves.expect_each_once();
    assert!(halves.said.len() >= 2 * REQUESTS);
    expect_whole_audit(&office.config);
    println!(
        "{} halves of {REQUESTS} requests, by two portals of which one was killed",
        halves.said.len()
    );
}
