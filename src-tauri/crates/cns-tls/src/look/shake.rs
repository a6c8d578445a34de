//! One handshake without a card, to see what a server shows and asks for.

use crate::{ServerTrust, TlsVersions, Way, proxy};
use cns_login::{Problem, ProblemCode};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ClientConnection, ResolvesClientCert, Resumption};
use rustls::crypto::{CryptoProvider, ring};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use url::Url;

/// What a handshake showed.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Somebody answered at the address.
    pub(super) reached: bool,
    /// The server proved in this version of TLS that it holds its key.
    pub(super) spoken: bool,
    /// Its certificate, DER; empty where it came to none.
    pub(super) certificate: Vec<u8>,
    /// Why that is not good, by those whose word counts.
    pub(super) refused: Option<CertificateError>,
    /// Whether the public roots vouch for it as well.
    pub(super) known: bool,
    /// Whether a certificate was asked for.
    pub(super) certificate_asked: bool,
    /// The authorities that it takes certificates from, as it says: DER names.
    pub(super) authorities: Vec<Vec<u8>>,
    /// What time it says it is.
    pub(super) date: Option<OffsetDateTime>,
}

/// Opens a connection, shakes hands, asks a good server for its time, and closes it.
///
/// # Errors
/// `roots_unusable`; `proxy_unusable`, `proxy_unreachable`, `proxy_wants_password`, `proxy_refused`.
pub(super) async fn shake(
    way: &Way,
    known: Option<&ServerTrust>,
    place: &Url,
    version: TlsVersions,
) -> Result<Seen, Problem> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let witness = Arc::new(Looking {
        accepted: way.trust.verifier(&provider)?,
        known: known.map(|known| known.verifier(&provider)).transpose()?,
        seen: Mutex::default(),
    });
    let unusable = |_| Problem::new(ProblemCode::TlsFailed).with("reason", "versions");
    let builder = ClientConfig::builder_with_provider(provider);
    let mut config = builder
        .with_protocol_versions(version.in_tls())
        .map_err(unusable)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&witness) as Arc<dyn ServerCertVerifier>)
        .with_client_cert_resolver(Arc::clone(&witness) as Arc<dyn ResolvesClientCert>);
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let (wait, place) = (way.limits.connect, place.clone());
    let stream = match tokio::time::timeout(wait, proxy::chosen().connect(&place)).await {
        Ok(Ok(stream)) => stream.into_std(),
        Ok(Err(problem)) if problem.code != ProblemCode::PortalUnreachable => return Err(problem),
        Ok(Err(_)) | Err(_) => return Ok(Seen::default()),
    };
    let Ok(stream) = stream else {
        return Ok(Seen::default());
    };
    witness.seen().reached = true;
    let looking = Arc::clone(&witness);
    let blocking = tokio::task::spawn_blocking(move || converse(config, &place, stream, wait, &looking));
    // What was seen by then is what there is.
    let limit = wait.saturating_mul(2);
    drop(tokio::time::timeout(limit, blocking).await);
    let seen = witness.seen().clone();
    Ok(seen)
}

/// Whatever goes wrong here ends the conversation; what was seen until then stays.
fn converse(
    config: ClientConfig,
    place: &Url,
    mut stream: TcpStream,
    wait: Duration,
    looking: &Looking,
) -> Option<()> {
    let (host, port) = (place.host_str()?, place.port_or_known_default()?);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    stream.set_nonblocking(false).ok()?;
    stream.set_read_timeout(Some(wait)).ok()?;
    stream.set_write_timeout(Some(wait)).ok()?;
    let server = ServerName::try_from(bare.to_owned()).ok()?;
    let mut connection = ClientConnection::new(Arc::new(config), server).ok()?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream).ok()?;
    }
    if looking.seen().refused.is_some() {
        return None;
    }
    stream.set_read_timeout(Some(wait.min(FOR_THE_TIME))).ok()?;
    let mut tls = rustls::Stream::new(&mut connection, &mut stream);
    let request = format!(
        "HEAD {} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n",
        place.path()
    );
    tls.write_all(request.as_bytes()).ok()?;
    let mut head = Vec::new();
    let mut piece = [0; 2048];
    while head.len() < LARGEST_HEAD && !ended(&head) {
        match tls.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(read) => head.extend_from_slice(piece.get(..read)?),
        }
    }
    looking.seen().date = date(&head);
    Some(())
}

fn ended(head: &[u8]) -> bool {
    head.windows(4).any(|bytes| bytes == b"\r\n\r\n")
}

/// The time in the `Date` field (RFC 9110 §6.6.1).
fn date(head: &[u8]) -> Option<OffsetDateTime> {
    let head = String::from_utf8_lossy(head);
    let field = head
        .lines()
        .take_while(|line| !line.is_empty())
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("date").then(|| value.trim().to_owned())
        })?;
    httpdate::parse_http_date(&field).ok().map(OffsetDateTime::from)
}

/// Lets every handshake go on to its end, and writes down what the judges say.
#[derive(Debug)]
struct Looking {
    accepted: Arc<dyn ServerCertVerifier>,
    known: Option<Arc<dyn ServerCertVerifier>>,
    seen: Mutex<Seen>,
}

impl Looking {
    /// Nobody panics while holding it; were it so, what was seen would still be true.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServerCertVerifier for Looking {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let judged = |by: &dyn ServerCertVerifier| {
            by.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        let refused = match judged(self.accepted.as_ref()) {
            Ok(_) => None,
            Err(rustls::Error::InvalidCertificate(error)) => Some(error),
            Err(_) => Some(CertificateError::ApplicationVerificationFailure),
        };
        let known = self
            .known
            .as_ref()
            .is_some_and(|known| judged(known.as_ref()).is_ok());
        let mut seen = self.seen();
        seen.certificate = end_entity.to_vec();
        (seen.refused, seen.known) = (refused, known);
        // Nothing of anybody's is sent over this connection: a server that is not good is looked at, not spoken to.
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let valid = self
            .accepted
            .verify_tls12_signature(message, certificate, signature)?;
        self.seen().spoken = true;
        Ok(valid)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let valid = self
            .accepted
            .verify_tls13_signature(message, certificate, signature)?;
        self.seen().spoken = true;
        Ok(valid)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.accepted.supported_verify_schemes()
    }
}

impl ResolvesClientCert for Looking {
    fn resolve(&self, authorities: &[&[u8]], _offered: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let mut seen = self.seen();
        seen.certificate_asked = true;
        seen.authorities = authorities.iter().map(|name| name.to_vec()).collect();
        None
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// A server that does not say what time it is keeps nobody waiting for long.
const FOR_THE_TIME: Duration = Duration::from_secs(3);
/// Far more than the head of any answer.
const LARGEST_HEAD: usize = 64 * 1024;
