//! Stories across crates, one file each, told against real parts.

mod stage;
