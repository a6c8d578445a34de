//! `cns readers`: what is plugged in, and what is in it.

use crate::output::{Output, Report};
use cns_login::{CardPresence, Problem, ProblemCode, Readers};
use cns_reader::PcscReaders;
use serde_json::json;

pub(crate) fn run(output: &Output) -> Result<Report, Problem> {
    let snapshot = PcscReaders::start().watch().borrow().clone();
    if !snapshot.service_running {
        return Err(ProblemCode::ServiceNotRunning.into());
    }
    let readers: Vec<_> = snapshot
        .slots
        .iter()
        .map(|slot| json!({"name": slot.reader, "card": name(slot.card)}))
        .collect();
    let mut text: String = snapshot
        .slots
        .iter()
        .map(|slot| format!("{}: {}\n", slot.reader, in_words(slot.card, output)))
        .collect();
    if text.is_empty() {
        text = format!(
            "{}\n",
            output.say("Nessun lettore collegato.", "No reader is connected.")
        );
    }
    Ok(Report {
        json: json!({"readers": readers}),
        text,
    })
}

fn name(card: CardPresence) -> &'static str {
    match card {
        CardPresence::Absent => "absent",
        CardPresence::Mute => "mute",
        CardPresence::Present => "present",
    }
}

fn in_words(card: CardPresence, output: &Output) -> &str {
    match card {
        CardPresence::Absent => output.say("nessuna tessera", "no card"),
        CardPresence::Mute => output.say("una tessera che non risponde", "a card that does not answer"),
        CardPresence::Present => output.say("una tessera", "a card"),
    }
}
