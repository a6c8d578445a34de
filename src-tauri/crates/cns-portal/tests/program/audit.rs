//! `cns-portal audit verify`, asked about an audit that is whole and about one that somebody wrote into.

use crate::running::{Program, write_config};
use std::path::Path;
use std::process::{Command, Output};

pub(crate) fn verify(config: &Path, expect: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cns-portal"));
    command.args(["audit", "verify", "--config"]).arg(config);
    if let Some(head) = expect {
        command.args(["--expect", head]);
    }
    command.output().unwrap()
}

#[tokio::test]
async fn an_entry_that_was_written_without_the_key_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let config = write_config(folder.path());
    let nothing = verify(&config, None);
    assert!(!nothing.status.success(), "there is no database to believe");

    let mut program = Program::serve(&config);
    program.addresses().await;
    let whole = verify(&config, None);
    let head = String::from_utf8(whole.stdout).unwrap();
    assert!(whole.status.success() && head.starts_with("0:"), "{head}");
    program.end_with("-TERM").await;

    sqlx::any::install_default_drivers();
    let database = folder.path().join("data/portal.sqlite");
    let pool = sqlx::AnyPool::connect(&format!("sqlite:{}", database.display()))
        .await
        .unwrap();
    sqlx::query("INSERT INTO audit (seq, at, event, actor, facts, previous, hash) VALUES (1, 0, 'x', 'portal', '{}', x'00', x'00')")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let forged = verify(&config, None);
    let said = String::from_utf8(forged.stderr).unwrap();
    assert!(!forged.status.success() && said.contains("entry 1"), "{said}");
    assert!(!verify(&config, Some("nonsense")).status.success());
}
