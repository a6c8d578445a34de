//! What the card answers, byte for byte where the specification says bytes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use cns_iso7816::{Command, Expected, FileOffset, StatusWord, commands};
use cns_virtual_card::{EmptyVerify, Personality, ReadEnd, WrongPin};
use common::{card, card_of, hex, kind, padded};

/// Each row: a command and the beginning of its answer, status word apart.
fn check(rows: &[(&str, &str, u16)]) {
    let mut card = card("classic-st2021", "citizen-good");
    for (command, data, status) in rows {
        let answer = card.answer(&hex(command));
        let (body, word) = answer.split_at(answer.len() - 2);
        assert_eq!(word, status.to_be_bytes(), "{command}");
        assert!(body.starts_with(&hex(data)), "{command}: {body:02X?}");
    }
}

mod golden {
    use super::*;

    #[test]
    fn the_public_files_of_a_classic_card() {
        check(&[
            (
                "00 A4 08 00 04 10 00 10 03 00",
                "6F 38 80 02 00 10 82 03 01 00 00 83 02 10 03 85 01 01 86 09 00 FF FF FF FF FF FF FF FF 8A 01 05 CB 18",
                0x9000,
            ),
            (
                "00 B0 00 00 10",
                "36 39 39 39 30 30 30 30 30 30 31 32 33 34 35 35",
                0x9000,
            ),
            (
                "00 B0 00 00 00",
                "36 39 39 39 30 30 30 30 30 30 31 32 33 34 35 35",
                0x9000,
            ),
            ("00 A4 08 00 04 11 00 11 02 00", "6F 38 80 02 01 90", 0x9000),
            ("00 B0 00 00 00", "30 30 30 30 36 35 30 34 36 39 39 39", 0x9000),
            ("00 B0 01 00 90", "00 00 00", 0x9000),
            ("00 A4 08 00 04 11 00 11 01 00", "6F 38 80 02 08 00", 0x9000),
            ("00 B0 00 00 00", "30 82", 0x9000),
            (
                "00 B0 07 F0 00",
                "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
                0x9000,
            ),
            ("00 B0 08 00 00", "", 0x6B00),
            ("00 A4 08 00 02 2F 02 00", "6F", 0x9000),
            ("00 B0 00 00 00", "5A 0A 80 38 00 09 99 00 00 00 12 32", 0x9000),
        ]);
    }

    #[test]
    fn the_way_to_a_signature() {
        check(&[
            ("00 A4 00 00 02 3F 00 00", "6F", 0x9000),
            ("00 20 00 90 08 31 32 33 34 35 FF FF FF", "", 0x9000),
            ("00 22 F3 03 00", "", 0x9000),
            ("00 22 F1 B8 03 83 01 01", "", 0x9000),
            (
                &format!("00 2A 80 86 00 01 01 00 {}01 00 00", "00".repeat(255)),
                &format!("{}01", "00".repeat(255)),
                0x9000,
            ),
            (
                &format!("00 2A 80 86 00 01 01 00 {}01 01 00", "00".repeat(255)),
                "00",
                0x9000,
            ),
            (
                &format!("00 2A 80 86 00 01 01 00 {} 00 00", "FF".repeat(256)),
                "",
                0x6A80,
            ),
            (&format!("10 2A 80 86 FF 00 {}", "00".repeat(254)), "", 0x6E00),
        ]);
    }

    #[test]
    fn what_a_card_refuses() {
        check(&[
            ("00 B0 00 00 00", "", 0x6986),
            ("00 A4 08 00 04 14 00 90 01 00", "", 0x6A82),
            ("00 A4 04 00 02 A0 00 00", "", 0x6A82),
            ("00 A4 08 04 04 11 00 11 02 00", "", 0x6A86),
            ("00 20 00 55 08 31 32 33 34 35 FF FF FF", "", 0x6A88),
            ("00 20 00 90 05 31 32 33 34 35", "", 0x6700),
            ("00 22 F3 03", "", 0x6700),
            ("00 22 F3 04 00", "", 0x6A88),
            ("00 22 F1 B8 03 83 01 02", "", 0x6A88),
            (
                &format!("00 2A 80 86 00 01 01 00 {}01 00 00", "00".repeat(255)),
                "",
                0x6982,
            ),
            ("00 20 00 90 08 31 32 33 34 35 FF FF FF", "", 0x9000),
            (
                &format!("00 2A 80 86 00 01 01 00 {}01 00 00", "00".repeat(255)),
                "",
                0x6985,
            ),
            ("00 FF 00 00", "", 0x6D00),
            ("80 A4 00 00", "", 0x6E00),
            ("00", "", 0x6700),
        ]);
    }
}

