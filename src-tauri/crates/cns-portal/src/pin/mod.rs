//! The portal's PIN. It is not the card's.

mod rules;

pub use rules::{ChangeBy, MaxAge, PinRules, PinStatus, VerifyCall};
