//! An answer to a typing that is lost: the try may be spent, and the next typing may be the last.

use crate::bench::{chosen, open_watched, pin, puk, st2021, wait};
use crate::watched::{Fault, Watch};
use cns_card::{Card, CardError, CardProfiles, Secret, ToldTries};
use cns_virtual_card::VirtualCardHandle;

/// What leaves open whether the PIN was compared: no answer, or one that says nothing of it.
const UNCLEAR: [Fault; 6] = [
    Fault::Transport,
    Fault::Reset,
    Fault::Answer(&[]),
    Fault::Answer(&[0x6F, 0x00]),
    Fault::Answer(&[0x61, 0x02]),
    Fault::Answer(&[0x65, 0x81]),
];

/// Has what happens to the typing that comes next, after the SELECT of the PIN's directory.
fn lose_the_verdict(watch: &Watch, fault: Fault) {
    watch.strike(1, fault);
}

#[test]
fn the_try_that_may_be_the_last_is_not_spent_without_a_word() {
    for fault in UNCLEAR {
        let slot = st2021("citizen-good");
        let (card, watch) = open_watched(&slot, None);
        let wrong = CardError::WrongPin { tries_left: Some(2) };
        assert_eq!(wait(card.unlock(pin("99999"))).unwrap_err(), wrong);
        assert!(!card.is_in_doubt(Secret::Pin) && !card.is_down_to_the_last(Secret::Pin));
        lose_the_verdict(&watch, fault);
        wait(card.unlock(pin("99999"))).unwrap_err();
        assert_eq!(slot.with_card(|card| card.tries_left()), 1, "{fault:?}");
        assert_eq!(card.tries_left(), None);
        assert!(card.is_in_doubt(Secret::Pin) && card.is_down_to_the_last(Secret::Pin));
        let unconfirmed = CardError::LastTryNotConfirmed { of: Secret::Pin };
        assert_eq!(wait(card.unlock(pin("99999"))).unwrap_err(), unconfirmed);
        assert_eq!(
            wait(card.change_pin(pin("99999"), chosen("27183"))),
            Err(unconfirmed)
        );
        assert_eq!(slot.with_card(|card| card.tries_left()), 1, "{fault:?}");
        let confirmed = wait(card.unlock(pin("99999").for_the_last_try())).unwrap_err();
        assert_eq!(confirmed, CardError::PinBlocked);
        assert!(!card.is_in_doubt(Secret::Pin) && !card.is_down_to_the_last(Secret::Pin));
    }
}

#[test]
fn a_card_that_told_no_number_may_have_one_try_after_two_lost_verdicts() {
    let slot = st2021("citizen-good");
    let (card, watch) = open_watched(&slot, None);
    wait(card.read()).unwrap();
    for is_the_last in [false, true] {
        lose_the_verdict(&watch, Fault::Transport);
        wait(card.unlock(pin("99999"))).unwrap_err();
        assert!(card.is_in_doubt(Secret::Pin));
        assert_eq!(card.is_down_to_the_last(Secret::Pin), is_the_last);
    }
}

#[test]
fn the_puk_is_spared_alike() {
    for fault in UNCLEAR {
        let slot = st2021("citizen-good");
        let (card, watch) = open_watched(&slot, None);
        loop {
            match wait(card.unblock_pin(puk("99999999"), chosen("27183"))) {
                Err(CardError::WrongPuk { tries_left: Some(2) }) => break,
                other => assert!(matches!(other, Err(CardError::WrongPuk { .. })), "{other:?}"),
            }
        }
        lose_the_verdict(&watch, fault);
        wait(card.unblock_pin(puk("99999999"), chosen("27183"))).unwrap_err();
        assert_eq!(slot.with_card(|card| card.puk_tries_left()), 1, "{fault:?}");
        assert!(card.is_in_doubt(Secret::Puk) && card.is_down_to_the_last(Secret::Puk));
        assert!(!card.is_in_doubt(Secret::Pin), "the PIN is another matter");
        let unconfirmed = CardError::LastTryNotConfirmed { of: Secret::Puk };
        let typed = wait(card.unblock_pin(puk("99999999"), chosen("27183")));
        assert_eq!(typed, Err(unconfirmed));
        assert_eq!(slot.with_card(|card| card.puk_tries_left()), 1, "{fault:?}");
    }
}

#[test]
fn the_next_channel_on_the_same_card_knows_of_the_doubt() {
    let slot = st2021("citizen-good");
    let (told, watch) = (ToldTries::default(), Watch::default());
    let open = |slot: &VirtualCardHandle| {
        let channel = watch.on(Box::new(slot.channel()), None);
        Card::open_knowing(channel, &CardProfiles::built_in(), &told)
    };
    let card = open(&slot);
    wait(card.unlock(pin("99999"))).unwrap_err();
    lose_the_verdict(&watch, Fault::Transport);
    wait(card.unlock(pin("99999"))).unwrap_err();
    drop(card);
    let reopened = open(&slot);
    assert!(reopened.is_in_doubt(Secret::Pin) && reopened.is_down_to_the_last(Secret::Pin));
}

#[test]
fn what_never_reached_the_card_leaves_no_doubt() {
    let slot = st2021("citizen-good");
    let (card, watch) = open_watched(&slot, None);
    wait(card.unlock(pin("99999"))).unwrap_err();
    watch.strike(0, Fault::Transport);
    wait(card.unlock(pin("99999"))).unwrap_err();
    assert!(!card.is_in_doubt(Secret::Pin) && !card.is_down_to_the_last(Secret::Pin));
    assert_eq!(card.tries_left(), Some(2));
}
