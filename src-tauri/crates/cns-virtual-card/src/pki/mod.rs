//! Invented people, and the test authority that issues certificates to them.

mod authority;
pub mod chains;
mod citizen;
mod codice_fiscale;
mod der;
mod identity;
mod issue;
mod key;
mod named;
pub(crate) mod personal_data;

pub use authority::Authority;
pub use citizen::{Citizen, Sex};
pub use codice_fiscale::{check_character, omocodia};
pub use identity::{Identity, PinCondition};
pub use issue::{Extended, Issue, Policy, Usage};
pub use key::SyntheticKey;
pub use named::{NAMES, identity, identity_answered_at, identity_for};
pub use personal_data::{PlasticDates, luhn_digit, personal_data_file};
