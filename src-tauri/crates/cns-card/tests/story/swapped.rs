//! Another card of the same model, put in behind a reset by another program: no PIN goes to it.

use crate::bench::{ST2021, chosen, person, personality, pin, puk, unlocked, wait};
use cns_card::{Card, CardError};
use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange};
use cns_virtual_card::{EXAMPLE_PIN, EXAMPLE_PUK, VirtualCard};
use std::sync::{Arc, Mutex};

/// A reader in which cards are changed without a word.
#[derive(Clone)]
struct Reader {
    atr: Atr,
    inside: Arc<Mutex<Inside>>,
}

struct Inside {
    card: VirtualCard,
    was_reset: bool,
    /// Whether the transaction under way began with that news.
    is_told: bool,
}

impl Reader {
    fn with(name: &str) -> Self {
        let card = card_of(name);
        Self {
            atr: Atr::new(card.personality().atr_bytes()),
            inside: Arc::new(Mutex::new(Inside {
                card,
                was_reset: false,
                is_told: false,
            })),
        }
    }

    /// Another program resets the card.
    fn reset(&self) {
        self.inside.lock().unwrap().was_reset = true;
    }

    /// Somebody changes the card, and another program resets the new one.
    fn change_for(&self, name: &str) {
        self.inside.lock().unwrap().card = card_of(name);
        self.reset();
    }

    fn comparisons(&self) -> u64 {
        let inside = self.inside.lock().unwrap();
        inside.card.pin_comparisons() + inside.card.puk_comparisons()
    }
}

fn card_of(name: &str) -> VirtualCard {
    VirtualCard::new(personality(ST2021), person(name), EXAMPLE_PIN).unwrap()
}

impl Channel for Reader {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transaction(&mut self, _: Ending, act: &mut dyn FnMut(&mut dyn Exchange)) -> Result<(), ChannelError> {
        {
            let mut inside = self.inside.lock().unwrap();
            inside.is_told = std::mem::take(&mut inside.was_reset);
        }
        act(self);
        Ok(())
    }
}

impl Exchange for Reader {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        Ok(self.inside.lock().unwrap().card.answer(command))
    }

    fn began_after_a_reset(&self) -> bool {
        self.inside.lock().unwrap().is_told
    }
}

const REMOVED: CardError = CardError::Channel(ChannelError::Removed);

#[test]
fn no_pin_and_no_puk_goes_to_the_other_card() {
    let reader = Reader::with("citizen-good");
    let card = Card::open(Box::new(reader.clone()));
    wait(card.read()).unwrap();
    reader.change_for("citizen-luca");
    // The news comes once; the card stays the other one.
    for _ in 0..2 {
        assert_eq!(wait(card.unlock(pin(EXAMPLE_PIN))).unwrap_err(), REMOVED);
        let changed = wait(card.change_pin(pin(EXAMPLE_PIN), chosen("27183")));
        assert_eq!(changed, Err(REMOVED));
        let unblocked = wait(card.unblock_pin(puk(EXAMPLE_PUK), chosen("27183")));
        assert_eq!(unblocked.unwrap_err(), REMOVED);
    }
    assert_eq!(reader.comparisons(), 0);
}

#[test]
fn a_report_in_between_hides_nothing() {
    let reader = Reader::with("citizen-good");
    let card = Card::open(Box::new(reader.clone()));
    wait(card.read()).unwrap();
    reader.change_for("citizen-luca");
    wait(card.report()).unwrap();
    assert_eq!(wait(card.unlock(pin(EXAMPLE_PIN))).unwrap_err(), REMOVED);
    assert_eq!(reader.comparisons(), 0);
}

#[test]
fn the_same_card_is_used_as_before() {
    let reader = Reader::with("citizen-good");
    let card = Card::open(Box::new(reader.clone()));
    wait(card.read()).unwrap();
    reader.reset();
    drop(unlocked(&card));
    reader.reset();
    wait(card.change_pin(pin(EXAMPLE_PIN), chosen("27183"))).unwrap();
}

#[test]
fn a_reading_is_of_one_card() {
    let (reader, alone) = (Reader::with("citizen-good"), Reader::with("citizen-luca"));
    let card = Card::open(Box::new(reader.clone()));
    wait(card.greet()).unwrap();
    reader.change_for("citizen-luca");
    let contents = wait(card.read()).unwrap();
    let expected = wait(Card::open(Box::new(alone)).read()).unwrap();
    assert_eq!(contents.card_id, expected.card_id);
    assert_eq!(contents.personal_data, expected.personal_data);
    assert_eq!(contents.certificate_der, expected.certificate_der);
}
