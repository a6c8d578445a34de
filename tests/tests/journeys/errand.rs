//! What a person does with a card, from the first look at it on.

use crate::desk::Desk;
use cns_card::{CardPin, CardPuk};
use cns_login::{Problem, Readers, TypedPin, change_pin, inserted, unblock_pin};
use cns_virtual_card::EXAMPLE_PUK;

/// What a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// Types the PIN and has the card sign.
    Login,
    /// Gives the card another PIN.
    Change,
    /// The same, with the PUK.
    Unblock,
}

impl Errand {
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "login" => Self::Login,
            "change" => Self::Change,
            "unblock" => Self::Unblock,
            other => panic!("{other} is no errand"),
        }
    }

    /// Does it with the one card at the desk, which has this PIN.
    pub(crate) async fn done_at(self, desk: &Desk, pin: &'static str) -> Result<(), Problem> {
        if self == Self::Login {
            return desk.act().await;
        }
        desk.let_go();
        let slot = inserted(&desk.cards.readers().watch().borrow(), None)?;
        let new = TypedPin::new(self.pin_after(pin).to_owned());
        if self == Self::Change {
            return change_pin(&desk.cards, &slot, CardPin::parse(pin).unwrap(), new).await;
        }
        let puk = CardPuk::parse(EXAMPLE_PUK).unwrap();
        unblock_pin(&desk.cards, &slot, puk, new).await.map(drop)
    }

    /// Typings of the PIN, and of the PUK.
    pub(crate) fn typed(self) -> (u64, u64) {
        match self {
            Self::Login | Self::Change => (1, 0),
            Self::Unblock => (0, 1),
        }
    }

    /// The PIN after it is done, when this was the PIN before.
    pub(crate) fn pin_after(self, pin: &'static str) -> &'static str {
        match self {
            Self::Login => pin,
            Self::Change | Self::Unblock if pin == NEW_PINS[0] => NEW_PINS[1],
            Self::Change | Self::Unblock => NEW_PINS[0],
        }
    }
}

/// Neither is easy to guess.
const NEW_PINS: [&str; 2] = ["27418", "96035"];
