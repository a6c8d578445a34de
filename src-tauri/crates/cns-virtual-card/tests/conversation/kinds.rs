//! The other kinds of cards: where their things are, and what they refuse.

use crate::*;
use cns_virtual_card::{EXAMPLE_PIN, VirtualCard};

const PIN: &str = "00 20 00 10 08 31 32 33 34 35 FF FF FF";

/// A signature of 2048 bits, as one extended command.
fn extended() -> String {
    format!("00 2A 80 86 00 01 01 00 {}01 00 00", "00".repeat(255))
}

/// The same as a chain.
fn chain() -> (String, String) {
    (
        format!("10 2A 80 86 FF 00 {}", "00".repeat(254)),
        "00 2A 80 86 02 00 01 00".to_owned(),
    )
}

/// A signature of 1024 bits.
fn short() -> String {
    format!("00 2A 80 86 81 00 {}01 00", "00".repeat(127))
}

#[test]
fn cardos_chains_counts_nothing_aloud_and_wants_exact_lengths() {
    let (first, last) = chain();
    check_on(
        "classic-cardos",
        &[
            ("00 A4 08 00 04 10 00 10 03 00", "6F 38 80 02 00 10", 0x9000),
            ("00 B0 00 00 00", "", 0x6700),
            ("00 B0 00 00 FF", "", 0x6C10),
            ("00 B0 00 00 10", "36 39 39 39", 0x9000),
            ("00 B0 00 00 00 00 00", "", 0x6700),
            ("00 20 00 90 08 31 32 33 34 35 FF FF FF", "", 0x6A88),
            ("00 20 00 10", "", 0x6700),
            ("00 20 00 10 08 39 39 39 39 39 FF FF FF", "", 0x6300),
            (PIN, "", 0x9000),
            ("00 22 F3 03 00", "", 0x9000),
            ("00 22 F1 B8 03 83 01 01", "", 0x9000),
            (&extended(), "", 0x6700),
            (&first, "", 0x9000),
            (&last, &format!("{}01", "00".repeat(255)), 0x9000),
        ],
    );
}

#[test]
fn old_oberthur_tells_no_size_and_warns_at_the_end() {
    check_on(
        "classic-oberthur",
        &[
            ("00 A4 08 00 04 11 00 11 02 00", "6F 34 82 03 01 00 00", 0x9000),
            ("00 B0 01 00 00", "00 00", 0x6282),
            ("00 B0 01 90 00", "", 0x6B00),
            (PIN, "", 0x9000),
            ("00 22 F3 03 00", "", 0x9000),
            ("00 22 F1 B8 03 83 01 01", "", 0x9000),
            (&short(), &format!("{}01", "00".repeat(127)), 0x9000),
        ],
    );
}

#[test]
fn idemia_keeps_certificate_and_key_elsewhere_and_sets_a_trap() {
    let (first, last) = chain();
    check_on(
        "idemia-2021",
        &[
            ("00 A4 08 00 04 11 00 11 01 00", "6F 38 80 02 08 00", 0x9000),
            ("00 B0 00 00 0A", "30 82 02 04 04 82 02 00", 0x9000),
            ("00 A4 08 00 04 14 00 10 00 00", "6F", 0x9000),
            ("00 B0 00 00 00", "43 61 72 74 61 20 4E 61", 0x9000),
            ("00 A4 08 00 06 14 00 90 01 20 02 00", "6F 38 80 02 08 00", 0x9000),
            ("00 B0 00 00 00", "30 82", 0x9000),
            (PIN, "", 0x9000),
            ("00 22 F3 03 00", "", 0x9000),
            ("00 22 F1 B8 03 83 01 02", "", 0x6A88),
            ("00 A4 08 00 04 14 00 90 02 00", "6F", 0x9000),
            ("00 22 F3 03 00", "", 0x9000),
            ("00 22 F1 B8 03 83 01 01", "", 0x6A88),
            ("00 22 F1 B8 03 83 01 02", "", 0x9000),
            (&extended(), &format!("{}01", "00".repeat(255)), 0x9000),
            (&first, "", 0x9000),
            (&last, &format!("{}01", "00".repeat(255)), 0x9000),
        ],
    );
}

