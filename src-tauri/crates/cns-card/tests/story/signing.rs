use crate::bench::{KINDS, ST2021, open, person, personality, slot, st2021, unlocked, wait};
use cns_card::{CardError, SignatureScheme};
use cns_iso7816::ChannelError;
use proptest::prelude::*;

#[test]
fn every_scheme_of_every_kind_of_card_gives_a_signature_as_long_as_the_key() {
    for ((kind, name), (schemes, length)) in KINDS.into_iter().zip([(6, 256), (5, 128)]) {
        let card = open(&slot(personality(kind), person(name)));
        let unlocked = unlocked(&card);
        assert_eq!(unlocked.schemes().len(), schemes, "{kind}");
        assert_eq!(unlocked.certificate_der(), person(name).certificate_der);
        for scheme in unlocked.schemes() {
            // The driver has checked it against the certificate's key.
            assert_eq!(
                unlocked.sign(*scheme, b"a message").unwrap().len(),
                length,
                "{kind} {scheme:?}"
            );
        }
    }
}

#[test]
fn a_scheme_too_long_for_the_key_is_refused_without_touching_the_card() {
    let (kind, name) = KINDS[1];
    let slot = slot(personality(kind), person(name));
    let unlocked = unlocked(&open(&slot));
    let before = slot.apdus();
    let error = unlocked
        .sign(SignatureScheme::PssSha512, b"a message")
        .unwrap_err();
    assert_eq!(error, CardError::SchemeNotSupported);
    assert_eq!(slot.apdus(), before);
}

#[test]
fn cards_that_chain_and_cards_that_do_not_are_both_served() {
    for (extended, chaining) in [(true, false), (false, true), (true, true)] {
        let mut kind = personality(ST2021);
        (kind.extended, kind.chaining) = (extended, chaining);
        let unlocked = unlocked(&open(&slot(kind, person("citizen-good"))));
        unlocked.sign(SignatureScheme::PssSha256, b"a message").unwrap();
    }
    let mut kind = personality(ST2021);
    (kind.extended, kind.chaining) = (false, false);
    let unlocked = unlocked(&open(&slot(kind, person("citizen-good"))));
    let error = unlocked
        .sign(SignatureScheme::PssSha256, b"a message")
        .unwrap_err();
    assert_eq!(
        error,
        CardError::Refused {
            status: 0x6E00,
            command: "PSO DECIPHER"
        }
    );
}

#[test]
fn a_key_that_is_not_the_certificates_is_found_out() {
    let slot = st2021("citizen-good");
    let other = person("citizen-luca").certificate_der;
    slot.with_card(|card| card.put_file("1100/1101", other).unwrap());
    let unlocked = unlocked(&open(&slot));
    let error = unlocked
        .sign(SignatureScheme::Pkcs1Sha256, b"a message")
        .unwrap_err();
    // A block that is no number below the other modulus is refused by the card instead.
    let refused = CardError::Refused {
        status: 0x6A80,
        command: "PSO DECIPHER",
    };
    assert!(
        error == CardError::SignatureMismatch || error == refused,
        "{error}"
    );
}

#[test]
fn a_card_pulled_out_while_unlocked_is_named() {
    let slot = st2021("citizen-good");
    let card = open(&slot);
    let unlocked = unlocked(&card);
    slot.remove();
    let error = unlocked
        .sign(SignatureScheme::PssSha256, b"a message")
        .unwrap_err();
    assert_eq!(error, CardError::Channel(ChannelError::Removed));
    drop(unlocked);
    slot.insert();
    crate::bench::unlocked(&open(&slot))
        .sign(SignatureScheme::PssSha256, b"a message")
        .unwrap();
}

#[test]
fn a_card_reset_by_another_program_is_named_and_keeps_its_tries() {
    let slot = st2021("citizen-good");
    let card = open(&slot);
    let first = unlocked(&card);
    slot.reset();
    let error = first.sign(SignatureScheme::PssSha256, b"a message").unwrap_err();
    assert_eq!(error, CardError::Channel(ChannelError::Reset));
    drop(first);
    unlocked(&card)
        .sign(SignatureScheme::PssSha256, b"a message")
        .unwrap();
    assert_eq!(slot.with_card(|card| card.tries_left()), 3);
}

#[test]
fn it_works_from_another_thread_while_handles_come_and_go() {
    let card = open(&st2021("citizen-good"));
    let unlocked = unlocked(&card);
    drop(card);
    let signed = std::thread::spawn(move || unlocked.sign(SignatureScheme::PssSha256, b"a message"));
    signed.join().unwrap().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_message_can_be_signed(message in prop::collection::vec(any::<u8>(), 0..2000), at in 0_usize..6) {
        let unlocked = unlocked(&open(&st2021("citizen-good")));
        prop_assert!(unlocked.sign(SignatureScheme::ALL[at], &message).is_ok());
    }
}

#[test]
fn a_read_waits_until_the_card_is_free() {
    let card = open(&st2021("citizen-good"));
    let unlocked = unlocked(&card);
    let reader = card.clone();
    let reading = std::thread::spawn(move || wait(reader.read()));
    unlocked.sign(SignatureScheme::PssSha256, b"a message").unwrap();
    drop(unlocked);
    reading.join().unwrap().unwrap();
}
