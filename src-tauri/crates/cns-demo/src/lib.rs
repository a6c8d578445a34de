//! The example card and the reference portal inside one process: "Prova con una tessera di esempio".
//!
//! The person is invented, the authority that vouches for her is known to nobody else, and the portal listens on
//! this computer's loopback address alone, with a database in memory. The roots of the example are trusted for the
//! example's portal and nowhere else. Nothing is written to the disk.

mod readers;

pub use readers::DemoReaders;

use cns_login::{PortalProfile, Problem, ProblemCode};
use cns_portal::{Config, Database, Endpoint, Limits, Running, TlsIdentity};
use cns_tls::{HttpsPortal, ServerTrust};
use cns_trust::{Clock, TrustRoots};
use cns_virtual_card::{Personality, VirtualCard, VirtualCardHandle, pki};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// The example's card PIN. It opens nothing but the example.
pub const PIN: &str = cns_virtual_card::EXAMPLE_PIN;

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
    running: Running,
}

impl Demo {
    /// Starts the portal and puts the card into the reader.
    ///
    /// # Errors
    /// `demo_failed` when the card cannot be made or the portal does not start.
    pub async fn start(clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        let now = clock.now();
        let (card, roots) = tokio::task::spawn_blocking(move || card_and_roots(now))
            .await
            .map_err(failed)??;
        let (identity, server_root) = server_identity()?;
        let endpoint = || Endpoint {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            identity: identity.clone(),
        };
        let config = Config {
            cns: endpoint(),
            api: endpoint(),
            database: Database::Memory,
            client_roots: roots.clone(),
            limits: Limits::default(),
        };
        let running = cns_portal::start(config, clock).await.map_err(failed)?;
        let profile = profile(&running)?;
        let portal = HttpsPortal::new(profile.clone(), ServerTrust::Only(vec![server_root]));
        Ok(Self {
            readers: DemoReaders::with(card),
            profile,
            roots,
            portal,
            running,
        })
    }

    /// Stops the portal.
    pub async fn stop(self) {
        self.running.stop().await;
    }
}

/// The example card, and the roots that vouch for it. Makes RSA keys, so it takes a moment.
fn card_and_roots(now: time::OffsetDateTime) -> Result<(VirtualCardHandle, TrustRoots), Problem> {
    let identity = pki::identity(IDENTITY, now).map_err(failed)?;
    let mut roots = TrustRoots::default();
    roots.add_der(
        pki::Authority::example()
            .map_err(failed)?
            .certificate_der()
            .to_vec(),
    );
    let personality = Personality::named(PERSONALITY).map_err(failed)?;
    let card = VirtualCard::new(personality, identity, PIN).map_err(failed)?;
    Ok((VirtualCardHandle::inserted(card), roots))
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
    PortalProfile::parse(&format!(
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
    .map_err(failed)
}

/// The example has one way to fail; what happened goes to the log and into the problem's reason.
fn failed(error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "the example did not start");
    Problem::new(ProblemCode::DemoFailed).with("reason", error.to_string())
}

/// The name on the example portal's certificate; it resolves to this computer.
const HOST: &str = "localhost";
const IDENTITY: &str = "citizen-good";
const PERSONALITY: &str = "classic-st2021";
