//! `cns pin status`: what is known of the PIN and the PUK, and what can be done with them. No PIN is typed.

use super::or_unknown;
use crate::args;
use crate::choice::TerminalChoice;
use crate::output::{Failed, Output, Report};
use crate::place::Place;
use cns_card::{CardProfiles, PinRules};
use cns_login::{Advice, FoundCard, PinPad, PinStatus, TriesAsked, pin_status};
use serde_json::json;

pub(crate) async fn run(
    args: &args::PinStatus,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Report, Failed> {
    let place = Place::new(profiles, output);
    let mut choice = TerminalChoice::new(output);
    let found = place.found(args.reader.as_deref(), &mut choice, &|_| {}).await?;
    let status = pin_status(&place.cards, &found.slot, args.ask_card).await?;
    Ok(report(&found, &status, output))
}

fn report(found: &FoundCard, status: &PinStatus, output: &Output) -> Report {
    let holder = found.holder_name();
    let json = json!({
        "reader": found.slot.reader,
        "holder": holder,
        "profile": found.contents.profile,
        "tries_left": status.tries_left,
        "puk_tries_left": status.puk_tries_left,
        "asked": asked_name(status.asked),
        "pin": status.problem.as_ref().map(|problem| problem.code.name()),
        "unblock": {
            "offered": !status.rules.unblock.is_empty(),
            "experimental": status.rules.unblock_is_experimental,
        },
        "pin_pad": pad_name(status.pin_pad),
    });
    let mut text = String::new();
    for (label, value) in [
        (output.say("Tessera di", "Card of"), or_unknown(holder, output)),
        (
            output.say("Tentativi di PIN rimasti", "PIN tries left"),
            or_unknown(status.tries_left, output),
        ),
        (
            output.say("Tentativi di PUK rimasti", "PUK tries left"),
            or_unknown(status.puk_tries_left, output),
        ),
        (
            output.say("Sblocco con il PUK", "Unblocking with the PUK"),
            unblocking(&status.rules, output).to_owned(),
        ),
        (
            output.say("Tastiera del lettore", "The reader's PIN pad"),
            pad_in_words(status.pin_pad, output).to_owned(),
        ),
    ] {
        text.push_str(&format!("{label}: {value}\n"));
    }
    if let Some(problem) = &status.problem {
        let (what, next) = (problem.what(output.language), problem.next(output.language));
        text.push_str(&format!("{what}.\n{next}\n"));
    } else if status.tries_left.is_none() {
        text.push_str(&format!("{}\n", Advice::PinTriesUnknown.text(output.language)));
        text.push_str(output.say(
            "Ogni comando ricomincia da capo: cns non ricorda ciò che la tessera ha detto a un comando di prima.\n",
            "Each command begins anew: cns does not remember what the card told an earlier one.\n",
        ));
    }
    if status.asked == TriesAsked::TooRisky {
        text.push_str(output.say(
            "Non l'ho chiesto alla tessera: su questo tipo anche la sola domanda può contare come un PIN sbagliato.\n",
            "I did not ask the card: on this kind the mere question may count as a wrong PIN.\n",
        ));
    }
    Report { json, text }
}

fn asked_name(asked: TriesAsked) -> &'static str {
    match asked {
        TriesAsked::No => "no",
        TriesAsked::Yes => "yes",
        TriesAsked::TooRisky => "too_risky",
    }
}

fn unblocking<'a>(rules: &PinRules, output: &'a Output) -> &'a str {
    match (rules.unblock.is_empty(), rules.unblock_is_experimental) {
        (true, _) => output.say("non per questo tipo di tessera", "not for this kind of card"),
        (false, true) => output.say(
            "si può provare, ma su questo tipo di tessera nessuno ha ancora mostrato che funziona",
            "can be tried, but nobody has shown yet that it works on this kind of card",
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
