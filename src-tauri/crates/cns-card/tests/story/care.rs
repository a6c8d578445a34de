//! Changing the PIN and unblocking it: each costs one comparison at most, whatever the card answers.

use crate::bench::{
    ST2021, chosen, classic_with, open_as, open_watched, person, personality, pin, puk, slot, st2021, wait,
};
use cns_card::{Card, CardError, CardProfiles, Secret, Unblocked};
use cns_virtual_card::{EXAMPLE_PIN, EXAMPLE_PUK, VirtualCardHandle};

const NEW: &str = "27183";

fn unlocks(card: &Card, digits: &str) -> Result<(), CardError> {
    wait(card.unlock(pin(digits))).map(drop)
}

fn blocked() -> VirtualCardHandle {
    let slot = st2021("citizen-good");
    let (card, _) = open_as(&slot, &CardProfiles::built_in());
    for _ in 0..3 {
        wait(card.unlock(pin("99999").for_the_last_try())).unwrap_err();
    }
    assert_eq!(slot.with_card(|card| card.tries_left()), 0);
    slot
}

fn with_forms(forms: &str) -> CardProfiles {
    classic_with(&format!("unblock = {{ forms = [{forms}] }}"))
}

#[test]
fn a_changed_pin_is_the_new_one_from_then_on() {
    let slot = st2021("citizen-good");
    let (card, watch) = open_watched(&slot, None);
    wait(card.change_pin(pin(EXAMPLE_PIN), chosen(NEW))).unwrap();
    assert_eq!(watch.log().count(0x24), 1);
    assert_eq!(watch.log().verifies(), 0);
    assert_eq!(
        unlocks(&card, EXAMPLE_PIN),
        Err(CardError::WrongPin { tries_left: Some(2) })
    );
    assert_eq!(unlocks(&card, NEW), Ok(()));
}

#[test]
fn a_wrong_old_pin_costs_one_try_of_the_change_too() {
    let slot = st2021("citizen-good");
    let (card, watch) = open_watched(&slot, None);
    let wrong = CardError::WrongPin { tries_left: Some(2) };
    assert_eq!(wait(card.change_pin(pin("99999"), chosen(NEW))), Err(wrong));
    assert_eq!(card.tries_left(), Some(2));
    assert_eq!(watch.log().count(0x24), 1);
    assert_eq!(slot.with_card(|card| card.tries_left()), 2);
}

#[test]
fn the_same_pin_again_is_refused_before_the_card_is_touched() {
    let slot = st2021("citizen-good");
    let (card, watch) = open_watched(&slot, None);
    let same = wait(card.change_pin(pin("27183"), chosen("27183")));
    assert_eq!(same, Err(CardError::NewPinSameAsOld));
    assert!(watch.log().commands.is_empty());
}

#[test]
fn a_change_finds_the_pin_under_its_other_reference() {
    let mut kind = personality(ST2021);
    kind.pin_references = vec![0x10];
    let slot = slot(kind, person("citizen-good"));
    let (card, watch) = open_watched(&slot, None);
    wait(card.change_pin(pin(EXAMPLE_PIN), chosen(NEW))).unwrap();
    assert_eq!(watch.log().count(0x24), 2, "the first was answered by 6A88");
    assert_eq!(unlocks(&card, NEW), Ok(()));
    assert_eq!(watch.log().verifies(), 1);
}

