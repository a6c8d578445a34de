//! A CRL, in pieces of any size.
#![no_main]

use cns_trust::Pour;
use cns_trust::revocation::crl::CrlReader;
use cns_trust::revocation::{Question, Status};
use libfuzzer_sys::fuzz_target;
use sportello_fuzz::{NOW, input};
use std::ops::ControlFlow;
use std::sync::LazyLock;

static QUESTION: LazyLock<Question> = LazyLock::new(|| Question::new(LEAF, ISSUER).unwrap());

fuzz_target!(|data: &[u8]| {
    let Some((size, data)) = data.split_first() else {
        return;
    };
    let list = input(&[LIST], data);
    let mut reader = CrlReader::new(&QUESTION, &QUESTION.crl[0]);
    for piece in list.chunks(usize::from(*size).max(1)) {
        if reader.pour(piece) == ControlFlow::Break(()) {
            break;
        }
        assert!(reader.held_bytes() <= MOST);
    }
    // Nothing else was signed, and the list that was revokes others.
    if let Ok((status, _)) = reader.finish(NOW) {
        assert!(list == LIST && status == Status::Good);
    }
});

const MOST: usize = 2 << 20;
/// OpenSSL made it, for an issuer whose key nobody kept.
const LIST: &[u8] = include_bytes!("../seeds/crl.der");
const LEAF: &[u8] = include_bytes!("../seeds/crl-leaf.der");
const ISSUER: &[u8] = include_bytes!("../seeds/crl-issuer.der");
