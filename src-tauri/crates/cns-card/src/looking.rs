//! What the keeper of a card does without a PIN.

use crate::read::{Reading, read};
use crate::recognise::{pin_of, recognise};
use crate::thread::Keeper;
use crate::{CardError, CardReport, Glimpse, Greeting};
use cns_iso7816::Ending;
use std::sync::Arc;

impl Keeper {
    /// Reads what greets the holder.
    pub(crate) fn greet(&mut self) -> Result<Greeting, CardError> {
        self.read().map(|reading| Greeting {
            card_id: reading.contents.card_id.clone(),
            personal_data: reading.contents.personal_data.clone(),
        })
    }

    /// Reads everything that needs no PIN, once.
    pub(crate) fn read(&mut self) -> Result<Arc<Reading>, CardError> {
        if let Some(reading) = &self.reading {
            return Ok(Arc::clone(reading));
        }
        let profiles = self.profiles.clone();
        let profile = recognise(profiles.table(), self.channel.atr())?;
        let pin = pin_of(profile, self.channel.atr()).ok_or(CardError::PinNotFound)?;
        let mut outcome = None;
        let ended = self.channel.transaction(Ending::Leave, &mut |line| {
            outcome = Some(read(line, profile, pin, &mut self.habits));
        });
        let reading = match outcome {
            // Why the act failed says more than how its transaction ended.
            Some(Err(error)) => return Err(error),
            Some(Ok(reading)) => ended.map(|()| Arc::new(reading))?,
            None => return Err(ended.err().map_or(CardError::ThreadGone, CardError::Channel)),
        };
        self.reading = Some(Arc::clone(&reading));
        Ok(reading)
    }

    /// Gives what is known of a card that could not be read as a CNS; sends nothing.
    pub(crate) fn glimpse(&self) -> Glimpse {
        Glimpse {
            atr: self.channel.atr().as_bytes().to_vec(),
            greeting: Greeting::default(),
        }
    }

    /// Tries every profile and application without a PIN, and writes down what went over the wire but no data.
    pub(crate) fn report(&mut self) -> Result<CardReport, CardError> {
        let outcome = self.read();
        Ok(CardReport {
            atr: self.channel.atr().as_bytes().to_vec(),
            outcome: if outcome.is_ok() { "cns" } else { "unknown" }.to_owned(),
            profile: outcome.ok().map(|reading| reading.contents.profile.clone()),
            steps: Vec::new(),
        })
    }
}
