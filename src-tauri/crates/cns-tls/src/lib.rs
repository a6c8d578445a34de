//! Mutual TLS with a key that stays in the card.
//!
//! A TLS library wants a private key; a card never gives one, it only signs. This crate puts the card behind
//! the library's signer, asks it for exactly one signature per login, and turns whatever goes wrong on the way
//! into a problem with a name. [`get`] opens one address with the card; [`HttpsPortal`] is the portal of the
//! story.
//!
//! It deliberately does not know how a card is driven, whether a citizen's certificate is good, or what a
//! portal's answers are for.

mod answer;
mod card_key;
mod client;
mod explain;
mod get;
mod handshake;
mod own_thread;
mod portal;
mod server_trust;

pub use card_key::CardSigner;
pub use client::{Limits, TlsVersions};
pub use get::{Answer, GetOptions, get};
pub use portal::HttpsPortal;
pub use server_trust::ServerTrust;
