//! `cns pin-portal revoke`: the end of a PIN, for good.

use super::activate::{tessera_given, tessera_prompted};
use super::restore::{code, codice_fiscale};
use super::{portal_with_pin, step, whom_to_call};
use crate::args::Revoke;
use crate::output::{Failed, Output, Report};
use crate::typing::{self, Lines};
use cns_login::{PinPortal, PortalProfile, ProblemCode};
use serde_json::json;

pub(crate) async fn run(args: &Revoke, output: &Output) -> Result<Report, Failed> {
    let (profile, portal) = portal_with_pin(&args.at, output)?;
    let mut lines = match args.stdin {
        true => Some(Lines::of_stdin()?),
        false => None,
    };
    step(
        output,
        &[
            (
                "Revoca del PIN del portale: il PIN finisce per sempre. La tessera continua a funzionare.",
                "Revocation of the portal's PIN: the PIN ends for good. The card goes on working.",
            ),
            (
                "Dopo, con «cns pin-portal request», se ne chiede uno nuovo.",
                "Afterwards a new one can be asked for with “cns pin-portal request”.",
            ),
        ],
    );
    if !args.yes && !typing::confirmed_by(output.say("revoco", "revoke"), output) {
        return Err(ProblemCode::NotConfirmed.into());
    }
    let codice_fiscale = if args.confirm {
        codice_fiscale(lines.as_mut(), output)?
    } else {
        let person = match lines.as_mut() {
            Some(lines) => tessera_given(lines, output)?,
            None => tessera_prompted(output).ok_or(ProblemCode::NotConfirmed)?,
        };
        portal.revoke(&person, args.contacts_lost).await?;
        if args.contacts_lost || lines.is_some() || output.for_programs() {
            return Ok(asked(args.contacts_lost, &profile, output));
        }
        output.warn(
            "Se i dati vanno insieme, a un tuo contatto arriva un codice. Vale 30 minuti.",
            "If the data go together, a code comes to a contact of yours. It is good for 30 minutes.",
        );
        person.codice_fiscale
    };
    let code = code(lines.as_mut(), output)?;
    portal.confirm_revoke(&codice_fiscale, &code).await?;
    let said = output.say(
        "Il PIN del portale è revocato: non entra più nessuno con quello.",
        "The portal's PIN is revoked: nobody gets in with it any more.",
    );
    Ok(Report {
        json: json!({"revoked": true}),
        text: format!(
            "{said}\n{}\n{}",
            output.say(
                "Per averne uno nuovo: «cns pin-portal request». Con la tessera entri come prima.",
                "For a new one: “cns pin-portal request”. With the card you get in as before.",
            ),
            whom_to_call(&profile, output)
        ),
    })
}

fn asked(contacts_lost: bool, profile: &PortalProfile, output: &Output) -> Report {
    let said = match contacts_lost {
        true => output.say(
            "Se i dati vanno insieme, il codice parte per lettera: usalo con «--confirm» quando arriva.",
            "If the data go together, the code goes by letter: use it with “--confirm” when it comes.",
        ),
        false => output.say(
            "Se i dati vanno insieme, a un tuo contatto arriva un codice: usalo con «--confirm» entro 30 minuti.",
            "If the data go together, a code comes to a contact of yours: use it with “--confirm” within 30 minutes.",
        ),
    };
    Report {
        json: json!({"asked": true}),
        text: format!("{said}\n{}", whom_to_call(profile, output)),
    }
}
