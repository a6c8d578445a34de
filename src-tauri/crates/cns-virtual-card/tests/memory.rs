//! A PIN that was typed lies nowhere in this process once whoever typed it has wiped it: the card is no place to look.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use cns_iso7816::Exchange;
use cns_iso7816::{Channel, Ending};
use cns_virtual_card::{VirtualCard, VirtualCardHandle};
use common::{TODAY, kind};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use zeroize::Zeroizing;

/// Digits that are nowhere else: they are written down in disguise, and put together only where they are needed.
const TYPED: [u8; 8] = disguised(*b"97316428");
const NEW: [u8; 8] = disguised(*b"60825937");

const fn disguised(digits: [u8; 8]) -> [u8; 8] {
    let mut bytes = digits;
    let mut at = 0;
    while at < bytes.len() {
        bytes[at] ^= 0xC3;
        at += 1;
    }
    bytes
}

fn command(header: [u8; 4], pins: &[&[u8; 8]]) -> Zeroizing<Vec<u8>> {
    let mut apdu = Zeroizing::new(Vec::with_capacity(32));
    apdu.extend_from_slice(&header);
    apdu.push(8 * u8::try_from(pins.len()).unwrap());
    apdu.extend(pins.iter().flat_map(|pin| pin.iter()).map(|byte| byte ^ 0xC3));
    apdu
}

/// How often the digits lie in the writable memory of this process.
fn found(pin: &[u8; 8]) -> usize {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let memory = File::open("/proc/self/mem").unwrap();
    let mut count = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
        let address = |hex| u64::from_str_radix(hex, 16).unwrap();
        let mut bytes = Zeroizing::new(vec![0; usize::try_from(address(to) - address(from)).unwrap()]);
        // Some regions cannot be read at all; nobody can look for a PIN there either.
        if memory.read_exact_at(&mut bytes, address(from)).is_ok() {
            count += bytes
                .windows(8)
                .filter(|window| {
                    window
                        .iter()
                        .zip(pin)
                        .all(|(byte, hidden)| byte ^ 0xC3 == *hidden)
                })
                .count();
        }
    }
    count
}

#[test]
fn the_card_keeps_no_copy_of_what_was_typed() {
    let personality = kind("classic-cardos");
    let identity = cns_virtual_card::pki::identity_for(&personality, "citizen-good", TODAY).unwrap();
    let card = {
        // Byte by byte into its place: an array would leave copies of itself behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(8));
        plain.extend(TYPED.iter().map(|byte| byte ^ 0xC3));
        let digits = std::str::from_utf8(&plain).unwrap();
        assert!(found(&TYPED) > 0, "the search finds what is there");
        VirtualCard::new(personality, identity, digits).unwrap()
    };
    let handle = VirtualCardHandle::inserted(card);
    let ok = [0x90, 0x00];
    handle
        .channel()
        .transaction(Ending::Leave, &mut |line: &mut dyn Exchange| {
            let verify = command([0x00, 0x20, 0x00, 0x10], &[&TYPED]);
            assert_eq!(line.exchange(&verify).unwrap(), ok);
            let change = command([0x00, 0x24, 0x00, 0x10], &[&TYPED, &NEW]);
            assert_eq!(line.exchange(&change).unwrap(), ok);
            // As a chain, whose parts the card has to keep for a while.
            let link = command([0x10, 0x20, 0x00, 0x10], &[&NEW]);
            assert_eq!(line.exchange(&link).unwrap(), ok);
            assert_eq!(line.exchange(&[0x00, 0x20, 0x00, 0x10]).unwrap(), ok);
        })
        .unwrap();
    assert_eq!(handle.with_card(|card| card.pin_comparisons()), 3);
    assert_eq!((found(&TYPED), found(&NEW)), (0, 0));
}