#[test]
fn a_blocked_pin_is_unblocked_with_the_puk_and_a_new_pin() {
    let slot = blocked();
    let (card, watch) = open_as(&slot, &with_forms(r#""with_new_pin", "after_puk""#));
    assert_eq!(unlocks(&card, EXAMPLE_PIN), Err(CardError::PinBlocked));
    assert_eq!(
        wait(card.unblock_pin(puk(EXAMPLE_PUK), chosen(NEW))),
        Ok(Unblocked::NewPin)
    );
    assert_eq!(card.tries_left(), None, "no card says how many there are then");
    assert_eq!(watch.log().count(0x2C), 1);
    assert_eq!(unlocks(&card, NEW), Ok(()));
}

#[test]
fn the_other_form_leaves_the_pin_as_it_was() {
    let slot = blocked();
    let (card, watch) = open_as(&slot, &with_forms(r#""after_puk""#));
    assert_eq!(
        wait(card.unblock_pin(puk(EXAMPLE_PUK), chosen(NEW))),
        Ok(Unblocked::SamePin)
    );
    assert_eq!(watch.log().verifies(), 1);
    assert_eq!(watch.log().count(0x2C), 1);
    assert_eq!(unlocks(&card, EXAMPLE_PIN), Ok(()));
}

#[test]
fn a_wrong_puk_ends_the_act_in_either_form() {
    for forms in [r#""with_new_pin", "after_puk""#, r#""after_puk", "with_new_pin""#] {
        let slot = blocked();
        let (card, watch) = open_as(&slot, &with_forms(forms));
        wait(card.read()).unwrap();
        for left in [9, 8] {
            let wrong = CardError::WrongPuk {
                tries_left: Some(left),
            };
            let before = watch.log().commands.len();
            assert_eq!(
                wait(card.unblock_pin(puk("11111111"), chosen(NEW))),
                Err(wrong),
                "{forms}"
            );
            assert_eq!(card.puk_tries_left(), Some(left), "{forms}");
            assert_eq!(
                watch.log().commands.len(),
                before + 2,
                "a SELECT and one comparison: {forms}"
            );
        }
        assert_eq!(slot.with_card(|card| card.tries_left()), 0);
    }
}

#[test]
fn the_puks_last_try_is_spent_only_when_the_person_says_so() {
    let slot = blocked();
    let (card, watch) = open_as(&slot, &with_forms(r#""with_new_pin""#));
    for _ in 0..9 {
        wait(card.unblock_pin(puk("11111111"), chosen(NEW))).unwrap_err();
    }
    assert_eq!(card.puk_tries_left(), Some(1));
    let sent = watch.log().commands.len();
    assert_eq!(
        wait(card.unblock_pin(puk(EXAMPLE_PUK), chosen(NEW))),
        Err(CardError::LastTryNotConfirmed { of: Secret::Puk })
    );
    assert_eq!(watch.log().commands.len(), sent);
    let last = puk("11111111").for_the_last_try();
    assert_eq!(
        wait(card.unblock_pin(last, chosen(NEW))),
        Err(CardError::PukBlocked)
    );
    assert_eq!(card.puk_tries_left(), Some(0));
}

#[test]
fn a_card_without_a_form_is_not_touched() {
    let slot = blocked();
    let (card, watch) = open_as(&slot, &with_forms(""));
    wait(card.read()).unwrap();
    let sent = watch.log().commands.len();
    let outcome = wait(card.unblock_pin(puk(EXAMPLE_PUK), chosen(NEW)));
    assert_eq!(outcome, Err(CardError::UnblockNotSupported));
    assert_eq!(watch.log().commands.len(), sent);
}

#[test]
fn no_puk_is_compared_by_a_card_that_knows_no_unblocking() {
    let slot = slot(personality("st2022"), person("citizen-good"));
    let (card, watch) = open_watched(&slot, None);
    assert!(!wait(card.read()).unwrap().pin_rules.unblock.is_empty());
    let outcome = wait(card.unblock_pin(puk(EXAMPLE_PUK), chosen(NEW)));
    assert_eq!(outcome, Err(CardError::UnblockNotSupported));
    assert_eq!(watch.log().count(0x2C), 1, "answered by 6D00");
    assert_eq!(slot.with_card(|card| card.puk_comparisons()), 0);
}

#[test]
fn each_kind_of_card_is_unblocked_in_the_form_that_it_knows() {
    let rows = [
        ("classic-athena", "citizen-1024", Unblocked::NewPin, 1),
        ("classic-cardos", "citizen-good", Unblocked::SamePin, 2),
        ("idemia-2021", "citizen-good", Unblocked::NewPin, 1),
        ("ace2025", "citizen-good", Unblocked::NewPin, 1),
    ];
    for (kind, name, outcome, resets) in rows {
        let slot = slot(personality(kind), person(name));
        let (card, watch) = open_watched(&slot, None);
        assert_eq!(
            wait(card.unblock_pin(puk(EXAMPLE_PUK), chosen(NEW))),
            Ok(outcome),
            "{kind}"
        );
        assert_eq!(watch.log().count(0x2C), resets, "{kind}");
        assert_eq!(slot.with_card(|card| card.puk_comparisons()), 1, "{kind}");
        let works = if outcome == Unblocked::NewPin {
            NEW
        } else {
            EXAMPLE_PIN
        };
        assert_eq!(unlocks(&card, works), Ok(()), "{kind}");
    }
}

#[test]
fn the_references_of_the_puk_are_tried_as_those_of_the_pin() {
    let mut kind = personality(ST2021);
    kind.puk_references = vec![0x11];
    let slot_of_11 = slot(kind.clone(), person("citizen-good"));
    let (card, watch) = open_as(&slot_of_11, &with_forms(r#""after_puk""#));
    assert_eq!(
        wait(card.unblock_pin(puk(EXAMPLE_PUK), chosen(NEW))),
        Ok(Unblocked::SamePin)
    );
    assert_eq!(watch.log().verifies(), 2, "the first was answered by 6A88");
    kind.puk_references = vec![0x99];
    let slot_of_none = slot(kind, person("citizen-good"));
    let (card, _) = open_as(&slot_of_none, &with_forms(r#""after_puk""#));
    assert_eq!(
        wait(card.unblock_pin(puk(EXAMPLE_PUK), chosen(NEW))),
        Err(CardError::PukNotFound)
    );
}
