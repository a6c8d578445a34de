//! `cns pin-portal activate`: who has the first part, and the tessera, names contacts and gets the second part.

use super::rules::{self, Words};
use super::{
    CODICE_FISCALE, TESSERA_EXPIRY, TESSERA_NUMBER, codice_fiscale_prompted, coming, line_read,
    portal_with_pin, step, whom_to_call,
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
    let mobile = line_read(&mut lines, ("cellulare", "mobile"), output, rules::phone)?;
    let other = ("altro contatto", "other contact");
    let kind = line_read(&mut lines, other, output, kind_of)?;
    let value = line_read(&mut lines, other, output, |typed| value_of(kind, typed))?;
    let second = ("seconda parte", "second part");
    let send_second_to = line_read(&mut lines, second, output, kind_of)?;
    let contacts = ChosenContacts {
        mobile,
        other: ContactValue { kind, value },
        send_second_to,
    };
    Ok((person, half, contacts))
}

/// Codice fiscale, number and expiry of the tessera, from the next three lines.
pub(super) fn tessera_given(lines: &mut Lines, output: &Output) -> Result<Tessera, Problem> {
    Ok(Tessera {
        codice_fiscale: line_read(lines, CODICE_FISCALE, output, rules::codice_fiscale)?,
        number: line_read(lines, TESSERA_NUMBER, output, rules::tessera_number)?,
        expiry: line_read(lines, TESSERA_EXPIRY, output, rules::day)?,
    })
}

/// The same, asked for; none when the person gives up.
pub(super) fn tessera_prompted(output: &Output) -> Option<Tessera> {
    let number = output.say(
        "Numero della tessera sanitaria (20 cifre, sul retro): ",
        "Number of the tessera sanitaria (20 digits, on the back): ",
    );
    let expiry = output.say(
        "Scadenza della tessera (giorno/mese/anno): ",
        "Its expiry (day/month/year): ",
    );
    Some(Tessera {
        codice_fiscale: codice_fiscale_prompted(output)?,
        number: typing::answer_read(number, output, rules::tessera_number)?,
        expiry: typing::answer_read(expiry, output, rules::day)?,
    })
}

fn contacts_prompted(output: &Output) -> Option<ChosenContacts> {
    let mobile = output.say("Cellulare, con +39: ", "Mobile, with +39: ");
    let mobile = typing::answer_read(mobile, output, rules::phone)?;
    let other = output.say(
        "Un altro contatto (email, pec, fisso, fax): ",
        "One more contact (email, pec, landline, fax): ",
    );
    let kind = typing::answer_read(other, output, kind_of)?;
    let value = output.say("Numero o indirizzo: ", "Number or address: ");
    let value = typing::answer_read(value, output, |typed| value_of(kind, typed))?;
    let second = output.say(
        "Dove mandare la seconda parte (cellulare, email, pec, lettera): ",
        "Where to send the second part (mobile, email, pec, letter): ",
    );
    let send_second_to = typing::answer_read(second, output, kind_of)?;
    Some(ChosenContacts {
        mobile,
        other: ContactValue { kind, value },
        send_second_to,
    })
}

fn kind_of(typed: &str) -> Result<ContactKind, Words> {
    match typed.trim().to_lowercase().as_str() {
        "mobile" | "cellulare" | "sms" => Ok(ContactKind::Mobile),
        "landline" | "fisso" => Ok(ContactKind::Landline),
        "email" | "e-mail" => Ok(ContactKind::Email),
        "pec" => Ok(ContactKind::Pec),
        "fax" => Ok(ContactKind::Fax),
        "letter" | "lettera" => Ok(ContactKind::Letter),
        _ => Err(rules::NONE_OF_THESE),
    }
}

fn value_of(kind: ContactKind, typed: &str) -> Result<String, Words> {
    match kind {
        ContactKind::Email | ContactKind::Pec => rules::mail(typed),
        ContactKind::Mobile | ContactKind::Landline | ContactKind::Fax | ContactKind::Letter => {
            rules::phone(typed)
        }
    }
}
