//! `cns portal check`: how does this portal look from here, before any PIN is typed?

use crate::args;
use crate::choice::TerminalChoice;
use crate::output::{Failed, Output, Report};
use crate::place::Place;
use cns_card::CardProfiles;
use cns_login::{LookFinding, PortalProfile, Problem, ProblemCode};
use cns_tls::{ServerTrust, Way, look};
use cns_trust::{Outcome, SystemClock, issuer_name};
use serde_json::{Value, json};

pub(super) async fn run(
    args: &args::PortalCheck,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Report, Failed> {
    let profile = PortalProfile::named(&args.portal)?;
    let trust = ServerTrust::of_profile(&profile.tls.roots, args.server_ca.clone());
    let way = Way::to_look_at(&profile, trust)
        .ok_or_else(|| Problem::new(ProblemCode::CardNotOffered).with("portal", &profile.id))?;
    let issuer = match args.no_card {
        true => None,
        false => card_issuer(args.reader.as_deref(), profiles, output).await?,
    };
    let found = look(&way, issuer.as_deref(), &SystemClock).await?;
    Ok(report(&profile, &found, output))
}

/// Who issued the card in the reader: without a PIN, and nothing where there is no card.
async fn card_issuer(
    reader: Option<&str>,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Option<Vec<u8>>, Failed> {
    let place = Place::new(profiles, output);
    let mut choice = TerminalChoice::new(output);
    match place.found(reader, &mut choice, &|_| {}).await {
        Ok(found) => Ok(issuer_name(&found.contents.certificate_der)),
        // Whoever named a reader meant the card in it.
        Err(failed) if reader.is_some() => Err(failed),
        Err(_) => Ok(None),
    }
}

fn report(profile: &PortalProfile, found: &[LookFinding], output: &Output) -> Report {
    let as_json = |finding: &LookFinding| {
        let facts: serde_json::Map<String, Value> = finding
            .facts
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
            .collect();
        json!({
            "code": finding.code.name(),
            "outcome": finding.outcome,
            "case": finding.case,
            "facts": facts,
            "text": finding.text(output.language),
        })
    };
    let line = |finding: &LookFinding| {
        let sign = match finding.outcome {
            Outcome::Good => "+",
            Outcome::Unknown => "?",
            Outcome::Bad => "!",
        };
        format!("{sign} {}\n", finding.text(output.language))
    };
    Report {
        json: json!({ "portal": profile.id, "findings": found.iter().map(as_json).collect::<Vec<_>>() }),
        text: found.iter().map(line).collect(),
    }
}
