//! The card's key against servers that we did not write: OpenSSL and nginx.

mod accepted;
mod peers;
mod pki;
mod refused;
mod renegotiation;
mod software_card;
mod story;
