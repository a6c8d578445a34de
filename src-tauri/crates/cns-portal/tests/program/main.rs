//! The portal as a program.

// It is told to end by signals, which are Unix's.
#![cfg(unix)]
#![cfg(test)]

mod audit;
mod backup;
#[path = "../../src/tests/curl.rs"]
#[expect(dead_code, reason = "the stories here have one good card")]
mod curl;
#[path = "../../src/tests/pki.rs"]
#[expect(dead_code, reason = "the stories here have one good card")]
mod pki;
mod running;
mod serve;
