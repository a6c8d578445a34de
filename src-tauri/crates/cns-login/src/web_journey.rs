//! The way into a portal of pages, from top to bottom.

use crate::insertion::until_removed;
use crate::journey::unlock_judged;
use crate::{CardChoice, Cards, Judge, PinEntry, Problem, Progress, Readers, Slot, choose_card};
use cns_card::UnlockedCard;
use cns_trust::CheckedCertificate;
use std::future::Future;

/// Walks into a portal of pages with the card: from an empty reader to where its area begins.
///
/// The way is walked without the card up to the first host that may ask for it, so the PIN is asked for under the host's true
/// name. `reader` names one reader, as in [`log_in`](crate::log_in); the card's removal at any moment ends the journey by
/// dropping it. Nothing is kept: what was reached is the caller's, to show and to end.
///
/// # Errors
/// The [`Problem`] that ended the journey.
pub async fn walk_in<R: Readers, P: PinEntry + CardChoice, W: WayIn>(
    ports: WebPorts<'_, R, P, W>,
    reader: Option<&str>,
    judge: &Judge,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<WalkedIn<W::Area>, Problem> {
    let WebPorts {
        cards,
        person,
        mut way,
    } = ports;
    let found = choose_card(cards, reader, person, tell).await?;
    let slot = &found.slot;
    let area = until_removed(cards.readers(), slot, async {
        let host = match way.to_the_card().await? {
            Doorstep::Card { host } => host,
            Doorstep::Arrived(area) => return Ok(area),
        };
        let (unlocked, certificate) = unlock_judged(cards, &found, person, &host, judge, tell).await?;
        tell(Progress::Connecting { host });
        way.with_card(unlocked, &certificate).await
    })
    .await
    .map_err(|problem| cards.explain(slot, problem))?;
    Ok(WalkedIn {
        area,
        holder_name: found.holder_name(),
        slot: found.slot,
    })
}

/// A way in: the pages, redirects and forms between an address and an area.
pub trait WayIn: Send {
    /// What is reached in the end.
    type Area: Send;

    /// Walks without the card, until a host may ask for it.
    ///
    /// # Errors
    /// A [`Problem`] for every way in which a host, a page or the connection can fail.
    fn to_the_card(&mut self) -> impl Future<Output = Result<Doorstep<Self::Area>, Problem>> + Send;

    /// Walks on with the card. The certificate's proof is the ticket: without a check there is no way in.
    ///
    /// # Errors
    /// As [`to_the_card`](Self::to_the_card), and the card's own problem where it did not sign.
    fn with_card(
        self,
        card: UnlockedCard,
        certificate: &CheckedCertificate,
    ) -> impl Future<Output = Result<Self::Area, Problem>> + Send;
}

/// Where a way in stands.
#[derive(Debug)]
pub enum Doorstep<A> {
    /// Before a host that may ask for the card, which nothing was sent to yet.
    Card {
        /// The host: what is written above the PIN field.
        host: String,
    },
    /// At its end.
    Arrived(A),
}

/// The world, as this journey sees it.
#[derive(Debug)]
pub struct WebPorts<'a, R, P, W> {
    /// The readers and the cards in them.
    pub cards: &'a Cards<R>,
    /// Where the card is chosen and the PIN is typed.
    pub person: &'a mut P,
    /// The way in.
    pub way: W,
}

/// The end of a good journey.
#[derive(Clone, Debug)]
pub struct WalkedIn<A> {
    /// What was reached.
    pub area: A,
    /// The name on the card, where it says one.
    pub holder_name: Option<String>,
    /// The reader and insertion whose card opened it.
    pub slot: Slot,
}
