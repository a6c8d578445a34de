//! A refused log-in costs the same whoever it was for: what is hashed, what is asked of the database. How long it takes,
//! `cargo xtask bench portal` measures.

use crate::tests::log;
use crate::tests::people::{ADA_FO, GIULIA_NERI, MARIA_ROSSI};
use crate::tests::pins::{ANNA, BRUNO, NOBODY};
use crate::tests::world::World;
use cns_portal_api::codes;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a refusal made the portal do.
#[derive(Debug, PartialEq, Eq)]
struct Work {
    hashes: u64,
    /// Each statement by its first words, with the rows it wrote.
    statements: Vec<String>,
}

impl Work {
    /// The statements alone: which of them found a row to write is left out.
    fn asked(&self) -> Vec<&str> {
        let words = |line: &'_ String| line.split(" rows_affected").next().map(str::len);
        self.statements
            .iter()
            .map(|line| &line[..words(line).unwrap()])
            .collect()
    }
}

/// Types a PIN that is refused, and answers the work of it.
async fn work(world: &World, codice_fiscale: &str, pin: &str) -> Work {
    let number = rand::random::<u64>();
    let before = world.portal.hasher().runs();
    mark(world, &format!("before{number}")).await;
    let answer = world.type_pin(codice_fiscale, pin).await;
    mark(world, &format!("after{number}")).await;
    answer.expect_problem(403, codes::CREDENTIALS_REFUSED);
    let hashes = world.portal.hasher().runs() - before;
    let lines = log::lines_between(&format!("before{number}"), &format!("after{number}"));
    let part = |line: &str, from: &str, to: &str| {
        let rest = &line[line.find(from).unwrap() + from.len()..];
        rest[..rest.find(to).unwrap()].to_owned()
    };
    let statements = lines
        .iter()
        .filter(|line| line.contains("sqlx::query"))
        .map(|line| {
            let (words, rows) = (part(line, "summary=\"", "\""), part(line, "rows_affected=", " "));
            // A statement that only reads has no rows of its own to tell of.
            match words.starts_with("SELECT") {
                true => words,
                false => format!("{words} rows_affected={rows}"),
            }
        })
        .collect();
    Work { hashes, statements }
}

/// A statement that the log shows, from whatever thread speaks with the database of this world.
async fn mark(world: &World, word: &str) {
    let statement = sqlx::AssertSqlSafe(format!("SELECT '{word}'"));
    sqlx::query(statement)
        .execute(world.portal.store().reading())
        .await
        .unwrap();
}

/// Nobody, somebody with a working PIN, one that is locked, one that has ended, one whose halves are on their way.
async fn everybody(world: &World) -> [(&'static str, &'static str); 5] {
    world.working_pin(ANNA).await;
    world.working_pin(BRUNO).await;
    world.mistype(BRUNO, 5).await;
    world.working_pin(MARIA_ROSSI).await;
    world.revoke(MARIA_ROSSI).await;
    world.ask_for_pin(GIULIA_NERI).await;
    [
        ("unknown", NOBODY),
        ("wrong", ANNA),
        ("locked", BRUNO),
        ("ended", MARIA_ROSSI),
        ("not yet there", GIULIA_NERI),
    ]
}

#[tokio::test]
async fn every_refusal_asks_the_same_of_argon2_and_of_the_database() {
    log::listen();
    let world = World::new().await;
    let (aged, _) = world.working_pin(ADA_FO).await;
    let mut people = everybody(&world).await.to_vec();
    world.clock.advance(200 * DAY);
    // Whoever types the right one comes as far as the change; a wrong one is refused.
    world.enter_with_pin(ADA_FO, &aged).await;
    people.push(("aged", ADA_FO));
    // Everybody has tried before: whoever tries for the first time gets a row that is counted in, known or not.
    for (_, person) in &people {
        world.mistype(person, 1).await;
    }
    for (pin, hashes) in [("22222222", 1), ("2222222222222222", 2)] {
        world.clock.advance(31 * DAY);
        let unknown = work(&world, NOBODY, pin).await;
        assert_eq!(unknown.hashes, hashes);
        assert!(unknown.statements.len() > 10, "{unknown:?}");
        for (what, person) in &people[1..] {
            assert_eq!(work(&world, person, pin).await, unknown, "{what}");
        }
    }
    // The fifth locks where there is something to lock; it is tried to with everybody.
    world.clock.advance(31 * DAY);
    let fifth = async |person| {
        world.mistype(person, 4).await;
        work(&world, person, "22222222").await
    };
    let (known, unknown) = (fifth(ANNA).await, fifth(NOBODY).await);
    assert_eq!(known.asked(), unknown.asked());
    assert_eq!(known.hashes, unknown.hashes);
}

#[tokio::test]
async fn refused_log_ins_are_forgotten_when_they_are_old() {
    let world = World::new().await;
    world.working_pin(ANNA).await;
    let kept = async || {
        let count: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM refused_login")
            .fetch_one(world.portal.store().reading())
            .await
            .unwrap();
        count.0
    };
    world.mistype(ANNA, 1).await;
    world.mistype(NOBODY, 1).await;
    world.clock.advance(200 * DAY);
    world.mistype(ANNA, 1).await;
    assert_eq!(kept().await, 3);
    world.clock.advance(200 * DAY);
    world.portal.sweep().await.unwrap();
    assert_eq!(kept().await, 1);
}
