//! `cns card`: whose card it is, until when, and its certificate.

use crate::args;
use crate::choice::TerminalChoice;
use crate::output::{Failed, Output, Report};
use crate::place::Place;
use cns_card::{CardContents, CardProfiles};
use cns_login::{Judge, Problem, ProblemCode, day_in_letters, holder_name};
use cns_trust::revocation::NotAsked;
use cns_trust::{CertificateSummary, SystemClock, TrustRoots, Verdict};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) async fn run(
    args: &args::Card,
    profiles: CardProfiles,
    output: &Output,
) -> Result<Report, Failed> {
    let place = Place::new(profiles, output);
    let mut choice = TerminalChoice::new(output);
    let found = place.found(args.reader.as_deref(), &mut choice, &|_| {}).await?;
    let tries_left = found.card.tries_left();
    Ok(report(&found.contents, tries_left, &found.slot.reader, output)?)
}

fn report(
    contents: &CardContents,
    tries_left: Option<u8>,
    reader: &str,
    output: &Output,
) -> Result<Report, Problem> {
    // No roots, and nobody is asked: here the card is shown as it is, not judged.
    let judge = Judge::new(
        Arc::new(TrustRoots::default()),
        Arc::new(NotAsked),
        Arc::new(SystemClock),
    );
    let Verdict {
        certificate,
        holder: named,
        ..
    } = judge.at_once(contents);
    let certificate =
        certificate.ok_or_else(|| Problem::new(ProblemCode::CardMalformed).with("file", "EF.C_Carta"))?;
    let personal = contents.personal_data.as_ref();
    let holder = personal
        .and_then(holder_name)
        .or_else(|| named.as_ref().and_then(|holder| holder.full_name.clone()));
    let codice_fiscale = personal
        .and_then(|data| data.codice_fiscale.clone())
        .or_else(|| named.as_ref().map(|holder| holder.codice_fiscale.clone()));
    let expires_on = personal
        .and_then(|data| data.expires_on)
        .unwrap_or(certificate.not_after.date());
    let json = json!({
        "reader": reader,
        "holder": holder,
        "codice_fiscale": codice_fiscale,
        "card_id": contents.card_id,
        "expires_on": expires_on.to_string(),
        "profile": contents.profile,
        "tries_left": tries_left,
        "certificate": certificate_json(&certificate),
    });
    let unknown = output.say("non noto", "not known");
    let or_unknown = |value: Option<String>| value.unwrap_or_else(|| unknown.to_owned());
    let lines = [
        (output.say("Lettore", "Reader"), reader.to_owned()),
        (output.say("Tessera di", "Card of"), or_unknown(holder)),
        (
            output.say("Codice fiscale", "Codice fiscale"),
            or_unknown(codice_fiscale),
        ),
        (
            output.say("Numero della tessera", "Card number"),
            or_unknown(contents.card_id.clone()),
        ),
        (
            output.say("Scadenza della tessera", "Card expires on"),
            day_in_letters(expires_on, output.language),
        ),
        (
            output.say("Tentativi di PIN rimasti", "PIN tries left"),
            or_unknown(tries_left.map(|left| left.to_string())),
        ),
        (
            output.say("Certificato valido fino al", "Certificate valid until"),
            day_in_letters(certificate.not_after.date(), output.language),
        ),
        (
            output.say("Rilasciato da", "Issued by"),
            authority(&certificate.issuer),
        ),
        (output.say("Chiave", "Key"), certificate.key.clone()),
    ];
    Ok(Report {
        json,
        text: lines
            .iter()
            .map(|(label, value)| format!("{label}: {value}\n"))
            .collect(),
    })
}

/// The issuer as people know it, common name and organisation, from its name in the form of RFC 4514.
fn authority(issuer: &str) -> String {
    let of = |name: &str| {
        let mut parts = parts(issuer).into_iter();
        parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
    };
    match (of("CN"), of("O")) {
        (Some(name), Some(organisation)) if name != organisation => format!("{name} ({organisation})"),
        (Some(name), _) | (None, Some(name)) => name,
        (None, None) => issuer.to_owned(),
    }
}

/// The attributes of a name, without the signs that keep a comma in a value from ending it.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut signs = name.chars();
    while let Some(sign) = signs.next() {
        if matches!(sign, ',' | '+') {
            parts.push(String::new());
            continue;
        }
        let kept = if sign == '\\' { signs.next() } else { Some(sign) };
        if let Some(part) = parts.last_mut() {
            part.extend(kept);
        }
    }
    parts
}

/// The certificate's plain facts.
pub(crate) fn certificate_json(certificate: &CertificateSummary) -> Value {
    json!({
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial,
        "validity": {
            "not_before": rfc3339(certificate.not_before),
            "not_after": rfc3339(certificate.not_after),
        },
        "key": certificate.key,
    })
}

pub(crate) fn rfc3339(instant: time::OffsetDateTime) -> String {
    instant
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_told_by_the_names_that_people_know() {
        for (issuer, told) in [
            (
                "CN=CA Prova,OU=Servizi,O=Prova S.p.A.,C=IT",
                "CA Prova (Prova S.p.A.)",
            ),
            ("CN=Prova\\, Uno,O=Prova\\, Uno,C=IT", "Prova, Uno"),
            ("O=Prova,C=IT", "Prova"),
            ("C=IT", "C=IT"),
            ("", ""),
        ] {
            assert_eq!(authority(issuer), told, "{issuer}");
        }
    }
}