mod select {
    use super::*;

    #[test]
    fn walks_by_identifier_parent_and_relative_path_and_stays_where_it_was_on_failure() {
        check(&[
            ("00 A4 00 0C 02 11 00", "", 0x9000),
            ("00 A4 00 00 02 11 02 00", "6F 38 80 02 01 90", 0x9000),
            ("00 A4 00 00 02 99 99 00", "", 0x6A82),
            ("00 B0 00 00 06", "30 30 30 30 36 35", 0x9000),
            ("00 A4 03 00 00", "6F", 0x9000),
            ("00 B0 00 00 06", "", 0x6986),
            ("00 A4 09 00 04 10 00 10 03 00", "6F 38 80 02 00 10", 0x9000),
        ]);
    }

    #[test]
    fn tells_no_size_where_the_maker_does_not() {
        let mut st = kind("classic-st2021");
        st.hides_size = true;
        let answer = card_of(st, "citizen-good").answer(&hex("00 A4 08 00 04 11 00 11 02 00"));
        assert!(answer.starts_with(&hex("6F 34 82 03 01 00 00")), "{answer:02X?}");
    }

    #[test]
    fn shows_files_only_inside_their_application() {
        let mut applet = kind("classic-st2021");
        applet.application = Some("A0 00 00 05 30 00".to_owned());
        let mut card = card_of(applet, "citizen-good");
        assert_eq!(card.answer(&hex("00 A4 08 00 04 10 00 10 03 00")), hex("6A 82"));
        assert!(
            card.answer(&hex("00 A4 04 00 06 A0 00 00 05 30 00"))
                .ends_with(&[0x90, 0x00])
        );
        assert!(
            card.answer(&hex("00 A4 09 00 04 10 00 10 03 00"))
                .ends_with(&[0x90, 0x00])
        );
    }
}

mod read_binary {
    use super::*;

    #[test]
    fn ends_a_file_as_its_maker_does() {
        let rows = [
            (ReadEnd::Short, "00 B0 00 0E 10", "35 35 90 00"),
            (ReadEnd::Warning, "00 B0 00 0E 10", "35 35 62 82"),
            (ReadEnd::ExactLength, "00 B0 00 0E 10", "6C 02"),
            (ReadEnd::ExactLength, "00 B0 00 0E 00", "35 35 90 00"),
        ];
        for (end, command, answer) in rows {
            let mut st = kind("classic-st2021");
            st.read_end = end;
            let mut card = card_of(st, "citizen-good");
            card.answer(&hex("00 A4 08 00 04 10 00 10 03 00"));
            assert_eq!(card.answer(&hex(command)), hex(answer), "{end:?}");
        }
    }

    #[test]
    fn gives_a_whole_file_to_an_extended_le_where_the_card_can() {
        let mut card = card("classic-st2021", "citizen-good");
        card.answer(&hex("00 A4 08 00 04 11 00 11 01 00"));
        assert_eq!(card.answer(&hex("00 B0 00 00 00 00 00")).len(), 2048 + 2);
        let mut short = kind("classic-st2021");
        short.extended = false;
        short.refuses_le_00 = true;
        let mut card = card_of(short, "citizen-good");
        card.answer(&hex("00 A4 08 00 04 11 00 11 01 00"));
        assert_eq!(card.answer(&hex("00 B0 00 00 00 00 00")), hex("67 00"));
        assert_eq!(card.answer(&hex("00 B0 00 00 00")), hex("67 00"));
        assert_eq!(card.answer(&hex("00 B0 00 00 FF")).len(), 255 + 2);
    }
}

mod pin {
    use super::*;

    fn status(card: &mut cns_virtual_card::VirtualCard, command: &Command) -> u16 {
        let answer = card.answer(&command.encode().unwrap());
        let word = answer.last_chunk::<2>().unwrap();
        StatusWord::from(*word).value()
    }

