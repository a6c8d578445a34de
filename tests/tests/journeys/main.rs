//! Stories across crates, one file each, told against real parts.

mod demo;
mod get;
mod judge;
mod leaks;
mod pin;
mod removal;
mod session;
mod stage;
mod terminal;
