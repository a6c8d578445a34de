//! The way in to a portal of pages: redirects, pages that lead on by themselves, forms that submit themselves, and hosts that
//! ask for the card on the way. It is walked here, hop by hop, until the area begins or a page wants the person.

mod hop;
mod jar;
mod leave;
mod page;
mod walk;

pub(crate) use hop::{Answer, Request};
pub use hop::{Hop, HopBy};
pub use jar::HandedCookie;
pub use leave::leave;
pub use walk::{Arrival, Walk};

use crate::{Limits, ServerTrust, TlsVersions};
use cns_login::{PortalProfile, WebEntry, host_matches};
use url::Url;

/// Where a way in may lead, and how each host on it is spoken to.
#[derive(Clone, Debug)]
pub struct Way {
    /// The only hosts that are contacted: hosts, and suffixes that begin with `*.`.
    pub hosts: Vec<String>,
    /// Those that the card's key is offered to.
    pub card_hosts: Vec<String>,
    /// Those of them that ask in the middle of a connection.
    pub renegotiating_hosts: Vec<String>,
    /// Where the area begins; without it, where nothing leads on by itself.
    pub area: Option<WebEntry>,
    /// Whose word about the servers is taken.
    pub trust: ServerTrust,
    /// The versions of TLS that may be spoken.
    pub tls: TlsVersions,
    /// How long a hop may take, how large its page may be.
    pub limits: Limits,
}

impl Way {
    /// The way in of a profile; `None` when it is of another kind.
    pub fn of_profile(profile: &PortalProfile, trust: ServerTrust) -> Option<Self> {
        let web = profile.web.clone()?;
        Some(Self {
            hosts: profile.hosts.clone(),
            card_hosts: web.card_hosts.clone(),
            renegotiating_hosts: web.renegotiating_hosts.clone(),
            area: Some(web),
            trust,
            tls: TlsVersions::Both,
            limits: Limits::default(),
        })
    }

    fn allows(&self, url: &Url) -> bool {
        url.scheme() == "https" && url.host_str().is_some_and(|host| host_matches(&self.hosts, host))
    }

    fn offers_card_to(&self, url: &Url) -> bool {
        let named = |host: &str| {
            self.card_hosts
                .iter()
                .any(|named| named.eq_ignore_ascii_case(host))
        };
        url.host_str().is_some_and(named)
    }

    fn renegotiates(&self, url: &Url) -> bool {
        let named = |host: &str| {
            let mut hosts = self.renegotiating_hosts.iter();
            hosts.any(|named| named.eq_ignore_ascii_case(host))
        };
        url.host_str().is_some_and(named)
    }

    fn is_area(&self, url: &Url) -> bool {
        self.area.as_ref().is_some_and(|web| web.is_area(url))
    }
}
