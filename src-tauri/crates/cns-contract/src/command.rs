//! What the page may send.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The PIN of the card, as it was typed. PINs and PUKs are the only secrets that cross, once and inwards.
#[derive(Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PinTyped {
    /// What stood in the field.
    pub pin: String,
}

/// A change of the card's PIN, as it was typed.
#[derive(Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PinChange {
    /// The PIN as it is.
    pub old: String,
    /// The PIN as it shall be.
    pub new: String,
    /// The same again.
    pub again: String,
}

/// The PUK of the card and a new PIN, as they were typed.
#[derive(Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PinUnblock {
    /// The PUK.
    pub puk: String,
    /// The PIN as it shall be.
    pub new: String,
    /// The same again.
    pub again: String,
}

/// The card that was picked among several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CardPicked {
    /// The reader's name.
    pub reader: String,
    /// The number of the insertion, so that a card that took its place is not meant.
    pub insertion: u32,
}

macro_rules! secret_debug {
    ($($type:ident),*) => {$(
        impl std::fmt::Debug for $type {
            /// Prints nothing of what was typed.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "([secret])"))
            }
        }
    )*};
}
secret_debug!(PinTyped, PinChange, PinUnblock);

/// Why a command did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NotTaken {
    /// What was typed is not 5 to 8 digits. The card was not asked and no try was spent.
    PinFormat,
    /// The new PIN is not 5 to 8 digits. The card was not asked.
    NewPinFormat,
    /// The new PIN was typed in two different ways. The card was not asked.
    NewPinDiffers,
    /// The PUK is not 8 digits. The card was not asked.
    PukFormat,
    /// The screen from which the command came is over.
    NotNow,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_in_no_log() {
        let typed = || "73915864".to_owned();
        let (old, new, again) = (typed(), typed(), typed());
        let change = PinChange { old, new, again };
        let (puk, new, again) = (typed(), typed(), typed());
        let unblock = PinUnblock { puk, new, again };
        let told = format!("{:?} {change:?} {unblock:?}", PinTyped { pin: typed() });
        assert_eq!(
            told,
            "PinTyped([secret]) PinChange([secret]) PinUnblock([secret])"
        );
    }
}
