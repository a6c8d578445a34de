//! Accounts of operators, from the command line to their host.

use crate::curl::Curl;
use crate::running::{Program, write_config};
use cns_portal_api::paths::operator as paths;
use serde_json::json;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

const PASSWORD: &str = "una frase che nessuno indovina";

/// Runs `cns-portal operator`, and answers whether it succeeded and what it said.
async fn operator(what: &str, config: &Path, name: &str, typed: &str) -> (bool, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_cns-portal"))
        .args(["operator", what, "--config"])
        .arg(config)
        .arg(name)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    // Who removes an account reads nothing, and may have ended.
    input.write_all(format!("{typed}\n").as_bytes()).await.ok();
    drop(input);
    let output = program.wait_with_output().await.unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn an_account_is_opened_and_ended_while_the_portal_serves() {
    let folder = tempfile::tempdir().unwrap();
    let config = write_config(folder.path());
    let text = std::fs::read_to_string(&config).unwrap();
    let host = "[operator]\nlisten = \"127.0.0.1:0\"\ncertificate = \"api.pem\"\nkey = \"api.key\"\n";
    std::fs::write(&config, text + host).unwrap();

    let mut program = Program::serve(&config);
    let address: SocketAddr = loop {
        let line = program.line().await.unwrap();
        if let Some((_, address)) = line.split_once("operator=") {
            break address.trim().parse().unwrap();
        }
    };
    let curl = Curl::new(&["-H", "Content-Type: application/json"]);
    let log_in = async |name: &str| {
        let body = json!({"name": name, "password": PASSWORD}).to_string();
        curl.ask("POST", address, paths::SESSIONS, &["--data", &body])
            .await
    };
    assert_eq!(log_in("oscar").await.status, 403);

    let (done, said) = operator("add", &config, "olga", "short").await;
    assert!(!done && said.contains("at least 15 characters"), "{said}");
    let (done, said) = operator("add", &config, "Olga Rossi", PASSWORD).await;
    assert!(!done && said.contains("small letters"), "{said}");
    let (done, said) = operator("add", &config, "olga", PASSWORD).await;
    assert!(done && said.is_empty(), "{said}");
    let opened = log_in("olga").await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let token = format!("Authorization: Bearer {}", opened.body["token"].as_str().unwrap());
    assert_eq!(
        curl.ask("GET", address, paths::CASES, &["-H", &token])
            .await
            .status,
        200
    );
    assert_eq!(curl.ask("GET", address, paths::CASES, &[]).await.status, 401);

    assert!(operator("remove", &config, "olga", "").await.0);
    assert_eq!(
        curl.ask("GET", address, paths::CASES, &["-H", &token])
            .await
            .status,
        401
    );
    assert!(!operator("remove", &config, "olga", "").await.0);

    let (code, lines) = program.end_with("-TERM").await;
    assert_eq!(code, Some(0));
    assert!(lines.iter().all(|line| !line.contains(PASSWORD)));
    let kept = std::fs::read(folder.path().join("data/portal.sqlite")).unwrap();
    assert!(
        !kept
            .windows(PASSWORD.len())
            .any(|bytes| bytes == PASSWORD.as_bytes())
    );
}
