//! Whatever happens, in whatever order: nobody panics, the card is released, and no PIN stays in memory.
//!
//! One test in a process of its own: it looks through the whole memory of the process, which others would fill with PINs.

#![expect(clippy::unwrap_used, reason = "a test's bench may stop where it stands")]

#[expect(
    dead_code,
    reason = "the bench of the stories has more on it than is used here"
)]
#[path = "../story/bench.rs"]
mod bench;
mod events;
mod memory;
#[expect(dead_code, reason = "the stories do more with a pad than is done here")]
#[path = "../story/padded.rs"]
mod padded;
mod person;
#[expect(dead_code, reason = "the stories count more than is counted here")]
#[path = "../story/watched.rs"]
mod watched;

use crate::events::events;
use crate::memory::Typed;
use crate::person::Person;
use proptest::test_runner::{Config, TestRunner};

#[test]
fn no_order_of_events_leaves_a_pin_behind_or_a_card_unlocked() {
    let typed = Typed::default();
    assert!(
        Typed::is_found_where_it_is(),
        "a search that finds nothing proves nothing"
    );
    let mut runner = TestRunner::new(Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&events(), |(seed, events)| {
        let mut person = Person::new(seed, &typed);
        for event in &events {
            person.does(event);
        }
        person.goes();
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let places = typed.places_in_memory();
    assert!(
        typed.count() > 100,
        "only {} PINs and PUKs were typed",
        typed.count()
    );
    assert!(places.is_empty(), "PINs left in memory: {places:?}");
    bench::say(&format!(
        "walked {CASES} disorders: {} PINs and PUKs typed, none left in memory",
        typed.count()
    ));
}

const CASES: u32 = 160;
