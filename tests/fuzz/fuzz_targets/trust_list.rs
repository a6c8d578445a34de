//! The official list and the list of lists, each as it comes, and behind its signature, which no edit survives.
#![no_main]

use cns_trust::{Lotl, Pin, TrustList, could_be_read_if_signed};
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::{NOW, input};
use std::sync::LazyLock;

static PINS: LazyLock<[Pin; 1]> = LazyLock::new(|| {
    let sha256 = *include_bytes!("../seeds/list.pin");
    let source = "nowhere".to_owned();
    let read_on = NOW.date();
    [Pin {
        sha256,
        source,
        read_on,
    }]
});

fuzz_target!(|data: &[u8]| {
    let xml = input(&[ITALIAN, LIST_OF_LISTS], data);
    if let Ok(list) = TrustList::read(&xml, &*PINS, 1) {
        // What was signed is what is read. What is not signed, such as a comment, may differ.
        assert_eq!((list.facts().sequence, list.cas().len()), (195, 2));
    }
    if let Ok(list) = Lotl::read(&xml, &*PINS, 1) {
        assert_eq!((list.facts().sequence, list.italy().len()), (333, 1));
    }
    let _ = could_be_read_if_signed(&xml);
});

const ITALIAN: &[u8] = include_bytes!("../seeds/list.xml");
const LIST_OF_LISTS: &[u8] = include_bytes!("../seeds/lists.xml");
