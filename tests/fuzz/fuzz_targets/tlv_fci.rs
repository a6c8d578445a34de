//! BER-TLV of cards, and the control information of files.
#![no_main]

use cns_iso7816::Fci;
use cns_iso7816::tlv::Reader;
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::input;

const FCI: &[u8] =
    b"\x6f\x15\x81\x02\x08\x00\x82\x01\x01\x83\x02\x11\x03\x86\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff";

fn walk(reader: Reader<'_>, depth: u8) {
    for object in reader {
        match object {
            Ok(object) if depth > 0 => walk(object.children(), depth - 1),
            Ok(_) | Err(_) => {}
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let bytes = input(&[FCI], data);
    walk(Reader::new(&bytes), 8);
    let _ = Reader::new(&bytes).find(0x83).map(|object| object.value().len());
    let _ = Fci::parse(&bytes);
});
