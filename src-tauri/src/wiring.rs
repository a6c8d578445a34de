//! Builds the real adapters from the command line.

use crate::arguments::Arguments;
use crate::session::World;
use crate::trust;
use crate::web_area::{Frame, Pages};
use cns_contract::{OwnProfile, PortalSeen};
use cns_login::{Cards, Judge, PortalProfile, Problem, card_profiles_of};
use cns_reader::PcscReaders;
use cns_session::SessionVault;
use cns_tls::{HttpsPortal, Proxy, ServerTrust, Way, go_through};
use cns_trust::Clock;
use std::sync::Arc;

/// The world outside: PC/SC, HTTPS, the keyring of the system.
pub(crate) struct Adapters {
    cards: Cards<PcscReaders>,
    portal: HttpsPortal,
    vault: SessionVault,
    profile: PortalProfile,
    judge: Judge,
    web: Option<Pages>,
    own_profile: Option<OwnProfile>,
    clock: Arc<dyn Clock>,
}

impl Adapters {
    /// Puts them together. The readers are watched from here on.
    ///
    /// # Errors
    /// A [`Problem`] that names the argument which cannot be used.
    pub(crate) fn new(
        arguments: &Arguments,
        clock: Arc<dyn Clock>,
        frame: Arc<Frame>,
    ) -> Result<Self, Problem> {
        if let Some(proxy) = &arguments.proxy {
            go_through(Proxy::named(proxy)?);
        }
        let readers = PcscReaders::start();
        let profile = PortalProfile::named(&arguments.portal)?;
        let server_trust = ServerTrust::of_profile(&profile.tls.roots, arguments.server_ca.clone());
        let proxy = arguments.proxy.as_deref().and_then(|named| named.parse().ok());
        let way = Way::of_profile(&profile, server_trust.clone());
        let web = way.map(|way| Pages::new(way, proxy, frame));
        let path = Some(arguments.portal.as_str()).filter(|_| !arguments.profile_read);
        let path = path.filter(|path| PortalProfile::shipped(path).is_none());
        let own_profile = path.map(|path| OwnProfile::new(path, &profile));
        Ok(Self {
            cards: Cards::new(readers, card_profiles_of(arguments.card_profiles.as_deref())?)
                .asking_tries(arguments.ask_tries),
            portal: HttpsPortal::new(profile.clone(), server_trust),
            vault: SessionVault::open(clock.clone()),
            judge: trust::judge(arguments, clock.clone())?,
            profile,
            web,
            own_profile,
            clock,
        })
    }

    /// The portal, as the page names it.
    pub(crate) fn portal_seen(&self) -> PortalSeen {
        PortalSeen::from(&self.profile)
    }

    /// The profile that the person has to read first, where it is not ours.
    pub(crate) fn own_profile(&self) -> Option<&OwnProfile> {
        self.own_profile.as_ref()
    }

    /// The clock, which the example shares.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    /// The world in which the story plays.
    pub(crate) fn world(&self) -> World<'_, PcscReaders, HttpsPortal, SessionVault> {
        World {
            cards: &self.cards,
            portal: &self.portal,
            vault: &self.vault,
            profile: &self.profile,
            judge: &self.judge,
            web: self.web.as_ref(),
            clock: self.clock.as_ref(),
        }
    }
}
