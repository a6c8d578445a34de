//! The portal's PIN. It is not the card's.

pub(crate) mod code;
pub(crate) mod hash;
pub(crate) mod life;
mod rules;

pub use rules::{ChangeBy, MaxAge, PinRules, PinStatus, VerifyCall};
