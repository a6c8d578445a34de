//! Whatever is sent.

use crate::*;
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
