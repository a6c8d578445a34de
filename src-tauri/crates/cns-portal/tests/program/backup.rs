//! A copy of the data: taken while the portal serves, put back, and served from.

use crate::curl::Curl;
use crate::pki;
use crate::postgres::{self, Cluster};
use crate::running::{Program, write_config, write_private};
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn copy(config: &Path, to: &Path) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cns-portal"));
    command
        .args(["backup", "--config"])
        .arg(config)
        .arg(to)
        .output()
        .unwrap()
}

/// The card opens a session: its token.
async fn log_in(curl: &Curl, cns: SocketAddr, api: SocketAddr) -> String {
    let exchange = curl.ask("POST", cns, "/rest/v1/cns-exchanges", &[]).await;
    let body = serde_json::json!({ "code": exchange.body["code"] }).to_string();
    let json = ["-H", "Content-Type: application/json", "-d", &body];
    let opened = curl.ask("POST", api, "/rest/v1/sessions", &json).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    opened.body["token"].as_str().unwrap().to_owned()
}

/// The status of `GET /rest/v1/me` with this token.
async fn me(curl: &Curl, api: SocketAddr, token: &str) -> u16 {
    let bearer = format!("Authorization: Bearer {token}");
    curl.ask("GET", api, "/rest/v1/me", &["-H", &bearer]).await.status
}

#[tokio::test]
async fn who_was_inside_when_the_copy_was_taken_is_inside_when_it_is_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let config = write_config(folder.path());
    let mut program = Program::serve(&config);
    let (cns, api) = program.addresses().await;
    let curl = Curl::new(&[]).with_card(&pki::card(pki::Flaw::None));
    let before = log_in(&curl, cns, api).await;

    let kept = folder.path().join("kept.sqlite");
    let output = copy(&config, &kept);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let after = log_in(&curl, cns, api).await;
    // A copy never takes the place of another.
    assert!(!copy(&config, &kept).status.success());
    program.end_with("-TERM").await;
    assert!(
        copy(&config, &folder.path().join("at rest.sqlite"))
            .status
            .success()
    );

    for journal in ["portal.sqlite", "portal.sqlite-wal", "portal.sqlite-shm"] {
        std::fs::remove_file(folder.path().join("data").join(journal)).ok();
    }
    std::fs::copy(&kept, folder.path().join("data/portal.sqlite")).unwrap();
    let mut program = Program::serve(&config);
    let (_, api) = program.addresses().await;
    assert_eq!(me(&curl, api, &before).await, 200);
    assert_eq!(me(&curl, api, &after).await, 401);
    program.end_with("-TERM").await;
}

/// `pg_dump` of a database that is in use.
fn dump(url: &str) -> Vec<u8> {
    let output = postgres::program("pg_dump")
        .args(["--format=custom", "-d", url])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// `pg_restore` into an empty database.
fn restore(dump: &[u8], url: &str) {
    let mut program = postgres::program("pg_restore")
        .args(["--exit-on-error", "-d", url])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    program.stdin.take().unwrap().write_all(dump).unwrap();
    assert!(program.wait().unwrap().success());
}

#[tokio::test]
async fn the_same_goes_for_a_dump_of_postgresql() {
    let cluster = Cluster::start();
    let folder = tempfile::tempdir().unwrap();
    let config = write_config(folder.path());
    let use_database = |url: &str| {
        write_private(&folder.path().join("postgres.url"), url);
    };
    let text = std::fs::read_to_string(&config).unwrap();
    let text = text.replace(
        "database = \"data/portal.sqlite\"",
        "database_url_file = \"postgres.url\"",
    );
    std::fs::write(&config, text).unwrap();
    use_database(&cluster.create("before"));
    let mut program = Program::serve(&config);
    let (cns, api) = program.addresses().await;
    let curl = Curl::new(&[]).with_card(&pki::card(pki::Flaw::None));
    let before = log_in(&curl, cns, api).await;

    let dump = dump(&cluster.url("before"));
    let after = log_in(&curl, cns, api).await;
    program.end_with("-TERM").await;

    let url = cluster.create("after");
    restore(&dump, &url);
    use_database(&url);
    let mut program = Program::serve(&config);
    let (_, api) = program.addresses().await;
    assert_eq!(me(&curl, api, &before).await, 200);
    assert_eq!(me(&curl, api, &after).await, 401);
    program.end_with("-TERM").await;
}
