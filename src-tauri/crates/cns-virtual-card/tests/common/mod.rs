//! Cards on an agreed day.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cns_virtual_card::pki::{self, Identity};
use cns_virtual_card::{EXAMPLE_PIN, Personality, VirtualCard};
use time::OffsetDateTime;
use time::macros::datetime;

pub const TODAY: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

pub fn kind(personality: &str) -> Personality {
    Personality::named(personality).unwrap()
}

pub fn identity(personality: &Personality, name: &str) -> Identity {
    pki::identity_for(personality, name, TODAY).unwrap()
}

pub fn card_of(personality: Personality, name: &str) -> VirtualCard {
    let identity = identity(&personality, name);
    VirtualCard::new(personality, identity, EXAMPLE_PIN).unwrap()
}

pub fn card(personality: &str, name: &str) -> VirtualCard {
    card_of(kind(personality), name)
}

pub fn padded(pin: &str) -> Vec<u8> {
    let mut padded = pin.as_bytes().to_vec();
    padded.resize(8, 0xFF);
    padded
}

pub fn hex(text: &str) -> Vec<u8> {
    cns_iso7816::transcript::bytes_of(text)
}
