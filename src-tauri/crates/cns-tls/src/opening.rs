//! The opening of a session: none stays open on the portal that nobody holds.

use crate::connections::{Connections, bearer, host_of};
use crate::explain::named;
use cns_login::{Method, Problem, ProblemCode, Session, SessionHandle, Token, masked_code};
use cns_portal_api::{NewSession, PinLogin, SessionOpened};
use std::mem;
use std::path::PathBuf;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

/// All that it takes to trade the code for a session, and to end that session.
pub(crate) struct Opening {
    pub(crate) connections: Connections,
    /// Where sessions are opened.
    pub(crate) sessions: Url,
    /// Where the session that is open is ended.
    pub(crate) current_session: Url,
    pub(crate) proof: Proof,
    pub(crate) place: Place,
}

/// Where a session is good.
pub(crate) struct Place {
    pub(crate) portal: String,
    pub(crate) api_url: Url,
    pub(crate) server_ca: Option<PathBuf>,
}

/// What a session is opened with. It wipes itself.
pub(crate) enum Proof {
    /// The code that the CNS host gave for the card.
    Code(NewSession),
    /// Codice fiscale and PIN of the portal.
    Pin(PinLogin),
}

impl Proof {
    fn method(&self) -> Method {
        match self {
            Self::Code(_) => Method::Cns,
            Self::Pin(_) => Method::Pin,
        }
    }
}

/// A session on its way. Dropped before it is [`taken`](Self::taken), it is ended on the portal.
pub(crate) struct Awaited {
    host: String,
    session: oneshot::Receiver<Result<Session, Problem>>,
    taken: oneshot::Sender<()>,
}

impl Opening {
    /// Starts. The work is a task of its own, for once the code is on its way a session may come of it, whether or
    /// not somebody still waits: a card that is pulled in that moment drops the one who does.
    pub(crate) fn start(self) -> (Awaited, JoinHandle<()>) {
        let (session_to, session) = oneshot::channel();
        let (taken, is_taken) = oneshot::channel();
        let host = host_of(&self.sessions);
        let work = tokio::spawn(async move {
            let mut opening = self;
            let opened = opening.open().await;
            let token = opened.as_ref().ok().map(|session| session.token.clone());
            // A caller that left does not say that it took the session, here as anywhere.
            drop(session_to.send(opened));
            let Some(token) = token else { return };
            if is_taken.await.is_err() {
                opening.take_back(&token).await;
            }
        });
        let awaited = Awaited { host, session, taken };
        (awaited, work)
    }

    async fn open(&mut self) -> Result<Session, Problem> {
        let host = host_of(&self.sessions);
        let request = self.connections.client.post(self.sessions.clone());
        let request = match &self.proof {
            Proof::Code(code) => request.json(code),
            Proof::Pin(login) => request.json(login),
        };
        let reply = self.connections.send(request, &host).await?;
        let opened: SessionOpened = match &self.proof {
            Proof::Code(_) => reply.success()?,
            Proof::Pin(_) => reply.named_success()?,
        };
        let handle = SessionHandle(format!("{:032x}", rand::random::<u128>()));
        session(opened, &self.place, self.proof.method(), handle)
    }

    async fn take_back(self, token: &Token) {
        match self.connections.end(token, self.current_session).await {
            Ok(()) => tracing::info!("a session that nobody waited for was ended"),
            Err(problem) => tracing::warn!(
                problem = problem.code.name(),
                "a session that nobody waited for stays open on the portal"
            ),
        }
    }
}

/// The session that the portal opened.
pub(crate) fn session(
    mut opened: SessionOpened,
    place: &Place,
    method: Method,
    handle: SessionHandle,
) -> Result<Session, Problem> {
    let token = Token::new(mem::take(&mut opened.token));
    if bearer(&token).is_none() {
        return Err(named(
            ProblemCode::PortalAnswerMalformed,
            &host_of(&place.api_url),
        ));
    }
    Ok(Session {
        portal: place.portal.clone(),
        api_url: place.api_url.clone(),
        server_ca: place.server_ca.clone(),
        handle,
        token,
        masked_code: Some(masked_code(&opened.me.codice_fiscale)),
        method,
        kind: opened.me.kind,
        scope: opened.scope,
        holder_name: mem::take(&mut opened.me.full_name),
        expires_at: opened.expires_at,
    })
}

impl Awaited {
    /// Waits for the session and takes it.
    pub(crate) async fn taken(self) -> Result<Session, Problem> {
        // The work gives no answer when the runtime that ran it is gone.
        let no_answer = || Err(named(ProblemCode::PortalUnreachable, &self.host));
        let session = self.session.await.unwrap_or_else(|_| no_answer())?;
        // Who ended the session meanwhile did so because the runtime is going.
        self.taken.send(()).unwrap_or_default();
        Ok(session)
    }
}
