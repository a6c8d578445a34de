//! The question for the tries left, which some cards count as a wrong PIN.

use crate::bench::{
    ST2021, classic_with, open, open_as, person, personality, pin, slot, st2021, unlocked, wait,
};
use crate::watched::Watch;
use cns_card::{Card, CardError, CardProfiles, ToldTries};
use cns_virtual_card::{EXAMPLE_PIN, EmptyVerify, VirtualCardHandle};

/// Says, rightly or wrongly, that the question costs nothing.
fn said_to_be_safe() -> CardProfiles {
    classic_with("tries_may_be_asked = true")
}

fn answering(empty_verify: EmptyVerify) -> VirtualCardHandle {
    let mut kind = personality(ST2021);
    kind.empty_verify = empty_verify;
    slot(kind, person("citizen-good"))
}

#[test]
fn is_never_put_by_default() {
    let slot = answering(EmptyVerify::Reports);
    let card = open(&slot);
    assert_eq!(wait(card.ask_tries_left()), Err(CardError::TriesNotAsked));
    assert_eq!(card.tries_left(), None);
}

#[test]
fn is_put_twice_where_it_is_said_to_be_safe_and_not_again() {
    let slot = answering(EmptyVerify::Reports);
    let (card, watch) = open_as(&slot, &said_to_be_safe());
    for _ in 0..3 {
        assert_eq!(wait(card.ask_tries_left()), Ok(Some(3)));
    }
    assert_eq!(card.tries_left(), Some(3));
    assert_eq!(watch.log().empty_verifies(), 2, "two answers were compared");
    assert_eq!(slot.with_card(|card| card.tries_left()), 3);
}

#[test]
fn is_put_once_more_after_a_right_pin_has_filled_the_counter() {
    let slot = answering(EmptyVerify::Reports);
    let (card, watch) = open_as(&slot, &said_to_be_safe());
    assert_eq!(
        wait(card.unlock(pin("99999"))).unwrap_err(),
        CardError::WrongPin { tries_left: Some(2) }
    );
    assert_eq!(
        wait(card.ask_tries_left()),
        Ok(Some(2)),
        "the card has just said so"
    );
    assert_eq!(watch.log().empty_verifies(), 0);
    drop(unlocked(&card));
    assert_eq!(wait(card.ask_tries_left()), Ok(Some(3)));
    assert_eq!(watch.log().empty_verifies(), 2);
    drop(unlocked(&card));
    assert_eq!(wait(card.ask_tries_left()), Ok(Some(3)));
    assert_eq!(
        watch.log().empty_verifies(),
        3,
        "it has been shown to cost nothing"
    );
}

#[test]
fn is_given_up_at_once_when_the_card_counts_it() {
    let slot = answering(EmptyVerify::EatsATry);
    let (card, watch) = open_as(&slot, &said_to_be_safe());
    assert_eq!(wait(card.ask_tries_left()), Ok(Some(1)));
    // The first question cannot show that it costs something; the second one does, and is the last.
    assert_eq!(
        slot.with_card(|card| card.tries_left()),
        1,
        "exactly two tries were spent"
    );
    assert_eq!(wait(card.ask_tries_left()), Ok(Some(1)), "known, and not asked");
    drop(wait(card.unlock(pin(EXAMPLE_PIN).for_the_last_try())).unwrap());
    assert_eq!(wait(card.ask_tries_left()), Err(CardError::TriesNotAsked));
    assert_eq!(watch.log().empty_verifies(), 2);
    assert_eq!(slot.with_card(|card| card.tries_left()), 3);
}

#[test]
fn is_not_put_to_the_next_insertion_of_a_card_that_counts_it() {
    let slot = answering(EmptyVerify::EatsATry);
    let profiles = said_to_be_safe();
    let (card, _) = open_as(&slot, &profiles);
    assert_eq!(wait(card.ask_tries_left()), Ok(Some(1)));
    drop(card);
    for _ in 0..3 {
        slot.remove();
        slot.insert();
        let (card, watch) = open_as(&slot, &profiles);
        assert_eq!(wait(card.ask_tries_left()), Err(CardError::TriesNotAsked));
        assert_eq!(watch.log().empty_verifies(), 0);
    }
    assert_eq!(
        slot.with_card(|card| card.tries_left()),
        1,
        "two tries in all, and never more"
    );
}

#[test]
fn is_given_up_for_good_though_the_channel_is_opened_anew() {
    let slot = answering(EmptyVerify::Refused);
    let told = ToldTries::default();
    for sent in [1, 0] {
        let watch = Watch::default();
        let card = Card::open_knowing(
            watch.on(Box::new(slot.channel()), None),
            &said_to_be_safe(),
            &told,
        );
        let outcome = wait(card.ask_tries_left());
        assert_eq!(outcome.is_ok(), sent == 1);
        assert_eq!(watch.log().empty_verifies(), sent);
    }
}

#[test]
fn is_not_put_a_second_time_where_that_could_block_the_pin() {
    let slot = answering(EmptyVerify::EatsATry);
    let (earlier, _) = open_as(&slot, &CardProfiles::built_in());
    wait(earlier.unlock(pin("99999"))).unwrap_err();
    drop(earlier);
    let (card, watch) = open_as(&slot, &said_to_be_safe());
    assert_eq!(wait(card.ask_tries_left()), Ok(Some(1)));
    assert_eq!(watch.log().empty_verifies(), 1);
    assert_eq!(slot.with_card(|card| card.tries_left()), 1);
}

#[test]
fn is_given_up_by_a_card_that_refuses_it() {
    let slot = answering(EmptyVerify::Refused);
    let (card, watch) = open_as(&slot, &said_to_be_safe());
    assert_eq!(wait(card.ask_tries_left()), Ok(None));
    assert_eq!(wait(card.ask_tries_left()), Err(CardError::TriesNotAsked));
    assert_eq!(watch.log().empty_verifies(), 1);
    assert_eq!(card.tries_left(), None);
}

#[test]
fn tells_a_card_that_was_never_activated_before_anybody_types() {
    let (card, _) = open_as(&st2021("citizen-not-activated"), &said_to_be_safe());
    assert_eq!(wait(card.ask_tries_left()), Err(CardError::PinNotUsable));
}
