//! The cards in place: each is opened once, and what it has taught lasts as long as it stays.

use crate::{Problem, Readers, Slot};
use cns_card::{Card, CardProfiles};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The readers of this computer, and a [`Card`] for each insertion that was asked for.
///
/// A second journey with the same insertion finds the same card: it is not read again, and the tries left that its
/// last answer told are still known.
#[derive(Debug)]
pub struct Cards<R> {
    readers: R,
    profiles: CardProfiles,
    open: Mutex<Vec<OpenCard>>,
}

#[derive(Debug)]
struct OpenCard {
    reader: String,
    insertion: u32,
    card: Card,
}

impl<R: Readers> Cards<R> {
    /// The cards in these readers, spoken to by these profiles. Nothing is opened yet.
    pub fn new(readers: R, profiles: CardProfiles) -> Self {
        Self {
            readers,
            profiles,
            open: Mutex::default(),
        }
    }

    /// The readers.
    pub fn readers(&self) -> &R {
        &self.readers
    }

    /// The card of this insertion, opened now if it was not.
    ///
    /// # Errors
    /// Those of [`Readers::open`].
    pub async fn card(&self, slot: &Slot) -> Result<Card, Problem> {
        if let Some(card) = self.known(slot) {
            return Ok(card);
        }
        let card = Card::open_as(self.readers.open(&slot.reader).await?, &self.profiles);
        self.open().push(OpenCard {
            reader: slot.reader.clone(),
            insertion: slot.insertion,
            card: card.clone(),
        });
        Ok(card)
    }

    /// Lets go of the card of this insertion; it is opened anew when it is asked for again.
    pub fn let_go(&self, slot: &Slot) {
        self.open().retain(|open| !open.is_in(slot));
    }

    /// The card of this insertion if it is open. Cards of earlier insertions of the reader are let go.
    fn known(&self, slot: &Slot) -> Option<Card> {
        let mut open = self.open();
        open.retain(|open| open.reader != slot.reader || open.insertion == slot.insertion);
        open.iter()
            .find(|open| open.is_in(slot))
            .map(|open| open.card.clone())
    }

    fn open(&self) -> MutexGuard<'_, Vec<OpenCard>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenCard {
    fn is_in(&self, slot: &Slot) -> bool {
        self.reader == slot.reader && self.insertion == slot.insertion
    }
}
