//! Nobody waits for ever: whoever hangs, the person is told at the bound, and nothing is sent for them afterwards.

use crate::bench::{ST2021, chosen, person, personality, pin, puk, slot, wait};
use crate::padded::{Keys, Pad};
use crate::watched::{Fault, Watch};
use cns_card::{Card, CardError, CardProfiles, Patience, SignatureScheme};
use cns_iso7816::{Channel, ChannelError};
use cns_virtual_card::{EXAMPLE_PIN, EXAMPLE_PUK, VirtualCardHandle};
use std::time::{Duration, Instant};

/// Shorter than anybody's patience, and longer than a busy machine lets a thread wait for its turn.
const SHORT: Duration = Duration::from_secs(1);
const BUSY: CardError = CardError::Channel(ChannelError::Busy);
const SILENT: CardError = CardError::Channel(ChannelError::Silent);

fn impatient(slot: &VirtualCardHandle) -> (Card, Watch) {
    let watch = Watch::default();
    let channel: Box<dyn Channel> = Box::new(slot.channel());
    let patience = Patience {
        begin: SHORT,
        answer: SHORT,
        ..Patience::ORDINARY
    };
    let card = Card::open_patiently(watch.on(channel, None), &CardProfiles::built_in(), patience);
    (card, watch)
}

fn st2021() -> VirtualCardHandle {
    slot(personality(ST2021), person("citizen-good"))
}

#[test]
fn a_card_that_another_program_keeps_is_told_as_busy_and_hears_nothing_afterwards() {
    let slot = st2021();
    let (card, watch) = impatient(&slot);
    wait(card.read()).unwrap();
    let sent = watch.log().commands.len();
    watch.hold();
    assert_eq!(wait(card.unlock(pin(EXAMPLE_PIN))).unwrap_err(), BUSY);
    assert_eq!(
        wait(card.change_pin(pin(EXAMPLE_PIN), chosen("27183"))),
        Err(BUSY)
    );
    assert_eq!(
        wait(card.unblock_pin(puk(EXAMPLE_PUK), chosen("27183"))),
        Err(BUSY)
    );
    drop(card);
    watch.go_on();
    watch.wait_until_closed();
    assert_eq!(
        watch.log().commands.len(),
        sent,
        "three PINs were given up, and none was sent"
    );
}

#[test]
fn the_tries_are_not_in_doubt_when_nothing_was_sent() {
    let slot = st2021();
    let (card, watch) = impatient(&slot);
    wait(card.unlock(pin("99999"))).unwrap_err();
    watch.hold();
    assert_eq!(wait(card.unlock(pin(EXAMPLE_PIN))).unwrap_err(), BUSY);
    assert_eq!(card.tries_left(), Some(2));
}

#[test]
fn a_card_that_falls_silent_at_the_pin_is_told_and_nothing_follows() {
    for fault in [Fault::AnswersLate, Fault::HeardLate] {
        let slot = st2021();
        let (card, watch) = impatient(&slot);
        wait(card.read()).unwrap();
        let sent = watch.log().commands.len();
        watch.strike(1, fault);
        assert_eq!(wait(card.unlock(pin(EXAMPLE_PIN))).unwrap_err(), SILENT);
        assert_eq!(card.tries_left(), None);
        // Another act of the same card is told at its bound too.
        assert_eq!(wait(card.change_pin(pin("99999"), chosen("27183"))), Err(SILENT));
        drop(card);
        watch.go_on();
        watch.wait_until_closed();
        assert_eq!(watch.log().commands.len(), sent + 2, "{fault:?}");
        assert_eq!(slot.with_card(|card| card.pin_comparisons()), 1);
        assert!(!slot.with_card(|card| card.is_pin_verified()));
    }
}

#[test]
fn a_card_that_falls_silent_at_a_signature_is_told_and_can_be_used_again() {
    let slot = st2021();
    let (card, watch) = impatient(&slot);
    let unlocked = wait(card.unlock(pin(EXAMPLE_PIN))).unwrap();
    // Two commands set the environment.
    watch.strike(2, Fault::AnswersLate);
    let silent = unlocked.sign(SignatureScheme::PssSha256, b"a message");
    assert_eq!(silent, Err(SILENT));
    watch.go_on();
    drop(unlocked);
    let again = wait(card.unlock(pin(EXAMPLE_PIN))).unwrap();
    again.sign(SignatureScheme::PssSha256, b"a message").unwrap();
}

