//! Which card, where there are several: each is read, and nobody guesses.

use crate::insertion::{in_place, no_longer_in_place, wait_for_cards, why_gone};
use crate::seen::{SeenCard, holder_name, merged, see};
use crate::together::together;
use crate::{CardPresence, Cards, Problem, ProblemCode, Progress, Readers, Slot};
use cns_card::{Card, CardContents};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

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
    /// Whose it is; none when the card does not say, is no CNS, or is still being read.
    pub holder_name: Option<String>,
    /// Why it cannot be used, where it cannot.
    pub problem: Option<Problem>,
}

impl OfferedCard {
    /// Whether this may be the card that somebody means: not one of another kind that does not even say whose it is,
    /// and not one that lies the wrong way round. A card that is busy or half read may be meant, and so may a tessera
    /// that is newer than this program.
    pub fn may_be_meant(&self) -> bool {
        let code = self.problem.as_ref().map(|problem| problem.code);
        match code {
            Some(ProblemCode::UnknownCard) => self.holder_name.is_some(),
            code => code.is_none_or(|code| !SURELY_NOT_MEANT.contains(&code)),
        }
    }
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

impl FoundCard {
    /// Whose card it is, as its personal data say; `None` when they do not.
    pub fn holder_name(&self) -> Option<String> {
        self.contents.personal_data.as_ref().and_then(holder_name)
    }
}

/// Waits for a card, reads it, and where there are several has `choice` say which one is meant.
///
/// `reader` names one reader; its card is then the one. One holder's card that two slots of one reader see (contact and
/// contactless) is one card, and the contact slot is used. One usable card among others that are surely none is taken
/// without asking; what the others are is told. A card that comes or goes before the choice begins it again.
///
/// # Errors
/// The [`Problem`] of the one card that there is, or the most telling one of several; `several_cards` (`{readers}`)
/// when there is nobody to choose.
pub async fn choose_card<R: Readers>(
    cards: &Cards<R>,
    reader: Option<&str>,
    choice: &mut impl CardChoice,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<FoundCard, Problem> {
    loop {
        cards.forget_the_gone();
        let slots = wait_for_cards(cards.readers(), reader, tell).await?;
        if let Some(found) = settle(cards, reader, &slots, choice, tell).await? {
            return Ok(found);
        }
    }
}

/// As [`choose_card`], without waiting for a card that is not there yet.
///
/// # Errors
/// Those of [`choose_card`] and of [`inserted`](crate::inserted).
pub async fn choose_card_in_place<R: Readers>(
    cards: &Cards<R>,
    reader: Option<&str>,
    choice: &mut impl CardChoice,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<FoundCard, Problem> {
    loop {
        let slots = in_place(&cards.readers().watch().borrow(), reader)?;
        if let Some(found) = settle(cards, reader, &slots, choice, tell).await? {
            return Ok(found);
        }
    }
}

/// Settles for one of the cards in `slots`; `None` when a card came or went meanwhile.
async fn settle<R: Readers>(
    cards: &Cards<R>,
    reader: Option<&str>,
    slots: &[Slot],
    choice: &mut impl CardChoice,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<Option<FoundCard>, Problem> {
    let readers = cards.readers();
    let moved = no_longer_in_place(readers, reader, slots);
    let now = || in_place(&readers.watch().borrow(), reader);
    match slots {
        // How the one card left says more than that something has moved.
        [only] => tokio::select! {
            biased;
            found = the_only_card(cards, only, tell) => {
                let another_came = now().is_ok_and(|now| now.len() > 1 && now.contains(only));
                if another_came { Ok(None) } else { found.map(Some) }
            }
            moved = moved => moved.and_then(|()| still_in_place(cards, only).map(|()| None)),
        },
        several => tokio::select! {
            biased;
            moved = moved => moved.map(|()| None),
            found = async {
                let seen = read_all(cards, several, tell).await;
                // What was said of these cards counts only while they are the ones.
                if now().is_ok_and(|now| now == several) {
                    one_of(seen, choice, tell).await.map(Some)
                } else {
                    Ok(None)
                }
            } => found,
        },
    }
}

/// The watch may hear of the removal a moment before the look at the card does.
fn still_in_place<R: Readers>(cards: &Cards<R>, slot: &Slot) -> Result<(), Problem> {
    match why_gone(&cards.readers().watch().borrow(), slot) {
        Some(reason) if slot.card == CardPresence::Present => Err(reason.into()),
        _ => Ok(()),
    }
}

async fn the_only_card<R: Readers>(
    cards: &Cards<R>,
    slot: &Slot,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<FoundCard, Problem> {
    if slot.card == CardPresence::Present {
        tell(reading(slot, None));
    }
    let seen = see(cards, slot, |name| tell(reading(slot, Some(name)))).await;
    seen.used(tell).await
}

/// Reads every card, all at once; a card that two slots see is there once.
async fn read_all<R: Readers>(
    cards: &Cards<R>,
    slots: &[Slot],
    tell: &(dyn Fn(Progress) + Sync),
) -> Vec<SeenCard> {
    let told = &Told::new(slots, tell);
    let looks = slots
        .iter()
        .enumerate()
        .map(|(place, slot)| see(cards, slot, move |name| told.holder(place, name)));
    merged(together(looks).await)
}

/// The one that is meant, by what the cards say or by what the person says.
async fn one_of(
    mut seen: Vec<SeenCard>,
    choice: &mut impl CardChoice,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<FoundCard, Problem> {
    let offered: Vec<OfferedCard> = seen.iter().map(SeenCard::offered).collect();
    let several = |taken| Progress::Several {
        cards: offered.clone(),
        taken,
    };
    let taken = match which(&offered) {
        Which::Only(place) => place,
        Which::NoneUsable { most_telling } => {
            tell(several(None));
            return seen.swap_remove(most_telling).used(tell).await;
        }
        Which::Asked => {
            tell(several(None));
            let chosen = choice.choose(&offered).await;
            chosen
                .filter(|place| *place < offered.len())
                .ok_or_else(|| nobody_chose(&offered))?
        }
    };
    if offered.len() > 1 {
        tell(several(Some(taken)));
    }
    let taken = seen.swap_remove(taken);
    tell(reading(taken.slot(), taken.holder_name()));
    taken.used(tell).await
}

/// What is told of several cards while they are being read.
struct Told<'a> {
    cards: Mutex<Vec<OfferedCard>>,
    tell: &'a (dyn Fn(Progress) + Sync),
}

impl<'a> Told<'a> {
    fn new(slots: &[Slot], tell: &'a (dyn Fn(Progress) + Sync)) -> Self {
        let unread = |slot: &Slot| OfferedCard {
            slot: slot.clone(),
            holder_name: None,
            problem: None,
        };
        let cards: Vec<_> = slots.iter().map(unread).collect();
        tell(Progress::Several {
            cards: cards.clone(),
            taken: None,
        });
        Self {
            cards: Mutex::new(cards),
            tell,
        }
    }

    fn holder(&self, place: usize, name: String) {
        let mut cards = self.cards.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(card) = cards.get_mut(place) {
            card.holder_name = Some(name);
        }
        (self.tell)(Progress::Several {
            cards: cards.clone(),
            taken: None,
        });
    }
}

/// Which of several cards is meant, as far as the cards say it themselves.
#[derive(Debug, PartialEq, Eq)]
enum Which {
    /// This one: no other can be.
    Only(usize),
    /// None can be used; this one says best why.
    NoneUsable {
        /// Its place.
        most_telling: usize,
    },
    /// Only the person knows.
    Asked,
}

fn which(offered: &[OfferedCard]) -> Which {
    let code = |card: &OfferedCard| card.problem.as_ref().map(|problem| problem.code);
    let usable: Vec<usize> = (0..offered.len())
        .filter(|place| offered[*place].problem.is_none())
        .collect();
    match usable.as_slice() {
        [] => {
            let rank = |place: &usize| {
                let card = &offered[*place];
                let code = code(card);
                let least = LEAST_TELLING.iter().position(|least| Some(*least) == code);
                (!card.may_be_meant(), least)
            };
            let most_telling = (0..offered.len()).min_by_key(rank).unwrap_or_default();
            Which::NoneUsable { most_telling }
        }
        [only] if offered.iter().filter(|card| card.may_be_meant()).count() == 1 => Which::Only(*only),
        _ => Which::Asked,
    }
}

fn nobody_chose(offered: &[OfferedCard]) -> Problem {
    let readers: Vec<&str> = offered.iter().map(|card| card.slot.reader.as_str()).collect();
    Problem::new(ProblemCode::SeveralCards).with("readers", readers.join(", "))
}

fn reading(slot: &Slot, holder_name: Option<String>) -> Progress {
    Progress::Reading {
        reader: slot.reader.clone(),
        holder_name,
    }
}

/// What is no citizen's card beside one that is: a token of another kind, or a card that lies the wrong way round and
/// cannot be used however it was meant.
const SURELY_NOT_MEANT: [ProblemCode; 2] = [ProblemCode::CardMute, ProblemCode::NotACns];

/// Of several cards that cannot be used, these say least, the last least of all: some computers have a card of another
/// kind built in.
const LEAST_TELLING: [ProblemCode; 4] = [
    ProblemCode::NoCertificate,
    ProblemCode::CardMute,
    ProblemCode::NotACns,
    ProblemCode::UnknownCard,
];

#[cfg(test)]
mod tests;
