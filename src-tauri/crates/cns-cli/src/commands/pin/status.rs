//! `cns pin status`: what is known of the PIN and the PUK, and what can be done with them. No PIN is typed.

use super::or_unknown;
use crate::args::{PinStatus, TriesCare};
use crate::choice::TerminalChoice;
use crate::output::{Failed, Output, Report};
use crate::pin::ask_card;
use crate::place::{self, Place};
use cns_card::{CardProfiles, PinRules};
use cns_iso7816::PinPad;
use cns_login::{FoundCard, until_removed};
use serde_json::json;

pub(crate) async fn run(args: &PinStatus, profiles: CardProfiles, output: &Output) -> Result<Report, Failed> {
    let place = Place::new(profiles, output);
    let mut choice = TerminalChoice::new(output);
    let found = place.found(args.reader.as_deref(), &mut choice, &|_| {}).await?;
    let care = TriesCare {
        ask_card: args.ask_card,
        ..TriesCare::default()
    };
    until_removed(place.readers(), &found.slot, ask_card(&found.card, care, output)).await?;
    Ok(report(&found, output))
}

fn report(found: &FoundCard, output: &Output) -> Report {
    let FoundCard { slot, card, contents } = found;
    let rules = &contents.pin_rules;
    let holder = contents.personal_data.as_ref().and_then(place::holder);
    let (tries_left, puk_tries_left) = (card.tries_left(), card.puk_tries_left());
    let json = json!({
        "reader": slot.reader,
        "holder": holder,
        "profile": contents.profile,
        "tries_left": tries_left,
        "puk_tries_left": puk_tries_left,
        "may_ask_card": rules.tries_may_be_asked,
        "unblock": {"offered": !rules.unblock.is_empty(), "experimental": rules.unblock_is_experimental},
        "pin_pad": pad_name(card.pin_pad()),
    });
    let lines = [
        (output.say("Tessera di", "Card of"), or_unknown(holder, output)),
        (
            output.say("Tentativi di PIN rimasti", "PIN tries left"),
            or_unknown(tries_left, output),
        ),
        (
            output.say("Tentativi di PUK rimasti", "PUK tries left"),
            or_unknown(puk_tries_left, output),
        ),
        (
            output.say("Sblocco con il PUK", "Unblocking with the PUK"),
            unblocking(rules, output).to_owned(),
        ),
        (
            output.say("Tastiera del lettore", "The reader's PIN pad"),
            pad_in_words(card.pin_pad(), output).to_owned(),
        ),
    ];
    Report {
        json,
        text: lines
            .iter()
            .map(|(label, value)| format!("{label}: {value}\n"))
            .collect(),
    }
}

fn unblocking<'a>(rules: &PinRules, output: &'a Output) -> &'a str {
    match (rules.unblock.is_empty(), rules.unblock_is_experimental) {
        (true, _) => output.say("non per questo tipo di tessera", "not for this kind of card"),
        (false, true) => output.say(
            "si può provare, ma è sperimentale",
            "can be tried, but is experimental",
        ),
        (false, false) => output.say("sì", "yes"),
    }
}

fn pad_name(pad: PinPad) -> &'static str {
    match pad {
        PinPad::Absent => "absent",
        PinPad::Present { changes: false } => "present",
        PinPad::Present { changes: true } => "present_with_change",
        PinPad::Doubtful => "doubtful",
    }
}

fn pad_in_words(pad: PinPad, output: &Output) -> &str {
    match pad {
        PinPad::Absent => output.say("non c'è", "there is none"),
        PinPad::Present { changes: false } => output.say(
            "c'è, ma non per cambiare il PIN",
            "there, but not to change the PIN",
        ),
        PinPad::Present { changes: true } => output.say("c'è", "there"),
        PinPad::Doubtful => output.say(
            "il lettore dice di sì, ma spesso non è vero",
            "the reader says so, which is often not true",
        ),
    }
}
