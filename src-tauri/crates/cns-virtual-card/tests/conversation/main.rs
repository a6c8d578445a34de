//! What the card answers, byte for byte where the specification says bytes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod anything;
mod golden;
mod habits;
mod kinds;
mod odd_cards;
mod pin;
mod read_binary;
mod select;
mod signing;

use cns_iso7816::{Command, Expected, FileOffset, StatusWord, commands};
use cns_virtual_card::{Announced, Application, EmptyVerify, Personality, ReadEnd, Unblocking, WrongPin};
use common::{card, card_of, hex, kind, padded};

fn check(rows: &[(&str, &str, u16)]) {
    check_on("classic-st2021", rows);
}

/// Each row: a command and the beginning of its answer, status word apart.
fn check_on(personality: &str, rows: &[(&str, &str, u16)]) {
    let mut card = card(personality, "citizen-good");
    for (command, data, status) in rows {
        let answer = card.answer(&hex(command));
        let (body, word) = answer.split_at(answer.len() - 2);
        assert_eq!(word, status.to_be_bytes(), "{personality}: {command}");
        assert!(
            body.starts_with(&hex(data)),
            "{personality}: {command}: {body:02X?}"
        );
    }
}
