//! Turns a fuzzer's bytes into inputs that reach deep: edits of something well formed, or the bytes as they are.

use std::sync::LazyLock;
use time::OffsetDateTime;
use time::macros::datetime;

use cns_virtual_card::pki::{self, Authority, Identity};
use cns_virtual_card::{EXAMPLE_PIN, Personality, VirtualCard};

/// The instant of every run.
pub const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

/// The first byte chooses one of the templates, which the others edit; or none, and the others are the input.
pub fn input(templates: &[&[u8]], data: &[u8]) -> Vec<u8> {
    let Some((choice, rest)) = data.split_first() else {
        return Vec::new();
    };
    match templates.get(usize::from(*choice) % (templates.len() + 1)) {
        Some(template) => edited(template, rest),
        None => rest.to_vec(),
    }
}

/// The same as text; what is not UTF-8 is replaced.
pub fn text(templates: &[&str], data: &[u8]) -> String {
    let templates: Vec<&[u8]> = templates.iter().map(|template| template.as_bytes()).collect();
    String::from_utf8_lossy(&input(&templates, data)).into_owned()
}

/// Applies edits of five bytes and more: what to do, where (two bytes), how much, with which byte or bytes.
pub fn edited(template: &[u8], mut edits: &[u8]) -> Vec<u8> {
    let mut bytes = template.to_vec();
    while let [action, high, low, amount, rest @ ..] = edits {
        let at = usize::from(u16::from_be_bytes([*high, *low])) % (bytes.len() + 1);
        let amount = usize::from(*amount);
        let end = (at + amount).min(bytes.len());
        edits = rest;
        match action % 4 {
            0 => {
                bytes.drain(at..end);
            }
            1 => bytes.truncate(at),
            2 => {
                let new = &rest[..amount.min(rest.len())];
                bytes.splice(at..(at + new.len()).min(bytes.len()), new.iter().copied());
                edits = &rest[new.len()..];
            }
            _ => {
                let new = &rest[..amount.min(rest.len())];
                bytes.splice(at..at, new.iter().copied());
                edits = &rest[new.len()..];
            }
        }
        if bytes.len() > LARGEST {
            break;
        }
    }
    bytes
}

/// An invented citizen; her key takes a moment to compute, once.
pub fn citizen() -> &'static Identity {
    static CITIZEN: LazyLock<Identity> = LazyLock::new(|| pki::identity("citizen-good", NOW).unwrap());
    &CITIZEN
}

/// Another, with an older and shorter key.
pub fn citizen_of_old() -> &'static Identity {
    static CITIZEN: LazyLock<Identity> = LazyLock::new(|| pki::identity("citizen-1024", NOW).unwrap());
    &CITIZEN
}

/// The CA that issued her certificate.
pub fn authority() -> &'static Authority {
    static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| Authority::example().unwrap());
    &AUTHORITY
}

/// Her card, fresh.
pub fn card() -> VirtualCard {
    card_of(0)
}

/// A card of some kind, fresh: number 0 is the classic one, the others are all that can be played.
pub fn card_of(kind: u8) -> VirtualCard {
    static KINDS: LazyLock<Vec<Personality>> =
        LazyLock::new(|| Personality::parse_table(PERSONALITIES).unwrap());
    let kind = &KINDS[usize::from(kind) % KINDS.len()];
    let short = kind.key.as_ref().is_some_and(|key| key.bits == 1024);
    let holder = if short { citizen_of_old() } else { citizen() };
    VirtualCard::new(kind.clone(), holder.clone(), EXAMPLE_PIN).unwrap()
}

/// The kinds of card that can be played.
pub const PERSONALITIES: &str =
    include_str!("../../../src-tauri/crates/cns-virtual-card/src/personalities.toml");

/// The families of card that the driver knows.
pub const PROFILES: &str = include_str!("../../../src-tauri/crates/cns-card/profiles.toml");

const LARGEST: usize = 64 * 1024;
