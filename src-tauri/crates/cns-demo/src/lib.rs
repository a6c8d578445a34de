//! The example card and the reference portal inside one process: "Prova con una tessera di esempio".
//!
//! The person is invented, the authority that vouches for her is known to nobody else, and the portal listens on
//! this computer's loopback address alone, with a database in memory. The roots of the example are trusted for the
//! example's portal and nowhere else. Nothing is written to the disk. The card's PIN can be changed and unblocked like
//! that of any other, until the process ends.

mod example;
mod people;
mod readers;
mod status;

pub use example::Example;
pub use people::facts_of;
pub use readers::DemoReaders;

// What the example's portal sends, and to whom, is said in its own words.
pub use cns_portal::{ChannelKind, Delivered, ExamplePerson, Mailbox};

use crate::status::{ListInside, Revoked};
use cns_login::{Judge, PortalProfile, Problem, ProblemCode};
use cns_portal::{Config, Database, Endpoint, Running, Settings, TlsIdentity};
use cns_tls::{HttpsPortal, ServerTrust};
use cns_trust::revocation::{Online, RevocationKind};
use cns_trust::{Clock, TrustRoots};
use cns_virtual_card::{Personality, VirtualCard, VirtualCardError, VirtualCardHandle, pki};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use time::Duration;

/// The example's card PIN. It opens nothing but the example.
pub const PIN: &str = cns_virtual_card::EXAMPLE_PIN;

/// The example's card PUK, which unblocks that PIN and nothing else.
pub const PUK: &str = cns_virtual_card::EXAMPLE_PUK;

/// A reader, a card, a portal and the trust between them.
#[derive(Debug)]
pub struct Demo {
    /// The reader, with the card in it.
    pub readers: DemoReaders,
    /// The portal's profile.
    pub profile: PortalProfile,
    /// The roots that vouch for the example card, and for nothing else.
    pub roots: TrustRoots,
    /// The client of the portal.
    pub portal: HttpsPortal,
    /// Where everything arrives that the portal sends: SMS, e-mails, letters.
    pub mailbox: Mailbox,
    /// The invented people: whose the card is, and a brother and a sister who have none.
    pub people: Vec<ExamplePerson>,
    running: Running,
    revoked: Revoked,
}

impl Demo {
    /// Starts the portal and puts the card that is good into the reader.
    ///
    /// # Errors
    /// `demo_failed` when the card cannot be made or the portal does not start.
    pub async fn start(clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        Self::start_with(Example::default(), clock).await
    }

    /// Starts the portal and puts this example's card into the reader.
    ///
    /// # Errors
    /// `demo_failed` when the card cannot be made or the portal does not start.
    pub async fn start_with(example: Example, clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        let revoked = Revoked::default();
        let card = VirtualCardHandle::inserted(card_of(example, clock.as_ref(), &revoked).await?);
        let roots = roots()?;
        let (identity, server_root) = server_identity()?;
        let endpoint = || Endpoint {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            identity: identity.clone(),
        };
        let mailbox = Mailbox::new();
        let settings = Settings {
            channels: mailbox.channels(),
            ..Settings::in_memory().map_err(failed)?
        };
        let people = people::of_the_example(clock.now().date());
        let config = Config {
            cns: endpoint(),
            api: endpoint(),
            operator: None,
            database: Database::Memory,
            secret_files: Vec::new(),
            client_roots: roots.clone(),
            settings,
        };
        let running = cns_portal::start(config, clock).await.map_err(failed)?;
        let profile = profile(&running)?;
        let portal = HttpsPortal::new(profile.clone(), ServerTrust::Only(vec![server_root]));
        Ok(Self {
            readers: DemoReaders::with(card),
            profile,
            roots,
            portal,
            mailbox,
            people,
            running,
            revoked,
        })
    }

    /// Takes the card out and puts this example's card in, new as on its first day.
    ///
    /// # Errors
    /// `demo_failed` when the card cannot be made; the old one then stays where it is.
    pub async fn exchange(&self, example: Example, clock: &dyn Clock) -> Result<(), Problem> {
        self.readers
            .exchange(card_of(example, clock, &self.revoked).await?);
        Ok(())
    }

