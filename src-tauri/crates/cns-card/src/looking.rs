//! What the keeper of a card does without a PIN.

use crate::desk::Desk;
use crate::probe::{greet_as_any, probe};
use crate::read::Reading;
use crate::report::inspect;
use crate::shelf::Shelf;
use crate::thread::Keeper;
use crate::{CardError, CardReport, Glimpse, Greeting};
use cns_iso7816::Ending;
use std::sync::Arc;

impl Keeper {
    /// Reads what greets the holder; what it finds is not read again by [`Keeper::read`].
    pub(crate) fn greet(&mut self) -> Result<Greeting, CardError> {
        if let Some(reading) = &self.reading {
            return Ok(Greeting {
                card_id: reading.contents.card_id.clone(),
                personal_data: reading.contents.personal_data.clone(),
            });
        }
        if let Some(greeting) = &self.shelf.greeting {
            return Ok(greeting.clone());
        }
        let profiles = self.profiles.clone();
        let candidates = profiles.candidates(self.channel.atr())?;
        self.at_desk(|desk| greet_as_any(desk, &candidates))
    }

    /// Reads everything that needs no PIN, once.
    pub(crate) fn read(&mut self) -> Result<Arc<Reading>, CardError> {
        if let Some(reading) = &self.reading {
            return Ok(Arc::clone(reading));
        }
        let (profiles, atr) = (self.profiles.clone(), self.channel.atr().clone());
        let candidates = profiles.candidates(&atr)?;
        let outcome = self.at_desk(|desk| probe(desk, &candidates, &profiles.table().refusals, &atr));
        let apdus = self.shelf.apdus;
        // A reading that failed is not kept, and one that succeeded has everything.
        self.shelf.clear();
        let mut reading = outcome?;
        profiles.learn(&atr, &reading.profile);
        reading.contents.apdus = apdus;
        tracing::debug!(profile = reading.contents.profile, apdus, "card read");
        let reading = Arc::new(reading);
        self.reading = Some(Arc::clone(&reading));
        Ok(reading)
    }

    /// Gives what is known of a card that could not be read as a CNS; sends nothing.
    pub(crate) fn glimpse(&self) -> Glimpse {
        Glimpse {
            atr: self.channel.atr().as_bytes().to_vec(),
            greeting: self.shelf.greeting.clone().unwrap_or_default(),
        }
    }

    /// Tries every profile and application without a PIN, and writes down what went over the wire but no data.
    pub(crate) fn report(&mut self) -> Result<CardReport, CardError> {
        let (profiles, atr) = (self.profiles.clone(), self.channel.atr().clone());
        let mut report = CardReport::begun(&atr);
        // The walk leaves the card in whatever application it came to, so the card is reset.
        let ended = self.channel.transaction(Ending::Reset, &mut |line| {
            inspect(line, profiles.table(), &atr, &mut report);
        });
        if let Err(error) = ended {
            report.end_badly(&CardError::Channel(error));
        }
        Ok(report)
    }

    /// Runs an act that reads, in one transaction.
    fn at_desk<T>(&mut self, act: impl Fn(&mut Desk<'_>) -> Result<T, CardError>) -> Result<T, CardError> {
        let (habits, shelf) = (&mut self.habits, &mut self.shelf);
        let mut outcome = None;
        let ended = self.channel.transaction(Ending::Leave, &mut |line| {
            if line.began_after_a_reset() {
                // Two halves of a reading may be of two cards.
                *shelf = Shelf::default();
            }
            outcome = Some(act(&mut Desk::new(line, habits, shelf)));
        });
        match outcome {
            // Why the act failed says more than how its transaction ended.
            Some(Err(error)) => Err(self.shelf.why(error)),
            Some(Ok(found)) => ended.map(|()| found).map_err(CardError::Channel),
            None => Err(ended.err().map_or(CardError::ThreadGone, CardError::Channel)),
        }
    }
}
