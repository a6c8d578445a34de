//! `cns login` for a portal of pages: to where its area begins, and out again.

use crate::args;
use crate::commands::follow::{hops_json, telling};
use crate::commands::login::tell;
use crate::output::{Failed, Output, Report};
use crate::pin::{Terminal, ask_card};
use crate::place::{Place, released};
use crate::trust;
use cns_card::CardProfiles;
use cns_login::{
    FoundCard, PortalProfile, Problem, ProblemCode, Progress, WalkedIn, WebPorts, until_removed, walk_in,
};
use cns_tls::{Arrival, ServerTrust, Walk, Way, leave};
use cns_trust::SystemClock;
use serde_json::json;
use std::sync::Arc;

pub(crate) async fn run(
    args: &args::Login,
    profile: &PortalProfile,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Report, Failed> {
    let trust = ServerTrust::of_profile(&profile.tls.roots, args.server_ca.clone());
    let Some(way) = Way::of_profile(profile, trust) else {
        return Err(Problem::new(ProblemCode::CardNotOffered)
            .with("portal", &profile.id)
            .into());
    };
    let judge = trust::judge(&args.trust, Arc::new(SystemClock))?;
    let mut person = Terminal::of(args.pin, output)?;
    let place = Place::new(profiles, output);
    let found = place.found(args.reader.as_deref(), &mut person.choice, &|_| {});
    let FoundCard { slot, card, .. } = found.await?;
    ask_card(&place, &slot, args.pin.tries, output).await?;
    let ports = WebPorts {
        cards: &place.cards,
        person: &mut person,
        way: Walk::begin(way.clone(), telling(*output))?,
    };
    let tell = |progress| {
        if !matches!(progress, Progress::Reading { .. }) {
            tell(&progress, output);
        }
    };
    let journey = walk_in(ports, Some(&slot.reader), &judge, &tell);
    let walked = until_removed(place.readers(), &slot, journey).await;
    released(&card).await;
    let walked = walked?;
    // A terminal shows no pages, and a session that nobody uses is not left open.
    let left = leave(&way, &walked.area.cookies).await;
    Ok(report(profile, &walked, left, output))
}

fn report(
    profile: &PortalProfile,
    walked: &WalkedIn<Arrival>,
    left: Result<bool, Problem>,
    output: &Output,
) -> Report {
    let address = walked.area.address();
    let inside = walked.area.inside;
    let (word, ended) = match &left {
        Ok(true) => (
            "called",
            output.say(
                "Ho chiuso la sessione: qui non ci sono pagine. Per usarla apri la finestra di Sportello.",
                "I ended the session: there are no pages here. To use it, open Sportello's window.",
            ),
        ),
        Ok(false) => (
            "not_known",
            output.say(
                "Di questo portale non so come si esce: la sessione finirà da sola, i suoi cookie li ho già buttati.",
                "I do not know how to log out of this portal: the session will end by itself, its cookies are gone already.",
            ),
        ),
        Err(_) => (
            "failed",
            output.say(
                "Il portale non ha confermato l'uscita: la sessione finirà da sola, i suoi cookie li ho già buttati.",
                "The portal did not confirm the log-out: the session will end by itself, its cookies are gone already.",
            ),
        ),
    };
    let area_known = profile.web.as_ref().is_some_and(|web| web.area_url.is_some());
    let arrived = match (inside, area_known) {
        (true, _) => output.say("L'area comincia qui", "The area begins here"),
        (false, true) => output.say(
            "Il portale vuole ancora qualcosa da te, per esempio un codice. Si è fermato qui",
            "The portal still wants something of you, such as a code. It stopped here",
        ),
        (false, false) => output.say(
            "Dove comincia l'area di questo portale il suo profilo non lo dice. La strada è finita qui",
            "Where the area of this portal begins, its profile does not say. The way ended here",
        ),
    };
    let json = json!({
        "portal": profile.id,
        "url": address,
        "inside": inside,
        "holder": walked.holder_name,
        "hops": hops_json(&walked.area),
        "log_out": word,
        "log_out_problem": left.err().map(|problem| problem.code.name()),
    });
    Report {
        json,
        text: format!("{arrived}: {address}\n{ended}\n"),
    }
}
