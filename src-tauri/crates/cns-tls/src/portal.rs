//! A portal that speaks the API of `cns-portal-api`, over HTTPS.

use crate::connections::{Connections, host_of};
use crate::explain::{at, named, nothing_in_common};
use crate::handshake::{Facts, Witness};
use crate::opening::{Opening, Place, Proof};
use crate::reply::{Reply, receive};
use crate::server_trust::ServerTrust;
use crate::{Limits, TlsVersions, client, own_thread};
use cns_card::UnlockedCard;
use cns_login::{Portal, PortalProfile, Problem, ProblemCode, Session};
use cns_portal_api::{CnsExchange, ContributionStatement, NewSession, codes, paths};
use cns_trust::CheckedCertificate;
use reqwest::StatusCode;
use rustls::client::Resumption;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::task::JoinHandle;
use url::Url;

/// The portal of a profile.
///
/// The card meets one host, on a connection of its own that is closed before the session begins; everything
/// after that goes to the other host, which never sees the card.
#[derive(Debug)]
pub struct HttpsPortal {
    id: String,
    reach: Reach,
    trust: ServerTrust,
    limits: Limits,
    /// The connections of the session that is open; none before the log-in and after the log-out.
    connections: Mutex<Option<Connections>>,
    /// Sessions on their way, some of them perhaps given up by whoever asked.
    openings: Mutex<Vec<JoinHandle<()>>>,
}

/// The addresses that are ever contacted.
#[derive(Debug)]
enum Reach {
    /// The hosts of a profile.
    Profile(Box<PortalProfile>),
    /// The scheme, host and port of a session that was kept. There is no way in.
    Session(Url),
}

impl HttpsPortal {
    /// The portal that `profile` describes, with servers vouched for by `trust`. Nothing is contacted.
    pub fn new(profile: PortalProfile, trust: ServerTrust) -> Self {
        Self::reaching(profile.id.clone(), Reach::Profile(Box::new(profile)), trust)
    }

    /// The portal behind a session that was kept, for whoever has no profile at hand. It cannot log in.
    ///
    /// Where sessions are kept there is no allow-list: the session's own address is the only one that is ever
    /// contacted, and only over https. Of another session the token goes nowhere else than there, or nowhere.
    pub fn for_session(session: &Session) -> Self {
        let trust = session
            .server_ca
            .clone()
            .map_or(ServerTrust::System, ServerTrust::File);
        Self::reaching(
            session.portal.clone(),
            Reach::Session(session.api_url.clone()),
            trust,
        )
    }

    fn reaching(id: String, reach: Reach, trust: ServerTrust) -> Self {
        Self {
            id,
            reach,
            trust,
            limits: Limits::default(),
            connections: Mutex::default(),
            openings: Mutex::default(),
        }
    }

    /// The same portal with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Waits until every log-in that was given up has left no session open on the portal, or could not help it.
    ///
    /// A log-in that is dropped while the portal opens its session goes on by itself, and ends that session when it
    /// is there. A program that is about to end calls this first. It takes no longer than one request and one more;
    /// while a log-in is still held and not waited for, it takes as long as that.
    pub async fn settled(&self) {
        let openings = mem::take(&mut *self.openings());
        for opening in openings {
            // An opening that did not come to its end has nothing more to say.
            opening.await.unwrap_or_default();
        }
    }

    /// Trades the card's signature for a code, and the code for a session.
    async fn open_session(&self, card: UnlockedCard) -> Result<Session, Problem> {
        let Reach::Profile(profile) = &self.reach else {
            return Err(Problem::new(ProblemCode::PortalUnknown).with("portal", &self.id));
        };
        let (Some(api_url), Some(exchange_url)) = (profile.api_url(), profile.exchange_url()) else {
            return Err(Problem::new(ProblemCode::BrowserOnly).with("portal", &self.id));
        };
        self.close_connections();
        let mut exchange = self.exchange(card, exchange_url).await?;
        let code = mem::take(&mut exchange.code);
        self.opened(api_url, paths::SESSIONS, Proof::Code(NewSession { code }))
            .await
    }

    /// Opens a session with this proof, on connections of its own.
    pub(crate) async fn opened(&self, api_url: &Url, path: &str, proof: Proof) -> Result<Session, Problem> {
        let connections = Connections::new(&self.trust, self.limits)?;
        let opening = Opening {
            connections: connections.clone(),
            sessions: self.address(api_url, path)?,
            current_session: self.address(api_url, paths::CURRENT_SESSION)?,
            proof,
            place: self.place(api_url),
        };
        let (awaited, work) = opening.start();
        {
            let mut openings = self.openings();
            openings.retain(|opening| !opening.is_finished());
            openings.push(work);
        }
        let session = awaited.taken().await?;
        *self.open_connections() = Some(connections);
        Ok(session)
    }

    /// Where a session of this portal is good.
    pub(crate) fn place(&self, api_url: &Url) -> Place {
        Place {
            portal: self.id.clone(),
            api_url: api_url.clone(),
            server_ca: self.trust.file(),
        }
    }

