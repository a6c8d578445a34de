//! `cns pin-portal change`: a new working PIN, in an open session.

use super::person::{chosen_prompted, show_once};
use super::whom_to_call_of;
use crate::args::ChangePortalPin;
use crate::commands::sessions::{chosen, forgetting, of_one_person};
use crate::output::{Output, Report};
use crate::typing::{self, Lines};
use cns_login::{Kept, Method, PinMade, PinPortal, Portal, PortalPin, Problem, ProblemCode, Vault};
use cns_session::SessionVault;
use cns_tls::HttpsPortal;
use cns_trust::SystemClock;
use serde_json::json;
use std::sync::Arc;

pub(crate) async fn run(args: &ChangePortalPin, output: &Output) -> Result<Report, Problem> {
    let typed = match args.stdin {
        true => Some(both_given(args)?),
        false => None,
    };
    let vault = SessionVault::open(Arc::new(SystemClock));
    // A session that was opened with the card changes no PIN of the portal: the present one is not known there.
    let mut sessions = chosen(&vault, args.session.session.as_deref()).await?;
    sessions.retain(|session| session.method == Method::Pin);
    let session = of_one_person(sessions)?;
    let (current, new) = match typed {
        Some(typed) => typed,
        None => both_prompted(args, output).ok_or(ProblemCode::PortalPinNotGiven)?,
    };
    let portal = HttpsPortal::for_session(&session);
    let changed = portal.change_pin(&session, Some(&current), new.as_ref()).await;
    let PinMade { new_pin, session } = forgetting(changed, &session, &vault).await?;
    if let Some(pin) = new_pin.as_ref().filter(|_| !output.for_programs()) {
        show_once(pin, output);
    }
    // The session goes on under another token; where it cannot be kept, nobody could use or end it.
    if !vault.keep(&session).await.is_ok_and(|kept| kept == Kept::Keyring) {
        portal.log_out(&session).await?;
    }
    let said = output.say(
        "Il PIN del portale è cambiato. Le altre sessioni aperte con il PIN di prima sono chiuse.",
        "The portal's PIN is changed. Other sessions opened with the PIN before are closed.",
    );
    Ok(Report {
        json: json!({"changed": true, "new_pin": new_pin.as_ref().map(PortalPin::reveal)}),
        text: format!(
            "{said}\n{}\n{}",
            output.say(
                "La prossima volta entra con «cns login --with-pin» e il PIN nuovo.",
                "Next time log in with “cns login --with-pin” and the new PIN.",
            ),
            whom_to_call_of(&session, output)
        ),
    })
}

fn both_given(args: &ChangePortalPin) -> Result<(PortalPin, Option<PortalPin>), Problem> {
    let mut lines = Lines::of_stdin()?;
    let mut pin = || -> Result<PortalPin, Problem> {
        let line = lines.next().ok_or(ProblemCode::PortalPinNotGiven)?;
        Ok(PortalPin::parse(&line)?)
    };
    let current = pin()?;
    let new = match args.chosen {
        true => Some(pin()?),
        false => None,
    };
    Ok((current, new))
}

fn both_prompted(args: &ChangePortalPin, output: &Output) -> Option<(PortalPin, Option<PortalPin>)> {
    output.note(
        "Cambio del PIN del portale. La tessera e il suo PIN non c'entrano.",
        "Change of the portal's PIN. The card and its PIN have nothing to do with it.",
    );
    let question = output.say("PIN del portale di adesso", "The portal's present PIN");
    let current = typing::secret_read(question, output, PortalPin::parse)?;
    let new = match args.chosen {
        true => Some(chosen_prompted(output)?),
        false => None,
    };
    Some((current, new))
}
