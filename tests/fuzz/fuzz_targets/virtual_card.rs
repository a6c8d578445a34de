//! The virtual card, under commands that nobody would send.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sportello_fuzz::card;

fuzz_target!(
    init: {
        // The key is computed here, outside the time of any one input.
        card();
    },
    |data: &[u8]| {
        let mut card = card();
        let mut rest = data;
        while let Some((length, more)) = rest.split_first() {
            let (apdu, more) = more.split_at(usize::from(*length).min(more.len()));
            rest = more;
            let answer = card.answer(apdu);
            assert!(answer.len() >= 2);
            if apdu.is_empty() {
                card.reset();
            }
        }
        assert!(card.tries_left() <= 3);
    }
);
