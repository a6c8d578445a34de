//! `cns pin-portal status`: how a request is going, or what is known of the PIN of an open session.

use super::restore::code;
use super::{coming, portal_named, whom_to_call, whom_to_call_of};
use crate::args::Status;
use crate::commands::sessions::{forgetting, newest};
use crate::output::{Output, Report};
use crate::typing::Lines;
use cns_login::{PinKind, PinPortal, Problem, Session};
use cns_portal_api::{PinAbout, PinState};
use cns_session::SessionVault;
use cns_trust::SystemClock;
use std::sync::Arc;

pub(crate) async fn run(args: &Status, output: &Output) -> Result<Report, Problem> {
    let Some(portal) = &args.portal else {
        let vault = SessionVault::open(Arc::new(SystemClock));
        let (session, portal) = newest(&vault, args.session.as_deref()).await?;
        let about = forgetting(portal.about_pin(&session).await, &session, &vault).await?;
        return Ok(of_pin(&about, &session, output));
    };
    let (profile, portal) = portal_named(portal, args.server_ca.clone())?;
    let mut lines = match args.receipt_stdin {
        true => Some(Lines::of_stdin()?),
        false => None,
    };
    let receipt = code(lines.as_mut(), output)?;
    let status = portal.request_status(&receipt).await?;
    let text = format!(
        "{}: {}\n{}\n{}{}",
        output.say("Stato", "State"),
        state_in_words(status.state, output),
        what_next(status.state, output),
        coming(&status.expected, output),
        whom_to_call(&profile, output),
    );
    Ok(Report {
        json: serde_json::to_value(&status).unwrap_or_default(),
        text,
    })
}

fn of_pin(about: &PinAbout, session: &Session, output: &Output) -> Report {
    let kind = match about.kind {
        PinKind::Ordinario => output.say(
            "ordinario: si consulta, e quello che si presenta aspetta la conversione",
            "ordinario: it looks things up, and what is filed waits for the conversion",
        ),
        PinKind::Dispositivo => output.say("dispositivo", "dispositivo"),
    };
    let mut text = format!(
        "{}: {}\n{}: {kind}\n",
        output.say("Stato", "State"),
        state_in_words(about.state, output),
        output.say("Tipo", "Kind"),
    );
    if let Some(expires_at) = about.expires_at {
        text.push_str(&format!(
            "{}: {}\n",
            output.say("Da cambiare entro", "To be changed by"),
            output.moment(expires_at)
        ));
    }
    text.push_str(what_next_inside(about, output));
    text.push('\n');
    text.push_str(&whom_to_call_of(session, output));
    Report {
        json: serde_json::to_value(about).unwrap_or_default(),
        text,
    }
}

/// What who is inside does next.
fn what_next_inside(about: &PinAbout, output: &Output) -> &'static str {
    match (about.state, about.kind) {
        (PinState::Active, PinKind::Ordinario) => output.say(
            "Per convertirlo: «cns pin-portal convert». Per cambiarlo: «cns pin-portal change».",
            "To convert it: “cns pin-portal convert”. To change it: “cns pin-portal change”.",
        ),
        (PinState::Active, PinKind::Dispositivo) => output.say(
            "Per cambiarlo: «cns pin-portal change». Se lo perdi: «cns pin-portal restore».",
            "To change it: “cns pin-portal change”. If you lose it: “cns pin-portal restore”.",
        ),
        (state, _) => what_next(state, output),
    }
}

fn state_in_words(state: PinState, output: &Output) -> &'static str {
    match state {
        PinState::Requested => output.say("richiesto", "asked for"),
        PinState::ToVerify => output.say("da verificare", "to be verified"),
        PinState::FirstSent => output.say("prima parte inviata", "first part sent"),
        PinState::SecondSent => output.say("seconda parte inviata", "second part sent"),
        PinState::Initial => output.say("iniziale", "initial"),
        PinState::Active => output.say("attivo", "active"),
        PinState::Expired => output.say("scaduto: va cambiato", "too old: it has to be changed"),
        PinState::Locked => output.say("bloccato: va ripristinato", "locked: it has to be restored"),
        PinState::Revoked => output.say("revocato", "revoked"),
    }
}

fn what_next(state: PinState, output: &Output) -> &'static str {
    match state {
        PinState::Requested | PinState::FirstSent => output.say(
            "Non devi fare nulla: aspetta le due parti.",
            "You need do nothing: wait for the two parts.",
        ),
        PinState::ToVerify => output.say(
            "Ti chiamano al telefono preferenziale, nella fascia che hai scelto; poi partono le due parti.",
            "You are called at the preferred phone, in the part of the day that you chose; then both parts leave.",
        ),
        PinState::SecondSent | PinState::Initial => output.say(
            "Quando hai le due parti, entra con «cns login --with-pin».",
            "When you have both parts, log in with “cns login --with-pin”.",
        ),
        PinState::Active => output.say(
            "Entra con «cns login --with-pin».",
            "Log in with “cns login --with-pin”.",
        ),
        PinState::Expired => output.say(
            "Entra con «cns login --with-pin»: il portale ti fa subito il PIN nuovo.",
            "Log in with “cns login --with-pin”: the portal makes the new PIN at once.",
        ),
        PinState::Locked => output.say(
            "Ripristinalo con «cns pin-portal restore».",
            "Restore it with “cns pin-portal restore”.",
        ),
        PinState::Revoked => output.say(
            "Chiedine uno nuovo con «cns pin-portal request».",
            "Ask for a new one with “cns pin-portal request”.",
        ),
    }
}
