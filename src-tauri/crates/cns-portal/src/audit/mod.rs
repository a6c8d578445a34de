//! The audit: what was done, to whose data, by whom, in entries that are only ever added.
//!
//! Each entry is linked to all before it by an HMAC whose key is not in the database: who alters, removes or inserts
//! one breaks the chain, and [`verify`] says where. Nobody is named in it: a person is an index, and a fact is a word.

mod chain;
mod verify;

pub(crate) use chain::{Actor, Entry, record};
pub(crate) use verify::head;
#[cfg(test)]
pub(crate) use verify::walk;
pub use verify::{AuditHead, Broken, Chain, Why, verify};
