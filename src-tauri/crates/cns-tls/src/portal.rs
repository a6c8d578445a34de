//! A portal that speaks the API of `cns-portal-api`, over HTTPS.

use crate::explain::{at, named, nothing_in_common};
use crate::handshake::{Facts, Witness};
use crate::reply::{Reply, receive};
use crate::server_trust::ServerTrust;
use crate::{Limits, TlsVersions, client, own_thread};
use cns_card::UnlockedCard;
use cns_login::{Portal, PortalProfile, Problem, ProblemCode, Session, SessionHandle, Token};
use cns_portal_api::{CnsExchange, ContributionStatement, NewSession, SessionOpened, codes, paths};
use cns_trust::CheckedCertificate;
use reqwest::{RequestBuilder, StatusCode};
use std::sync::{Mutex, PoisonError};
use url::Url;

/// The portal of a profile.
///
/// The card meets one host, on a connection of its own that is closed before the session begins; everything
/// after that goes to the other host, which never sees the card.
#[derive(Debug)]
pub struct HttpsPortal {
    id: String,
    /// None where only the session is known: then there is no way in, and the session's own host is the only one.
    profile: Option<PortalProfile>,
    trust: ServerTrust,
    limits: Limits,
    /// The connections of the session that is open; none before the log-in and after the log-out.
    connections: Mutex<Option<Connections>>,
}

/// A pool of connections to the API host, and what was seen of them.
#[derive(Clone, Debug)]
struct Connections {
    client: reqwest::Client,
    witness: Witness,
}

impl HttpsPortal {
    /// The portal that `profile` describes, with servers vouched for by `trust`. Nothing is contacted.
    pub fn new(profile: PortalProfile, trust: ServerTrust) -> Self {
        Self {
            id: profile.id.clone(),
            profile: Some(profile),
            trust,
            limits: Limits::default(),
            connections: Mutex::new(None),
        }
    }

    /// The portal behind a session that was kept, for whoever has no profile at hand. It cannot log in.
    pub fn for_session(session: &Session) -> Self {
        let trust = session
            .server_ca
            .clone()
            .map_or(ServerTrust::System, ServerTrust::File);
        Self {
            id: session.portal.clone(),
            profile: None,
            trust,
            limits: Limits::default(),
            connections: Mutex::new(None),
        }
    }

    /// The same portal with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Trades the card's signature for a code, and the code for a session.
    async fn open_session(&self, card: UnlockedCard) -> Result<Session, Problem> {
        let profile = self.profile.as_ref();
        let profile =
            profile.ok_or_else(|| Problem::new(ProblemCode::PortalUnknown).with("portal", &self.id))?;
        self.close_connections();
        let exchange = self.exchange(card, &profile.cns.exchange_url).await?;
        let url = self.address(&profile.cns.api_url, paths::SESSIONS)?;
        let host = host_of(&url);
        let request = self
            .connections()?
            .client
            .post(url)
            .json(&NewSession { code: exchange.code });
        let opened: SessionOpened = self.send(request, &host).await?.success()?;
        Ok(Session {
            portal: self.id.clone(),
            api_url: profile.cns.api_url.clone(),
            server_ca: self.trust.file(),
            handle: SessionHandle(format!("{:032x}", rand::random::<u128>())),
            token: Token::new(opened.token),
            holder_name: opened.me.full_name,
            expires_at: opened.expires_at,
        })
    }

    /// Gets the one-time code. The connection ends with the thread that made it.
    async fn exchange(&self, card: UnlockedCard, base: &Url) -> Result<CnsExchange, Problem> {
        let url = self.address(base, paths::CNS_EXCHANGES)?;
        let (trust, limits) = (self.trust.clone(), self.limits);
        let asked = host_of(&url);
        let host = asked.clone();
        own_thread::run(move || async move {
            let witness = Witness::default();
            let client = client::with_card(card, &trust, TlsVersions::Both, limits, &witness)?;
            let reply = receive(client.post(url), limits, &host, &witness).await?;
            let facts = witness.facts();
            tracing::info!(%host, tls = facts.version_text(), signatures = facts.signatures, "card exchanged");
            if reply.status.is_success() { reply.success() } else { Err(refused_card(reply, &facts)) }
        })
        .await
        .map_err(|problem| at(&asked, problem))
    }

    /// Ends the session on the portal.
    async fn end(&self, session: &Session) -> Result<(), Problem> {
        let url = self.address(&session.api_url, paths::CURRENT_SESSION)?;
        let host = host_of(&url);
        let request = self
            .connections()?
            .client
            .delete(url)
            .bearer_auth(session.token.reveal());
        let reply = self.send(request, &host).await?;
        // A session that the portal does not know is as ended as it can be.
        if reply.status.is_success() || reply.status == StatusCode::UNAUTHORIZED {
            Ok(())
        } else {
            Err(reply.refusal())
        }
    }

    /// Sends a request on the connections of the session.
    async fn send(&self, request: RequestBuilder, host: &str) -> Result<Reply, Problem> {
        let witness = self.connections()?.witness;
        receive(request, self.limits, host, &witness).await
    }

    /// The session's connections, opened where there are none.
    fn connections(&self) -> Result<Connections, Problem> {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = connections.as_ref() {
            return Ok(open.clone());
        }
        let witness = Witness::default();
        let client = client::without_card(&self.trust, self.limits, &witness)?;
        Ok(connections.insert(Connections { client, witness }).clone())
    }

    /// Closes the connections that wait for a next request: two sessions never share one.
    fn close_connections(&self) {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }

    /// The address of `path` below `base`, if the profile allows it.
    fn address(&self, base: &Url, path: &str) -> Result<Url, Problem> {
        let mut url = base.clone();
        url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
        if url.scheme() != "https" {
            return Err(Problem::new(ProblemCode::NotHttps).with("url", url.as_str()));
        }
        if self.profile.as_ref().is_some_and(|profile| !profile.allows(&url)) {
            return Err(named(ProblemCode::HostNotAllowed, &host_of(&url)));
        }
        Ok(url)
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
        let url = self.address(&session.api_url, paths::CONTRIBUTION_STATEMENT)?;
        let host = host_of(&url);
        let request = self
            .connections()?
            .client
            .get(url)
            .bearer_auth(session.token.reveal());
        let reply = self.send(request, &host).await?;
        if reply.status == StatusCode::UNAUTHORIZED {
            return Err(ProblemCode::SessionEnded.into());
        }
        reply.success()
    }

    async fn log_out(&self, session: &Session) -> Result<(), Problem> {
        let ended = self.end(session).await;
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

fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}
