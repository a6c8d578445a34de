//! The golden conversation with a classic ST card of 2048 bits, byte for byte.

use crate::bench::{person_with_long_certificate, pin, wait};
use cns_card::{Card, SignatureScheme};
use cns_iso7816::Ending;
use cns_iso7816::transcript::Transcript;
use sha2::{Digest, Sha256};

const ST2021_ATR: &str = "3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 16 17 01 11 01 43 4E 53 11 31 80 8D";
const MESSAGE: &[u8] = b"what a TLS client signs";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// What SELECT tells of a file: size and identifier differ, the rest is the same on every classic card.
fn about_file(size: usize, identifier: &str) -> String {
    let tail = "FF".repeat(24);
    format!(
        "6F 38 80 02 {size:04X} 82 03 01 00 00 83 02 {identifier} 85 01 01 86 09 00 FF FF FF FF FF FF FF FF 8A 01 05 CB 18 {tail} 90 00"
    )
}

/// EMSA-PKCS1-v1_5 with SHA-256 for 2048 bits.
fn pkcs1_block() -> Vec<u8> {
    let mut block = vec![0x00, 0x01];
    block.extend([0xFF; 202]);
    block.extend(b"\x00\x30\x31\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20");
    block.extend(Sha256::digest(MESSAGE));
    block
}

#[test]
fn reading_pin_and_signature_go_as_written() {
    let identity = person_with_long_certificate();
    let (certificate, person) = (&identity.certificate_der, &identity.personal_data_file);

    let mut written = Transcript::new(ST2021_ATR)
        .answer("00 A4 08 00 04 10 00 10 03 00", &about_file(16, "10 03"))
        .answer("00 B0 00 00 10", &(hex(identity.card_id().as_bytes()) + "9000"))
        .answer("00 A4 08 00 04 11 00 11 02 00", &about_file(400, "11 02"))
        .answer("00 B0 00 00 00", &(hex(&person[..256]) + "9000"))
        .answer("00 B0 01 00 90", &(hex(&person[256..]) + "9000"))
        .answer("00 A4 08 00 04 11 00 11 01 00", &about_file(2048, "11 01"));
    for (index, block) in certificate.chunks(256).enumerate() {
        let le = block.len() % 256;
        written = written.answer(&format!("00 B0 {index:02X} 00 {le:02X}"), &(hex(block) + "9000"));
    }
    let block = pkcs1_block();
    let signature = identity.key.raw(&block).unwrap();
    let written = written
        .answer("00 A4 00 00 02 3F 00 00", "6F 00 90 00")
        .answer("00 20 00 90 08 31 32 33 34 35 FF FF FF", "90 00")
        .answer("00 22 F3 03 00", "90 00")
        .answer("00 22 F1 B8 03 83 01 01", "90 00")
        .answer(
            &format!("00 2A 80 86 00 01 01 00 {} 00 00", hex(&block)),
            &(hex(&signature) + "9000"),
        );

    let card = Card::open(Box::new(written.clone()));
    let contents = wait(card.read()).unwrap();
    assert_eq!(&contents.certificate_der, certificate);
    assert_eq!(contents.apdus, 14);
    let unlocked = wait(card.unlock(pin("12345"))).unwrap();
    assert_eq!(
        unlocked.sign(SignatureScheme::Pkcs1Sha256, MESSAGE).unwrap(),
        signature
    );
    drop(unlocked);
    // An act that needs no APDU: when it has answered, the transaction before it has ended.
    wait(card.read()).unwrap();
    written.finished().unwrap();
    assert_eq!(written.endings(), [Ending::Leave, Ending::Reset]);
}
