//! The budget of commands, beside what OpenSC spends on the same card in the same run.

use cns_virtual_card::Personality;
use journeys::aloud;
use journeys::apdus::Apdus;
use journeys::side_by_side::{Act, Table};

#[test]
fn reading_takes_at_most_fourteen_commands_and_signing_five_more() {
    let apdus = Apdus::count();
    aloud::say(&apdus.to_string());
    assert!(apdus.our_reading <= 14, "{apdus}");
    assert!(apdus.our_signing - apdus.our_reading <= 5, "{apdus}");
    assert!(apdus.opensc_reading > apdus.our_reading, "{apdus}");
}

#[test]
fn every_kind_of_card_is_greeted_read_and_signed_with_within_its_budget() {
    let table = Table::set();
    for kind in Personality::all_cns().unwrap() {
        let name = kind.name.clone();
        let most = match name.as_str() {
            // Everything at once, and a signature of 2048 bits in one command.
            "classic-st2021" | "classic-athena" | "st2022" | "idemia-2021" => [4, 6, 11],
            // An application must be selected first; where the answer to reset says nothing, it is the third that is tried.
            "ace2025" | "digital-dna" => [6, 9, 14],
            "st2022-nfc" => [7, 10, 15],
            // Short commands alone: 256 bytes at a time, and a signature of 2048 bits in two links.
            "classic-cardos" => [7, 14, 22],
            "classic-oberthur" => [6, 12, 17],
            "infocamere-1204" | "infocamere-1202" | "infocamere-zlib" => [6, 15, 20],
            _ => panic!("{name} has no budget"),
        };
        table.with_card(kind, |card| {
            for (act, most) in Act::ALL.into_iter().zip(most) {
                let cost = table
                    .ours(card, act)
                    .unwrap_or_else(|said| panic!("{name}: {said}"));
                assert!(cost.apdus <= most, "{name}: {act:?} cost {cost:?}");
            }
            assert_eq!(
                (
                    card.comparisons(),
                    card.signature_comparisons(),
                    card.tries_left()
                ),
                ((1, 0), 0, 3),
                "{name}"
            );
        });
    }
}
