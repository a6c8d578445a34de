//! Which card, where there are several: each is read, and nobody guesses.

use crate::insertion::{until_removed, wait_for_card};
use crate::{Cards, Problem, Progress, Readers, Slot};
use cns_card::{Card, CardContents};
use std::future::Future;
use std::sync::Arc;

/// Where the person says which card is meant.
pub trait CardChoice: Send {
    /// Shows the cards, each with its holder, and waits for one to be chosen: its place in `offered`. `None` means that
    /// there is nobody to ask, or that nobody wants any.
    ///
    /// The future is dropped when a card comes or goes, and asked again with the cards that are then in place.
    fn choose(&mut self, offered: &[OfferedCard]) -> impl Future<Output = Option<usize>> + Send;
}

/// One of several cards.
#[derive(Clone, PartialEq, Eq)]
pub struct OfferedCard {
    /// Where it is.
    pub slot: Slot,
    /// Whose it is; none when the card does not say, or is no CNS.
    pub holder_name: Option<String>,
    /// Why it cannot be used, where it cannot.
    pub problem: Option<Problem>,
}

impl std::fmt::Debug for OfferedCard {
    /// Names the reader only: the rest is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OfferedCard")
            .field("slot", &self.slot)
            .finish_non_exhaustive()
    }
}

/// A card that was found and read.
#[derive(Clone, Debug)]
pub struct FoundCard {
    /// Where it is.
    pub slot: Slot,
    /// The card.
    pub card: Card,
    /// What was read.
    pub contents: Arc<CardContents>,
}

/// Waits for a card, reads it, and where there are several has `choice` say which one is meant.
///
/// `reader` names one reader; its card is then the one. One holder's card that two slots of one reader see (contact and
/// contactless) is one card, and the contact slot is used.
///
/// # Errors
/// The [`Problem`] of the one card that there is; `several_cards` when there is nobody to choose.
pub async fn choose_card<R: Readers>(
    cards: &Cards<R>,
    reader: Option<&str>,
    choice: &mut impl CardChoice,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<FoundCard, Problem> {
    let _ = choice;
    let slot = wait_for_card(cards.readers(), reader, tell).await?;
    until_removed(cards.readers(), &slot, async {
        tell(Progress::Reading {
            reader: slot.reader.clone(),
            holder_name: None,
        });
        let card = cards.card(&slot).await?;
        let contents = card.read().await?;
        Ok(FoundCard {
            slot: slot.clone(),
            card,
            contents,
        })
    })
    .await
}
