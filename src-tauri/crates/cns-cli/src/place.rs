//! The cards in place: a terminal command takes what is there and does not wait.

use crate::choice::{self, TerminalChoice};
use crate::output::{Failed, Output};
use cns_card::{Card, CardProfiles, Glimpse};
use cns_login::{
    CardPresence, Cards, FoundCard, OfferedCard, Problem, ProblemCode, Progress, Readers, Slot,
    choose_card_in_place, holder_name, inserted, until_removed,
};
use cns_reader::PcscReaders;
use serde_json::json;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How much of a card is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Whose it is, where it says so.
    Names,
    /// Everything that needs no PIN.
    Everything,
}

/// The readers of this computer and the cards in them.
pub(crate) struct Place<'a> {
    pub(crate) cards: Cards<PcscReaders>,
    output: &'a Output,
}

impl<'a> Place<'a> {
    /// Looks at what is plugged in; no card is touched.
    pub(crate) fn new(profiles: CardProfiles, output: &'a Output) -> Self {
        Self {
            cards: Cards::new(PcscReaders::start(), profiles),
            output,
        }
    }

    /// The readers.
    pub(crate) fn readers(&self) -> &PcscReaders {
        self.cards.readers()
    }

    /// The card in place, read. Where there are several and no reader is named, `choice` is asked.
    ///
    /// # Errors
    /// What is missing; `several_cards` with each holder; of a card that is no CNS, what could be seen of it.
    pub(crate) async fn found(
        &self,
        reader: Option<&str>,
        choice: &mut TerminalChoice<'_>,
        tell: &(dyn Fn(&Progress) + Sync),
    ) -> Result<FoundCard, Failed> {
        let seen = Mutex::new(None);
        let listen = |progress: Progress| {
            tell(&progress);
            if let Progress::NotRead { reader, glimpse } = progress {
                *seen.lock().unwrap_or_else(PoisonError::into_inner) = Some((reader, glimpse));
            }
        };
        match choose_card_in_place(&self.cards, reader, choice, &listen).await {
            Ok(found) => Ok(found),
            Err(problem) => Err(match seen.into_inner().unwrap_or_else(PoisonError::into_inner) {
                Some((reader, glimpse)) => glimpsed(problem, &reader, &glimpse, self.output),
                None => choice.failed(problem),
            }),
        }
    }

    /// The reader whose card is meant, whatever that card is.
    ///
    /// # Errors
    /// What is missing; `several_cards` with each holder.
    pub(crate) async fn slot(&self, reader: Option<&str>) -> Result<Slot, Failed> {
        let first = inserted(&self.readers().watch().borrow(), reader)?;
        let occupied = self.occupied_slots();
        if reader.is_some() || occupied.len() < 2 {
            return Ok(first);
        }
        let offered = self.looked_at(&occupied, Look::Everything).await;
        Err(choice::several(
            ProblemCode::SeveralCards.into(),
            &offered,
            self.output,
        ))
    }

    /// Reads whose cards these are, and unless only names are wanted, whether they can be used.
    pub(crate) async fn looked_at(&self, slots: &[Slot], look: Look) -> Vec<OfferedCard> {
        let mut offered = Vec::new();
        for slot in slots {
            let mut card = OfferedCard {
                slot: slot.clone(),
                holder_name: None,
                problem: None,
            };
            match until_removed(self.readers(), slot, self.greeted(slot, look)).await {
                Ok((holder_name, problem)) => (card.holder_name, card.problem) = (holder_name, problem),
                Err(problem) => card.problem = Some(self.cards.explain(slot, problem)),
            }
            offered.push(card);
        }
        offered
    }

    /// The readers that have a card that answers.
    pub(crate) fn occupied_slots(&self) -> Vec<Slot> {
        let mut slots = self.readers().watch().borrow().slots.clone();
        slots.retain(|slot| slot.card == CardPresence::Present);
        slots
    }

    async fn greeted(&self, slot: &Slot, look: Look) -> Result<(Option<String>, Option<Problem>), Problem> {
        let card = self.cards.card(slot).await?;
        let greeting = card.greet().await?;
        let holder = greeting.personal_data.as_ref().and_then(holder_name);
        if look == Look::Names && holder.is_some() {
            return Ok((holder, None));
        }
        // A card that says whose it is may still be none that can be used: the rest says what it is.
        Ok((holder, card.read().await.err().map(Problem::from)))
    }
}

/// Waits until the card is no longer unlocked: it is reset on its own thread, which must not end with the program before.
pub(crate) async fn released(card: &Card) {
    // Acts come one after the other: this one, which sends nothing, comes after the reset.
    if tokio::time::timeout(LONGEST_RESET, card.glimpse()).await.is_err() {
        tracing::warn!("the card was still being reset when the program ended");
    }
}

/// The bytes as people write them: `3B FF 18`.
pub(crate) fn spaced(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(" ")
}

/// A card that is no CNS, or an unknown one: what it gave away, and how to help with it.
fn glimpsed(problem: Problem, reader: &str, glimpse: &Glimpse, output: &Output) -> Failed {
    let kind = problem.facts.iter().find(|(name, _)| *name == "kind");
    let kind = kind.map(|(_, kind)| kind.clone());
    let holder = glimpse.greeting.personal_data.as_ref().and_then(holder_name);
    let atr = spaced(&glimpse.atr);
    let mut lines = vec![(output.say("Lettore", "Reader"), reader.to_owned())];
    if let Some(holder) = &holder {
        lines.push((output.say("Tessera di", "Card of"), holder.clone()));
    }
    if let Some(number) = &glimpse.greeting.card_id {
        lines.push((output.say("Numero della tessera", "Card number"), number.clone()));
    }
    lines.push((
        output.say("Modello del chip (ATR)", "Model of the chip (ATR)"),
        atr.clone(),
    ));
    let mut text: String = lines
        .iter()
        .map(|(label, value)| format!("{label}: {value}\n"))
        .collect();
    // What to do about an unknown card already says so.
    if problem.code != ProblemCode::UnknownCard {
        text.push_str(output.say(
            "Se pensi che sia uno sbaglio, «cns report» la descrive senza dire di chi è.\n",
            "If you think that this is a mistake, `cns report` describes it without saying whose it is.\n",
        ));
    }
    let json = json!({
        "reader": reader,
        "kind": kind,
        "holder": holder,
        "card_id": glimpse.greeting.card_id,
        "atr": atr,
        "report": "cns report",
    });
    Failed::from(problem).showing("seen", json, &text)
}

/// A reset takes some hundred milliseconds; a card that takes longer is reset by the system's service in our place.
const LONGEST_RESET: Duration = Duration::from_secs(5);
