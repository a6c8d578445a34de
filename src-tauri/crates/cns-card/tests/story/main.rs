//! The driver against the virtual card, and against conversations written down.

#![expect(clippy::unwrap_used, reason = "a test's bench may stop where it stands")]

mod bench;
mod budget;
mod faults;
mod golden;
mod pin;
mod reading;
mod signing;
mod watched;
