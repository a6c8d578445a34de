//! Looking after the PIN of a card: how it stands, changing it, unblocking it.

use crate::insertion::until_removed;
use crate::{Cards, Problem, ProblemCode, Readers, Slot};
use cns_card::{Card, CardError, CardPin, CardPuk, NewPin, PinFacts, PinRules, Secret, Unblocked};
use cns_iso7816::PinPad;
use zeroize::Zeroizing;

/// A new PIN as a person typed it. It wipes itself and prints as `[secret]`.
pub struct TypedPin(Zeroizing<String>);

impl TypedPin {
    /// Takes what was typed.
    pub fn new(typed: String) -> Self {
        Self(Zeroizing::new(typed))
    }
}

impl std::fmt::Debug for TypedPin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// How the PIN of a card stands, as far as that is known without risk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinStatus {
    /// Tries left of the PIN; none is "not known".
    pub tries_left: Option<u8>,
    /// Tries left of the PUK; none is "not known".
    pub puk_tries_left: Option<u8>,
    /// Whether a wrong PIN may be the last.
    pub last_try: bool,
    /// Whether a wrong PUK may be the last.
    pub puk_last_try: bool,
    /// Whether the card was asked for its tries just now: it answered, or its kind may not be asked.
    pub asked: TriesAsked,
    /// What the card said of its PIN in place of a number: blocked, not activated.
    pub problem: Option<Problem>,
    /// What may be done with the PIN of such a card.
    pub rules: PinRules,
    /// What the reader says of a PIN pad of its own.
    pub pin_pad: PinPad,
}

impl PinStatus {
    /// Whether the PIN is known to be blocked.
    pub fn is_blocked(&self) -> bool {
        let said = self.problem.as_ref().map(|problem| problem.code);
        self.tries_left == Some(0) || said == Some(ProblemCode::PinBlocked)
    }

    /// Whether the PUK is known to be blocked.
    pub fn puk_is_blocked(&self) -> bool {
        self.puk_tries_left == Some(0)
    }
}

/// Whether a card was asked for its tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriesAsked {
    /// Nobody wanted it to be.
    No,
    /// It was.
    Yes,
    /// It was not, for its kind may count the question as a wrong PIN.
    TooRisky,
}

/// Says how the PIN of the card in `slot` stands. No try is ever spent: the card is asked for its tries only if
/// `ask_the_card` says so and its profile says that the question is free.
///
/// # Errors
/// Those of reading the card.
pub async fn pin_status<R: Readers>(
    cards: &Cards<R>,
    slot: &Slot,
    ask_the_card: bool,
) -> Result<PinStatus, Problem> {
    with_card(cards, slot, async |card| {
        let rules = card.read().await?.pin_rules.clone();
        let (mut asked, mut problem) = (TriesAsked::No, None);
        if ask_the_card {
            asked = TriesAsked::Yes;
            match card.ask_tries_left().await {
                Ok(_) => {}
                Err(CardError::TriesNotAsked) => asked = TriesAsked::TooRisky,
                Err(
                    said @ (CardError::PinBlocked
                    | CardError::PinNotUsable
                    | CardError::PinNotFound
                    | CardError::PinNotAllowed),
                ) => problem = Some(said.into()),
                Err(other) => return Err(other.into()),
            }
        }
        Ok(PinStatus {
            tries_left: card.tries_left(),
            puk_tries_left: card.puk_tries_left(),
            last_try: card.is_down_to_the_last(Secret::Pin),
            puk_last_try: card.is_down_to_the_last(Secret::Puk),
            asked,
            problem,
            rules,
            pin_pad: card.pin_pad(),
        })
    })
    .await
}

/// What a new PIN of the card in `slot` must not say, for [`judge_new_pin`]. Without an APDU when the card was read.
///
/// # Errors
/// Those of reading the card.
pub async fn new_pin_facts<R: Readers>(cards: &Cards<R>, slot: &Slot) -> Result<PinFacts, Problem> {
    with_card(cards, slot, async |card| {
        Ok(PinFacts::of(card.read().await?.as_ref()))
    })
    .await
}

/// Says whether a new PIN may be taken, while it is being typed: no card is touched.
///
/// # Errors
/// `new_pin_format` and `new_pin_weak` (`{reason}`).
pub fn judge_new_pin(typed: &TypedPin, known: &PinFacts) -> Result<(), Problem> {
    chosen(typed, known).map(drop)
}

/// Replaces the PIN of the card in `slot`. A weak new PIN is refused before the card is asked anything about its PIN.
///
/// # Errors
/// `new_pin_format`, `new_pin_weak`, `new_pin_same`, and every problem of a PIN.
pub async fn change_pin<R: Readers>(
    cards: &Cards<R>,
    slot: &Slot,
    old: CardPin,
    new: TypedPin,
) -> Result<(), Problem> {
    with_card(cards, slot, async |card| {
        let new = chosen(&new, &PinFacts::of(card.read().await?.as_ref()))?;
        Ok(card.change_pin(old, new).await?)
    })
    .await
}

/// Replaces the PIN of the card in `slot`, both PINs being typed on the reader's own pad: whether the new one is weak,
/// nobody can say.
///
/// # Errors
/// `pin_last_try` unless `spends_last_try`, `no_pin_pad`, those of a pad, and every problem of a PIN.
pub async fn change_pin_on_pad<R: Readers>(
    cards: &Cards<R>,
    slot: &Slot,
    spends_last_try: bool,
) -> Result<(), Problem> {
    with_card(cards, slot, async |card| {
        if !matches!(
            card.pin_pad(),
            PinPad::Present { changes: true } | PinPad::Doubtful
        ) {
            return Err(ProblemCode::NoPinPad.into());
        }
        Ok(card.change_pin_on_pad(spends_last_try).await?)
    })
    .await
}

/// Unblocks the PIN of the card in `slot` with its PUK. What a wrong PUK can cost is to be told before it is asked for:
/// [`Advice::UnblockConsequences`](crate::Advice::UnblockConsequences).
///
/// # Errors
/// `new_pin_format`, `new_pin_weak`, and every problem of a PUK.
pub async fn unblock_pin<R: Readers>(
    cards: &Cards<R>,
    slot: &Slot,
    puk: CardPuk,
    new: TypedPin,
) -> Result<Unblocked, Problem> {
    with_card(cards, slot, async |card| {
        let new = chosen(&new, &PinFacts::of(card.read().await?.as_ref()))?;
        Ok(card.unblock_pin(puk, new).await?)
    })
    .await
}

/// Runs `act` with the card in `slot`, for as long as it stays there.
async fn with_card<R: Readers, T>(
    cards: &Cards<R>,
    slot: &Slot,
    act: impl AsyncFnOnce(Card) -> Result<T, Problem>,
) -> Result<T, Problem> {
    until_removed(cards.readers(), slot, async {
        act(cards.card(slot).await?).await
    })
    .await
    .map_err(|problem| cards.explain(slot, problem))
}

fn chosen(typed: &TypedPin, known: &PinFacts) -> Result<NewPin, Problem> {
    Ok(NewPin::choose(&typed.0, known)?)
}

#[cfg(test)]
mod tests;
