use super::*;
use cns_card::{CardPin, CardProfiles, CardPuk, Unblocked};
use cns_login::{Cards, Readers, Slot, TypedPin, change_pin, inserted, unblock_pin};
use cns_trust::{FindingCode, FixedClock, Outcome};

const NEW_PIN: &str = "27418";

fn clock() -> FixedClock {
    FixedClock(time::macros::datetime!(2026-11-22 12:00 UTC))
}

async fn demo(example: Example) -> Demo {
    Demo::start_with(example, Arc::new(clock())).await.unwrap()
}

fn slot(demo: &Demo) -> Slot {
    inserted(&demo.readers.watch().borrow(), None).unwrap()
}

/// How a PIN is taken.
async fn unlocked(cards: &Cards<&DemoReaders>, slot: &Slot, pin: &str) -> Result<(), ProblemCode> {
    let card = cards.card(slot).await.unwrap();
    let pin = CardPin::parse(pin).unwrap();
    card.unlock(pin)
        .await
        .map(drop)
        .map_err(|error| Problem::from(error).code)
}

#[tokio::test]
async fn the_pin_of_the_example_card_can_be_changed() {
    let demo = demo(Example::Good).await;
    let cards = Cards::new(&demo.readers, CardProfiles::built_in());
    let slot = slot(&demo);
    let (old, new) = (CardPin::parse(PIN).unwrap(), TypedPin::new(NEW_PIN.to_owned()));
    change_pin(&cards, &slot, old, new).await.unwrap();
    assert_eq!(unlocked(&cards, &slot, PIN).await, Err(ProblemCode::PinWrong));
    assert_eq!(unlocked(&cards, &slot, NEW_PIN).await, Ok(()));
    demo.stop().await;
}

#[tokio::test]
async fn a_blocked_example_card_can_be_unblocked_with_the_puk_that_is_shown() {
    let demo = demo(Example::Blocked).await;
    let cards = Cards::new(&demo.readers, CardProfiles::built_in());
    let slot = slot(&demo);
    assert_eq!(unlocked(&cards, &slot, PIN).await, Err(ProblemCode::PinBlocked));
    let (puk, new) = (CardPuk::parse(PUK).unwrap(), TypedPin::new(NEW_PIN.to_owned()));
    let unblocked = unblock_pin(&cards, &slot, puk, new).await.unwrap();
    assert_eq!(unblocked, Unblocked::NewPin);
    assert_eq!(unlocked(&cards, &slot, NEW_PIN).await, Ok(()));
    demo.stop().await;
}

#[tokio::test]
async fn another_example_takes_the_place_of_the_first_as_a_new_insertion() {
    let demo = demo(Example::Good).await;
    let cards = Cards::new(&demo.readers, CardProfiles::built_in());
    for (example, taken) in [
        (Example::NotActivated, Err(ProblemCode::PinNotUsable)),
        (Example::Good, Ok(())),
        (Example::Blocked, Err(ProblemCode::PinBlocked)),
    ] {
        let before = slot(&demo);
        demo.exchange(example, &clock()).await.unwrap();
        let now = slot(&demo);
        assert_ne!(now, before, "{}", example.name());
        assert_eq!(unlocked(&cards, &now, PIN).await, taken, "{}", example.name());
    }
    demo.stop().await;
}

#[tokio::test]
async fn the_example_authority_says_which_of_its_cards_was_revoked() {
    for (example, outcome, case) in [
        (Example::Good, Outcome::Good, "good"),
        (Example::Revoked, Outcome::Bad, "revoked"),
    ] {
        let demo = demo(example).await;
        let cards = Cards::new(&demo.readers, CardProfiles::built_in());
        let card = cards.card(&slot(&demo)).await.unwrap();
        let contents = card.read().await.unwrap();
        let verdict = demo.judge(Arc::new(clock())).in_full(&contents).await;
        let finding = verdict.finding(FindingCode::Revocation).unwrap();
        assert_eq!(
            (verdict.outcome(), finding.case),
            (outcome, case),
            "{:?}",
            verdict.findings
        );
        assert_eq!(finding.evidence.as_ref().unwrap().source, "cns.sportello.example");
        demo.stop().await;
    }
}

#[test]
fn every_example_is_found_by_its_name() {
    for example in Example::ALL {
        assert_eq!(Example::named(example.name()), Some(example));
    }
    assert_eq!(Example::named("nobody"), None);
}
