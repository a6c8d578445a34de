//! The portal as a program.

// It is told to end by signals, which are Unix's.
#![cfg(unix)]
#![cfg(test)]

mod audit;
mod backup;
#[path = "../../src/tests/curl.rs"]
#[expect(dead_code, reason = "the stories here have one good card")]
mod curl;
mod killed;
mod office;
mod operators;
#[path = "../../src/tests/peers.rs"]
#[expect(dead_code, reason = "the stories here wait for the portal, not for a peer")]
mod peers;
#[path = "../../src/tests/pki.rs"]
#[expect(dead_code, reason = "the stories here have one good card")]
mod pki;
#[path = "../../src/tests/postgres.rs"]
#[expect(dead_code, reason = "the stories here make no copies")]
mod postgres;
mod running;
mod serve;
mod two_portals;
