//! Answers of a card, through the gate that follows 61xx and 6Cxx.
#![no_main]

use cns_iso7816::{Atr, ChannelError, Exchange, Expected, FileOffset, MAX_RESPONSE, Response, commands};
use libfuzzer_sys::fuzz_target;

/// Gives one answer after another: a length, then so many bytes.
struct Answers<'a>(&'a [u8]);

impl Exchange for Answers<'_> {
    fn exchange(&mut self, _: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let (length, rest) = self.0.split_first().ok_or(ChannelError::Removed)?;
        let (answer, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        self.0 = rest;
        Ok(answer.to_vec())
    }
}

fuzz_target!(|data: &[u8]| {
    let _ = Response::parse(data.to_vec());
    let _ = Atr::new(data).historical_bytes().map(<[u8]>::len);
    let command = commands::read_binary(FileOffset::START, Expected::Short(0));
    if let Ok(response) = cns_iso7816::send(&mut Answers(data), &command) {
        assert!(response.data().len() <= MAX_RESPONSE);
    }
    let command = commands::pso_decipher(&[0; 257], Expected::Short(0));
    let _ = cns_iso7816::send_chained(&mut Answers(data), &command);
});
