//! SELECT.

use crate::*;

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
    applet.applications.push(Application {
        aid: "A0 00 00 05 30 00".to_owned(),
        information: None,
        trees: Vec::new(),
        files: std::mem::take(&mut applet.files),
    });
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
