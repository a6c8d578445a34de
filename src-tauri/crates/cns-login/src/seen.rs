//! One look at a card: whose it is, what it holds, or why it cannot be used.

use crate::insertion::until_removed;
use crate::{
    CardPresence, Cards, FoundCard, OfferedCard, Problem, ProblemCode, Progress, Readers, Slot, contactless,
};
use cns_card::{Card, Greeting, PersonalData};

/// A card that was looked at.
pub(crate) struct SeenCard {
    slot: Slot,
    greeting: Greeting,
    read: Result<FoundCard, NotUsable>,
}

struct NotUsable {
    card: Option<Card>,
    problem: Problem,
}

/// The holder's name as people say it.
pub fn holder_name(data: &PersonalData) -> Option<String> {
    match (&data.name, &data.surname) {
        (Some(name), Some(surname)) => Some(format!("{name} {surname}")),
        (name, surname) => name.clone().or_else(|| surname.clone()),
    }
}

/// Looks at the card in `slot` without a PIN; `hear` is told the holder's name as soon as the card says it.
pub(crate) async fn see<R: Readers>(cards: &Cards<R>, slot: &Slot, hear: impl Fn(String)) -> SeenCard {
    let mut card = None;
    let mut greeting = Greeting::default();
    let read = match slot.card {
        CardPresence::Present => {
            until_removed(cards.readers(), slot, async {
                let card = card.insert(cards.card(slot).await?);
                greeting = card.greet().await?;
                greeting
                    .personal_data
                    .as_ref()
                    .and_then(holder_name)
                    .into_iter()
                    .for_each(hear);
                Ok(FoundCard {
                    slot: slot.clone(),
                    card: card.clone(),
                    contents: card.read().await?,
                })
            })
            .await
        }
        CardPresence::Absent => Err(ProblemCode::NoCard.into()),
        CardPresence::Mute => Err(ProblemCode::CardMute.into()),
    };
    SeenCard {
        slot: slot.clone(),
        greeting,
        read: read.map_err(|problem| NotUsable {
            card,
            problem: cards.explain(slot, problem),
        }),
    }
}

/// Makes one of two slots that see the same card, by its contacts and by radio: the contacts stay where they work.
pub(crate) fn merged(seen: Vec<SeenCard>) -> Vec<SeenCard> {
    let doubled: Vec<bool> = seen
        .iter()
        .map(|card| seen.iter().any(|other| card.gives_way_to(other)))
        .collect();
    let doubled = doubled.into_iter();
    let kept = seen.into_iter().zip(doubled).filter(|(_, doubled)| !doubled);
    kept.map(|(card, _)| card).collect()
}

impl SeenCard {
    pub(crate) fn slot(&self) -> &Slot {
        &self.slot
    }

    pub(crate) fn holder_name(&self) -> Option<String> {
        self.greeting.personal_data.as_ref().and_then(holder_name)
    }

    /// How the card is shown beside others.
    pub(crate) fn offered(&self) -> OfferedCard {
        OfferedCard {
            slot: self.slot.clone(),
            holder_name: self.holder_name(),
            problem: self.read.as_ref().err().map(|not| not.problem.clone()),
        }
    }

    /// The card for the story, or its problem; what a card that was not read gave away nevertheless is told.
    pub(crate) async fn used(self, tell: &(dyn Fn(Progress) + Sync)) -> Result<FoundCard, Problem> {
        let NotUsable { card, problem } = match self.read {
            Ok(found) => return Ok(found),
            Err(not) => not,
        };
        let is_shown = matches!(
            problem.code,
            ProblemCode::UnknownCard | ProblemCode::NotACns | ProblemCode::NoCertificate
        );
        if let Some(card) = card.filter(|_| is_shown)
            && let Ok(glimpse) = card.glimpse().await
        {
            tell(Progress::NotRead {
                reader: self.slot.reader,
                glimpse,
            });
        }
        Err(problem)
    }

    /// Whether this is the card that `other` sees better: one of the two by radio, one by its contacts.
    fn gives_way_to(&self, other: &Self) -> bool {
        let same = self.greeting.card_id.is_some() && self.greeting.card_id == other.greeting.card_id;
        let (Some(radio), Some(others_radio)) = (self.is_by_radio(), other.is_by_radio()) else {
            return false;
        };
        let better = match (&self.read, &other.read) {
            (Ok(_), Ok(_)) | (Err(_), Err(_)) => radio,
            (Err(_), Ok(_)) => true,
            (Ok(_), Err(_)) => false,
        };
        same && radio != others_radio && better
    }

    fn is_by_radio(&self) -> Option<bool> {
        let card = match &self.read {
            Ok(found) => Some(&found.card),
            Err(not) => not.card.as_ref(),
        };
        card.map(|card| contactless(card.atr()))
    }
}
