//! `cns get --follow`: where does this way in lead my card?

use crate::args;
use crate::commands::get::spoken;
use crate::output::{Failed, Output, Report};
use crate::pin::{Terminal, ask_card};
use crate::place::{Place, released};
use cns_card::CardProfiles;
use cns_login::{Doorstep, FoundCard, WayIn as _, WebEntry, unlock, until_removed};
use cns_tls::{Arrival, Hop, HopBy, Limits, ServerTrust, Walk, Way};
use serde_json::{Value, json};

pub(crate) async fn run(args: &args::Get, profiles: CardProfiles, output: &Output) -> Result<Report, Failed> {
    let mut walk = Walk::begin(way(args), telling(*output))?;
    let mut person = Terminal::of(args.pin, output)?;
    let host = match walk.to_the_card().await? {
        Doorstep::Arrived(arrival) => return Ok(report(&arrival, output)),
        Doorstep::Card { host } => host,
    };
    let place = Place::new(profiles, output);
    let found = place.found(args.reader.as_deref(), &mut person.choice, &|_| {});
    let found = found.await?;
    let FoundCard { slot, card, .. } = &found;
    let arrival = until_removed(place.readers(), slot, async {
        ask_card(&place, slot, args.pin.tries, output).await?;
        let unlocked = unlock(&found, &mut person, &host, &|_| {}).await?;
        walk.with_any_card(unlocked).await
    })
    .await
    .map_err(|problem| place.cards.explain(slot, problem));
    released(card).await;
    Ok(report(&arrival?, output))
}

/// Tells each hop as it comes.
pub(crate) fn telling(output: Output) -> impl Fn(&Hop) + Send + Sync + 'static {
    move |hop| output.note(&line(hop, true), &line(hop, false))
}

fn way(args: &args::Get) -> Way {
    let own = args.url.host_str().unwrap_or_default().to_owned();
    let card_hosts = match args.card_host.as_slice() {
        [] => vec![own.clone()],
        named => named.to_vec(),
    };
    let hosts = std::iter::once(own).chain(args.host.iter().cloned());
    let trust = args.server_ca.clone();
    Way {
        hosts: hosts.chain(card_hosts.iter().cloned()).collect(),
        web: WebEntry::at(args.url.clone(), card_hosts),
        trust: trust.map_or(ServerTrust::System, ServerTrust::File),
        tls: spoken(args.tls),
        limits: Limits::default(),
    }
}

/// One hop, in one line.
fn line(hop: &Hop, italian: bool) -> String {
    let by = match (hop.by, italian) {
        (HopBy::Entry, true) => "ingresso",
        (HopBy::Entry, false) => "entry",
        (HopBy::Redirect, true) => "rinvio",
        (HopBy::Redirect, false) => "redirect",
        (HopBy::Refresh, true) => "pagina che prosegue da sola",
        (HopBy::Refresh, false) => "page that leads on",
        (HopBy::Form, true) => "modulo che si invia da solo",
        (HopBy::Form, false) => "form that submits itself",
    };
    let Hop {
        method,
        address,
        status,
        tls_version,
        ..
    } = hop;
    let signed = match (&hop.signed, italian) {
        (None, _) => String::new(),
        (Some(scheme), true) => format!(" · la tessera ha firmato per {} ({scheme})", hop.host),
        (Some(scheme), false) => format!(" · the card signed for {} ({scheme})", hop.host),
    };
    format!("{method} {address} ({by}) · HTTP {status} · TLS {tls_version}{signed}")
}

/// The hops and the end of a way in.
fn report(arrival: &Arrival, output: &Output) -> Report {
    let address = arrival.address();
    let json = json!({
        "url": address,
        "inside": arrival.inside,
        "hops": hops_json(arrival),
        "cookies": arrival.cookies.len(),
        "page_length": arrival.page_length,
    });
    let text = format!("{}: {address}\n", output.say("Arrivo", "Arrived at"));
    Report { json, text }
}

/// Every hop, for programs.
pub(crate) fn hops_json(arrival: &Arrival) -> Value {
    arrival.hops.iter().map(hop_json).collect()
}

fn hop_json(hop: &Hop) -> Value {
    let by = match hop.by {
        HopBy::Entry => "entry",
        HopBy::Redirect => "redirect",
        HopBy::Refresh => "refresh",
        HopBy::Form => "form",
    };
    json!({
        "by": by,
        "method": hop.method,
        "address": hop.address,
        "status": hop.status,
        "tls_version": hop.tls_version,
        "signature_scheme": hop.signed,
    })
}
