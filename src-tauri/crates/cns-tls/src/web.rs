//! The way in to a portal of pages: redirects, pages that lead on by themselves, forms that submit themselves, and hosts that
//! ask for the card on the way. It is walked here, hop by hop, until the area begins or a page wants the person.

mod hop;
mod jar;
mod leave;
mod page;
mod walk;

#[cfg(feature = "renegotiation")]
pub(crate) use hop::{Answer, Request};
pub use hop::{Hop, HopBy};
pub use jar::HandedCookie;
pub use leave::leave;
pub use walk::{Arrival, Walk};

use crate::{Limits, ServerTrust, TlsVersions};
use cns_login::{PortalProfile, WebEntry};

/// Where a way in may lead, and how the hosts on it are spoken to.
#[derive(Clone, Debug)]
pub struct Way {
    /// The only hosts that are contacted: hosts, and suffixes that begin with `*.`.
    pub hosts: Vec<String>,
    /// Where it begins and ends, and who on it may ask for the card.
    pub web: WebEntry,
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
        Some(Self {
            hosts: profile.hosts.clone(),
            web: profile.web.clone()?,
            trust,
            tls: TlsVersions::Both,
            limits: Limits::default(),
        })
    }
}
