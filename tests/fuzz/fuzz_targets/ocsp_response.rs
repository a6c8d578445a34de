//! An OCSP answer.
#![no_main]

use cns_trust::revocation::ocsp::judge;
use cns_trust::revocation::{Question, Status};
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::{NOW, input};
use std::sync::LazyLock;

static QUESTION: LazyLock<Question> = LazyLock::new(|| Question::new(LEAF, ISSUER).unwrap());

fuzz_target!(|data: &[u8]| {
    let answer = input(&[ANSWER], data);
    // Nothing else was signed.
    for nonce in [None, Some([7; 16])] {
        if let Ok((status, _)) = judge(&answer, &QUESTION, nonce, NOW) {
            assert_eq!(status, Status::Good);
        }
    }
});

/// By a delegated responder whose key nobody kept.
const ANSWER: &[u8] = include_bytes!("../seeds/ocsp-answer.der");
const LEAF: &[u8] = include_bytes!("../seeds/ocsp-leaf.der");
const ISSUER: &[u8] = include_bytes!("../seeds/ocsp-issuer.der");
