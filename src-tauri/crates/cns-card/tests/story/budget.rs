//! How many APDUs an act may take. Each one is 20 to 100 milliseconds of a person's time.

use crate::bench::{
    FAMILIES, ST2021, open, open_watched, person, person_with_long_certificate, personality, slot, unlocked,
    wait,
};
use cns_card::SignatureScheme;

#[test]
fn a_reading_takes_6_apdus_and_pin_and_signature_5_more() {
    let long = person_with_long_certificate();
    let usual = person("citizen-good");
    let rows = [
        ("usual certificate", usual.clone(), true, 6, 5),
        ("certificate that fills its file", long.clone(), true, 6, 5),
        // Without extended APDUs the refusal of one is paid once, and a block of 2048 bits is offered in two forms,
        // then sent in a chain of two.
        ("usual certificate, short APDUs only", usual, false, 13, 8),
        (
            "certificate that fills its file, short APDUs only",
            long,
            false,
            15,
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
        wait(card.greet()).unwrap();
        let greeting = slot.apdus();
        wait(card.read()).unwrap();
        let reading = slot.apdus();
        let unlocked = unlocked(&card);
        unlocked.sign(SignatureScheme::Pkcs1Sha256, b"a message").unwrap();
        let signing = slot.apdus() - reading;
        unlocked.sign(SignatureScheme::PssSha256, b"a message").unwrap();
        let again = slot.apdus() - reading - signing;
        println!(
            "{name} ({length} bytes): name {greeting}, reading {reading}, PIN and signature {signing}, another {again}"
        );
        assert_eq!(greeting, if extended { 4 } else { 6 }, "{name}");
        assert!(reading <= most_reading, "{name}: {reading} APDUs to read");
        assert!(
            signing <= most_signing,
            "{name}: {signing} APDUs for PIN and signature"
        );
        assert_eq!(again, if extended { 1 } else { 2 }, "{name}");
    }
}

#[test]
fn a_card_that_cannot_give_all_at_once_is_asked_for_it_once() {
    for (kind, _, name) in FAMILIES {
        let mut short = personality(kind);
        short.extended = false;
        let (card, watch) = open_watched(&slot(short, person(name)), None);
        wait(card.greet()).unwrap();
        wait(card.read()).unwrap();
        let log = watch.log();
        let asked = log
            .commands
            .iter()
            .filter(|command| command[1] == 0xB0 && command.len() == 7);
        assert_eq!(asked.count(), 1, "{kind}");
    }
}
