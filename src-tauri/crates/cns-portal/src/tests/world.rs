//! A portal whose clock the test holds, asked without a socket.

use crate::config::{Endpoint, TlsIdentity};
use crate::outbox::Worker;
use crate::tests::on_postgres;
use crate::tests::pki::{self, Card, NOW};
use crate::{Database, Mailbox, PeerCertificate, Portal, Settings, api_app, cns_app};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use cns_portal_api::paths;
use cns_trust::{Clock, TrustRoots};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use time::OffsetDateTime;
use tower::ServiceExt as _;

/// A clock that goes when it is told to.
pub(crate) struct MovingClock(Mutex<OffsetDateTime>);

impl MovingClock {
    pub(crate) fn at(instant: OffsetDateTime) -> Arc<Self> {
        Arc::new(Self(Mutex::new(instant)))
    }

    pub(crate) fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for MovingClock {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock().unwrap()
    }
}

/// A portal in memory.
pub(crate) struct World {
    pub(crate) portal: Portal,
    pub(crate) clock: Arc<MovingClock>,
    pub(crate) mailbox: Mailbox,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::on(&on_postgres::database()).await
    }

    pub(crate) async fn on(database: &Database) -> Self {
        Self::trusting(roots(), database).await
    }

    pub(crate) async fn trusting(roots: TrustRoots, database: &Database) -> Self {
        let settings = Settings::in_memory().unwrap();
        Self::open(roots, database, settings, Mailbox::new(), MovingClock::at(NOW)).await
    }

    /// A portal with other settings than the usual ones.
    pub(crate) async fn with(settings: Settings) -> Self {
        Self::with_mailbox(settings, Mailbox::new()).await
    }

    /// The same, where the ways out lead into a box that is already there.
    pub(crate) async fn with_mailbox(settings: Settings, mailbox: Mailbox) -> Self {
        let (database, clock) = (on_postgres::database(), MovingClock::at(NOW));
        Self::open(roots(), &database, settings, mailbox, clock).await
    }

    /// Another portal on the same database, with the same keys, clock and post.
    pub(crate) async fn beside(&self, database: &Database) -> Self {
        let settings = Settings {
            keys: self.portal.keys().clone(),
            ..Settings::in_memory().unwrap()
        };
        let (mailbox, clock) = (self.mailbox.clone(), Arc::clone(&self.clock));
        Self::open(roots(), database, settings, mailbox, clock).await
    }

    async fn open(
        roots: TrustRoots,
        database: &Database,
        settings: Settings,
        mailbox: Mailbox,
        clock: Arc<MovingClock>,
    ) -> Self {
        let channels = match settings.channels.0.is_empty() {
            true => mailbox.channels(),
            false => settings.channels.clone(),
        };
        let settings = Settings { channels, ..settings };
        let portal = Portal::open(database, Arc::new(roots), settings, clock.clone())
            .await
            .unwrap();
        portal.add_examples().await.unwrap();
        Self {
            portal,
            clock,
            mailbox,
        }
    }

    /// Sends whatever is due, and what follows from it.
    pub(crate) async fn deliver(&self) {
        let workers = Worker::all(&self.portal);
        loop {
            let mut carried_out = self.portal.work_on_pins().await;
            for worker in &workers {
                carried_out += worker.round().await.unwrap();
            }
            if carried_out == 0 {
                return;
            }
        }
    }

    /// Asks the CNS host over a connection that has proved the card.
    pub(crate) async fn show_card(&self, card: &Card) -> Answer {
        let mut request = request(Method::POST, paths::CNS_EXCHANGES, None, Body::empty());
        request
            .extensions_mut()
            .insert(PeerCertificate(card.certificate.clone()));
        Answer::of(cns_app(self.portal.clone()).oneshot(request).await.unwrap()).await
    }

    pub(crate) async fn code(&self, card: &Card) -> String {
        let answer = self.show_card(card).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body["code"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn open_session(&self, code: &str) -> Answer {
        let body = Body::from(json!({ "code": code }).to_string());
        self.ask_api(request(Method::POST, paths::SESSIONS, None, body))
            .await
    }

    /// From the card to the token.
    pub(crate) async fn log_in(&self, card: &Card) -> String {
        let answer = self.open_session(&self.code(card).await).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body["token"].as_str().unwrap().to_owned()
    }

    /// From the card of whoever has this codice fiscale to the token.
    pub(crate) async fn enter(&self, codice_fiscale: &str) -> String {
        self.log_in(&pki::card_of(codice_fiscale)).await
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.ask_api(request(Method::GET, path, token, Body::empty()))
            .await
    }

    pub(crate) async fn log_out(&self, token: &str) -> Answer {
        self.ask_api(request(
            Method::DELETE,
            paths::CURRENT_SESSION,
            Some(token),
            Body::empty(),
        ))
        .await
    }

    pub(crate) async fn ask_api(&self, request: Request<Body>) -> Answer {
        Answer::of(api_app(self.portal.clone()).oneshot(request).await.unwrap()).await
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Null where it is not JSON.
    pub(crate) body: Value,
    /// As it came.
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let is_json = parts.headers.get(header::CONTENT_TYPE).is_some_and(|media_type| {
            media_type
                .to_str()
                .is_ok_and(|media_type| media_type.ends_with("json"))
        });
        let bytes = body.to_vec();
        let body = match is_json {
            true => serde_json::from_slice(&bytes).unwrap(),
            false => Value::Null,
        };
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
            bytes,
        }
    }

    /// Expects a problem, whole and well declared.
    #[track_caller]
    pub(crate) fn expect_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        let problem: cns_portal_api::Problem = serde_json::from_value(self.body.clone()).unwrap();
        assert_eq!((problem.code.as_str(), problem.status), (code, status));
        assert!(!problem.title.is_empty() && !problem.kind.is_empty());
    }
}

pub(crate) fn request(method: Method, path: &str, token: Option<&str>, body: Body) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .unwrap()
}

pub(crate) fn roots() -> TrustRoots {
    let mut roots = TrustRoots::default();
    roots.add_der(pki::authority().root.to_vec());
    roots
}

/// A host on this address, with a certificate for the loopback.
pub(crate) fn endpoint(listen: &str) -> Endpoint {
    let (chain, key) = pki::server_authority().server();
    Endpoint {
        listen: listen.parse().unwrap(),
        identity: TlsIdentity {
            chain: vec![CertificateDer::from_pem_slice(chain.as_bytes()).unwrap()],
            key: PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
        },
    }
}
