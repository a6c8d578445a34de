//! VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER.

use crate::*;

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
