//! A look at a portal without the card: who answers, by which TLS, on whose word, at what time, and whose cards it takes.

mod shake;

use crate::explain::server_reason;
use crate::{Limits, ServerTrust, TlsVersions, Way, own_thread};
use cns_login::{LookCode, LookFinding, PortalProfile, Problem, WebEntry};
use cns_trust::{Clock, Outcome, issuer_name, name_for_people, same_name, summary};
use shake::{Seen, shake};
use time::OffsetDateTime;
use url::Url;
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

impl Way {
    /// How a portal of any kind is looked at: where its way in begins, and who on it may ask for the card; `None` where it
    /// has no address.
    pub fn to_look_at(profile: &PortalProfile, trust: ServerTrust) -> Option<Self> {
        if let Some(way) = Self::of_profile(profile, trust.clone()) {
            return Some(way);
        }
        let exchange = profile.exchange_url();
        let entry = exchange.or(profile.entry_url()).or(profile.api_url())?;
        let asks = exchange.and_then(Url::host_str).map(str::to_owned);
        Some(Self {
            hosts: profile.hosts.clone(),
            web: WebEntry::at(entry.clone(), asks.into_iter().collect()),
            trust,
            tls: TlsVersions::Both,
            limits: Limits::default(),
        })
    }
}

/// Looks at the entry and at every host that may ask for the card, before anybody types a PIN. Nothing but handshakes without
/// a certificate, and where the server's is good a HEAD request to the entry, is sent.
///
/// `card_issuer` is the name of the authority that issued the card in the reader, DER.
///
/// # Errors
/// `roots_unusable` when there is no root in what the way names.
pub async fn look(
    way: &Way,
    card_issuer: Option<&[u8]>,
    clock: &dyn Clock,
) -> Result<Vec<LookFinding>, Problem> {
    let entry = &way.web.entry_url;
    let entry_host = entry.host_str().unwrap_or_default();
    let others = way
        .web
        .card_hosts
        .iter()
        .filter(|host| !host.eq_ignore_ascii_case(entry_host));
    let mut found = Vec::new();
    for host in std::iter::once(entry_host).chain(others.map(String::as_str)) {
        let mut place = entry.clone();
        // A host of the allow-list is one that an address can have.
        if place.set_host(Some(host)).is_err() {
            continue;
        }
        let seen = (
            handshake(way, &place, TlsVersions::Tls13).await?,
            handshake(way, &place, TlsVersions::Tls12).await?,
        );
        let asks = way.web.asks_for_card(host);
        let about = About {
            host,
            way,
            now: clock.now(),
        };
        found.extend(about.findings(&seen.0, &seen.1, asks.then_some(card_issuer)));
    }
    Ok(found)
}

async fn handshake(way: &Way, place: &Url, version: TlsVersions) -> Result<Seen, Problem> {
    let (way, place) = (way.clone(), place.clone());
    let known = match way.trust {
        ServerTrust::System => Some(ServerTrust::Only(TLS_SERVER_ROOT_CERTS.to_vec())),
        ServerTrust::File(_) | ServerTrust::Only(_) => None,
    };
    own_thread::run(move || async move { shake(&way, known.as_ref(), &place, version).await }).await
}

/// What the findings are about.
struct About<'a> {
    host: &'a str,
    way: &'a Way,
    now: OffsetDateTime,
}

