//! The list of functions that a reader sends about its PIN pad.
#![no_main]

use cns_reader::Features;
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::input;

const LIST: &[u8] =
    b"\x06\x04\x42\x33\x00\x06\x07\x04\x42\x33\x00\x07\x0a\x04\x42\x33\x00\x0a\x12\x04\x42\x33\x00\x12";

fuzz_target!(|data: &[u8]| {
    let list = input(&[LIST], data);
    let found = Features::parse(&list);
    let codes = [
        found.verify,
        found.modify,
        found.pin_properties,
        found.tlv_properties,
    ];
    for (at, code) in codes.iter().enumerate() {
        let Some(code) = code else { continue };
        // What is meant for one function never reaches another, and no code is invented.
        assert!(!codes[..at].contains(&Some(*code)));
        assert!(list.chunks_exact(6).any(|entry| entry[2..] == code.to_be_bytes()));
    }
});
