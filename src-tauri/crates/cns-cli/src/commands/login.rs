//! `cns login`: the journey, with a terminal for a window.

use crate::args;
use crate::commands::card::rfc3339;
use crate::commands::sessions::whose;
use crate::commands::web_login;
use crate::output::{Failed, Output, Report};
use crate::pin::{Terminal, ask_card};
use crate::place::{Place, released};
use crate::trust;
use cns_card::CardProfiles;
use cns_login::{
    FoundCard, Kept, Portal, PortalKind, PortalProfile, Ports, Problem, Progress, Session, finding_text,
    log_in, until_removed,
};
use cns_session::SessionVault;
use cns_tls::{HttpsPortal, ServerTrust};
use cns_trust::{Outcome, SystemClock};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) async fn run(
    args: &args::Login,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Report, Failed> {
    let profile = PortalProfile::named(&args.portal)?;
    if profile.kind == PortalKind::Web {
        return web_login::run(args, &profile, profiles, output).await;
    }
    profile
        .offered_card()
        .map_err(|problem| in_the_browser(problem, &profile, output))?;
    let judge = trust::judge(&args.trust, Arc::new(SystemClock))?;
    let mut person = Terminal::of(args.pin, output)?;
    let portal = HttpsPortal::new(
        profile.clone(),
        ServerTrust::of_profile(&profile.tls.roots, args.server_ca.clone()),
    );
    let vault = SessionVault::open(Arc::new(SystemClock));
    let place = Place::new(profiles, output);
    // Told again when the holder is known: a person at the terminal is told once.
    let reading = AtomicBool::new(false);
    let aloud = |progress: &Progress| {
        let is_reading = matches!(progress, Progress::Reading { .. });
        if !is_reading || !reading.swap(true, Ordering::Relaxed) {
            tell(progress, output);
        }
    };
    let found = place.found(args.reader.as_deref(), &mut person.choice, &aloud);
    let FoundCard { slot, card, .. } = found.await?;
    ask_card(&place, &slot, args.pin.tries, output).await?;
    // The journey looks again, by the reader's name: only this insertion is meant, and its reading was told already.
    let ports = Ports {
        cards: &place.cards,
        person: &mut person,
        portal: &portal,
        vault: &vault,
    };
    let tell = |progress| {
        if !matches!(progress, Progress::Reading { .. }) {
            tell(&progress, output);
        }
    };
    let journey = log_in(ports, Some(&slot.reader), &profile, &judge, &tell);
    let journey = until_removed(place.readers(), &slot, journey).await;
    // A session that the journey gave up is being ended: the program waits for that before it goes.
    portal.settled().await;
    released(&card).await;
    let logged_in = journey?;
    if logged_in.kept == Kept::Memory {
        // The memory of this process is about to go: a session that nobody could use or end would stay open.
        portal.log_out(&logged_in.session).await?;
    }
    Ok(report(&logged_in.session, logged_in.kept, output))
}

/// The problem, beside the address of a portal that is opened in the browser, and what must be known of its PIN.
fn in_the_browser(problem: Problem, profile: &PortalProfile, output: &Output) -> Failed {
    let failed = Failed::from(problem);
    let Some(entry) = profile.entry_url() else {
        return failed;
    };
    let note = profile.pin.as_ref().and_then(|pin| pin.note_in(output.language));
    let text = format!("{entry}\n{}\n", note.unwrap_or_default());
    failed.showing("entry_url", entry.as_str().into(), text.trim_start())
}

/// One line per step, on standard error.
pub(crate) fn tell(progress: &Progress, output: &Output) {
    match progress {
        Progress::NoService
        | Progress::NoReader
        | Progress::NoCard
        // Said with the choice, with the problem, and by the one who asks for the PIN.
        | Progress::Several { .. }
        | Progress::NotRead { .. }
        | Progress::OnThePad => {}
        Progress::Reading { reader, .. } => {
            output.note(
                &format!("Leggo la tessera in {reader}…"),
                &format!("Reading the card in {reader}…"),
            );
        }
        // What is still being asked for is told when it is known.
        Progress::Card { goes_on: true, .. } => {}
        Progress::Card { verdict, .. } | Progress::Judged { verdict, .. } => {
            for finding in verdict
                .findings
                .iter()
                .filter(|finding| finding.outcome != Outcome::Good)
            {
                let text = finding_text(finding, output.language);
                output.note(&text, &text);
            }
        }
        Progress::Connecting { host } => {
            output.note(
                &format!("Mi collego a {host}…"),
                &format!("Connecting to {host}…"),
            );
        }
        Progress::Inside { .. } => output.note("Fatto.", "Done."),
    }
}

/// An open session, and where it is kept.
pub(crate) fn report(session: &Session, kept: Kept, output: &Output) -> Report {
    let (kept, kept_text) = match kept {
        Kept::Keyring => (
            "keyring",
            output.say("nel portachiavi del sistema", "in the system's keyring"),
        ),
        Kept::Memory => (
            "memory",
            output.say(
                "solo in memoria, perché non c'è un portachiavi: l'ho già chiusa",
                "in memory only, for there is no keyring: it is closed already",
            ),
        ),
    };
    let json = json!({
        "portal": session.portal,
        "session": session.handle.0,
        "holder": session.holder_name,
        "masked_code": session.masked_code,
        "method": session.method,
        "kind": session.kind,
        "expires_at": rfc3339(session.expires_at),
        "kept": kept,
    });
    let text = format!(
        "{} {}, {}\n{}: {}\n{}: {kept_text}\n",
        output.say("Sei dentro:", "You are in:"),
        session.portal,
        whose(session),
        output.say("Fino a", "Until"),
        output.moment(session.expires_at),
        output.say("Sessione", "Session"),
    );
    Report { json, text }
}
