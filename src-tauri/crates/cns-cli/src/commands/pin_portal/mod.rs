//! `cns pin-portal`: the life of a portal's PIN, one file per thing that can be done.
//!
//! Each step says what it is for before it asks, and at its end what happens next and whom to call.

mod activate;
mod answers;
mod change;
mod convert;
mod fields;
pub(super) mod log_in;
mod person;
mod request;
mod restore;
mod revoke;
mod rules;
mod status;

use crate::args;
use crate::output::{Failed, Output, Report};
use crate::typing::{self, Lines};
use cns_login::{PortalProfile, Problem, ProblemCode, ReachedBy, Session};
use cns_portal_api::{ContactKind, ExpectedDelivery, PinHalf};
use cns_tls::{HttpsPortal, ServerTrust};
use rules::Words;
use std::path::PathBuf;
use time::Date;
use time::macros::format_description;

pub(crate) async fn run(args: &args::PinPortal, output: &Output) -> Result<Report, Failed> {
    match args {
        args::PinPortal::Request(args) => request::run(args, output).await,
        args::PinPortal::Activate(args) => activate::run(args, output).await,
        args::PinPortal::Change(args) => Ok(change::run(args, output).await?),
        args::PinPortal::Convert(args) => Ok(convert::run(args, output).await?),
        args::PinPortal::Restore(args) => Ok(restore::run(args, output).await?),
        args::PinPortal::Revoke(args) => Ok(revoke::run(args, output).await?),
        args::PinPortal::Status(args) => Ok(status::run(args, output).await?),
    }
}

/// A portal by its name or file, and the way to it.
pub(crate) fn portal_named(
    portal: &str,
    server_ca: Option<PathBuf>,
) -> Result<(PortalProfile, HttpsPortal), Problem> {
    let profile = PortalProfile::named(portal)?;
    let trust = ServerTrust::of_profile(&profile.tls.roots, server_ca);
    let portal = HttpsPortal::new(profile.clone(), trust);
    Ok((profile, portal))
}

/// A portal that has a PIN of its own.
///
/// # Errors
/// `pin_not_offered`, beside what the profile says of the PIN in plain words.
fn portal_with_pin(at: &args::AtPortal, output: &Output) -> Result<(PortalProfile, HttpsPortal), Failed> {
    let (profile, portal) = portal_named(&at.portal, at.server_ca.clone())?;
    offered(&profile, output)?;
    Ok((profile, portal))
}

/// Whether the portal has a PIN; what its profile says of it where it has none.
fn offered(profile: &PortalProfile, output: &Output) -> Result<(), Failed> {
    let Err(problem) = profile.offered_pin() else {
        return Ok(());
    };
    let note = profile.pin.as_ref().and_then(|pin| pin.note_in(output.language));
    let failed = Failed::from(problem);
    Err(match note {
        Some(note) => failed.showing("note", note.into(), &format!("{note}\n")),
        None => failed,
    })
}

/// Whom to call, as the profile says it; nothing where it says nobody.
fn whom_to_call(profile: &PortalProfile, output: &Output) -> String {
    let phones = profile
        .contacts
        .iter()
        .filter(|contact| contact.by == ReachedBy::Phone);
    let lines = phones.map(|contact| {
        let cost = contact.cost_in(output.language).unwrap_or_default();
        let old = match contact.historical {
            true => output.say(
                "numero storico: può non rispondere più",
                "an old number: it may not answer any more",
            ),
            false => "",
        };
        let about = [contact.label_in(output.language), cost, old];
        let about: Vec<_> = about.into_iter().filter(|part| !part.is_empty()).collect();
        format!(
            "{}: {} ({})\n",
            output.say("Aiuto", "Help"),
            contact.number,
            about.join("; ")
        )
    });
    lines.collect()
}

/// Whom to call about the portal of an open session. A session keeps the portal's address and name, not its profile:
/// the number is known where the profile is one that comes with us, and the address is one of its own.
fn whom_to_call_of(session: &Session, output: &Output) -> String {
    let profile = PortalProfile::shipped(&session.portal).filter(|profile| profile.allows(&session.api_url));
    match profile {
        Some(profile) => whom_to_call(&profile, output),
        None => format!(
            "{} «{}».\n",
            output.say(
                "Aiuto: il numero da chiamare è fra i contatti del portale",
                "Help: the number to call is among the contacts of the portal"
            ),
            session.portal
        ),
    }
}

/// What will come, where to and by when, a line each.
fn coming(expected: &[ExpectedDelivery], output: &Output) -> String {
    let lines = expected.iter().map(|delivery| {
        let half = match delivery.half {
            PinHalf::First => output.say("Prima parte", "First part"),
            PinHalf::Second => output.say("Seconda parte", "Second part"),
        };
        let when = match delivery.sent {
            true => output.say("già partita", "has left already").to_owned(),
            false => leaves_within(delivery.within_hours, output),
        };
        let by = by_what(delivery.by, output);
        // Where a letter goes is told in the portal's language.
        let to = match delivery.by {
            ContactKind::Letter => "",
            ContactKind::Mobile
            | ContactKind::Landline
            | ContactKind::Email
            | ContactKind::Pec
            | ContactKind::Fax => delivery.to.as_str(),
        };
        format!("{half}: {by}{to}, {when}\n")
    });
    lines.collect()
}

