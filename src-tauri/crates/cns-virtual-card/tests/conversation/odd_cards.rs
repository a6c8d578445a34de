//! Cards whose files are not as they should be.

use crate::*;

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
