//! `cns get`: does this address accept my card?

use crate::args::{self, TlsVersion};
use crate::commands::follow;
use crate::output::{Failed, Output, Report};
use crate::pin::{Terminal, ask_card};
use crate::place::{Place, released};
use cns_card::CardProfiles;
use cns_login::{FoundCard, Problem, ProblemCode, unlock, until_removed};
use cns_tls::{GetOptions, TlsVersions};
use serde_json::json;

pub(crate) async fn run(args: &args::Get, profiles: CardProfiles, output: &Output) -> Result<Report, Failed> {
    if args.url.scheme() != "https" {
        return Err(Problem::new(ProblemCode::NotHttps)
            .with("url", args.url.as_str())
            .into());
    }
    if args.follow {
        return follow::run(args, profiles, output).await;
    }
    let host = args.url.host_str().unwrap_or_default().to_owned();
    let mut person = Terminal::of(args.pin, output)?;
    let options = GetOptions {
        server_ca: args.server_ca.clone(),
        tls: spoken(args.tls),
        ..GetOptions::default()
    };
    let place = Place::new(profiles, output);
    let found = place.found(args.reader.as_deref(), &mut person.choice, &|_| {});
    let found = found.await?;
    let FoundCard { slot, card, .. } = &found;
    let answer = until_removed(place.readers(), slot, async {
        ask_card(&place, slot, args.pin.tries, output).await?;
        let unlocked = unlock(&found, &mut person, &host, &|_| {}).await?;
        cns_tls::get(&args.url, unlocked, &options).await
    })
    .await
    .map_err(|problem| place.cards.explain(slot, problem));
    released(card).await;
    let answer = answer?;
    let body = String::from_utf8_lossy(&answer.body);
    let scheme = answer.signature_scheme.as_deref();
    let mut text = format!("HTTP {} · TLS {}", answer.status, answer.tls_version);
    text.push_str(&match scheme {
        Some(scheme) => format!(" · {scheme}\n"),
        None => format!(
            " · {}\n",
            output.say("la tessera non è stata chiesta", "the card was not asked for")
        ),
    });
    text.push_str(&body);
    let json = json!({
        "status": answer.status,
        "tls_version": answer.tls_version,
        "signature_scheme": scheme,
        "body": body,
    });
    Ok(Report { json, text })
}

/// The versions that the person wants spoken.
pub(crate) fn spoken(version: Option<TlsVersion>) -> TlsVersions {
    match version {
        None => TlsVersions::Both,
        Some(TlsVersion::V1_2) => TlsVersions::Tls12,
        Some(TlsVersion::V1_3) => TlsVersions::Tls13,
    }
}
