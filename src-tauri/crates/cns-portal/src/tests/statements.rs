//! The estratto conto as it is served.

use crate::tests::pki::{Flaw, card};
use crate::tests::world::World;
use cns_portal_api::{ContributionStatement, Unit, paths};
use std::collections::BTreeSet;
use std::time::Duration;

async fn statement(world: &World) -> ContributionStatement {
    let token = world.log_in(&card(Flaw::None)).await;
    let answer = world.get(paths::CONTRIBUTION_STATEMENT, Some(&token)).await;
    serde_json::from_value(answer.body).unwrap()
}

#[tokio::test]
async fn totals_are_the_sums_of_the_rows() {
    let statement = statement(&World::new().await).await;
    assert!(statement.sections.len() >= 2);
    for section in &statement.sections {
        assert!(!section.periods.is_empty());
        let sum =
            |of: fn(&cns_portal_api::ContributionPeriod) -> u32| section.periods.iter().map(of).sum::<u32>();
        assert_eq!(section.totals.for_right, sum(|row| row.for_right));
        assert_eq!(section.totals.for_amount, sum(|row| row.for_amount));
    }
    assert!(
        statement
            .sections
            .iter()
            .any(|section| section.unit == Unit::Weeks)
    );
}

#[tokio::test]
async fn every_note_is_explained_and_every_explanation_used() {
    let statement = statement(&World::new().await).await;
    let rows = statement.sections.iter().flat_map(|section| &section.periods);
    let used: BTreeSet<&str> = rows.flat_map(|row| &row.notes).map(String::as_str).collect();
    let explained: BTreeSet<&str> = statement.notes.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(used, explained);
    assert!(!used.is_empty());
}

#[tokio::test]
async fn it_names_its_holder_and_says_that_it_is_an_example() {
    let statement = statement(&World::new().await).await;
    let subject = &statement.subject;
    assert_eq!(
        (subject.name.as_str(), subject.surname.as_str()),
        ("Mario", "Rossi")
    );
    assert_eq!(subject.birth_date, time::macros::date!(1980 - 01 - 01));
    assert!(statement.notice.contains("Dati di esempio"));
}

#[tokio::test]
async fn the_second_login_finds_the_same_statement() {
    let world = World::new().await;
    let first = statement(&world).await;
    world.clock.advance(Duration::from_secs(30 * 24 * 60 * 60));
    assert!(statement(&world).await == first);
}
