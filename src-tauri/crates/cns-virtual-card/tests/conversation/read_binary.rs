//! READ BINARY.

use crate::*;

#[test]
fn ends_a_file_as_its_maker_does() {
    let rows = [
        (ReadEnd::Short, "00 B0 00 0E 10", "35 35 90 00"),
        (ReadEnd::Warning, "00 B0 00 0E 10", "35 35 62 82"),
        (ReadEnd::ExactLength, "00 B0 00 0E 10", "6C 02"),
        (ReadEnd::ExactLength, "00 B0 00 0E 00", "35 35 90 00"),
        (ReadEnd::ExactLengthAlways, "00 B0 00 0E 00", "6C 02"),
        (ReadEnd::ExactLengthAlways, "00 B0 00 0E 02", "35 35 90 00"),
        (ReadEnd::Refused, "00 B0 00 0E 10", "6B 00"),
        (ReadEnd::Refused, "00 B0 00 0E 00", "35 35 90 00"),
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
