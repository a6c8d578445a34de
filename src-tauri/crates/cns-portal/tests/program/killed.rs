//! Portals that are killed under load: what they accepted is not lost, and no half goes out twice.

use crate::office::{Client, Office, expect_whole_audit};
use crate::postgres::Cluster;
use crate::running::Program;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Clients who ask at the same time.
const CLIENTS: usize = 8;

/// Lets clients ask as fast as they are answered, each `each` times or until nobody answers, and gives the receipts of
/// what was accepted.
fn ask(office: &Arc<Office>, client: &Client, host: SocketAddr, each: usize) -> JoinSet<Vec<String>> {
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (office, client) = (Arc::clone(office), client.clone());
        clients.spawn(async move {
            let mut receipts = Vec::new();
            for _ in 0..each {
                let request = office.request();
                let Some((status, body)) = client.post(host, "/rest/v1/pin-requests", &request).await else {
                    break;
                };
                assert_eq!(status, 201, "{body}");
                receipts.push(body["receipt"].as_str().unwrap().to_owned());
            }
            receipts
        });
    }
    clients
}

async fn look_up(client: &Client, host: SocketAddr, receipt: &str) -> Value {
    let (status, body) = client
        .post(
            host,
            "/rest/v1/pin-requests/lookups",
            &json!({ "receipt": receipt }),
        )
        .await
        .expect("the portal is there");
    assert_eq!(status, 200, "an accepted request is lost: {body}");
    body
}

/// Kills a portal `rounds` times, at another instant of its work each time.
async fn killed_again_and_again(office: Office, rounds: u64) {
    let office = Arc::new(office);
    let client = Client::new();
    let mut accepted: Vec<String> = Vec::new();
    let mut unchecked = 0;
    let mut first = Program::serve(&office.config);
    first.addresses().await;
    first.end_with("-TERM").await;
    office.register(usize::try_from(rounds).unwrap() * CLIENTS).await;
    for round in 0..rounds {
        let mut program = Program::serve(&office.config);
        let (_, api) = program.addresses().await;
        // What was accepted before the kill is found after it.
        for receipt in &accepted[unchecked..] {
            look_up(&client, api, receipt).await;
        }
        unchecked = accepted.len();
        let clients = ask(&office, &client, api, 1);
        // Every instant of the work comes in turn: 40 ms apart, and the post of the rounds before is under way as well.
        tokio::time::sleep(Duration::from_millis(20 + 37 * (round * 7 % 13))).await;
        let (code, _) = program.end_with("-KILL").await;
        assert_eq!(code, None);
        accepted.extend(clients.join_all().await.into_iter().flatten());
        expect_whole_audit(&office.config);
        office.let_a_day_pass().await;
    }
    let mut program = Program::serve(&office.config);
    let (_, api) = program.addresses().await;
    office.all_left().await;
    for receipt in &accepted {
        let status = look_up(&client, api, receipt).await;
        let halves = status["expected"].as_array().unwrap();
        assert!(
            halves.len() == 2 && halves.iter().all(|half| half["sent"] == true),
            "{status}"
        );
    }
    program.end_with("-TERM").await;
    expect_whole_audit(&office.config);
    let halves = office.halves();
    halves.expect_each_once();
    assert!(
        accepted.len() >= usize::try_from(rounds).unwrap(),
        "{}",
        accepted.len()
    );
    assert!(halves.said.len() >= 2 * accepted.len());
    let plain = halves.said.keys().find_map(|half| office.holds_plainly(half));
    assert_eq!(plain, None);
    println!(
        "killed {rounds} times: {} requests accepted, {} halves went out, each once; {} by e-mail",
        accepted.len(),
        halves.said.len(),
        halves.mails
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_killed_fifty_times_loses_no_request_and_sends_no_half_twice() {
    killed_again_and_again(Office::new(None, false), 50).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_it_is_the_same() {
    let cluster = Cluster::start();
    let url = cluster.create("portal");
    killed_again_and_again(Office::new(Some(&url), false), 5).await;
}
