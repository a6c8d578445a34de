//! `cns report`: a card without a word of whose it is, to help with one that is not recognised.

use crate::args::ReportArgs;
use crate::output::{Failed, Output, Report};
use crate::place::{Place, spaced};
use crate::typing;
use cns_card::{CardProfiles, CardReport, ReportStep};
use cns_login::{
    Language, Problem, ProblemCode, reader_model, report_text, system, until_removed, write_new,
};
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::path::Path;

pub(crate) async fn run(
    args: &ReportArgs,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Report, Failed> {
    if let Some(path) = &args.output {
        may_be_created(path)?;
    }
    let place = Place::new(profiles, output);
    let slot = place.slot(args.reader.as_deref()).await?;
    let card = until_removed(place.readers(), &slot, async {
        Ok(place.cards.card(&slot).await?.report().await?)
    })
    .await
    .map_err(|problem| place.cards.explain(&slot, problem))?;
    let json = report_json(&slot.reader, &card);
    let text = report_text(&card, &slot.reader);
    let Some(path) = &args.output else {
        return Ok(Report {
            json: json!({"report": json, "written": null}),
            text,
        });
    };
    output.show(&text);
    if !args.yes && !wanted(path, output) {
        return Err(ProblemCode::ReportDeclined.into());
    }
    let content = match output.for_programs() {
        true => format!("{json}\n"),
        false => text,
    };
    write_new(path, &content).map_err(|error| {
        tracing::debug!(%error, "the report was not written");
        not_written(path, error.kind())
    })?;
    Ok(Report {
        json: json!({"report": json, "written": path.display().to_string()}),
        text: format!(
            "\n{} {}\n",
            output.say("Scritto in", "Written to"),
            path.display()
        ),
    })
}

fn report_json(reader: &str, card: &CardReport) -> Value {
    let steps: Vec<Value> = card.steps.iter().map(step_json).collect();
    json!({
        "program": concat!("cns ", env!("CARGO_PKG_VERSION")),
        "system": system(),
        "reader": reader_model(reader),
        "atr": spaced(&card.atr),
        "outcome": card.outcome,
        "profile": card.profile,
        "steps": steps,
    })
}

fn step_json(step: &ReportStep) -> Value {
    match step {
        ReportStep::Trying { what } => json!({"trying": what}),
        ReportStep::Apdu {
            command,
            header,
            sent,
            answer,
        } => {
            let mut step = json!({"command": command, "header": spaced(header), "sent": sent});
            match answer {
                Ok((received, status)) => {
                    step["received"] = json!(received);
                    step["status"] = json!(format!("{status:04X}"));
                }
                Err(error) => step["error"] = json!(error.to_string()),
            }
            step
        }
    }
}

/// Asks whether what was shown may be written down.
fn wanted(path: &Path, output: &Output) -> bool {
    // A program is shown nothing beforehand: there is nothing that a person could say yes to.
    if output.for_programs() {
        return false;
    }
    output.warn(
        &format!(
            "Quello che hai letto qui sopra è tutto ciò che scrivo in «{}».",
            path.display()
        ),
        &format!(
            "What you have read above is all that I write to `{}`.",
            path.display()
        ),
    );
    let word = match output.language {
        Language::It => "scrivi",
        Language::En => "write",
    };
    typing::confirmed_by(word, output)
}

/// What can be known to stand in the way before the card is read and the person is asked.
pub(crate) fn may_be_created(path: &Path) -> Result<(), Problem> {
    // A link that leads nowhere is there as well.
    if path.symlink_metadata().is_ok() {
        return Err(not_written(path, ErrorKind::AlreadyExists));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(not_written(path, ErrorKind::NotFound)),
        _ => Ok(()),
    }
}

pub(crate) fn not_written(path: &Path, kind: ErrorKind) -> Problem {
    let problem = Problem::new(ProblemCode::ReportNotWritten).with("path", path.display().to_string());
    let reason = [
        (ErrorKind::AlreadyExists, "exists"),
        (ErrorKind::NotFound, "no_folder"),
        (ErrorKind::PermissionDenied, "not_allowed"),
        (ErrorKind::StorageFull, "full"),
    ];
    match reason.iter().find(|(known, _)| *known == kind) {
        Some((_, reason)) => problem.with("reason", *reason),
        None => problem,
    }
}
