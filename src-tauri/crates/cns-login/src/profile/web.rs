//! What a profile says of a portal of pages: where its way in begins and ends, and who on the way may ask for the card.

use super::PortalProfile;
use crate::ProfileError;
use serde::Deserialize;
use url::Url;

/// The way in with the card to a portal that speaks no API: pages, redirects and forms that submit themselves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebEntry {
    /// Where the way in begins.
    pub entry_url: Url,
    /// The hosts that may ask for the card; each exact, without port.
    pub card_hosts: Vec<String>,
    /// Those of them that ask in the middle of a connection, by a renegotiation of TLS 1.2 (RFC 5246 §7.4.1.1).
    #[serde(default)]
    pub renegotiating_hosts: Vec<String>,
    /// Where the area begins: whatever lies below this address is inside. Of a portal that nobody has tried it may not be
    /// known: then the way in ends where nothing leads on by itself.
    pub area_url: Option<Url>,
    /// What ends the session on the portal.
    pub log_out_url: Option<Url>,
    /// What else the portal may want of the person after the card.
    #[serde(default)]
    pub extra_step: ExtraStep,
}

/// What a portal may want after the card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtraStep {
    /// Nothing that is known.
    #[default]
    None,
    /// A code that it sends, sometimes.
    OtpPossible,
}

impl WebEntry {
    /// A way in of which nothing more is known than where it begins and who on it may ask for the card.
    pub fn at(entry_url: Url, card_hosts: Vec<String>) -> Self {
        Self {
            entry_url,
            card_hosts,
            renegotiating_hosts: Vec::new(),
            area_url: None,
            log_out_url: None,
            extra_step: ExtraStep::None,
        }
    }

    /// Whether this host may ask for the card.
    pub fn asks_for_card(&self, host: &str) -> bool {
        is_one_of(&self.card_hosts, host)
    }

    /// Whether this host asks for it in the middle of a connection.
    pub fn renegotiates(&self, host: &str) -> bool {
        is_one_of(&self.renegotiating_hosts, host)
    }

    /// Whether the area has begun: same origin, and the path of `area_url` or one below it.
    pub fn is_area(&self, url: &Url) -> bool {
        let Some(begins) = &self.area_url else {
            return false;
        };
        let (area, path) = (begins.path().trim_end_matches('/'), url.path());
        let below = path
            .strip_prefix(area)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        url.origin() == begins.origin() && below
    }

    /// Every address that is named.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &Url> {
        std::iter::once(&self.entry_url)
            .chain(&self.area_url)
            .chain(&self.log_out_url)
    }

    /// Whether the hosts are such that the card can go to them.
    pub(super) fn check(&self, profile: &PortalProfile) -> Result<(), ProfileError> {
        if self.card_hosts.is_empty() {
            return Err(ProfileError::Missing {
                key: "web.card_hosts",
            });
        }
        for host in &self.card_hosts {
            if host.starts_with(ANY) || !profile.allows_host(host) {
                return Err(ProfileError::HostNotAllowed { host: host.clone() });
            }
        }
        match self
            .renegotiating_hosts
            .iter()
            .find(|host| !self.asks_for_card(host))
        {
            Some(host) => Err(ProfileError::HostNotAllowed { host: host.clone() }),
            None => Ok(()),
        }
    }
}

/// Whether a host is on an allow-list of hosts and suffixes.
pub fn host_matches(allowed: &[String], host: &str) -> bool {
    allowed.iter().any(|entry| means(entry, host))
}

/// Whether an entry of an allow-list is meant: a host itself, or `*.` and the suffix of hosts, at least one label long.
fn means(entry: &str, host: &str) -> bool {
    match entry.strip_prefix(ANY) {
        None => entry.eq_ignore_ascii_case(host),
        Some(suffix) => {
            let (entry, host) = (suffix.to_ascii_lowercase(), host.to_ascii_lowercase());
            host.strip_suffix(&entry)
                .and_then(|label| label.strip_suffix('.'))
                .is_some_and(|label| !label.is_empty())
        }
    }
}

/// Whether an entry names a suffix under which everybody may have a host of their own, such as `*.it` (publicsuffix.org).
pub(super) fn is_too_wide(entry: &str) -> bool {
    entry
        .strip_prefix(ANY)
        .is_some_and(|suffix| psl::domain_str(&suffix.to_ascii_lowercase()).is_none())
}

fn is_one_of(hosts: &[String], host: &str) -> bool {
    hosts.iter().any(|named| named.eq_ignore_ascii_case(host))
}

const ANY: &str = "*.";
