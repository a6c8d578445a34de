use crate::bench::{ST2021, open, open_watched, person, personality, pin, slot, st2021, unlocked, wait};
use cns_card::{CardError, CardPin, NewPin, PinFacts, Secret, SignatureScheme};
use cns_iso7816::Ending;
use cns_virtual_card::{EXAMPLE_PIN, EmptyVerify, WrongPin};

#[test]
fn a_wrong_one_costs_exactly_one_try_and_tells_how_many_are_left() {
    let slot = st2021("citizen-good");
    let (card, watch) = open_watched(&slot, None);
    assert_eq!(card.tries_left(), None, "nobody has asked the card");
    for left in [2, 1, 0] {
        let typed = pin("99999");
        let typed = if left == 0 {
            typed.for_the_last_try()
        } else {
            typed
        };
        let error = wait(card.unlock(typed)).unwrap_err();
        // The third one is the last: what the person needs to hear is that the PIN is blocked.
        let told = match left {
            0 => CardError::PinBlocked,
            left => CardError::WrongPin {
                tries_left: Some(left),
            },
        };
        assert_eq!(error, told);
        assert_eq!(card.tries_left(), Some(left));
        assert_eq!(slot.with_card(|card| card.tries_left()), left);
    }
    assert_eq!(
        wait(card.unlock(pin(EXAMPLE_PIN))).unwrap_err(),
        CardError::PinBlocked
    );
    assert_eq!(card.tries_left(), Some(0));
    assert_eq!(watch.log().verifies(), 4);
}

#[test]
fn the_last_known_try_is_spent_only_when_the_person_says_so() {
    let slot = st2021("citizen-good");
    let (card, watch) = open_watched(&slot, None);
    for _ in 0..2 {
        wait(card.unlock(pin("99999"))).unwrap_err();
    }
    assert_eq!(card.tries_left(), Some(1));
    let sent = watch.log().commands.len();
    let unconfirmed = CardError::LastTryNotConfirmed { of: Secret::Pin };
    for _ in 0..3 {
        assert_eq!(wait(card.unlock(pin(EXAMPLE_PIN))).unwrap_err(), unconfirmed);
    }
    let chosen = NewPin::choose("27183", &PinFacts::default()).unwrap();
    assert_eq!(wait(card.change_pin(pin(EXAMPLE_PIN), chosen)), Err(unconfirmed));
    assert_eq!(watch.log().commands.len(), sent, "nothing was sent");
    assert_eq!(card.tries_left(), Some(1));
    wait(card.unlock(pin(EXAMPLE_PIN).for_the_last_try())).unwrap();
    assert_eq!(slot.with_card(|card| card.tries_left()), 3);
}

#[test]
fn a_right_one_restores_the_tries_and_says_nothing_of_their_number() {
    let slot = st2021("citizen-good");
    let card = open(&slot);
    wait(card.unlock(pin("99999"))).unwrap_err();
    assert_eq!(card.tries_left(), Some(2));
    drop(unlocked(&card));
    assert_eq!(card.tries_left(), None);
    assert_eq!(slot.with_card(|card| card.tries_left()), 3);
}

#[test]
fn a_card_that_does_not_count_aloud_leaves_the_number_unknown() {
    let mut kind = personality(ST2021);
    kind.wrong_pin = WrongPin::Uncounted;
    let card = open(&slot(kind, person("citizen-good")));
    assert_eq!(
        wait(card.unlock(pin("99999"))).unwrap_err(),
        CardError::WrongPin { tries_left: None }
    );
    assert_eq!(card.tries_left(), None);
}

#[test]
fn a_card_that_was_never_activated_is_told_from_a_wrong_pin() {
    let card = open(&st2021("citizen-not-activated"));
    assert_eq!(
        wait(card.unlock(pin(EXAMPLE_PIN))).unwrap_err(),
        CardError::PinNotUsable
    );
}

