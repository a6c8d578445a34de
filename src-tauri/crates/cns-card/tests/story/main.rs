//! The driver against the virtual card, and against conversations written down.

#![expect(clippy::unwrap_used, reason = "a test's bench may stop where it stands")]

mod asking;
mod bench;
mod budget;
mod care;
mod doubt;
mod families;
mod faults;
mod golden;
mod hostile;
mod pad;
mod padded;
mod pin;
mod reading;
mod report;
mod signing;
mod swapped;
mod waiting;
mod walk;
mod watched;