    #[test]
    fn three_wrong_ones_block_and_a_right_one_restores_the_tries() {
        let mut card = card("classic-st2021", "citizen-good");
        let right = commands::verify(0x90, &padded("12345"));
        let wrong = commands::verify(0x10, &padded("54321"));
        for (command, expected) in [
            (&wrong, 0x63C2),
            (&wrong, 0x63C1),
            (&right, 0x9000),
            (&wrong, 0x63C2),
            (&wrong, 0x63C1),
            (&wrong, 0x63C0),
            (&wrong, 0x6983),
            (&right, 0x6983),
        ] {
            assert_eq!(status(&mut card, command), expected);
        }
        card.reset();
        assert_eq!((status(&mut card, &right), card.tries_left()), (0x6983, 0));
    }

    #[test]
    fn some_makers_give_no_count() {
        let mut st = kind("classic-st2021");
        st.wrong_pin = WrongPin::Uncounted;
        let mut card = card_of(st, "citizen-good");
        assert_eq!(
            status(&mut card, &commands::verify(0x90, &padded("54321"))),
            0x6300
        );
        assert_eq!(card.tries_left(), 2);
    }

    #[test]
    fn asking_for_the_tries_may_cost_one() {
        let ask = Command::new("VERIFY", [0x00, 0x20, 0x00, 0x10]);
        for (habit, expected, left) in [
            (EmptyVerify::Reports, 0x63C3, 3),
            (EmptyVerify::EatsATry, 0x63C2, 2),
            (EmptyVerify::Refused, 0x6700, 3),
        ] {
            let mut st = kind("classic-st2021");
            st.empty_verify = habit;
            let mut card = card_of(st, "citizen-good");
            assert_eq!(
                (status(&mut card, &ask), card.tries_left()),
                (expected, left),
                "{habit:?}"
            );
        }
        let mut card = card("classic-st2021", "citizen-good");
        status(&mut card, &commands::verify(0x10, &padded("12345")));
        assert_eq!(status(&mut card, &ask), 0x9000);
    }

    #[test]
    fn a_card_that_was_never_activated_says_so() {
        let mut card = card("classic-st2021", "citizen-not-activated");
        assert_eq!(
            status(&mut card, &commands::verify(0x90, &padded("12345"))),
            0x6984
        );
    }

    #[test]
    fn a_reset_forgets_the_pin() {
        let mut card = card("classic-st2021", "citizen-good");
        status(&mut card, &commands::verify(0x90, &padded("12345")));
        assert!(card.is_pin_verified());
        card.reset();
        assert!(!card.is_pin_verified());
    }

    #[test]
    fn can_be_changed_by_who_knows_the_old_one() {
        let mut card = card("classic-st2021", "citizen-good");
        let rows = [
            (
                commands::change_reference_data(0x90, &padded("11111"), &padded("99999")),
                0x63C2,
            ),
            (
                commands::change_reference_data(0x90, &padded("12345"), &[0xFF; 8]),
                0x6A80,
            ),
            (
                commands::change_reference_data(0x90, &padded("12345"), &padded("87654")),
                0x9000,
            ),
            (commands::verify(0x90, &padded("12345")), 0x63C2),
            (commands::verify(0x90, &padded("87654")), 0x9000),
            (
                commands::change_reference_data(0x11, &padded("87654321"), &padded("12345678")),
                0x6982,
            ),
        ];
        for (command, expected) in rows {
            assert_eq!(status(&mut card, &command), expected, "{command:?}");
        }
    }

    #[test]
    fn can_be_unblocked_in_both_ways_by_who_knows_the_puk() {
        let mut card = card("classic-st2021", "citizen-good");
        let wrong = || commands::verify(0x90, &padded("54321"));
        let counter_alone = || Command::new("RESET RETRY COUNTER", [0x00, 0x2C, 0x03, 0x10]);
        let rows = [
            (wrong(), 0x63C2),
            (wrong(), 0x63C1),
            (wrong(), 0x63C0),
            (counter_alone(), 0x6982),
            (
                commands::reset_retry_counter(0x10, &padded("11111111"), &padded("54321")),
                0x63C9,
            ),
            (
                commands::reset_retry_counter(0x10, &padded("87654321"), &padded("54321")),
                0x9000,
            ),
            (wrong(), 0x9000),
            (commands::verify(0x11, &padded("87654321")), 0x9000),
            (counter_alone(), 0x9000),
        ];
        for (command, expected) in rows {
            assert_eq!(status(&mut card, &command), expected, "{command:?}");
        }
    }
}

mod signing {
    use super::*;
    use rsa::pkcs1::DecodeRsaPublicKey;
    use rsa::traits::PublicKeyParts;
    use rsa::{BigUint, RsaPublicKey};

