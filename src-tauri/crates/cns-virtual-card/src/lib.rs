//! A CNS in memory, its faults, and a binary that plugs it into the real pcscd.
//!
//! The card knows only the language of cards: it is written from the specification's side of the table, so that
//! a mistake in the driver is not mirrored here. People, keys and the authority are invented; the keys can be
//! computed by anybody and protect nothing. No clock is read: whoever makes an identity says which day it is.
//!
//! ```
//! use cns_virtual_card::{EXAMPLE_PIN, Personality, VirtualCard, VirtualCardHandle, pki};
//!
//! # fn main() -> Result<(), cns_virtual_card::VirtualCardError> {
//! let identity = pki::identity("citizen-good", time::macros::datetime!(2026-11-22 12:00 UTC))?;
//! let card = VirtualCard::new(Personality::named("classic-st2021")?, identity, EXAMPLE_PIN)?;
//! let handle = VirtualCardHandle::inserted(card);
//! let channel = handle.channel(); // A cns_iso7816::Channel, for a driver.
//! # Ok(())
//! # }
//! ```

mod card;
mod channel;
mod error;
mod faults;
mod handle;
mod link;
mod personality;
pub mod pki;
pub mod vpcd;

pub use card::VirtualCard;
pub use channel::VirtualChannel;
pub use error::VirtualCardError;
pub use faults::{Fault, FaultKind};
pub use handle::{Traffic, VirtualCardHandle};
pub use link::Link;
pub use personality::{
    Announced, Application, Content, EmptyVerify, FileRow, Framing, KeyRow, Personality, ReadEnd, Reply,
    SignatureApplication, Unblocking, WrongPin,
};

/// The PIN of the example cards. It is written here for everybody to read: it is an example, not a secret.
pub const EXAMPLE_PIN: &str = "12345";

/// The PUK of the example cards, as public as their PIN.
pub const EXAMPLE_PUK: &str = "87654321";
