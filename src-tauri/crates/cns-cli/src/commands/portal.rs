//! `cns portal`: which portals are known, what the profile of one says, and how one looks from here.

mod check;

use crate::args;
use crate::output::{Failed, Output, Report};
use crate::typing;
use cns_card::CardProfiles;
use cns_login::{PortalProfile, PortalStatus, Problem, ProblemCode, ProfileLine, profile_words};
use serde_json::{Value, json};

pub(crate) async fn run(
    args: &args::Portal,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Report, Failed> {
    match args {
        args::Portal::List => Ok(list(output)),
        args::Portal::Show(args) => {
            let profile = PortalProfile::named(&args.portal)?;
            Ok(Report {
                json: json!({ "portal": profile.id, "profile": lines_json(&profile, output) }),
                text: lines_text(&profile, output),
            })
        }
        args::Portal::Check(args) => check::run(args, profiles, output).await,
    }
}

/// Shows a profile that is not ours, whole, and goes on only when the person has read it. Nothing is remembered: every run
/// asks.
///
/// # Errors
/// `profile_not_read` where nobody says so; whatever is wrong with the profile.
pub(crate) fn read_first(portal: Option<&str>, read: bool, output: &Output) -> Result<(), Failed> {
    let Some(path) = portal.filter(|portal| PortalProfile::shipped(portal).is_none()) else {
        return Ok(());
    };
    let profile = PortalProfile::named(path)?;
    if read {
        return Ok(());
    }
    let words = profile_words(path, output.language);
    let shown = format!("{}\n{}", words.read_first, lines_text(&profile, output));
    if !output.for_programs() {
        output.warn(&shown, &shown);
        if typing::confirmed_by(words.read, output) {
            return Ok(());
        }
    }
    let problem = Problem::new(ProblemCode::ProfileNotRead).with("path", path);
    Err(Failed::from(problem).showing("profile", lines_json(&profile, output), ""))
}

fn list(output: &Output) -> Report {
    let known: Vec<PortalProfile> = PortalProfile::shipped_ids()
        .filter_map(PortalProfile::shipped)
        .collect();
    let as_json = |profile: &PortalProfile| {
        json!({
            "portal": profile.id,
            "name": profile.name_in(output.language),
            "kind": profile.kind.name(),
            "verified": profile.status == PortalStatus::Verified,
        })
    };
    let line = |profile: &PortalProfile| {
        let tried = match profile.status {
            PortalStatus::Verified => "",
            PortalStatus::Unverified => output.say(" (non ancora provato)", " (not tried yet)"),
        };
        format!("{}: {}{tried}\n", profile.id, profile.name_in(output.language))
    };
    Report {
        json: json!({ "portals": known.iter().map(as_json).collect::<Vec<_>>() }),
        text: known.iter().map(line).collect(),
    }
}

fn lines_text(profile: &PortalProfile, output: &Output) -> String {
    let lines = profile.in_words(output.language).into_iter();
    lines
        .map(|ProfileLine { about, says }| format!("{about}: {says}\n"))
        .collect()
}

fn lines_json(profile: &PortalProfile, output: &Output) -> Value {
    let lines = profile.in_words(output.language).into_iter();
    lines
        .map(|line| json!({ "about": line.about, "says": line.says }))
        .collect()
}