#[test]
fn the_other_reference_is_tried_only_where_the_first_does_not_exist() {
    for (references, verifies) in [(vec![0x90, 0x10], 1), (vec![0x90], 1), (vec![0x10], 2)] {
        let mut kind = personality(ST2021);
        kind.pin_references = references.clone();
        let slot = slot(kind, person("citizen-good"));
        let (card, watch) = open_watched(&slot, None);
        assert!(matches!(
            wait(card.unlock(pin("99999"))).unwrap_err(),
            CardError::WrongPin { .. }
        ));
        assert_eq!(watch.log().verifies(), verifies, "{references:02X?}");
        assert_eq!(slot.with_card(|card| card.tries_left()), 2, "{references:02X?}");
        drop(unlocked(&card));
        assert_eq!(
            watch.log().verifies(),
            verifies + 1,
            "{references:02X?}: it is remembered"
        );
    }
    let mut kind = personality(ST2021);
    kind.pin_references = vec![0x81];
    let card = open(&slot(kind, person("citizen-good")));
    assert_eq!(
        wait(card.unlock(pin(EXAMPLE_PIN))).unwrap_err(),
        CardError::PinNotFound
    );
}

#[test]
fn the_card_is_never_asked_for_its_tries() {
    let mut kind = personality(ST2021);
    kind.empty_verify = EmptyVerify::EatsATry;
    let slot = slot(kind, person("citizen-good"));
    let (card, watch) = open_watched(&slot, None);
    wait(card.read()).unwrap();
    drop(unlocked(&card));
    assert_eq!(watch.log().empty_verifies(), 0);
    assert_eq!(slot.with_card(|card| card.tries_left()), 3);
}

#[test]
fn the_card_forgets_it_when_the_proof_is_dropped_and_can_be_unlocked_again() {
    let slot = st2021("citizen-good");
    let (card, watch) = open_watched(&slot, None);
    for _ in 0..2 {
        let unlocked = unlocked(&card);
        assert!(slot.with_card(|card| card.is_pin_verified()));
        unlocked.sign(SignatureScheme::PssSha256, b"a message").unwrap();
        drop(unlocked);
        // The next act begins when the transaction has ended.
        wait(card.read()).unwrap();
        assert!(!slot.with_card(|card| card.is_pin_verified()));
    }
    assert_eq!(watch.log().endings, [Ending::Leave, Ending::Reset, Ending::Reset]);
}

#[test]
fn a_login_given_up_before_the_card_was_reached_costs_no_try() {
    let slot = st2021("citizen-good");
    let (card, watch) = open_watched(&slot, None);
    let first = unlocked(&card);
    wait(async {
        let waiting = card.unlock(pin("99999"));
        // The card is held by the first: this one cannot have been reached when it is given up.
        tokio::select! {
            biased;
            _ = waiting => panic!("the card is held"),
            () = std::future::ready(()) => {}
        }
    });
    drop(first);
    wait(card.read()).unwrap();
    drop(unlocked(&card));
    assert_eq!(watch.log().verifies(), 2, "the given-up PIN was never sent");
    assert_eq!(slot.with_card(|card| card.tries_left()), 3);
}

#[test]
fn it_is_never_printed() {
    assert_eq!(format!("{:?}", pin("24680")), "[secret]");
    let unlocked = unlocked(&open(&st2021("citizen-good")));
    assert!(!format!("{unlocked:?}").contains(EXAMPLE_PIN));
}

#[test]
fn anything_but_five_to_eight_digits_never_reaches_a_card() {
    for typed in [
        "",
        "1234",
        "123456789",
        "1234a",
        " 12345",
        "12345\n",
        "１２３４５",
    ] {
        assert!(CardPin::parse(typed).is_err(), "{typed}");
    }
    for typed in ["12345", "12345678"] {
        assert_eq!(CardPin::parse(typed).unwrap().digits(), typed.as_bytes());
    }
}