/// Hours as a person counts them: many of them are days.
fn leaves_within(hours: u32, output: &Output) -> String {
    let leaves = output.say("parte entro", "leaves within");
    match (hours / 24, hours % 24) {
        (days @ 3.., 0) => format!("{leaves} {days} {}", output.say("giorni", "days")),
        (_, _) => format!("{leaves} {hours} {}", output.say("ore", "hours")),
    }
}

fn by_what(kind: ContactKind, output: &Output) -> &'static str {
    match kind {
        ContactKind::Mobile => output.say("con un SMS al ", "by SMS to "),
        ContactKind::Landline => output.say("con una telefonata al ", "by a call to "),
        ContactKind::Email => output.say("con un'e-mail a ", "by e-mail to "),
        ContactKind::Pec => output.say("con una PEC a ", "by certified e-mail to "),
        ContactKind::Fax => output.say("con un fax al ", "by fax to "),
        ContactKind::Letter => output.say(
            "con una lettera all'indirizzo di residenza",
            "by letter to the address of residence",
        ),
    }
}

/// Tells what a step is for, before anything is asked. A program knows.
fn step(output: &Output, texts: &[(&str, &str)]) {
    for (italian, english) in texts {
        output.note(italian, english);
    }
}

/// The next line of standard input, which must hold something.
fn line(lines: &mut Lines, field: Words, output: &Output) -> Result<String, Problem> {
    let missing = || Problem::new(ProblemCode::RequestIncomplete).with("field", output.say(field.0, field.1));
    let line = lines.next().ok_or_else(missing)?;
    let line = line.trim();
    match line.is_empty() {
        true => Err(missing()),
        false => Ok(line.to_owned()),
    }
}

/// The same, read by a rule.
///
/// # Errors
/// `invalid_request` where it is not well written.
fn line_read<T>(
    lines: &mut Lines,
    field: Words,
    output: &Output,
    read: impl Fn(&str) -> Result<T, Words>,
) -> Result<T, Problem> {
    let invalid = |_| Problem::new(ProblemCode::RequestInvalid).with("fields", output.say(field.0, field.1));
    read(&line(lines, field, output)?).map_err(invalid)
}

/// The codice fiscale, asked for until it is one; none when the person gives up.
fn codice_fiscale_prompted(output: &Output) -> Option<String> {
    typing::answer_read("Codice fiscale: ", output, rules::codice_fiscale)
}

/// A day, as `2030-12-31` or as it is written on documents, `31/12/2030`.
fn day_of(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
        .or_else(|_| {
            Date::parse(
                text,
                format_description!("[day padding:none]/[month padding:none]/[year]"),
            )
        })
        .ok()
}

/// What is asked of whoever holds a tessera.
const CODICE_FISCALE: Words = ("codice fiscale", "codice fiscale");
const TESSERA_NUMBER: Words = ("numero della tessera", "number of the tessera");
const TESSERA_EXPIRY: Words = ("scadenza della tessera", "expiry of the tessera");
const CODE: Words = ("codice ricevuto", "code received");

#[cfg(test)]
mod tests {
    use super::*;
    use cns_login::Language;
    use time::macros::date;

    #[test]
    fn a_day_is_taken_as_documents_write_it() {
        for (typed, day) in [
            ("2030-12-31", Some(date!(2030 - 12 - 31))),
            ("31/12/2030", Some(date!(2030 - 12 - 31))),
            ("1/2/2030", Some(date!(2030 - 02 - 01))),
            ("31/2/2030", None),
            ("12/31/2030", None),
            ("domani", None),
        ] {
            assert_eq!(day_of(typed), day, "{typed}");
        }
    }

    #[test]
    fn whom_to_call_comes_from_the_profile_and_says_that_it_is_old() {
        let profile = PortalProfile::named("riferimento").unwrap();
        let said = whom_to_call(&profile, &Output::new(false, Language::It));
        assert_eq!(said.lines().count(), 2);
        assert!(said.contains("803 164") && said.contains("06 164164") && said.contains("storico"));
        assert!(!said.contains("800 803 164"), "a fax is not called: {said}");
    }

    #[test]
    fn where_the_pin_has_ended_its_profile_says_so() {
        let profile = PortalProfile::named("inps").unwrap();
        let output = Output::new(false, Language::It);
        assert!(offered(&profile, &output).is_err());
        assert!(offered(&PortalProfile::named("riferimento").unwrap(), &output).is_ok());
    }
}