#[test]
fn an_act_that_waits_for_our_own_unlocked_card_is_told_as_busy() {
    let slot = st2021();
    let (card, watch) = impatient(&slot);
    let unlocked = wait(card.unlock(pin(EXAMPLE_PIN))).unwrap();
    let sent = watch.log().commands.len();
    assert_eq!(wait(card.unlock(pin("99999"))).unwrap_err(), BUSY);
    unlocked.sign(SignatureScheme::PssSha256, b"a message").unwrap();
    drop(unlocked);
    drop(card);
    watch.wait_until_closed();
    assert_eq!(watch.log().verifies(), 1);
    assert!(watch.log().commands.len() > sent);
}

#[test]
fn a_pad_at_which_nobody_types_is_waited_for_longer_but_not_for_ever() {
    let slot = st2021();
    let pad = Pad::default();
    pad.somebody(Keys::Never);
    let patience = Patience {
        answer: SHORT,
        pad: SHORT * 2,
        ..Patience::ORDINARY
    };
    let channel = pad.on(Box::new(slot.channel()));
    let card = Card::open_patiently(channel, &CardProfiles::built_in(), patience);
    assert_eq!(wait(card.unlock_on_pad(false)).unwrap_err(), SILENT);
    pad.give_up();
    // The pad has given up, and the card is free for the next typing.
    pad.somebody(Keys::Type(&[EXAMPLE_PIN]));
    assert!(wait(card.unlock_on_pad(false)).is_ok());
}

/// The driver, patient with every answer of a card, and not with all of them together.
fn on_a_slow_card(slot: &VirtualCardHandle) -> (Card, Watch) {
    let watch = Watch::default();
    let patience = Patience {
        act: SHORT,
        ..Patience::ORDINARY
    };
    let channel: Box<dyn Channel> = Box::new(slot.channel());
    let card = Card::open_patiently(watch.on(channel, None), &CardProfiles::built_in(), patience);
    (card, watch)
}

fn slow(slot: &VirtualCardHandle, each: Duration) {
    slot.set_link(cns_virtual_card::Link {
        command: each,
        ..cns_virtual_card::Link::NONE
    });
}

#[test]
fn a_card_that_is_slow_on_purpose_is_not_waited_for_at_each_apdu_anew() {
    let slot = st2021();
    let (card, watch) = on_a_slow_card(&slot);
    slow(&slot, SHORT / 2);
    assert_eq!(wait(card.read()).unwrap_err(), SILENT);
    // Whoever asks next has an act of their own, in which what was read is not read again.
    slow(&slot, Duration::ZERO);
    wait(card.read()).unwrap();
    drop(card);
    watch.wait_until_closed();
}

#[test]
fn the_way_to_the_pin_counts_too_and_no_pin_is_sent_after_it() {
    let slot = st2021();
    let (card, watch) = on_a_slow_card(&slot);
    wait(card.read()).unwrap();
    slow(&slot, SHORT * 2);
    assert_eq!(wait(card.unlock(pin(EXAMPLE_PIN))).unwrap_err(), SILENT);
    drop(card);
    watch.wait_until_closed();
    assert_eq!(slot.with_card(|card| card.pin_comparisons()), 0);
}

#[test]
fn each_signature_is_an_act_of_its_own() {
    let slot = st2021();
    let (card, _) = on_a_slow_card(&slot);
    let unlocked = wait(card.unlock(pin(EXAMPLE_PIN))).unwrap();
    // Two commands set the environment.
    slow(&slot, SHORT);
    let first = unlocked.sign(SignatureScheme::PssSha256, b"a message");
    assert_eq!(first, Err(SILENT));
    slot.set_link(cns_virtual_card::Link {
        signature: SHORT / 2,
        ..cns_virtual_card::Link::NONE
    });
    // All of them together take longer than any patience for one.
    for _ in 0..3 {
        unlocked.sign(SignatureScheme::PssSha256, b"a message").unwrap();
    }
}

#[test]
fn a_person_who_types_slowly_on_the_pad_is_not_a_slow_card() {
    let slot = st2021();
    let pad = Pad::default();
    pad.somebody(Keys::Never);
    let patience = Patience {
        act: SHORT / 2,
        pad: SHORT,
        ..Patience::ORDINARY
    };
    let channel = pad.on(Box::new(slot.channel()));
    let card = Card::open_patiently(channel, &CardProfiles::built_in(), patience);
    let asked = Instant::now();
    assert_eq!(wait(card.unlock_on_pad(false)).unwrap_err(), SILENT);
    assert!(asked.elapsed() >= SHORT, "the pad's own bound is what ends it");
    pad.give_up();
}

#[test]
fn a_card_that_is_slow_and_alive_is_waited_for() {
    let slot = st2021();
    slot.set_link(cns_virtual_card::Link {
        command: SHORT / 4,
        read: SHORT / 40,
        ..cns_virtual_card::Link::NONE
    });
    let (card, _) = impatient(&slot);
    // Each answer comes in time, all of them together take longer than any patience for one.
    assert!(wait(card.read()).is_ok());
}