#[test]
fn infocamere_has_one_place_and_three_framings() {
    for (kind, environment, start) in [
        ("infocamere-1204", "03", 5),
        ("infocamere-1202", "03", 2),
        ("infocamere-zlib", "40", 4),
    ] {
        check_on(
            kind,
            &[
                ("00 A4 08 00 04 11 00 11 01 00", "", 0x6A82),
                ("00 A4 08 00 04 2F FF 82 28 00", "6F 38 80 02 08 00", 0x9000),
                (PIN, "", 0x9000),
                ("00 A4 08 00 04 2F FF 00 00 00", "6F", 0x9000),
                (&format!("00 22 F3 {environment} 00"), "", 0x9000),
                ("00 22 F1 B8 03 83 01 21", "", 0x9000),
                (&short(), &format!("{}01", "00".repeat(127)), 0x9000),
                (
                    "00 2C 00 10 10 38 37 36 35 34 33 32 31 35 34 33 32 31 FF FF FF",
                    "",
                    0x6D00,
                ),
            ],
        );
        let file = read_all(kind, &[0x2F, 0xFF, 0x82, 0x28]);
        let certificate = common::identity(&common::kind(kind), "citizen-good").certificate_der;
        let length = match start {
            5 => u16::from_be_bytes([file[1], file[2]]),
            2 => u16::from_le_bytes([file[0], file[1]]),
            _ => u16::from_be_bytes([file[2], file[3]]),
        };
        let data = &file[start..start + usize::from(length)];
        if kind == "infocamere-zlib" {
            let plain = miniz_oxide::inflate::decompress_to_vec_zlib(data).unwrap();
            assert!(plain == certificate && data.len() < certificate.len());
        } else {
            assert!(data == certificate, "{kind}");
        }
    }
}

/// A file of a card that reads 256 bytes at a time, whole.
fn read_all(kind: &str, path: &[u8]) -> Vec<u8> {
    let mut card = card(kind, "citizen-good");
    card.answer(&commands::select_path(path).encode().unwrap());
    let mut file = Vec::new();
    while let Some(offset) = FileOffset::new(file.len()) {
        let read = commands::read_binary(offset, Expected::Short(0))
            .encode()
            .unwrap();
        let answer = card.answer(&read);
        match answer.split_last_chunk::<2>() {
            Some((data, [0x90, 0x00])) => file.extend_from_slice(data),
            _ => break,
        }
    }
    file
}

#[test]
fn ace2025_is_an_identity_card_until_its_application_is_selected() {
    check_on(
        "ace2025",
        &[
            ("00 A4 08 00 04 11 00 11 02 00", "", 0x6A82),
            ("00 A4 08 00 02 D0 03 00", "6F 38 80 02 00 0A", 0x9000),
            ("00 B0 00 00 00", "00 00 69 99 00 00 00 12 34 55", 0x9000),
            (PIN, "", 0x6A88),
            (
                "00 A4 04 00 0C A0 00 00 05 30 00 0B 10 40 01 02 1A",
                "6F 46 81 02 70 2C 82 03 38 00 00 84 0C A0 00 00 05 30 00 0B 10 40 01 02 1A 83 02 3F 00 85 01 01 86 09 \
                 FF FF FF FF FF FF FF FF FF 8A 01 05 CB 18",
                0x9000,
            ),
            (
                "00 A4 09 00 04 11 00 11 02",
                "6F 38 80 02 01 90 82 03 01 00 00 83 02 11 02 85 01 01 86 09 00 FF FF FF FF FF FF FF FF 8A 01 05 CB 18",
                0x9000,
            ),
            ("00 B0 00 00 00", "30 30 30 30 36 35", 0x9000),
            ("00 B0 01 00 00", "00 00", 0x9000),
            ("00 A4 08 00 04 11 00 11 01 00", "6F", 0x9000),
            ("00 A4 00 00 02 3F 00 00", "6F 38", 0x9000),
            (PIN, "", 0x9000),
            ("00 22 F3 03 00", "", 0x9000),
            ("00 22 F1 B8 03 83 01 01", "", 0x9000),
            (&chain().0, "", 0x6884),
            (&extended(), &format!("{}01", "00".repeat(255)), 0x9000),
        ],
    );
}

#[test]
fn digital_dna_refuses_everything_until_its_own_application_is_selected() {
    check_on(
        "digital-dna",
        &[
            ("00 A4 08 00 04 11 00 11 02 00", "", 0x6A82),
            (PIN, "", 0x6A88),
            // The application of another key of this layout, the ACe2025.
            (
                "00 A4 04 00 0C A0 00 00 05 30 00 0B 10 40 01 02 1A 00",
                "",
                0x6A82,
            ),
            (
                "00 A4 04 00 0C A0 00 00 05 30 00 0B 10 40 01 01 1B 00",
                "6F",
                0x9000,
            ),
            ("00 A4 08 00 04 11 00 11 01 00", "6F 38 80 02 08 00", 0x9000),
            ("00 B0 00 00 00", "30 82", 0x9000),
            (PIN, "", 0x9000),
            ("00 22 F3 03 00", "", 0x9000),
            ("00 22 F1 B8 03 83 01 01", "", 0x9000),
            (&extended(), &format!("{}01", "00".repeat(255)), 0x9000),
        ],
    );
}

