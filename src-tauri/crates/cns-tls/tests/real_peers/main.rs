//! The card's key against servers that we did not write: OpenSSL and nginx.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "clippy takes a test's helpers for something else than a test"
)]

mod accepted;
mod asked;
mod authority;
mod closed;
mod crl;
mod fetch;
mod given_up;
mod list;
mod log;
mod look;
mod ocsp;
mod peers;
mod pin_portal;
mod pki;
mod portal;
mod refused;
mod renegotiation;
mod software_card;
mod story;
mod verdict;
mod virtual_card;
mod visits;
mod web;