    fn prepared(personality: Personality) -> cns_virtual_card::VirtualCard {
        let mut card = card_of(personality, "citizen-good");
        for command in [
            commands::verify(0x10, &padded("12345")),
            commands::mse_restore(3),
            commands::mse_set_confidentiality(1),
        ] {
            assert_eq!(
                card.answer(&command.encode().unwrap()),
                [0x90, 0x00],
                "{command:?}"
            );
        }
        card
    }

    #[test]
    fn is_raw_rsa_with_the_key_of_the_certificate() {
        for name in ["classic-st2021", "classic-athena"] {
            let personality = kind(name);
            let size = personality.key_bits / 8;
            let public = common::identity(&personality, "citizen-good")
                .key
                .public_pkcs1_der()
                .to_vec();
            let public = RsaPublicKey::from_pkcs1_der(&public).unwrap();
            let block = [vec![0x00, 0x01], vec![0xA5; size - 2]].concat();
            let answer = prepared(personality).answer(
                &commands::pso_decipher(&block, Expected::Short(0))
                    .encode()
                    .unwrap(),
            );
            let signature = BigUint::from_bytes_be(&answer[..size]);
            assert_eq!(
                signature.modpow(public.e(), public.n()),
                BigUint::from_bytes_be(&block),
                "{name}"
            );
        }
    }

    #[test]
    fn a_chain_gives_the_same_where_the_card_can() {
        let mut st = kind("classic-st2021");
        st.chaining = true;
        let mut card = prepared(st);
        let command = commands::pso_decipher(&[0x01; 256], Expected::Short(0));
        let whole = card.answer(&command.encode().unwrap());
        let links: Vec<Vec<u8>> = command
            .chained()
            .iter()
            .map(|link| card.answer(&link.encode().unwrap()))
            .collect();
        assert_eq!(links, [vec![0x90, 0x00], whole]);
    }

    #[test]
    fn a_broken_chain_is_forgotten() {
        let mut st = kind("classic-st2021");
        st.chaining = true;
        let mut card = prepared(st);
        let command = commands::pso_decipher(&[0x01; 256], Expected::Short(0));
        let links = command.chained();
        card.answer(&links[0].encode().unwrap());
        card.answer(&commands::select_mf().encode().unwrap());
        assert_eq!(card.answer(&links[1].encode().unwrap()), hex("6A 80"));
    }

    #[test]
    fn a_key_elsewhere_must_be_reached_first() {
        let mut elsewhere = kind("classic-st2021");
        elsewhere.key_directory = Some("1100".to_owned());
        let mut card = card_of(elsewhere, "citizen-good");
        card.answer(&commands::mse_restore(3).encode().unwrap());
        let set = commands::mse_set_confidentiality(1).encode().unwrap();
        assert_eq!(card.answer(&set), hex("6A 88"));
        card.answer(&commands::select_path(&[0x11, 0x00]).encode().unwrap());
        assert_eq!(card.answer(&set), hex("90 00"));
    }
}

mod odd_cards {
    use super::*;

    #[test]
    fn files_can_be_replaced_and_taken_away() {
        let mut card = card("classic-st2021", "citizen-good");
        card.put_file("1100/1101", b"no certificate".to_vec()).unwrap();
        card.remove_file("1100/1102");
        card.answer(&commands::select_path(&[0x11, 0x00, 0x11, 0x01]).encode().unwrap());
        let read = commands::read_binary(FileOffset::START, Expected::Short(0))
            .encode()
            .unwrap();
        assert_eq!(
            card.answer(&read),
            [b"no certificate".to_vec(), vec![0x90, 0x00]].concat()
        );
        assert_eq!(card.answer(&hex("00 A4 08 00 04 11 00 11 02 00")), hex("6A 82"));
    }
}

mod anything {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn gets_an_answer_of_two_bytes_at_least(
            commands in proptest::collection::vec(
                (
                    prop_oneof![Just(0x00_u8), Just(0x10), any::<u8>()],
                    prop_oneof![
                        Just(0xA4_u8), Just(0xB0), Just(0x20), Just(0x24), Just(0x2C), Just(0x22), Just(0x2A), any::<u8>()
                    ],
                    proptest::collection::vec(any::<u8>(), 0..40),
                ),
                1..12,
            ),
        ) {
            let mut card = card("classic-athena", "citizen-good");
            for (class, instruction, rest) in commands {
                let answer = card.answer(&[vec![class, instruction], rest].concat());
                prop_assert!(answer.len() >= 2);
            }
        }
    }
}
