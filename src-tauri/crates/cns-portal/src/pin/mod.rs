//! The portal's PIN. It is not the card's.

mod activation;
mod asking;
mod change;
pub(crate) mod code;
mod confirming;
mod desk;
mod entering;
pub(crate) mod form;
mod halves;
pub(crate) mod hash;
mod holder;
pub(crate) mod life;
mod rules;
mod standing;
mod texts;
mod ways;
pub(crate) mod work;

pub(crate) use asking::Origin;

pub use rules::{ChangeBy, MaxAge, PinRules, PinStatus, VerifyCall};
