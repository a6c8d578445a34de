//! The length of a certificate, from its first bytes.
#![no_main]

use cns_card::{CERTIFICATE_LIMIT, der_length};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(length) = std::hint::black_box(der_length(data)) {
        assert!((3..=CERTIFICATE_LIMIT).contains(&length));
    }
});
