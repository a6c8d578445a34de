//! What the page may send.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The PIN of the card, as it was typed: the one secret that crosses, once and inwards.
#[derive(Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PinTyped {
    /// What stood in the field.
    pub pin: String,
}

impl std::fmt::Debug for PinTyped {
    /// Prints nothing of the PIN.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinTyped([secret])")
    }
}

/// Why a command did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NotTaken {
    /// What was typed is not 5 to 8 digits. The card was not asked and no try was spent.
    PinFormat,
    /// The screen from which the command came is over.
    NotNow,
}
