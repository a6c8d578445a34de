//! Looking after the PIN of a card: changing it, unblocking it.

use crate::insertion::until_removed;
use crate::{Cards, Problem, Readers, Slot};
use cns_card::{CardPin, CardPuk, NewPin, PinFacts, Unblocked};
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
    until_removed(cards.readers(), slot, async {
        let card = cards.card(slot).await?;
        let new = chosen(&new, &PinFacts::of(card.read().await?.as_ref()))?;
        Ok(card.change_pin(old, new).await?)
    })
    .await
}

/// Unblocks the PIN of the card in `slot` with its PUK.
///
/// # Errors
/// `new_pin_format`, `new_pin_weak`, and every problem of a PUK.
pub async fn unblock_pin<R: Readers>(
    cards: &Cards<R>,
    slot: &Slot,
    puk: CardPuk,
    new: TypedPin,
) -> Result<Unblocked, Problem> {
    until_removed(cards.readers(), slot, async {
        let card = cards.card(slot).await?;
        let new = chosen(&new, &PinFacts::of(card.read().await?.as_ref()))?;
        Ok(card.unblock_pin(puk, new).await?)
    })
    .await
}

fn chosen(typed: &TypedPin, known: &PinFacts) -> Result<NewPin, Problem> {
    Ok(NewPin::choose(&typed.0, known)?)
}