    /// The base address of the area, for what is asked before any log-in.
    pub(crate) fn area(&self) -> Result<&Url, Problem> {
        match &self.reach {
            Reach::Profile(profile) => profile
                .api_url()
                .ok_or_else(|| Problem::new(ProblemCode::BrowserOnly).with("portal", &self.id)),
            Reach::Session(api_url) => Ok(api_url),
        }
    }

    /// Connections for one question that belongs to no session.
    pub(crate) fn nobodys_connections(&self) -> Result<Connections, Problem> {
        Connections::new(&self.trust, self.limits)
    }

    /// Gets the one-time code. The connection ends with the thread that made it.
    async fn exchange(&self, card: UnlockedCard, base: &Url) -> Result<CnsExchange, Problem> {
        let url = self.address(base, paths::CNS_EXCHANGES)?;
        let (trust, limits) = (self.trust.clone(), self.limits);
        let asked = host_of(&url);
        let host = asked.clone();
        own_thread::run(move || async move {
            let witness = Witness::default();
            let client = client::with_card(
                card,
                &trust,
                TlsVersions::Both,
                limits,
                &witness,
                Resumption::disabled(),
            )?;
            let reply = receive(client.post(url), limits, &host, &witness).await?;
            let facts = witness.facts();
            tracing::info!(%host, tls = facts.version_text(), signatures = facts.signatures, "card exchanged");
            if reply.status.is_success() { reply.success() } else { Err(refused_card(reply, &facts)) }
        })
        .await
        .map_err(|problem| at(&asked, problem))
    }

    /// The session's connections, opened where there are none.
    pub(crate) fn connections(&self) -> Result<Connections, Problem> {
        let mut connections = self.open_connections();
        if let Some(open) = connections.as_ref() {
            return Ok(open.clone());
        }
        Ok(connections
            .insert(Connections::new(&self.trust, self.limits)?)
            .clone())
    }

    /// Closes the connections that wait for a next request: two sessions never share one.
    pub(crate) fn close_connections(&self) {
        self.open_connections().take();
    }

    fn open_connections(&self) -> MutexGuard<'_, Option<Connections>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn openings(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.openings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address of `path` below `base`, where it may be contacted.
    pub(crate) fn address(&self, base: &Url, path: &str) -> Result<Url, Problem> {
        let mut url = base.clone();
        // Credentials in an address would be sent, and printed with it. In an address with a host, this succeeds.
        url.set_username("")
            .and_then(|()| url.set_password(None))
            .unwrap_or_default();
        url.set_query(None);
        url.set_fragment(None);
        url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
        if url.scheme() != "https" {
            return Err(Problem::new(ProblemCode::NotHttps).with("url", url.as_str()));
        }
        let allowed = match &self.reach {
            Reach::Profile(profile) => profile.allows(&url),
            Reach::Session(only) => only.origin() == url.origin(),
        };
        if allowed {
            Ok(url)
        } else {
            Err(named(ProblemCode::HostNotAllowed, &host_of(&url)))
        }
    }
}

impl Portal for HttpsPortal {
    async fn log_in(&self, card: UnlockedCard, certificate: &CheckedCertificate) -> Result<Session, Problem> {
        // The proof of one card opens no door for another.
        if !certificate.is_for(card.certificate_der()) {
            return Err(ProblemCode::CertificateRefused.into());
        }
        self.open_session(card).await
    }

    async fn statement(&self, session: &Session) -> Result<ContributionStatement, Problem> {
        self.read(session, paths::CONTRIBUTION_STATEMENT).await
    }

    async fn log_out(&self, session: &Session) -> Result<(), Problem> {
        let ended = match self.address(&session.api_url, paths::CURRENT_SESSION) {
            Ok(url) => self.connections()?.end(&session.token, url).await,
            Err(problem) => Err(problem),
        };
        self.close_connections();
        ended
    }
}

/// The CNS host answered, and not with a code.
fn refused_card(reply: Reply, facts: &Facts) -> Problem {
    if facts.nothing_in_common() {
        return nothing_in_common(facts, &reply.host);
    }
    // Apache with `SSLVerifyClient` below a path asks for the certificate after it has read the request: in
    // TLS 1.3 by an extension that rustls does not offer, and then it answers 403 without having asked.
    if !facts.certificate_asked && reply.status == StatusCode::FORBIDDEN {
        return named(ProblemCode::RenegotiationAsked, &reply.host);
    }
    let code = reply.portal_code();
    // 400 without a word of the portal is how nginx says it about a certificate whose chain it does not trust.
    let by_server = code.is_none() && reply.status == StatusCode::BAD_REQUEST && facts.signatures > 0;
    if by_server || code.as_deref() == Some(codes::CERTIFICATE_REFUSED) {
        return named(ProblemCode::PortalRefusedCard, &reply.host).with("status", reply.status.as_str());
    }
    reply.refusal()
}
