//! What makers do differently, one switch at a time.

use crate::*;

/// A card of 2021 with another habit.
fn st2021(change: impl FnOnce(&mut Personality)) -> cns_virtual_card::VirtualCard {
    let mut st = kind("classic-st2021");
    change(&mut st);
    card_of(st, "citizen-good")
}

#[test]
fn an_answer_may_be_announced_and_fetched_in_parts() {
    let mut card = st2021(|st| st.announces = vec![Announced::Select, Announced::Read, Announced::Sign]);
    for (command, answer) in [
        ("00 C0 00 00 00", "69 85"),
        ("00 A4 08 00 04 10 00 10 03 00", "61 3A"),
        ("00 C0 00 00 02", "6F 38 61 38"),
        ("00 B0 00 00 00", "61 10"),
        (
            "00 C0 00 00 00",
            "36 39 39 39 30 30 30 30 30 30 31 32 33 34 35 35 90 00",
        ),
        ("00 C0 00 00 00", "69 85"),
        ("00 20 00 10 08 31 32 33 34 35 FF FF FF", "90 00"),
        ("00 22 F3 03 00", "90 00"),
        ("00 22 F1 B8 03 83 01 01", "90 00"),
    ] {
        assert_eq!(card.answer(&hex(command)), hex(answer), "{command}");
    }
    let sign = format!("00 2A 80 86 00 01 01 00 {}01", "00".repeat(255));
    assert_eq!(card.answer(&hex(&sign)), hex("61 00"));
    assert_eq!(card.answer(&hex("00 C0 00 00 00")).len(), 256 + 2);
}

#[test]
fn some_lengths_may_be_refused() {
    let mut card = st2021(|st| {
        st.refuses_le_00 = true;
        st.refuses_le_ff = true;
    });
    card.answer(&hex("00 A4 08 00 04 11 00 11 01 00"));
    assert_eq!(card.answer(&hex("00 B0 00 00 00")), hex("67 00"));
    assert_eq!(card.answer(&hex("00 B0 00 00 FF")), hex("67 00"));
    assert_eq!(card.answer(&hex("00 B0 00 00 80")).len(), 128 + 2);
}

#[test]
fn a_size_may_be_a_lie() {
    let mut card = st2021(|st| st.claims_size = Some(0x7FFF));
    let answer = card.answer(&hex("00 A4 08 00 04 10 00 10 03 00"));
    assert!(answer.starts_with(&hex("6F 38 80 02 7F FF")), "{answer:02X?}");
}

#[test]
fn a_weak_memory_is_told_with_every_success_and_with_nothing_else() {
    let mut card = st2021(|st| st.weak_memory = true);
    assert!(
        card.answer(&hex("00 A4 00 00 02 3F 00 00"))
            .ends_with(&hex("90 01"))
    );
    assert_eq!(card.answer(&hex("00 A4 00 00 02 99 99 00")), hex("6A 82"));
    assert_eq!(
        card.answer(&hex("00 20 00 10 08 31 32 33 34 35 FF FF FF")),
        hex("90 01")
    );
}

#[test]
fn a_pin_that_was_never_activated_is_answered_as_the_kind_says() {
    for status in [0x6984, 0x6983, 0x6985, 0x6A88] {
        let mut st = kind("classic-st2021");
        st.not_activated = status;
        let mut card = card_of(st, "citizen-not-activated");
        let answer = card.answer(&hex("00 20 00 10 08 31 32 33 34 35 FF FF FF"));
        assert_eq!(
            (answer, card.pin_comparisons()),
            (status.to_be_bytes().to_vec(), 0)
        );
    }
}

#[test]
fn only_the_forms_of_unblocking_that_the_kind_knows_are_understood() {
    let together = "00 2C 00 10 10 38 37 36 35 34 33 32 31 35 34 33 32 31 FF FF FF";
    let puk = "00 20 00 11 08 38 37 36 35 34 33 32 31";
    let alone = "00 2C 03 10";
    let rows: [(&[Unblocking], [u16; 3]); 3] = [
        (&[], [0x6D00, 0x9000, 0x6D00]),
        (&[Unblocking::PukWithNewPin], [0x9000, 0x9000, 0x6A86]),
        (&[Unblocking::CounterAlone], [0x6A86, 0x9000, 0x9000]),
    ];
    for (forms, answers) in rows {
        let mut st = kind("classic-st2021");
        st.unblocking = forms.to_vec();
        let mut card = card_of(st, "citizen-blocked");
        for (command, answer) in [together, puk, alone].into_iter().zip(answers) {
            assert_eq!(
                card.answer(&hex(command)),
                answer.to_be_bytes(),
                "{forms:?} {command}"
            );
        }
        assert_eq!(card.tries_left() > 0, !forms.is_empty(), "{forms:?}");
    }
}

#[test]
fn a_puk_is_blocked_after_its_own_number_of_wrong_ones() {
    let mut st = kind("classic-st2021");
    st.puk_tries = 2;
    let mut card = card_of(st, "citizen-blocked");
    let wrong = hex("00 2C 00 10 10 31 31 31 31 31 31 31 31 35 34 33 32 31 FF FF FF");
    let answers: Vec<Vec<u8>> = (0..3).map(|_| card.answer(&wrong)).collect();
    assert_eq!(answers, [hex("63 C1"), hex("63 C0"), hex("69 83")]);
    assert_eq!((card.puk_comparisons(), card.puk_tries_left()), (2, 0));
}

#[test]
fn every_comparison_is_counted_and_nothing_else() {
    let mut card = st2021(|st| st.empty_verify = EmptyVerify::EatsATry);
    for (command, comparisons) in [
        ("00 20 00 10 05 31 32 33 34 35", 0),
        ("00 20 00 55 08 31 32 33 34 35 FF FF FF", 0),
        ("00 20 00 10 08 31 32 33 34 35 FF FF FF", 1),
        ("00 20 00 10", 2),
        (
            "00 24 00 10 10 31 32 33 34 35 FF FF FF 35 34 33 32 31 FF FF FF",
            3,
        ),
    ] {
        card.answer(&hex(command));
        assert_eq!(card.pin_comparisons(), comparisons, "{command}");
    }
}
