//! `cns pin-portal activate`: who has the first part, and the tessera, names contacts and gets the second part.

use super::{
    CODICE_FISCALE, TESSERA_EXPIRY, TESSERA_NUMBER, coming, day_of, line, portal_with_pin, step, whom_to_call,
};
use crate::args::Activate;
use crate::output::{Failed, Output, Report};
use crate::typing::{self, Lines};
use cns_login::{ChosenContacts, Half, PinPortal, Problem, ProblemCode, Tessera};
use cns_portal_api::{ContactKind, ContactValue};
use serde_json::json;

pub(crate) async fn run(args: &Activate, output: &Output) -> Result<Report, Failed> {
    let (profile, portal) = portal_with_pin(&args.at, output)?;
    let given = match args.stdin {
        true => Some(all_given(output)?),
        false => None,
    };
    let (activation, contacts) = match given {
        Some((person, half, contacts)) => (portal.activate(&person, &half).await?, contacts),
        None => {
            step(
                output,
                &[
                    (
                        "Attivazione del PIN del portale, con la prima parte che hai ricevuto e la tessera sanitaria.",
                        "Activation of the portal's PIN, with the first part that you received and the tessera sanitaria.",
                    ),
                    (
                        "Poi indichi un cellulare e un altro contatto, e scegli dove mandare la seconda parte.",
                        "Then you name a mobile and one more contact, and choose where the second part goes.",
                    ),
                ],
            );
            let person = tessera_prompted(output).ok_or(ProblemCode::PortalPinNotGiven)?;
            let half = typing::secret_read(output.say("Prima parte", "First part"), output, Half::parse)
                .ok_or(ProblemCode::PortalPinNotGiven)?;
            let activation = portal.activate(&person, &half).await?;
            (
                activation,
                contacts_prompted(output).ok_or(ProblemCode::NotConfirmed)?,
            )
        }
    };
    let expected = portal.choose_contacts(activation, &contacts).await?.expected;
    let text = format!(
        "{}\n{}{}\n{}",
        output.say("Il PIN è attivato.", "The PIN is activated."),
        coming(&expected, output),
        output.say(
            "Quando hai le due parti, entra con «cns login --with-pin»: il portale ti fa subito il PIN nuovo.",
            "When you have both parts, log in with “cns login --with-pin”: the portal makes the new PIN at once.",
        ),
        whom_to_call(&profile, output),
    );
    Ok(Report {
        json: json!({"activated": true, "expected": expected}),
        text,
    })
}

fn all_given(output: &Output) -> Result<(Tessera, Half, ChosenContacts), Problem> {
    let mut lines = Lines::of_stdin()?;
    let person = tessera_given(&mut lines, output)?;
    let half = lines.next().ok_or(ProblemCode::PortalPinNotGiven)?;
    let half = Half::parse(&half)?;
    let incomplete = || Problem::from(ProblemCode::RequestIncomplete);
    let mobile = line(&mut lines, ("cellulare", "mobile"), output)?;
    let kind = line(&mut lines, ("altro contatto", "other contact"), output)?;
    let kind = kind_of(&kind).ok_or_else(incomplete)?;
    let value = line(&mut lines, ("altro contatto", "other contact"), output)?;
    let second = line(&mut lines, ("seconda parte", "second part"), output)?;
    let contacts = ChosenContacts {
        mobile,
        other: ContactValue { kind, value },
        send_second_to: kind_of(&second).ok_or_else(incomplete)?,
    };
    Ok((person, half, contacts))
}

/// Codice fiscale, number and expiry of the tessera, from the next three lines.
pub(super) fn tessera_given(lines: &mut Lines, output: &Output) -> Result<Tessera, Problem> {
    let incomplete = || Problem::new(ProblemCode::RequestIncomplete).with("field", TESSERA_EXPIRY.0);
    Ok(Tessera {
        codice_fiscale: line(lines, CODICE_FISCALE, output)?.to_uppercase(),
        number: digits(&line(lines, TESSERA_NUMBER, output)?),
        expiry: day_of(&line(lines, TESSERA_EXPIRY, output)?).ok_or_else(incomplete)?,
    })
}

/// The same, asked for; none when the person gives up.
pub(super) fn tessera_prompted(output: &Output) -> Option<Tessera> {
    let ask = |question| typing::answer(output, question);
    let codice_fiscale = ask(output.say("Codice fiscale: ", "Codice fiscale: "))?.to_uppercase();
    let number = digits(&ask(output.say(
        "Numero della tessera sanitaria (20 cifre, sul retro): ",
        "Number of the tessera sanitaria (20 digits, on the back): ",
    ))?);
    loop {
        let typed = ask(output.say(
            "Scadenza della tessera (giorno/mese/anno): ",
            "Its expiry (day/month/year): ",
        ))?;
        if let Some(expiry) = day_of(&typed) {
            return Some(Tessera {
                codice_fiscale,
                number,
                expiry,
            });
        }
    }
}

fn contacts_prompted(output: &Output) -> Option<ChosenContacts> {
    let mobile = typing::answer(output, output.say("Cellulare, con +39: ", "Mobile, with +39: "))?;
    let ask_kind = |question: &str| loop {
        let typed = typing::answer(output, question)?;
        if let Some(kind) = kind_of(&typed) {
            break Some(kind);
        }
    };
    let kind = ask_kind(output.say(
        "Un altro contatto (email, pec, fisso, fax): ",
        "One more contact (email, pec, landline, fax): ",
    ))?;
    let value = typing::answer(output, output.say("Numero o indirizzo: ", "Number or address: "))?;
    let send_second_to = ask_kind(output.say(
        "Dove mandare la seconda parte (cellulare, email, pec, lettera): ",
        "Where to send the second part (mobile, email, pec, letter): ",
    ))?;
    Some(ChosenContacts {
        mobile,
        other: ContactValue { kind, value },
        send_second_to,
    })
}

fn kind_of(typed: &str) -> Option<ContactKind> {
    match typed.trim().to_lowercase().as_str() {
        "mobile" | "cellulare" | "sms" => Some(ContactKind::Mobile),
        "landline" | "fisso" => Some(ContactKind::Landline),
        "email" | "e-mail" => Some(ContactKind::Email),
        "pec" => Some(ContactKind::Pec),
        "fax" => Some(ContactKind::Fax),
        "letter" | "lettera" => Some(ContactKind::Letter),
        _ => None,
    }
}

/// The number without the spaces that people put into twenty digits.
fn digits(typed: &str) -> String {
    typed.chars().filter(|sign| !sign.is_whitespace()).collect()
}
