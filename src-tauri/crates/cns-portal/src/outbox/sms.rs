//! Text messages, through a gateway that is asked over HTTP.
//!
//! A request is signed as RFC 9421 says (HMAC-SHA-256 over method, path, host, digest of the body and key), so the
//! gateway knows that it is ours and that nobody changed it. `Idempotency-Key` is the message's name: a request that
//! comes twice is one message.

use crate::error::ConfigError;
use crate::outbox::channel::{Channel, ChannelKind, Outgoing, SendError, Sending};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use ring::{digest, hmac};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

/// A gateway for text messages.
pub struct Sms {
    host: String,
    port: u16,
    /// The host as the request names it, with its port where it is not the usual one.
    authority: String,
    path: String,
    tls: Option<Tls>,
    key_id: String,
    key: hmac::Key,
    patience: Duration,
}

struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Sms {
    /// A gateway by its address: `https`, with the issuers of its certificate in PEM, or `http` on this computer.
    ///
    /// # Errors
    /// [`ConfigError::Delivery`] when the address is not of these, or there are no issuers for `https`.
    pub fn new(url: &str, issuer: Option<&Path>, key_id: &str, key: &[u8]) -> Result<Self, ConfigError> {
        let unusable = |name| ConfigError::Delivery { name };
        let url = Url::parse(url).map_err(|_| unusable("url"))?;
        let host = url.host_str().ok_or_else(|| unusable("url"))?.to_owned();
        let is_local = url.host().is_some_and(|host| match host {
            url::Host::Ipv4(address) => address.is_loopback(),
            url::Host::Ipv6(address) => address.is_loopback(),
            url::Host::Domain(name) => name == "localhost",
        });
        let tls = match (url.scheme(), issuer) {
            ("http", _) if is_local => None,
            ("https", Some(path)) => Some(Tls {
                connector: connector(path)?,
                name: ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
                    .map_err(|_| unusable("url"))?,
            }),
            ("https", None) => return Err(unusable("issuer")),
            _ => return Err(unusable("url")),
        };
        // A name goes between quotes into a header.
        if key_id.is_empty()
            || !key_id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        {
            return Err(unusable("key_id"));
        }
        Ok(Self {
            authority: match url.port() {
                Some(port) => format!("{host}:{port}"),
                None => host.clone(),
            },
            port: url.port_or_known_default().ok_or_else(|| unusable("url"))?,
            host: host.trim_matches(['[', ']']).to_owned(),
            path: url.path().to_owned(),
            tls,
            key_id: key_id.to_owned(),
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
            patience: PATIENCE,
        })
    }

    /// Waits for the gateway no longer than this.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    async fn deliver(&self, message: &Outgoing) -> Result<(), SendError> {
        let request = self.request(message)?;
        // Whatever breaks, the same key makes the same message: it is asked again.
        let answer = tokio::time::timeout(self.patience, self.ask(request))
            .await
            .map_err(|_| SendError::InDoubt)?
            .map_err(|_| SendError::InDoubt)?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Err(AGAIN),
            status => Err(SendError::NotSent {
                retry: status.is_server_error(),
            }),
        }
    }

    fn request(&self, message: &Outgoing) -> Result<Request<String>, SendError> {
        let text = message.body.as_text();
        let body = serde_json::json!({ "to": *message.to, "text": *text }).to_string();
        let digest = STANDARD.encode(digest::digest(&digest::SHA256, body.as_bytes()));
        let digest = format!("sha-256=:{digest}:");
        let parameters = format!(
            "({});created={};keyid=\"{}\";alg=\"hmac-sha256\"",
            "\"@method\" \"@authority\" \"@path\" \"content-digest\" \"idempotency-key\"",
            message.at.unix_timestamp(),
            self.key_id
        );
        // RFC 9421, 2.5: one line for each part, and the parameters last.
        let signed = format!(
            "\"@method\": POST\n\"@authority\": {}\n\"@path\": {}\n\"content-digest\": {digest}\n\
             \"idempotency-key\": {}\n\"@signature-params\": {parameters}",
            self.authority, self.path, message.id
        );
        let signature = STANDARD.encode(hmac::sign(&self.key, signed.as_bytes()));
        Request::post(&self.path)
            .header("Host", &self.authority)
            .header("Content-Type", "application/json")
            .header("Content-Digest", digest)
            .header("Idempotency-Key", &message.id)
            .header("Signature-Input", format!("portal={parameters}"))
            .header("Signature", format!("portal=:{signature}:"))
            .body(body)
            .map_err(|_| SendError::NotSent { retry: false })
    }

    async fn ask(&self, request: Request<String>) -> std::io::Result<Response<Incoming>> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        match &self.tls {
            Some(Tls { connector, name }) => {
                talk(connector.connect(name.clone(), stream).await?, request).await
            }
            None => talk(stream, request).await,
        }
    }
}

/// One request, one connection.
async fn talk<S>(stream: S, request: Request<String>) -> std::io::Result<Response<Incoming>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(std::io::Error::other)?;
    let line = tokio::spawn(connection);
    let answer = sender.send_request(request).await;
    line.abort();
    answer.map_err(std::io::Error::other)
}

fn connector(issuer: &Path) -> Result<TlsConnector, ConfigError> {
    let pem = |_| ConfigError::Pem {
        path: issuer.to_owned(),
        wanted: "certificate",
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(issuer).map_err(pem)? {
        roots
            .add(certificate.map_err(pem)?)
            .map_err(|_| ConfigError::Delivery { name: "issuer" })?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let settings = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| ConfigError::Delivery { name: "issuer" })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(settings).into())
}

impl Channel for Sms {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> Sending<'a> {
        Box::pin(self.deliver(message))
    }
}

impl fmt::Debug for Sms {
    /// Prints nothing of the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms")
            .field("authority", &self.authority)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

const AGAIN: SendError = SendError::NotSent { retry: true };

const PATIENCE: Duration = Duration::from_secs(30);
