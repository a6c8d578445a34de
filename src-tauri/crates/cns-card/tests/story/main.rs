//! The driver against the virtual card, and against conversations written down.

mod bench;
mod budget;
mod faults;
mod golden;
mod pin;
mod reading;
mod signing;
mod watched;
