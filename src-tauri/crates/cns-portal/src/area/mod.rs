//! The reserved area: who may see what, and what there is to see.

pub(crate) mod contacts;
mod payments;
pub(crate) mod people;
pub(crate) mod services;
pub(crate) mod slips;
pub(crate) mod tax;
pub(crate) mod walls;

pub(crate) use people::{PensionHeld, Registered, Traits};
pub(crate) use walls::{Operation, Permit};