#[test]
fn the_card_of_2022_is_empty_over_the_air_until_its_application_is_selected() {
    check_on(
        "st2022-nfc",
        &[
            ("00 A4 00 00 02 3F 00 00", "", 0x6A82),
            ("00 A4 08 00 04 10 00 10 03 00", "", 0x6A82),
            ("00 A4 04 00 08 A0 00 00 00 95 01 00 4D 00", "6F", 0x9000),
            ("00 A4 08 00 04 10 00 10 03 00", "6F", 0x9000),
            (PIN, "", 0x9000),
            ("00 22 F3 03 00", "", 0x9000),
            ("00 22 F1 B8 03 83 01 01", "", 0x9000),
            (&chain().0, "", 0x6E00),
            (&extended(), &format!("{}01", "00".repeat(255)), 0x9000),
        ],
    );
}

#[test]
fn the_pin_of_the_qualified_signature_is_counted_apart() {
    let verify = |reference| commands::verify(reference, &padded("76543210")).encode().unwrap();
    for kind in Personality::all_cns().unwrap() {
        let Some(signature) = kind.signature.clone() else {
            continue;
        };
        let mut card = card_of(kind, "citizen-good");
        for reference in [0x1A, 0x9A] {
            assert_eq!(card.answer(&verify(reference)), hex("6A 88"));
        }
        if let Some(aid) = &signature.application {
            card.answer(&commands::select_aid(&hex(aid)).encode().unwrap());
        }
        if let Some(directory) = &signature.directory {
            card.answer(&commands::select_path(&hex(directory)).encode().unwrap());
        }
        assert_eq!(card.signature_pin_comparisons(), 0);
        assert_eq!(card.answer(&verify(0x1A)), hex("90 00"));
        assert_eq!(card.signature_pin_comparisons(), 1);
        assert_eq!((card.pin_comparisons(), card.is_pin_verified()), (0, false));
        let answer = card.answer(&hex("00 A4 08 00 04 14 00 90 10 00"));
        assert!(answer.ends_with(&[0x90, 0x00]));
        let answer = card.answer(&hex("00 B0 00 00 04"));
        assert!(answer.starts_with(&[0x30, 0x82]), "{answer:02X?}");
    }
}

#[test]
fn what_is_no_cns_has_no_key_and_its_own_answers() {
    let rows: [(&str, &str, &str, u16); 18] = [
        (
            "cie3",
            "00 A4 04 00 0D A0 00 00 00 30 80 00 00 00 09 81 60 01 00",
            "6F",
            0x9000,
        ),
        ("cie3", "00 A4 04 0C 06 A0 00 00 00 00 39", "", 0x9000),
        ("cie3", "00 A4 08 00 04 10 00 10 03 00", "", 0x6A82),
        ("health-professional", "00 A4 08 00 02 2F 02 00", "6F", 0x9000),
        ("health-professional", "00 A4 08 00 04 11 00 11 01 00", "", 0x6A82),
        ("signature-dsd", "00 A4 08 00 04 14 00 90 10 00", "6F", 0x9000),
        (
            "signature-dsd",
            "00 20 00 10 08 31 32 33 34 35 FF FF FF",
            "",
            0x6A88,
        ),
        (
            "bank-emv",
            "00 A4 04 00 0E 32 50 41 59 2E 53 59 53 2E 44 44 46 30 31 00",
            "6F 23",
            0x9000,
        ),
        (
            "bank-emv",
            "00 A4 04 00 0E 31 50 41 59 2E 53 59 53 2E 44 44 46 30 31 00",
            "6F 15",
            0x9000,
        ),
        (
            "bank-emv",
            "00 A4 04 00 07 A0 00 00 00 03 10 10 00",
            "6F 0E",
            0x9000,
        ),
        ("sim", "00 A4 04 00 07 A0 00 00 00 87 10 02 00", "6F", 0x9000),
        ("sim", "A0 A4 00 00 02 7F 20", "", 0x9F17),
        ("passport", "00 A4 04 00 07 A0 00 00 02 47 10 01 00", "6F", 0x9000),
        ("unknown-java", "00 A4 08 00 04 10 00 10 03 00", "6F", 0x9000),
        ("unknown-java", "00 A4 08 00 04 11 00 11 01 00", "", 0x6A82),
        ("unknown-java", "00 22 F3 03 00", "", 0x6D00),
        ("unknown-blank", "00 A4 00 00 02 3F 00 00", "", 0x6A82),
        (
            "unknown-blank",
            "00 20 00 10 08 31 32 33 34 35 FF FF FF",
            "",
            0x6D00,
        ),
    ];
    for (kind, command, data, status) in rows {
        check_on(kind, &[(command, data, status)]);
        assert!(!common::kind(kind).is_cns(), "{kind}");
    }
}

#[test]
fn everybody_can_have_every_kind_of_cns() {
    for kind in Personality::all_cns().unwrap() {
        for name in [
            "citizen-good",
            "citizen-luca",
            "citizen-expired",
            "citizen-not-activated",
        ] {
            let identity = common::identity(&kind, name);
            assert_eq!(identity.key.size() * 8, kind.key.as_ref().unwrap().bits);
            VirtualCard::new(kind.clone(), identity, EXAMPLE_PIN).unwrap();
        }
    }
}
