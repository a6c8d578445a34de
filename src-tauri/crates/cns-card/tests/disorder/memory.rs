//! What was typed, kept masked, and the search for it through everything this process can write to.

use std::collections::HashSet;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex};
use zeroize::Zeroizing;

/// The secrets typed so far. Their digits are nowhere in it.
#[derive(Clone, Default)]
pub(crate) struct Typed(Arc<Mutex<HashSet<u64>>>);

impl Typed {
    /// Eight digits that follow from `number`, remembered as typed.
    pub(crate) fn digits(&self, number: u64) -> Zeroizing<String> {
        // The finalizer of SplitMix64: neighbours become strangers.
        let mut left = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
        left = (left ^ (left >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        left = (left ^ (left >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        left ^= left >> 31;
        let mut digits = Zeroizing::new(String::with_capacity(8));
        for _ in 0..8 {
            digits.push(char::from(b'0' + u8::try_from(left % 10).unwrap()));
            left /= 10;
        }
        self.remember(&digits);
        digits
    }

    /// Remembers other digits as typed; there must be eight.
    pub(crate) fn remember(&self, digits: &str) {
        let masked = digits
            .bytes()
            .fold(0_u64, |masked, digit| (masked << 8) | u64::from(digit ^ MASK));
        self.0.lock().unwrap().insert(masked);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// Whether the search finds digits that are there.
    pub(crate) fn is_found_where_it_is() -> bool {
        let typed = Self::default();
        let digits = typed.digits(1);
        let found = !typed.places_in_memory().is_empty();
        drop(digits);
        found
    }

    /// Where in this process's writable memory a typed secret stands.
    pub(crate) fn places_in_memory(&self) -> Vec<String> {
        let typed = self.0.lock().unwrap();
        let memory = File::open("/proc/self/mem").unwrap();
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let mut places = Vec::new();
        let mut buffer = Zeroizing::new(vec![0_u8; CHUNK]);
        for map in maps.lines() {
            let mut words = map.split_whitespace();
            let (Some(range), Some(rights)) = (words.next(), words.next()) else {
                continue;
            };
            if !rights.starts_with("rw") || map.ends_with("[vvar]") {
                continue;
            }
            let (start, end) = range.split_once('-').unwrap();
            let start = u64::from_str_radix(start, 16).unwrap();
            let end = u64::from_str_radix(end, 16).unwrap();
            let name = words.nth(3).unwrap_or("anonymous");
            let (mut at, mut digits, mut last) = (start, 0, 0_u64);
            while at < end {
                let wanted = usize::try_from(end - at).unwrap().min(CHUNK);
                let Ok(got @ 1..) = memory.read_at(&mut buffer[..wanted], at) else {
                    break;
                };
                for (offset, byte) in buffer[..got].iter().enumerate() {
                    digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
                    last = (last << 8) | u64::from(byte ^ MASK);
                    if digits >= 8 && typed.contains(&last) {
                        places.push(format!(
                            "{name} +{:#x}",
                            at - start + u64::try_from(offset).unwrap()
                        ));
                    }
                }
                at += u64::try_from(got).unwrap();
            }
        }
        places
    }
}

const MASK: u8 = 0xA5;
const CHUNK: usize = 1 << 16;
