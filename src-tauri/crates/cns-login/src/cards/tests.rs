use super::*;
use crate::CardPresence::{Absent, Present};
use crate::scripted::ScriptedReaders;
use cns_card::CardPin;

fn cards(readers: &ScriptedReaders) -> Cards<&ScriptedReaders> {
    Cards::new(readers, CardProfiles::built_in())
}

async fn type_a_wrong_pin(card: &Card) {
    let wrong = CardPin::parse("99999").unwrap();
    assert!(card.unlock(wrong).await.is_err());
}

#[tokio::test]
async fn two_who_ask_at_once_open_the_card_once() {
    let readers = ScriptedReaders::one("citizen-good");
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    let (one, other) = tokio::join!(cards.card(&slot), cards.card(&slot));
    type_a_wrong_pin(&one.unwrap()).await;
    assert_eq!(other.unwrap().tries_left(), Some(2), "it is the same card");
    assert_eq!(readers.opened(), 1);
}

#[tokio::test]
async fn whoever_asks_next_opens_a_card_that_the_first_could_not() {
    let readers = ScriptedReaders::one("citizen-good");
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    readers.refuse("A", Some(ProblemCode::CardBusy));
    let busy = Problem::new(ProblemCode::CardBusy).with("owner", "GnuPG");
    assert_eq!(cards.card(&slot).await.unwrap_err(), busy);
    readers.refuse("A", None);
    assert!(cards.card(&slot).await.is_ok());
}

#[tokio::test]
async fn what_a_card_has_taught_lasts_for_its_insertion_and_no_longer() {
    let readers = ScriptedReaders::one("citizen-good");
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    let card = cards.card(&slot).await.unwrap();
    type_a_wrong_pin(&card).await;
    card.read().await.unwrap();
    let apdus = readers.card("A").apdus();

    let again = cards.card(&slot).await.unwrap();
    again.read().await.unwrap();
    assert_eq!(again.tries_left(), Some(2));
    assert_eq!(readers.card("A").apdus(), apdus, "it is not read again");

    readers.move_card("A", Absent);
    readers.move_card("A", Present);
    let next = cards.card(&readers.slot("A")).await.unwrap();
    assert_eq!(next.tries_left(), None, "another insertion may be another card");
}

#[tokio::test]
async fn a_card_that_was_let_go_is_opened_anew_with_its_tries_still_known() {
    let readers = ScriptedReaders::one("citizen-good");
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    type_a_wrong_pin(&cards.card(&slot).await.unwrap()).await;
    for code in [ProblemCode::CardBusy, ProblemCode::CardSilent] {
        let opened = readers.opened();
        let _ = cards.explain(&slot, code.into());
        assert_eq!(cards.card(&slot).await.unwrap().tries_left(), Some(2));
        assert_eq!(readers.opened(), opened + 1, "{}", code.name());
    }
    let opened = readers.opened();
    let _ = cards.explain(&slot, ProblemCode::PinWrong.into());
    cards.card(&slot).await.unwrap();
    assert_eq!(readers.opened(), opened, "a card that answered is kept");
}

#[tokio::test]
async fn a_card_that_has_left_is_neither_kept_nor_opened() {
    let readers = ScriptedReaders::one("citizen-good");
    let (cards, slot) = (cards(&readers), readers.slot("A"));
    cards.card(&slot).await.unwrap();
    readers.move_card("A", Absent);
    let gone = cards.card(&slot).await.unwrap_err();
    assert_eq!(gone.code, ProblemCode::CardRemoved);
    cards.forget_the_gone();
    assert!(cards.places().is_empty());

    readers.move_card("A", Present);
    let swapped = cards.card(&slot).await.unwrap_err();
    assert_eq!(
        swapped.code,
        ProblemCode::CardRemoved,
        "the card that is there now is another one"
    );
    assert_eq!(readers.opened(), 1);
}
