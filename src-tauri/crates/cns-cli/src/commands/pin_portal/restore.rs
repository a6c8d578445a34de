//! `cns pin-portal restore`: new parts for a PIN that is lost or locked, to two contacts that the portal knows.

use super::{
    CODE, CODICE_FISCALE, codice_fiscale_prompted, coming, line_read, portal_with_pin, rules, step,
    whom_to_call,
};
use crate::args::Restore;
use crate::output::{Failed, Output, Report};
use crate::typing::{self, Lines};
use cns_login::{PinPortal, PortalCode, PortalProfile, Problem, ProblemCode};
use cns_portal_api::HalvesExpected;
use serde_json::json;

pub(crate) async fn run(args: &Restore, output: &Output) -> Result<Report, Failed> {
    let (profile, portal) = portal_with_pin(&args.at, output)?;
    let mut lines = match args.stdin {
        true => Some(Lines::of_stdin()?),
        false => None,
    };
    step(
        output,
        &[
            (
                "Ripristino del PIN del portale: un PIN perso non si recupera mai, se ne fa uno nuovo.",
                "Restore of the portal's PIN: a lost PIN is never recovered, a new one is made.",
            ),
            (
                "Servono due contatti che il portale conosce, tra cellulare, e-mail e PEC, e un PIN già usato una volta. Altrimenti: «cns pin-portal revoke», poi «cns pin-portal request».",
                "It takes two contacts that the portal knows, of mobile, e-mail and PEC, and a PIN that was used once. Otherwise: “cns pin-portal revoke”, then “cns pin-portal request”.",
            ),
        ],
    );
    let codice_fiscale = codice_fiscale(lines.as_mut(), output)?;
    if !args.confirm {
        portal.restore(&codice_fiscale).await?;
        if args.stdin || output.for_programs() || !typing::somebody_is_there() {
            return Ok(asked(&profile, output));
        }
        output.warn(
            "Se il tuo PIN si può ripristinare, a un tuo contatto arriva un codice. Vale 30 minuti.",
            "If your PIN can be restored, a code comes to a contact of yours. It is good for 30 minutes.",
        );
    }
    let code = code(lines.as_mut(), output)?;
    let expected = portal.confirm_restore(&codice_fiscale, &code).await?;
    Ok(done(&expected, &profile, output))
}

/// The codice fiscale, from standard input or asked for.
pub(super) fn codice_fiscale(lines: Option<&mut Lines>, output: &Output) -> Result<String, Problem> {
    let missing = || {
        Problem::new(ProblemCode::RequestIncomplete)
            .with("field", output.say(CODICE_FISCALE.0, CODICE_FISCALE.1))
    };
    match lines {
        Some(lines) => line_read(lines, CODICE_FISCALE, output, rules::codice_fiscale),
        None => codice_fiscale_prompted(output).ok_or_else(missing),
    }
}

/// The code that came, from standard input or asked for.
pub(super) fn code(lines: Option<&mut Lines>, output: &Output) -> Result<PortalCode, Problem> {
    let missing = || Problem::new(ProblemCode::RequestIncomplete).with("field", output.say(CODE.0, CODE.1));
    match lines {
        Some(lines) => Ok(PortalCode::parse(&lines.next().ok_or_else(missing)?)?),
        None => typing::secret_read(
            output.say("Codice ricevuto", "Code received"),
            output,
            PortalCode::parse,
        )
        .ok_or_else(missing),
    }
}

fn asked(profile: &PortalProfile, output: &Output) -> Report {
    let said = output.say(
        "Se il PIN si può ripristinare, a un tuo contatto arriva un codice: usalo con «--confirm» entro 30 minuti.",
        "If the PIN can be restored, a code comes to a contact of yours: use it with “--confirm” within 30 minutes.",
    );
    Report {
        json: json!({"asked": true}),
        text: format!("{said}\n{}", whom_to_call(profile, output)),
    }
}

fn done(expected: &HalvesExpected, profile: &PortalProfile, output: &Output) -> Report {
    let text = format!(
        "{}\n{}{}\n{}",
        output.say(
            "Le due parti del PIN nuovo sono in arrivo; quello di prima non vale più.",
            "The two parts of the new PIN are on their way; the one before is no longer good.",
        ),
        coming(&expected.expected, output),
        output.say(
            "In qualunque ordine arrivino, ogni messaggio dice quale parte è. Poi entra con «cns login --with-pin».",
            "In whatever order they come, each message says which part it is. Then log in with “cns login --with-pin”.",
        ),
        whom_to_call(profile, output),
    );
    Report {
        json: json!({"restored": true, "expected": expected.expected}),
        text,
    }
}