impl About<'_> {
    /// `asked` is there where the host may ask for the card, and holds who issued it if that is known.
    fn findings(&self, newer: &Seen, older: &Seen, asked: Option<Option<&[u8]>>) -> Vec<LookFinding> {
        if !newer.reached && !older.reached {
            return vec![self.finding(LookCode::Reachable, Outcome::Bad, "bad")];
        }
        let mut found = vec![
            self.finding(LookCode::Reachable, Outcome::Good, "good"),
            self.tls_versions(newer, older),
        ];
        let best = match newer.certificate.is_empty() {
            false => newer,
            true => older,
        };
        if best.certificate.is_empty() {
            return found;
        }
        let issuer = issued_by(&best.certificate);
        found.push(self.chain(best, &issuer));
        if best.refused.is_none() {
            found.push(self.interception(best, &issuer));
            found.push(self.clock(newer.date.or(older.date)));
        }
        if let Some(card_issuer) = asked {
            let asking = [newer, older].into_iter().find(|seen| seen.certificate_asked);
            found.push(self.issuers(asking, card_issuer));
        }
        found
    }

    fn tls_versions(&self, newer: &Seen, older: &Seen) -> LookFinding {
        let only = |version| {
            let finding = self.finding(LookCode::TlsVersions, Outcome::Good, "only");
            finding.with("version", version)
        };
        match (newer.spoken, older.spoken) {
            (true, true) => self.finding(LookCode::TlsVersions, Outcome::Good, "both"),
            (true, false) => only("1.3"),
            (false, true) => only("1.2"),
            (false, false) => self.finding(LookCode::TlsVersions, Outcome::Bad, "bad"),
        }
    }

    fn chain(&self, seen: &Seen, issuer: &str) -> LookFinding {
        let bad = |case| {
            self.finding(LookCode::Chain, Outcome::Bad, case)
                .with("issuer", issuer)
        };
        let day = |ends: bool| {
            let facts = summary(&seen.certificate);
            let instant = facts.map(|facts| if ends { facts.not_after } else { facts.not_before });
            instant.map_or_else(String::new, |instant| instant.date().to_string())
        };
        let Some(error) = &seen.refused else {
            return self
                .finding(LookCode::Chain, Outcome::Good, "good")
                .with("issuer", issuer);
        };
        match server_reason(error) {
            "unknown_issuer" => bad("unknown_issuer"),
            "expired" => bad("expired").with("date", day(true)),
            "not_valid_yet" => bad("not_yet").with("date", day(false)),
            "wrong_name" => bad("wrong_name"),
            reason => bad("bad").with("reason", reason),
        }
    }

    /// A program that reads the connection has an authority of its own, which it put into the system's store; into Mozilla's
    /// nobody puts one.
    fn interception(&self, seen: &Seen, issuer: &str) -> LookFinding {
        match (&self.way.trust, seen.known) {
            (ServerTrust::File(_) | ServerTrust::Only(_), _) => {
                self.finding(LookCode::Interception, Outcome::Unknown, "not_asked")
            }
            (ServerTrust::System, true) => self.finding(LookCode::Interception, Outcome::Good, "good"),
            (ServerTrust::System, false) => self
                .finding(LookCode::Interception, Outcome::Unknown, "private")
                .with("issuer", issuer),
        }
    }

    fn clock(&self, theirs: Option<OffsetDateTime>) -> LookFinding {
        let Some(theirs) = theirs else {
            return self.finding(LookCode::Clock, Outcome::Unknown, "unknown");
        };
        let behind = (theirs - self.now).whole_minutes();
        if behind.abs() < CLOCKS_AGREE_MINUTES {
            return self.finding(LookCode::Clock, Outcome::Good, "good");
        }
        let case = if behind > 0 { "behind" } else { "ahead" };
        self.finding(LookCode::Clock, Outcome::Bad, case)
            .with("minutes", behind.abs())
    }

    /// The list only warns: many servers send a part of it (RFC 8446 §4.2.4 calls it a hint).
    fn issuers(&self, asking: Option<&Seen>, card_issuer: Option<&[u8]>) -> LookFinding {
        let Some(asking) = asking else {
            return self.finding(LookCode::Issuers, Outcome::Unknown, "later");
        };
        let count = asking.authorities.len();
        let Some(issuer) = card_issuer.filter(|_| count > 0) else {
            let case = if count == 0 { "any" } else { "count" };
            return self
                .finding(LookCode::Issuers, Outcome::Good, case)
                .with("count", count);
        };
        if asking.authorities.iter().any(|name| same_name(name, issuer)) {
            return self.finding(LookCode::Issuers, Outcome::Good, "good");
        }
        let name = name_for_people(issuer).unwrap_or_default();
        self.finding(LookCode::Issuers, Outcome::Unknown, "left_out")
            .with("count", count)
            .with("issuer", name)
    }

    fn finding(&self, code: LookCode, outcome: Outcome, case: &'static str) -> LookFinding {
        LookFinding::about(self.host, code, outcome, case)
    }
}

/// The authority that a certificate says it is from, as people know it.
fn issued_by(certificate: &[u8]) -> String {
    issuer_name(certificate)
        .and_then(|name| name_for_people(&name))
        .unwrap_or_default()
}

/// Two clocks that differ by less agree: no certificate and no SAML assertion is so precise.
const CLOCKS_AGREE_MINUTES: i64 = 3;
