//! How a certificate lies in its file: bare, behind a header, compressed.
#![no_main]

use cns_card::{ByteOrder, CERTIFICATE_LIMIT, Framing, Header};
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::{citizen, edited};

/// A few bytes of zlib that become a DER SEQUENCE, behind the header of an Infocamere card.
const PACKED: &[u8] = b"\0\0\0\x0e\x78\x9c\x33\x68\x62\x10\x30\x40\x03\x00\x28\x0a\x03\xc3";

fn framing(choice: u8, bytes: u8, length_at: u8) -> Framing {
    match choice % 8 {
        0 => Framing::Raw,
        1 => Framing::FileSize,
        _ => Framing::Header(Header {
            bytes,
            length_at,
            order: if choice & 8 == 0 {
                ByteOrder::BigEndian
            } else {
                ByteOrder::LittleEndian
            },
            zlib: choice & 16 != 0,
        }),
    }
}

fuzz_target!(|data: &[u8]| {
    let [choice, bytes, length_at, template, rest @ ..] = data else {
        return;
    };
    let content = match template % 4 {
        0 => edited(&citizen().certificate_der, rest),
        1 => edited(PACKED, rest),
        _ => rest.to_vec(),
    };
    let size = rest.first_chunk().map(|size| u32::from_be_bytes(*size));
    for framing in [
        framing(*choice, *bytes, *length_at),
        framing(18, 4, 2),
        framing(2, 5, 1),
        framing(10, 2, 0),
    ] {
        if let Ok(extent) = framing.extent(&content, size) {
            assert!(extent <= CERTIFICATE_LIMIT + 255);
        }
        if let Ok(der) = framing.certificate(&content) {
            assert!(der.len() <= CERTIFICATE_LIMIT);
        }
    }
});
