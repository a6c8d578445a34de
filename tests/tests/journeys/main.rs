//! Stories across crates, one file each, told against real parts.

mod judge;
mod stage;
