//! The kinds of card as data, TOML; and the faults that a test plays.
#![no_main]

use cns_virtual_card::{Fault, Personality};
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::{PERSONALITIES, text};

fuzz_target!(|data: &[u8]| {
    let text = text(&[PERSONALITIES], data);
    if let Ok(personalities) = Personality::parse_table(&text) {
        for personality in personalities {
            let _ = personality.atr_bytes();
        }
    }
    for line in text.lines().take(8) {
        let _ = Fault::parse(line);
    }
});
