//! The cards in place: each is opened once, and what it has taught lasts as long as it stays.

use crate::insertion::why_gone;
use crate::{Problem, ProblemCode, Readers, Slot};
use cns_card::{Card, CardProfiles, ToldTries};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

/// The readers of this computer, and a [`Card`] for each insertion that was asked for.
///
/// A second journey with the same insertion finds the same card: it is not read again, and the tries left that its
/// last answer told are still known. They are known even when the card had to be opened anew meanwhile.
#[derive(Debug)]
pub struct Cards<R> {
    readers: R,
    profiles: CardProfiles,
    asks_tries: bool,
    places: Mutex<Vec<Place>>,
}

/// One insertion, and its card once somebody has asked for it.
#[derive(Clone, Debug)]
struct Place {
    slot: Slot,
    told: ToldTries,
    card: Arc<OnceCell<Card>>,
}

impl<R: Readers> Cards<R> {
    /// The cards in these readers, spoken to by these profiles. Nothing is opened yet.
    pub fn new(readers: R, profiles: CardProfiles) -> Self {
        Self {
            readers,
            profiles,
            asks_tries: false,
            places: Mutex::default(),
        }
    }

    /// Has each card asked for its tries left before its PIN is, where its profile says that the question is free.
    #[must_use]
    pub fn asking_tries(mut self, asks_tries: bool) -> Self {
        self.asks_tries = asks_tries;
        self
    }

    /// Asks this card for its tries left, if that is wanted at all.
    pub(crate) async fn ask_tries(&self, card: &Card) {
        if self.asks_tries
            && let Err(error) = card.ask_tries_left().await
        {
            tracing::debug!(%error, "the tries left stay as they were known");
        }
    }

    /// The readers.
    pub fn readers(&self) -> &R {
        &self.readers
    }

    /// The card of this insertion, opened now if it was not. Two who ask at once get the same one.
    ///
    /// # Errors
    /// `card_removed`, `reader_gone` or `service_not_running` when the card has left, and those of [`Readers::open`].
    pub async fn card(&self, slot: &Slot) -> Result<Card, Problem> {
        self.still_there(slot)?;
        let place = self.place(slot);
        let opened = place.card.get_or_try_init(|| async {
            let channel = self.readers.open(&slot.reader).await?;
            // The card may have been swapped while it was opened; then this is the next one.
            self.still_there(slot)?;
            Ok(Card::open_knowing(channel, &self.profiles, &place.told))
        });
        match opened.await {
            Ok(card) => Ok(card.clone()),
            Err(problem) => Err(self.explain(slot, problem)),
        }
    }

    /// Lets go of the card of this insertion; it is opened anew when it is asked for again.
    pub fn let_go(&self, slot: &Slot) {
        for place in self.places().iter_mut().filter(|place| place.is(slot)) {
            place.card = Arc::default();
        }
    }

    /// Lets go of a card that could not be spoken to, so that the next try opens it anew, and adds to the problem who
    /// is likely to hold it, and whether a try of its PIN or PUK may have been spent.
    #[must_use]
    pub fn explain(&self, slot: &Slot, problem: Problem) -> Problem {
        let problem = match self.opened(slot) {
            Some(card) => problem.doubting(|of| card.is_in_doubt(of)),
            None => problem,
        };
        if matches!(
            problem.code,
            ProblemCode::CardBusy
                | ProblemCode::CardSilent
                | ProblemCode::CardRemoved
                | ProblemCode::ReaderFailed
                | ProblemCode::ReaderGone
                | ProblemCode::ServiceNotRunning
        ) {
            self.let_go(slot);
        }
        let owner_is_wanted = problem.code == ProblemCode::CardBusy && problem.fact("owner").is_none();
        match owner_is_wanted.then(|| self.readers.likely_owner()).flatten() {
            Some(owner) => problem.with("owner", owner),
            None => problem,
        }
    }

    /// Lets go of every card that has left.
    pub(crate) fn forget_the_gone(&self) {
        let snapshot = self.readers.watch().borrow().clone();
        self.places()
            .retain(|place| why_gone(&snapshot, &place.slot).is_none());
    }

    /// The place of this insertion. Cards that have left are let go on the way.
    fn place(&self, slot: &Slot) -> Place {
        self.forget_the_gone();
        let mut places = self.places();
        if let Some(place) = places.iter().find(|place| place.is(slot)) {
            return place.clone();
        }
        let place = Place {
            slot: slot.clone(),
            told: ToldTries::default(),
            card: Arc::default(),
        };
        places.push(place.clone());
        place
    }

    /// The card of this insertion, if it is open.
    fn opened(&self, slot: &Slot) -> Option<Card> {
        let places = self.places();
        let place = places.iter().find(|place| place.is(slot))?;
        place.card.get().cloned()
    }

    fn still_there(&self, slot: &Slot) -> Result<(), Problem> {
        match why_gone(&self.readers.watch().borrow(), slot) {
            Some(reason) => Err(reason.into()),
            None => Ok(()),
        }
    }

    fn places(&self) -> MutexGuard<'_, Vec<Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    fn is(&self, slot: &Slot) -> bool {
        self.slot.reader == slot.reader && self.slot.insertion == slot.insertion
    }
}

#[cfg(test)]
mod tests;
