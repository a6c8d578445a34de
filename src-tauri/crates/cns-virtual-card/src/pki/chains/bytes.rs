//! Bytes changed at random: before they are signed, so that a parser must decide; or after, so that the signature must.

use super::Row;
use super::draft::below;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::RngCore;

pub(super) const ROWS: &[Row] = &[
    ("leaf: a byte, then signed", |draft| {
        draft.leaf.before_signing = Some(|bytes, random| another_byte(bytes, random));
        Some(())
    }),
    ("leaf: a bit, then signed", |draft| {
        draft.leaf.before_signing = Some(|bytes, random| another_bit(bytes, random));
        Some(())
    }),
    ("anchor: a byte, then signed", |draft| {
        draft.anchor.before_signing = Some(|bytes, random| another_byte(bytes, random));
        Some(())
    }),
    ("leaf: a bit after it was signed", |draft| {
        draft.leaf.on_signed = Some(|bytes, random| another_bit(bytes, random));
        Some(())
    }),
    ("leaf: a byte taken out, then signed", |draft| {
        draft.leaf.before_signing = Some(|bytes, random| {
            let at = below(random, bytes.len());
            bytes.remove(at);
        });
        Some(())
    }),
    ("leaf: a byte put in, then signed", |draft| {
        draft.leaf.before_signing = Some(|bytes, random| {
            let at = below(random, bytes.len());
            bytes.insert(at, random.next_u32().to_le_bytes()[0]);
        });
        Some(())
    }),
    ("leaf: a bit anywhere", |draft| {
        draft.leaf.on_whole = Some(|bytes, random| another_bit(bytes, random));
        Some(())
    }),
    ("anchor: a bit anywhere", |draft| {
        draft.anchor.on_whole = Some(|bytes, random| another_bit(bytes, random));
        Some(())
    }),
];

/// Turns one bit round.
pub(super) fn another_bit(bytes: &mut [u8], random: &mut ChaCha20Rng) {
    let at = below(random, bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << below(random, 8);
    }
}

fn another_byte(bytes: &mut [u8], random: &mut ChaCha20Rng) {
    let at = below(random, bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte = byte.wrapping_add(random.next_u32().to_le_bytes()[0] | 1);
    }
}
