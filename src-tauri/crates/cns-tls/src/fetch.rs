//! What `cns-trust` asks of the network, asked.
//!
//! The addresses come out of certificates and lists, which anybody can write. So every one is judged before it is
//! visited, where a redirect leads as much as where it began; nothing goes along that tells one visitor from another; and
//! what comes is bounded in bytes and time.

use crate::addresses::AllowedHosts;
use crate::client::{self, TlsVersions};
use crate::clock::Stopwatch;
use crate::explain::find;
use crate::handshake::Witness;
use crate::lookup::{Lookup, NotPublic, PublicOnly, by_the_system};
use crate::own_thread;
use crate::proxy;
use crate::server_trust::ServerTrust;
use cns_trust::{Answering, Fetch, FetchError, FetchLimits, FetchPurpose, FetchRequest, Fetched, Pour};
use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap, LOCATION};
use reqwest::{Response, StatusCode};
use rustls::ClientConfig;
use rustls::client::Resumption;
use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};
use time::OffsetDateTime;
use tokio::sync::mpsc;
use url::Url;

/// Fetches over http and https, one connection per address.
///
/// - An OCSP response and a CRL come over http, as they must (RFC 5280 §8): they carry their own signature. A trust list
///   comes over https.
/// - A redirect is followed three times at most and never to another scheme; a POST only by 307 and 308, which
///   repeat it (RFC 9110 §15.4.8).
/// - A host that is not on the public internet is not visited unless it was allowed by name: neither written as an
///   address nor as a name that leads there. Such a name is looked up once, and only what was judged is connected to.
/// - Behind a proxy names are looked up by the proxy, which reaches what its owner lets it; addresses are judged here as ever.
/// - An address with a user name or a password in it is refused.
/// - The content type and coding of an answer are not looked at: its signature tells what it is.
///
/// ```no_run
/// use cns_tls::{AllowedHosts, WebFetch};
///
/// let public_hosts_only = WebFetch::new(AllowedHosts::default());
/// ```
#[derive(Clone)]
pub struct WebFetch {
    allowed: AllowedHosts,
    trust: ServerTrust,
    lookup: Lookup,
    at_work: Stopwatch,
}

impl WebFetch {
    /// Visits the public internet, and the hosts of `allowed`. For https the system's roots vouch.
    pub fn new(allowed: AllowedHosts) -> Self {
        Self {
            allowed,
            trust: ServerTrust::System,
            lookup: by_the_system(),
            at_work: Stopwatch::start(),
        }
    }

    /// The same with other roots for https.
    #[must_use]
    pub fn trusting(mut self, trust: ServerTrust) -> Self {
        self.trust = trust;
        self
    }
}

impl fmt::Debug for WebFetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebFetch")
            .field("allowed", &self.allowed)
            .field("trust", &self.trust)
            .finish_non_exhaustive()
    }
}

impl Fetch for WebFetch {
    /// Needs no runtime of the caller's: the connection lives on a thread of its own, and ends with the future.
    fn fetch<'a>(
        &'a self,
        request: FetchRequest<'a>,
        body: &'a mut (dyn Pour + Send),
    ) -> Answering<'a, Result<Fetched, FetchError>> {
        let order = Url::parse(request.url).map(|url| Order {
            url,
            purpose: request.purpose,
            post: request.post.map(<[u8]>::to_vec),
            limits: request.limits,
            web: self.clone(),
        });
        Box::pin(async move {
            let order = order.map_err(|_| FetchError::Address)?;
            // What can be judged without looking anything up is judged before there is a thread.
            order.judge()?;
            let asked = host_of(&order.url);
            let (pieces_to, pieces) = mpsc::channel(PIECES_AHEAD);
            let working = own_thread::finish(move || order.carry_out(pieces_to));
            let outcome = pour_all(pieces, body, pin!(working)).await;
            outcome.unwrap_or_else(|| Err(unreachable(&asked)))
        })
    }

    fn elapsed(&self) -> Duration {
        self.at_work.elapsed()
    }
}

