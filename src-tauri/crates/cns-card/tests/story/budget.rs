//! How many APDUs an act may take. Each one is 20 to 100 milliseconds of a person's time.

use crate::bench::{ST2021, open, person, person_with_long_certificate, personality, slot, unlocked, wait};
use cns_card::SignatureScheme;

#[test]
fn a_reading_takes_at_most_14_apdus_and_pin_and_signature_5_more() {
    let long = person_with_long_certificate();
    let usual = person("citizen-good");
    let rows = [
        ("usual certificate", usual.clone(), true, 14, 5),
        ("certificate that fills its file", long.clone(), true, 14, 5),
        // Without extended APDUs a 2048-bit block is offered in two forms, then sent in a chain of two.
        ("usual certificate, short APDUs only", usual, false, 14, 8),
        (
            "certificate that fills its file, short APDUs only",
            long,
            false,
            14,
            8,
        ),
    ];
    for (name, identity, extended, most_reading, most_signing) in rows {
        let mut kind = personality(ST2021);
        kind.extended = extended;
        kind.chaining = !extended;
        let length = identity.certificate_der.len();
        let slot = slot(kind, identity);
        let card = open(&slot);
        wait(card.read()).unwrap();
        let reading = slot.apdus();
        let unlocked = unlocked(&card);
        unlocked.sign(SignatureScheme::Pkcs1Sha256, b"a message").unwrap();
        let signing = slot.apdus() - reading;
        unlocked.sign(SignatureScheme::PssSha256, b"a message").unwrap();
        let again = slot.apdus() - reading - signing;
        println!("{name} ({length} bytes): reading {reading}, PIN and signature {signing}, another {again}");
        assert!(reading <= most_reading, "{name}: {reading} APDUs to read");
        assert!(
            signing <= most_signing,
            "{name}: {signing} APDUs for PIN and signature"
        );
        assert_eq!(again, if extended { 1 } else { 2 }, "{name}");
    }
}