    /// The judge of the example's cards. Whether one was revoked its authority says, by a list inside this process.
    pub fn judge(&self, clock: Arc<dyn Clock>) -> Judge {
        let list = ListInside {
            revoked: self.revoked.clone(),
            clock: clock.clone(),
        };
        let revocation = Online::new(list).asking_all(vec![RevocationKind::Crl]);
        Judge::new(Arc::new(self.roots.clone()), Arc::new(revocation), clock)
    }

    /// Has the people behind the counter do what waits for them: they call, look at documents and grant.
    ///
    /// # Errors
    /// `demo_failed` when the portal cannot say what waits.
    pub async fn play_operator(&self) -> Result<usize, Problem> {
        self.running.portal().play_operator().await.map_err(failed)
    }

    /// Stops the portal.
    pub async fn stop(self) {
        self.running.stop().await;
    }
}

/// The card of an example. Makes RSA keys, so it takes a moment.
async fn card_of(example: Example, clock: &dyn Clock, revoked: &Revoked) -> Result<VirtualCard, Problem> {
    let now = clock.now();
    let made = tokio::task::spawn_blocking(move || {
        // A card that was revoked is an older one than that which is good.
        let issued = match example {
            Example::Revoked => now - OLDER,
            Example::Good | Example::LastTry | Example::Blocked | Example::NotActivated => now,
        };
        let identity = pki::identity(example.identity(), issued)?;
        let certificate = identity.certificate_der.clone();
        let card = VirtualCard::new(Personality::named(PERSONALITY)?, identity, PIN)?;
        Ok::<_, VirtualCardError>((card, certificate))
    });
    let (card, certificate) = made.await.map_err(failed)?.map_err(failed)?;
    if example == Example::Revoked {
        revoked.revoke(&certificate, now - SINCE);
    }
    Ok(card)
}

/// The roots that vouch for the example cards.
fn roots() -> Result<TrustRoots, Problem> {
    let mut roots = TrustRoots::default();
    let authority = pki::Authority::example().map_err(failed)?;
    roots.add_der(authority.certificate_der().to_vec());
    Ok(roots)
}

/// A server certificate for this run, made and trusted in memory only.
fn server_identity() -> Result<(TlsIdentity, CertificateDer<'static>), Problem> {
    let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).map_err(failed)?;
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    Ok((
        TlsIdentity {
            chain: vec![certificate.clone()],
            key,
        },
        certificate,
    ))
}

fn profile(running: &Running) -> Result<PortalProfile, Problem> {
    let (cns, api) = (running.cns_addr().port(), running.api_addr().port());
    let mut profile = PortalProfile::parse(&format!(
        r#"
        schema = 1
        id = "esempio"
        name = {{ it = "Portale di esempio", en = "Example portal" }}
        owner = "Sportello"
        kind = "api"
        status = "verified"
        hosts = ["{HOST}"]
        [cns]
        exchange_url = "https://{HOST}:{cns}"
        api_url = "https://{HOST}:{api}"
        "#
    ))
    .map_err(failed)?;
    // Its PIN and its numbers are those of the reference portal, which it is.
    if let Some(reference) = PortalProfile::shipped(REFERENCE) {
        profile.pin = reference.pin;
        profile.contacts = reference.contacts;
    }
    Ok(profile)
}

/// The example has one way to fail; what happened goes to the log and into the problem's reason.
fn failed(error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "the example did not start");
    Problem::new(ProblemCode::DemoFailed).with("reason", error.to_string())
}

/// The name on the example portal's certificate; it resolves to this computer.
const HOST: &str = "localhost";
const REFERENCE: &str = "riferimento";
const PERSONALITY: &str = "classic-st2021";

/// How much older the revoked card is, and since when it is revoked.
const OLDER: Duration = Duration::days(300);
const SINCE: Duration = Duration::days(30);

#[cfg(test)]
mod tests;
