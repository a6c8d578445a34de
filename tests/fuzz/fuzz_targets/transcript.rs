//! A conversation with a card, as a text.
#![no_main]

use cns_iso7816::transcript::Transcript;
use cns_iso7816::{Channel, Ending};
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::text;

const CONVERSATION: &str = include_str!("../../transcripts/others/cie.contactless.txt");

fuzz_target!(|data: &[u8]| {
    if let Ok(mut conversation) = Transcript::parse(&text(&[CONVERSATION], data)) {
        let _ = conversation.atr().historical_bytes().map(<[u8]>::len);
        let _ = conversation.transaction(Ending::Leave, &mut |line| {
            let _ = line.exchange(data);
        });
        let _ = conversation.finished();
    }
});
