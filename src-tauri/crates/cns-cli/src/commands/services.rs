//! `cns services`: the catalogue of a portal, or what the holder of a session may do there.

use crate::args;
use crate::commands::pin_portal::portal_named;
use crate::commands::sessions::{forgetting, newest};
use crate::output::{Output, Report};
use cns_login::{Area, Problem};
use cns_portal_api::{Level, Services};
use cns_session::SessionVault;
use cns_trust::SystemClock;
use std::sync::Arc;

pub(crate) async fn run(args: &args::Services, output: &Output) -> Result<Report, Problem> {
    let services = match &args.portal {
        Some(portal) => {
            let (_, portal) = portal_named(portal, args.server_ca.clone())?;
            portal.catalogue().await?
        }
        None => {
            let vault = SessionVault::open(Arc::new(SystemClock));
            let (session, portal) = newest(&vault, args.session.as_deref()).await?;
            forgetting(portal.services(&session).await, &session, &vault).await?
        }
    };
    Ok(report(&services, output))
}

fn report(services: &Services, output: &Output) -> Report {
    let lines = services.items.iter().map(|service| {
        let only_the_place = match service.operable {
            true => "",
            false => output.say(" (qui non si usa)", " (not used here)"),
        };
        format!(
            "{}{only_the_place}\n  {}\n  {}: {}\n",
            service.name,
            service.about,
            output.say("Serve", "Needs"),
            level_in_words(service.level, output),
        )
    });
    Report {
        text: lines.collect(),
        json: serde_json::to_value(services).unwrap_or_default(),
    }
}

fn level_in_words(level: Level, output: &Output) -> &'static str {
    match level {
        Level::Ordinario => output.say(
            "un PIN del portale, anche ordinario, o la tessera",
            "a PIN of the portal, also an ordinario, or the card",
        ),
        Level::Dispositivo => output.say(
            "un PIN del portale dispositivo, o la tessera",
            "a PIN dispositivo of the portal, or the card",
        ),
        Level::Cns => output.say("la tessera", "the card"),
    }
}
