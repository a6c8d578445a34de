//! Mutual TLS with a key that stays in the card.
//!
//! A TLS library wants a private key; a card never gives one, it only signs. This crate puts the card behind
//! the library's signer, asks it for exactly one signature per login, and turns whatever goes wrong on the way
//! into a problem with a name. [`get`] opens one address with the card; [`HttpsPortal`] is the portal of the
//! story.
//!
//! ```no_run
//! # async fn example(card: cns_card::UnlockedCard) -> Result<(), cns_login::Problem> {
//! use cns_tls::{GetOptions, get};
//!
//! let address = url::Url::parse("https://portale.example/").expect("an address");
//! let answer = get(&address, card, &GetOptions::default()).await?;
//! println!("{} over TLS {}, signed as {:?}", answer.status, answer.tls_version, answer.signature_scheme);
//! # Ok(())
//! # }
//! ```
//!
//! [`WebFetch`] fetches what a certificate or the program's settings name, without a card: the port through which
//! `cns-trust` asks the network.
//!
//! It deliberately does not know how a card is driven, whether a citizen's certificate is good, or what a
//! portal's answers are for.

mod addresses;
mod answer;
mod area;
mod asking;
mod card_key;
mod client;
mod clock;
mod connections;
mod explain;
mod fetch;
mod get;
mod handshake;
mod judge;
mod look;
mod lookup;
mod opening;
mod own_thread;
mod pin_portal;
mod portal;
mod proxy;
#[cfg(feature = "renegotiation")]
mod renegotiating;
mod reply;
mod server_trust;
mod web;

pub use addresses::{AllowedHosts, NotAHost};
pub use card_key::CardSigner;
pub use client::{Limits, TlsVersions};
pub use fetch::WebFetch;
pub use get::{Answer, GetOptions, get};
pub use judge::{JudgeSettings, RevocationAsked, judge};
pub use look::look;
pub use pin_portal::fresh_key;
pub use portal::HttpsPortal;
pub use proxy::{Proxy, go_through};
pub use server_trust::ServerTrust;
pub use web::{Arrival, HandedCookie, Hop, HopBy, Walk, Way, leave};