/// Pours what comes until the work has ended; gives the work's outcome, or that it was stopped.
async fn pour_all(
    mut pieces: mpsc::Receiver<Piece>,
    body: &mut (dyn Pour + Send),
    mut working: Pin<&mut impl Future<Output = Option<Result<Fetched, FetchError>>>>,
) -> Option<Result<Fetched, FetchError>> {
    let mut outcome = None;
    loop {
        let piece = tokio::select! {
            biased;
            piece = pieces.recv() => piece,
            ended = &mut working, if outcome.is_none() => {
                outcome = Some(ended);
                continue;
            }
        };
        let Some(piece) = piece else { break };
        if body.pour(&piece.bytes).is_break() {
            return Some(Err(FetchError::Stopped { host: piece.host }));
        }
    }
    match outcome {
        Some(ended) => ended,
        None => working.await,
    }
}

/// One request with everything that it needs away from its caller.
struct Order {
    url: Url,
    purpose: FetchPurpose,
    post: Option<Vec<u8>>,
    limits: FetchLimits,
    web: WebFetch,
}

/// A part of a body, and who sent it.
struct Piece {
    host: String,
    bytes: Vec<u8>,
}

impl Order {
    /// Whether `url` may be asked for this purpose, whoever its host is.
    fn may_ask(&self, url: &Url) -> bool {
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        url.scheme() == scheme_of(self.purpose) && url.host().is_some() && !has_credentials
    }

    /// The judgement on the first address.
    fn judge(&self) -> Result<(), FetchError> {
        if !self.may_ask(&self.url) {
            return Err(FetchError::Address);
        }
        if self.web.allowed.may_visit(&self.url) {
            Ok(())
        } else {
            Err(not_allowed(&self.url))
        }
    }

    /// Fetches within the limit of time.
    async fn carry_out(self, pieces_to: mpsc::Sender<Piece>) -> Result<Fetched, FetchError> {
        let at = RefCell::new(host_of(&self.url));
        let fetched = tokio::time::timeout(self.limits.whole, self.follow(&at, pieces_to)).await;
        let fetched = fetched.unwrap_or_else(|_| Err(FetchError::Timeout { host: at.take() }));
        if let Err(error) = &fetched {
            tracing::debug!(purpose = ?self.purpose, %error, "not fetched");
        }
        fetched
    }

    /// Asks, and asks where it is sent, until there is an answer. `at` is the host that is being asked.
    async fn follow(
        &self,
        at: &RefCell<String>,
        pieces_to: mpsc::Sender<Piece>,
    ) -> Result<Fetched, FetchError> {
        let mut url = self.url.clone();
        let mut redirects_left = MOST_REDIRECTS;
        loop {
            let host = host_of(&url);
            at.replace(host.clone());
            let response = self.send(url.clone(), &host).await?;
            if !leads_on(&response) {
                return self.take(response, host, pieces_to).await;
            }
            let next = self.next(&url, &response).filter(|_| redirects_left > 0);
            url = next.ok_or(FetchError::Redirected { host })?;
            redirects_left -= 1;
            if !self.web.allowed.may_visit(&url) {
                return Err(not_allowed(&url));
            }
        }
    }

    /// Where a redirect leads, if it may be followed: not to another scheme, and a POST only where it is repeated. A GET
    /// in its place would lose the question.
    fn next(&self, url: &Url, response: &Response) -> Option<Url> {
        let status = response.status();
        let repeats = status == StatusCode::TEMPORARY_REDIRECT || status == StatusCode::PERMANENT_REDIRECT;
        let target = response.headers().get(LOCATION)?.to_str().ok()?;
        let next = url.join(target).ok()?;
        (self.may_ask(&next) && (repeats || self.post.is_none())).then_some(next)
    }

    /// Sends one request and waits for the head of its answer.
    async fn send(&self, url: Url, host: &str) -> Result<Response, FetchError> {
        let client = self.client().ok_or_else(|| untrusted(host))?;
        let request = match &self.post {
            Some(body) => client
                .post(url)
                .header(CONTENT_TYPE, "application/ocsp-request")
                .body(body.clone()),
            None => client.get(url),
        };
        request
            .header(ACCEPT, "*/*")
            .send()
            .await
            .map_err(|error| explain(&error, host))
    }

