//! The audit's chain, and what breaks it.

use crate::audit::{Actor, AuditHead, Broken, Chain, Entry, Why, record, walk};
use crate::keys::{Index, Keys};
use crate::store::Store;
use crate::tests::on_postgres;
use crate::tests::pki::NOW;

async fn with_entries(keys: &Keys, entries: usize) -> Store {
    let store = Store::open(&on_postgres::database()).await.unwrap();
    for number in 0..entries {
        add(&store, keys, number).await;
    }
    store
}

async fn add(store: &Store, keys: &Keys, number: usize) {
    let person = keys.index(Index::Person, "RSSNNA80A41H501X");
    let number = number.to_string();
    let mut tx = store.writing().await.unwrap();
    let entry = Entry {
        now: NOW,
        event: "looked_at",
        person: Some(&person),
        actor: Actor::Operator("carla"),
        facts: &[("number", &number)],
    };
    record(&mut tx, keys, &entry).await.unwrap();
    tx.commit().await.unwrap();
}

/// Does what only a thief of the database could: takes the triggers away first.
async fn meddle(store: &Store, statement: &'static str) {
    let mut tx = store.writing().await.unwrap();
    for trigger in ["audit_no_update", "audit_no_delete", "audit_append_only"] {
        let drop = match store.for_update() {
            "" => format!("DROP TRIGGER IF EXISTS {trigger}"),
            _ => format!("DROP TRIGGER IF EXISTS {trigger} ON audit"),
        };
        sqlx::query(sqlx::AssertSqlSafe(drop))
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    sqlx::query(statement).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_audit_that_nobody_touched_is_whole() {
    let keys = Keys::random().unwrap();
    for entries in [0_usize, 1, 5] {
        let store = with_entries(&keys, entries).await;
        let Chain::Whole(head) = walk(&store, &keys, None).await.unwrap() else {
            panic!("{entries} entries");
        };
        assert_eq!(head.entries, i64::try_from(entries).unwrap());
        assert_eq!(head.to_string().parse::<AuditHead>().unwrap(), head);
        let later = walk(&store, &keys, Some(&head)).await.unwrap();
        assert_eq!(later, Chain::Whole(head));
        store.close().await;
    }
}

#[tokio::test]
async fn whatever_is_altered_breaks_the_chain_where_it_was_altered() {
    let keys = Keys::random().unwrap();
    for (statement, at, why) in [
        (
            "UPDATE audit SET event = 'nothing' WHERE seq = 3",
            3,
            Why::Altered,
        ),
        ("UPDATE audit SET at = at + 1 WHERE seq = 1", 1, Why::Altered),
        ("UPDATE audit SET actor = 'person' WHERE seq = 5", 5, Why::Altered),
        ("UPDATE audit SET subject = NULL WHERE seq = 2", 2, Why::Altered),
        ("UPDATE audit SET facts = '{}' WHERE seq = 4", 4, Why::Altered),
        (
            "UPDATE audit SET hash = previous, previous = hash WHERE seq = 4",
            4,
            Why::Altered,
        ),
        ("DELETE FROM audit WHERE seq = 3", 3, Why::Missing),
        ("DELETE FROM audit WHERE seq = 1", 1, Why::Missing),
        ("DELETE FROM audit WHERE seq = 5", 5, Why::HeadDiffers),
        ("UPDATE audit SET seq = 9 WHERE seq = 2", 2, Why::Missing),
        (
            "UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)",
            5,
            Why::HeadDiffers,
        ),
    ] {
        let store = with_entries(&keys, 5).await;
        meddle(&store, statement).await;
        let found = walk(&store, &keys, None).await.unwrap();
        assert_eq!(found, Chain::Broken(Broken { at, why }), "{statement}");
        store.close().await;
    }
}

#[tokio::test]
async fn an_end_that_was_cut_off_is_seen_by_who_wrote_the_head_down() {
    let keys = Keys::random().unwrap();
    let store = with_entries(&keys, 5).await;
    let Chain::Whole(head) = walk(&store, &keys, None).await.unwrap() else {
        panic!("whole");
    };
    meddle(&store, "DELETE FROM audit WHERE seq = 5").await;
    meddle(
        &store,
        "UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)",
    )
    .await;
    assert!(matches!(
        walk(&store, &keys, None).await.unwrap(),
        Chain::Whole(_)
    ));
    let (at, why) = (5, Why::NotAsExpected);
    let found = walk(&store, &keys, Some(&head)).await.unwrap();
    assert_eq!(found, Chain::Broken(Broken { at, why }));
    add(&store, &keys, 99).await;
    let found = walk(&store, &keys, Some(&head)).await.unwrap();
    assert_eq!(found, Chain::Broken(Broken { at, why }));
}

#[tokio::test]
async fn another_key_finds_nothing_to_believe() {
    let store = with_entries(&Keys::random().unwrap(), 2).await;
    let found = walk(&store, &Keys::random().unwrap(), None).await.unwrap();
    let (at, why) = (1, Why::Altered);
    assert_eq!(found, Chain::Broken(Broken { at, why }));
}

#[tokio::test]
async fn entries_are_neither_altered_nor_removed() {
    let store = with_entries(&Keys::random().unwrap(), 2).await;
    for statement in ["UPDATE audit SET at = 0", "DELETE FROM audit"] {
        let mut tx = store.writing().await.unwrap();
        let refused = sqlx::query(statement).execute(&mut *tx).await.unwrap_err();
        assert!(refused.to_string().contains("append only"), "{refused}");
    }
}

#[test]
fn a_head_is_read_as_it_is_written_and_nothing_else_is() {
    for text in ["", "1", "1:", "1:00", ":00", "-1:00", "x:00", "1:é", "1:zz"] {
        let long = text.replace("00", &"00".repeat(33));
        assert!(
            text.parse::<AuditHead>().is_err() && long.parse::<AuditHead>().is_err(),
            "{text}"
        );
    }
}
