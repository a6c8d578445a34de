//! How the database looks things up: with many people as with few.

use super::{Store, accesses, archive, citizens, contacts, notices, periods, slips, tax};
use crate::Database;

#[tokio::test]
async fn nothing_of_the_area_is_looked_up_without_an_index() {
    let store = Store::open(&Database::Memory).await.unwrap();
    for query in [
        accesses::LIST,
        accesses::REFUSED,
        archive::FIND,
        citizens::BY_ID,
        contacts::FIND,
        notices::LIST,
        notices::READ,
        periods::LIST,
        slips::LAST,
        slips::SUMS,
        slips::HEADS,
        slips::LINES,
        tax::YEARS,
        tax::ONE,
    ] {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}")))
                .fetch_all(store.reading())
                .await
                .unwrap();
        assert!(!plan.is_empty());
        for (_, _, _, step) in plan {
            assert!(!step.starts_with("SCAN"), "{query}: {step}");
        }
    }
}