    /// Hands over the body, piece by piece, up to the limit.
    async fn take(
        &self,
        mut response: Response,
        host: String,
        pieces_to: mpsc::Sender<Piece>,
    ) -> Result<Fetched, FetchError> {
        if response.status() != StatusCode::OK {
            let status = response.status().as_u16();
            return Err(FetchError::Status { host, status });
        }
        let limit = self.limits.body;
        if response.content_length().is_some_and(|length| length > limit) {
            return Err(FetchError::TooLarge { host, limit });
        }
        let server_date = date_of(response.headers());
        let mut bytes = 0_u64;
        loop {
            let piece = tokio::select! {
                piece = response.chunk() => piece.map_err(|error| explain(&error, &host))?,
                () = pieces_to.closed() => return Err(FetchError::Stopped { host }),
            };
            let Some(piece) = piece else { break };
            bytes = bytes.saturating_add(piece.len() as u64);
            if bytes > limit {
                return Err(FetchError::TooLarge { host, limit });
            }
            let piece = Piece {
                host: host.clone(),
                bytes: piece.to_vec(),
            };
            if pieces_to.send(piece).await.is_err() {
                return Err(FetchError::Stopped { host });
            }
        }
        tracing::debug!(%host, purpose = ?self.purpose, bytes, "fetched");
        Ok(Fetched {
            host,
            server_date,
            bytes,
        })
    }

    /// A client for one connection; `None` where the roots for https cannot be used.
    fn client(&self) -> Option<reqwest::Client> {
        let encrypted = self.purpose == FetchPurpose::TrustList;
        let resolver = PublicOnly {
            allowed: self.web.allowed.clone(),
            lookup: Arc::clone(&self.web.lookup),
            proxies: proxy::chosen().hosts(),
        };
        client::builder(self.tls(encrypted)?, Resumption::disabled())
            .ok()?
            .https_only(encrypted)
            .dns_resolver(resolver)
            .pool_max_idle_per_host(0)
            .user_agent("Sportello")
            .connect_timeout(self.limits.connect)
            .build()
            .ok()
    }

    fn tls(&self, encrypted: bool) -> Option<ClientConfig> {
        // Over http nobody is vouched for, and the system's roots need not be read.
        if !encrypted {
            return client::trusting_nobody();
        }
        let config = client::server_side(&self.web.trust, TlsVersions::Both, &Witness::default());
        Some(config.ok()?.with_no_client_auth())
    }
}

/// Names what happened to a request; the types of the errors decide, never their English.
fn explain(error: &reqwest::Error, host: &str) -> FetchError {
    let host = host.to_owned();
    let tls = find::<rustls::Error>(error);
    if find::<NotPublic>(error).is_some() {
        FetchError::HostNotAllowed { host }
    } else if matches!(tls, Some(rustls::Error::InvalidCertificate(_))) {
        FetchError::ServerUntrusted { host }
    } else if error.is_timeout() || find::<io::Error>(error).is_some_and(is_timeout) {
        FetchError::Timeout { host }
    } else if error.is_builder() {
        FetchError::Address
    } else {
        unreachable(&host)
    }
}

fn is_timeout(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::TimedOut
}

/// The server's `Date`, in any of the forms of RFC 9110 §5.6.7.
fn date_of(headers: &HeaderMap) -> Option<OffsetDateTime> {
    let text = headers.get(DATE)?.to_str().ok()?;
    httpdate::parse_http_date(text).ok().map(OffsetDateTime::from)
}

/// Whether an answer sends whoever asks somewhere else (RFC 9110 §15.4).
fn leads_on(response: &Response) -> bool {
    let redirects = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    redirects && response.headers().contains_key(LOCATION)
}

fn scheme_of(purpose: FetchPurpose) -> &'static str {
    match purpose {
        FetchPurpose::Ocsp | FetchPurpose::Crl => "http",
        FetchPurpose::TrustList => "https",
    }
}

fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

fn not_allowed(url: &Url) -> FetchError {
    FetchError::HostNotAllowed { host: host_of(url) }
}

fn unreachable(host: &str) -> FetchError {
    FetchError::Unreachable {
        host: host.to_owned(),
    }
}

fn untrusted(host: &str) -> FetchError {
    FetchError::ServerUntrusted {
        host: host.to_owned(),
    }
}

/// Three may be followed: some authorities moved their lists, and left a sign.
const MOST_REDIRECTS: usize = 3;

/// Pieces of a body that may wait for whoever reads it; a piece is what came in one read.
const PIECES_AHEAD: usize = 4;

#[cfg(test)]
mod tests;
