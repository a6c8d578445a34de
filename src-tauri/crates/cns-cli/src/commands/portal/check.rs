//! `cns portal check`: how does this portal look from here, before any PIN is typed?

use crate::args;
use crate::choice::TerminalChoice;
use crate::output::{Failed, Output, Report};
use crate::place::Place;
use cns_card::CardProfiles;
use cns_login::{LookFinding, PortalProfile, Problem, ProblemCode};
use cns_tls::{Limits, ServerTrust, TlsVersions, Way, look};
use cns_trust::{Outcome, SystemClock, issuer_name};
use serde_json::{Value, json};
use url::Url;

pub(super) async fn run(
    args: &args::PortalCheck,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Report, Failed> {
    let profile = PortalProfile::named(&args.portal)?;
    let trust = ServerTrust::of_profile(&profile.tls.roots, args.server_ca.clone());
    let (way, entry) = way(&profile, trust)?;
    let issuer = match args.no_card {
        true => None,
        false => card_issuer(args.reader.as_deref(), profiles, output).await?,
    };
    let found = look(&way, &entry, issuer.as_deref(), &SystemClock).await?;
    Ok(report(&profile, &found, output))
}

/// How the portal is looked at: where its way in begins, and who asks for the card.
fn way(profile: &PortalProfile, trust: ServerTrust) -> Result<(Way, Url), Problem> {
    if let (Some(way), Some(web)) = (Way::of_profile(profile, trust.clone()), &profile.web) {
        return Ok((way, web.entry_url.clone()));
    }
    let entry = profile
        .exchange_url()
        .or(profile.entry_url())
        .or(profile.api_url());
    let entry = entry.ok_or_else(|| Problem::new(ProblemCode::CardNotOffered).with("portal", &profile.id))?;
    let asks = profile.exchange_url().and_then(Url::host_str).map(str::to_owned);
    let way = Way {
        hosts: profile.hosts.clone(),
        card_hosts: asks.into_iter().collect(),
        renegotiating_hosts: Vec::new(),
        area: None,
        trust,
        tls: TlsVersions::Both,
        limits: Limits::default(),
    };
    Ok((way, entry.clone()))
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
