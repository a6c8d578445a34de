//! Every test of this crate once more, on PostgreSQL.

use crate::store::Store;
use crate::tests::postgres::{self, Cluster};
use crate::{Database, PostgresUrl};
use std::collections::BTreeSet;
use std::process::Command;

/// Names the cluster to the tests that run a second time.
const CLUSTER: &str = "CNS_PORTAL_TEST_CLUSTER";
/// The database with all tables, of which every test gets a copy.
const TEMPLATE: &str = "migrated";

/// The database of a test: in memory, or in the second run a fresh one of the cluster.
pub(crate) fn database() -> Database {
    match std::env::var(CLUSTER) {
        Ok(cluster) => Database::Postgres(PostgresUrl::new(postgres::copy_of(TEMPLATE, &cluster))),
        Err(_) => Database::Memory,
    }
}

/// `table.column` of every table.
async fn columns(store: &Store, query: &'static str) -> BTreeSet<String> {
    let rows: Vec<(String,)> = sqlx::query_as(query).fetch_all(store.reading()).await.unwrap();
    rows.into_iter().map(|(name,)| name).collect()
}

#[tokio::test]
async fn the_same_tests_pass_on_postgresql() {
    let cluster = Cluster::start();
    let url = cluster.create(TEMPLATE);
    let store = Store::open(&Database::Postgres(PostgresUrl::new(url.clone())))
        .await
        .unwrap();
    let here = columns(&store, "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'").await;
    store.close().await;
    let sqlite = Store::open(&Database::Memory).await.unwrap();
    let there = columns(&sqlite, "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'").await;
    assert_eq!(here, there, "the tables of the two databases have other columns");

    let output = Command::new(std::env::current_exe().unwrap())
        .env(CLUSTER, url)
        .args(["tests::", "--skip", "on_postgres::", "--test-threads", "4"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    let passed = said
        .lines()
        .find_map(|line| line.strip_prefix("test result: ok. ")?.split_once(" passed"))
        .and_then(|(number, _)| number.parse::<u32>().ok())
        .unwrap();
    assert!(passed >= 30, "{said}");
    println!("walked {passed} tests on PostgreSQL");
}
