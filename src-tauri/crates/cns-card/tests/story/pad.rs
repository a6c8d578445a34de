//! A PIN typed on the reader's own pad.

use crate::bench::{ST2021, person, personality, pin, slot, st2021, wait};
use crate::padded::{Keys, Pad};
use cns_card::{Card, CardError, Secret, SignatureScheme};
use cns_iso7816::{ChannelError, PadEntry, PadRequest};
use cns_virtual_card::EXAMPLE_PIN;

fn on(pad: &Pad, slot: &cns_virtual_card::VirtualCardHandle) -> Card {
    Card::open(pad.on(Box::new(slot.channel())))
}

fn asked_for(entry: PadEntry, reference: u8) -> PadRequest {
    PadRequest { entry, reference }
}

#[test]
fn the_right_pin_unlocks_and_the_driver_never_sees_it() {
    let slot = st2021("citizen-good");
    let pad = Pad::will([Keys::Type(&[EXAMPLE_PIN])]);
    let card = on(&pad, &slot);
    let unlocked = wait(card.unlock_on_pad(false)).unwrap();
    unlocked.sign(SignatureScheme::PssSha256, b"a message").unwrap();
    assert_eq!(pad.asked(), [asked_for(PadEntry::Verify, 0x90)]);
}

#[test]
fn what_the_pad_says_by_itself_is_named_and_costs_no_try() {
    let rows = [
        (0x6400, CardError::PadTimeout),
        (0x6401, CardError::PadCancelled),
        (0x6402, CardError::PadPinsDiffer),
        (0x6403, CardError::PadPinLength),
        (0x6B80, CardError::PadRefused),
    ];
    for (status, error) in rows {
        let slot = st2021("citizen-good");
        let pad = Pad::will([Keys::Type(&["99999"]), Keys::Answer(status), Keys::Answer(status)]);
        let card = on(&pad, &slot);
        wait(card.unlock_on_pad(false)).unwrap_err();
        assert_eq!(card.tries_left(), Some(2));
        assert_eq!(
            wait(card.unlock_on_pad(false)).unwrap_err(),
            error,
            "{status:04X}"
        );
        assert_eq!(wait(card.change_pin_on_pad(false)), Err(error), "{status:04X}");
        assert_eq!(card.tries_left(), Some(2), "{status:04X}");
    }
}

#[test]
fn the_same_words_from_a_card_are_not_the_pads() {
    let slot = st2021("citizen-good");
    let card = Card::open(Box::new(slot.channel()));
    wait(card.read()).unwrap();
    for status in [0x6400, 0x6401, 0x6402, 0x6403, 0x6B80] {
        let at = 1;
        let kind = cns_virtual_card::FaultKind::Status(status);
        slot.set_faults([cns_virtual_card::Fault { at, kind }]);
        let command = "VERIFY";
        assert_eq!(
            wait(card.unlock(pin(EXAMPLE_PIN).for_the_last_try())).unwrap_err(),
            CardError::Refused { status, command }
        );
    }
}

#[test]
fn a_wrong_pin_is_the_same_verdict_as_when_typed_here() {
    let slot = st2021("citizen-good");
    let pad = Pad::will([
        Keys::Type(&["99999"]),
        Keys::Type(&["99999"]),
        Keys::Type(&["99999"]),
    ]);
    let card = on(&pad, &slot);
    for left in [2, 1] {
        let wrong = CardError::WrongPin {
            tries_left: Some(left),
        };
        assert_eq!(wait(card.unlock_on_pad(false)).unwrap_err(), wrong);
    }
    let unconfirmed = wait(card.unlock_on_pad(false)).unwrap_err();
    assert!(matches!(unconfirmed, CardError::LastTryNotConfirmed { .. }));
    assert_eq!(pad.asked().len(), 2, "the pad was not asked");
    assert_eq!(wait(card.unlock_on_pad(true)).unwrap_err(), CardError::PinBlocked);
}

#[test]
fn a_pin_is_changed_on_the_pad() {
    let slot = st2021("citizen-good");
    let pad = Pad::default();
    pad.somebody(Keys::Type(&[EXAMPLE_PIN, "27183"]));
    let card = on(&pad, &slot);
    wait(card.change_pin_on_pad(false)).unwrap();
    assert_eq!(pad.asked(), [asked_for(PadEntry::Change, 0x90)]);
    assert!(wait(card.unlock(pin("27183"))).is_ok());
}

#[test]
fn nobody_is_asked_twice_without_a_word_though_the_pin_is_elsewhere() {
    let mut kind = personality(ST2021);
    kind.pin_references = vec![0x10];
    let slot = slot(kind, person("citizen-good"));
    let pad = Pad::will([Keys::Type(&[EXAMPLE_PIN]), Keys::Type(&[EXAMPLE_PIN])]);
    let card = on(&pad, &slot);
    assert_eq!(
        wait(card.unlock_on_pad(false)).unwrap_err(),
        CardError::PadOnceMore
    );
    assert!(!card.is_in_doubt(Secret::Pin), "nothing was compared");
    assert_eq!(pad.asked(), [asked_for(PadEntry::Verify, 0x90)]);
    assert!(wait(card.unlock_on_pad(false)).is_ok());
    assert_eq!(
        pad.asked()[1],
        asked_for(PadEntry::Verify, 0x10),
        "the next time it is known"
    );
}

#[test]
fn without_a_pad_nothing_is_sent() {
    let slot = st2021("citizen-good");
    let card = Card::open(Box::new(slot.channel()));
    let missing = CardError::Channel(ChannelError::NoPinPad);
    assert_eq!(wait(card.unlock_on_pad(false)).unwrap_err(), missing);
    assert_eq!(wait(card.change_pin_on_pad(false)), Err(missing));
    assert_eq!(slot.apdus(), 0);
}

#[test]
fn a_pad_that_only_verifies_is_not_asked_to_change() {
    let slot = st2021("citizen-good");
    let pad = Pad::that_only_verifies();
    let card = on(&pad, &slot);
    let missing = CardError::Channel(ChannelError::NoPinPad);
    assert_eq!(wait(card.change_pin_on_pad(false)), Err(missing));
    assert!(pad.asked().is_empty());
    pad.somebody(Keys::Type(&[EXAMPLE_PIN]));
    assert!(wait(card.unlock_on_pad(false)).is_ok());
}

#[test]
fn a_card_without_a_pin_anywhere_says_so_after_the_second_typing() {
    let mut kind = personality(ST2021);
    kind.pin_references = vec![0x2A];
    let slot = slot(kind, person("citizen-good"));
    for change in [false, true] {
        let pad = Pad::default();
        let card = on(&pad, &slot);
        for expected in [CardError::PadOnceMore, CardError::PinNotFound] {
            pad.somebody(Keys::Type(&[EXAMPLE_PIN, "27183"]));
            let typed = if change {
                wait(card.change_pin_on_pad(false))
            } else {
                wait(card.unlock_on_pad(false)).map(drop)
            };
            assert_eq!(typed, Err(expected));
        }
    }
}
