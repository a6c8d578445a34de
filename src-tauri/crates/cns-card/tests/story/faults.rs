//! Something goes wrong once, and the same card goes on; answers that no card gives. Every fault at every APDU is walked
//! in `walk`.

use crate::bench::{KINDS, open_watched, person, personality, pin, slot, wait};
use crate::watched::Fault;
use cns_card::{Card, CardError, SignatureScheme};
use cns_iso7816::Ending;
use cns_virtual_card::EXAMPLE_PIN;
use proptest::prelude::*;

/// Read, unlock, sign twice.
fn journey(card: &Card) -> Result<(), CardError> {
    wait(card.read())?;
    let unlocked = wait(card.unlock(pin(EXAMPLE_PIN)))?;
    unlocked.sign(SignatureScheme::PssSha256, b"a message")?;
    unlocked.sign(SignatureScheme::Pkcs1Sha256, b"a message")?;
    Ok(())
}

#[test]
fn a_card_that_failed_once_works_without_being_put_in_again() {
    let (kind, name) = KINDS[0];
    let slot = slot(personality(kind), person(name));
    for at in 0..12 {
        let (card, watch) = open_watched(&slot, Some((at, Fault::Transport)));
        let _ = journey(&card);
        journey(&card).unwrap_or_else(|error| panic!("after a fault at {at}: {error}"));
        // The next act begins when the transaction of the last one has ended.
        wait(card.read()).unwrap();
        assert_eq!(slot.with_card(|card| card.tries_left()), 3);
        let resets = watch
            .log()
            .endings
            .iter()
            .filter(|ending| **ending == Ending::Reset)
            .count();
        assert!(resets >= 1, "at {at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_answer_anywhere_is_survived(
        at in 0_usize..16,
        data in prop::collection::vec(any::<u8>(), 0..600),
        end in prop_oneof![4 => Just(vec![]), 1 => Just(vec![0x6A, 0x88])],
    ) {
        let answer = [data, end].concat();
        let (kind, name) = KINDS[0];
        let slot = slot(personality(kind), person(name));
        let answer: &'static [u8] = answer.leak();
        let (card, watch) = open_watched(&slot, Some((at, Fault::Answer(answer))));
        let outcome = journey(&card);
        prop_assert_ne!(&outcome, &Err(CardError::ThreadGone));
        let typings = if answer.ends_with(&[0x6A, 0x88]) { 2 } else { 1 };
        prop_assert!(watch.log().verifies() <= typings, "only 6A88 allows a second");
        prop_assert_eq!(watch.log().empty_verifies(), 0);
        prop_assert_eq!(slot.with_card(|card| card.tries_left()), 3);
    }
}
