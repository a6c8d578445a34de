//! `cns readers`: what is plugged in, and what is in it.

use crate::args::ReadersArgs;
use crate::choice;
use crate::output::{Failed, Output, Report};
use crate::place::{Look, Place};
use cns_card::CardProfiles;
use cns_login::{CardPresence, OfferedCard, ProblemCode, Readers, Slot};
use serde_json::{Value, json};

pub(crate) async fn run(
    args: &ReadersArgs,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Report, Failed> {
    let place = Place::new(profiles, output);
    let snapshot = place.readers().watch().borrow().clone();
    if !snapshot.service_running {
        return Err(ProblemCode::ServiceNotRunning.into());
    }
    let look = if args.names { Look::Names } else { Look::Everything };
    let read = match args.read || args.names {
        true => place.looked_at(&place.occupied_slots(), look).await,
        false => Vec::new(),
    };
    let held = |slot: &Slot| read.iter().find(|card| card.slot == *slot);
    let readers: Vec<_> = snapshot
        .slots
        .iter()
        .map(|slot| reader_json(slot, held(slot)))
        .collect();
    let mut text: String = snapshot
        .slots
        .iter()
        .map(|slot| match held(slot) {
            Some(card) => format!("{}\n", choice::line(card, output)),
            None => format!("{}: {}\n", slot.reader, in_words(slot.card, output)),
        })
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

fn reader_json(slot: &Slot, read: Option<&OfferedCard>) -> Value {
    let mut reader = json!({"name": slot.reader, "card": name(slot.card)});
    if let Some(card) = read {
        reader["holder"] = json!(card.holder_name);
        reader["problem"] = json!(card.problem.as_ref().map(|problem| problem.code.name()));
    }
    reader
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
