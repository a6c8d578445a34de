//! The second TLS: for hosts that ask for the card in the middle of a connection, by a renegotiation of TLS 1.2 (RFC 5246
//! §7.4.1.1), which rustls will never do. The public template of Apache is of this kind.
//!
//! BoringSSL renegotiates once, only with the certificate that the server showed first, and only where the renegotiation is
//! bound to the connection (RFC 5746); where it is not, nothing is asked and nothing is signed. The key stays in the card. The
//! server is judged by the same verifier as with rustls. TLS 1.3 has no renegotiation, and BoringSSL no certificate after
//! the handshake (RFC 8446 §4.6.2): what asks so is `late_certificate`.

mod key;

use self::key::{CardKey, name_of};
use crate::card_key::{CardSigner, LentCard};
use crate::connections::host_of;
use crate::explain::{named, server_reason};
use crate::proxy;
use crate::web::{Answer, Request, Way};
use boring::error::ErrorStack;
use boring::ssl::{
    SslAlert, SslConnector, SslMethod, SslRef, SslSignatureAlgorithm, SslVerifyError, SslVerifyMode,
    SslVersion,
};
use boring::x509::X509;
use cns_card::SignatureScheme;
use cns_login::{Problem, ProblemCode};
use foreign_types::ForeignTypeRef;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use reqwest::header::{HeaderMap, HeaderValue};
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_boring::SslStream;
use url::Url;
use zeroize::Zeroizing;

/// A connection to a host that renegotiates. It is kept for every hop there: the card signs once.
#[derive(Debug)]
pub(crate) struct Line {
    sender: SendRequest<Full<Bytes>>,
    seen: Seen,
}

impl Line {
    /// Connects, and lets the host renegotiate once.
    ///
    /// # Errors
    /// `portal_unreachable`, `portal_timeout`, `server_untrusted`, `renegotiation_refused`, `tls_failed`.
    pub(crate) async fn open(url: &Url, way: &Way, card: &LentCard) -> Result<Self, Problem> {
        let host = host_of(url);
        let waited = timeout(way.limits.connect, connect(url, way, card)).await;
        waited.unwrap_or_else(|_| Err(too_late(&host, way.limits.connect.as_secs())))
    }

    /// Whether it can be asked once more.
    pub(crate) fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Asks, and reads the whole answer; the host asks for the card in between, or not.
    ///
    /// # Errors
    /// The card's own problem where it did not sign; `renegotiation_refused`, `portal_refused_card`, `portal_timeout`,
    /// `portal_answer_too_large`, `tls_failed`.
    pub(crate) async fn ask(
        &mut self,
        request: &Request,
        headers: HeaderMap,
        way: &Way,
    ) -> Result<Answer, Problem> {
        let host = host_of(&request.url);
        let signed_before = self.seen.lock().signed;
        let asked = async {
            let sent = self.sender.send_request(message(request, headers)?).await;
            let answer = sent.map_err(|error| self.seen.explain(&error, &host))?;
            let (head, body) = answer.into_parts();
            Ok((head, read(body, way.limits.body, &host, &self.seen).await?))
        };
        let waited = timeout(way.limits.whole, asked).await;
        let (head, body) = waited.unwrap_or_else(|_| Err(too_late(&host, way.limits.whole.as_secs())))?;
        let signed = self.seen.lock().signed;
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
            tls_version: "1.2".to_owned(),
            signed: signed.filter(|_| signed_before.is_none()),
            certificate_asked: signed.is_some(),
        })
    }
}

async fn connect(url: &Url, way: &Way, card: &LentCard) -> Result<Line, Problem> {
    let host = host_of(url);
    let seen = Seen::default();
    let name = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let stream = proxy::chosen().connect(url).await?;
    let connector = connector(&name, way, card, &seen)?;
    let mut configuration = connector.configure().map_err(|error| failed(&host, &error))?;
    // The verifier that knows the roots knows the name as well.
    configuration.set_verify_hostname(false);
    let connected = tokio_boring::connect(configuration, &name, stream).await;
    let stream = connected.map_err(|error| seen.explain(&error, &host))?;
    if !allow_one_secure_renegotiation(stream.ssl()) {
        return Err(named(ProblemCode::RenegotiationRefused, &host).with("reason", "not_bound"));
    }
    let (sender, connection) =
        http1::handshake::<TokioIo<SslStream<TcpStream>>, Full<Bytes>>(TokioIo::new(stream))
            .await
            .map_err(|error| seen.explain(&error, &host))?;
    // It ends with the sender, or when the host hangs up; whoever asks then hears of it.
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection that renegotiates ended");
        }
    });
    Ok(Line { sender, seen })
}

fn connector(name: &str, way: &Way, card: &LentCard, seen: &Seen) -> Result<SslConnector, Problem> {
    let failed = |error: ErrorStack| failed(name, &error);
    let verifier = way.trust.verifier(&Arc::new(ring::default_provider()))?;
    let server = ServerName::try_from(name.to_owned())
        .map_err(|_| named(ProblemCode::PortalUnreachable, name).with("reason", "name"))?;
    let mut builder = SslConnector::builder(SslMethod::tls()).map_err(failed)?;
    builder
        .set_min_proto_version(Some(SslVersion::TLS1_2))
        .map_err(failed)?;
    builder
        .set_max_proto_version(Some(SslVersion::TLS1_2))
        .map_err(failed)?;
    // HTTP/2 forbids renegotiation (RFC 9113 §9.2.1).
    builder.set_alpn_protos(b"\x08http/1.1").map_err(failed)?;
    let judged = seen.clone();
    builder.set_custom_verify_callback(SslVerifyMode::PEER, move |ssl| {
        judge(ssl, &*verifier, &server).map_err(|reason| {
            judged.lock().untrusted.get_or_insert(reason);
            SslVerifyError::Invalid(SslAlert::CERTIFICATE_UNKNOWN)
        })
    });
    let certificate = X509::from_der(card.certificate_der()).map_err(failed)?;
    builder.set_certificate(&certificate).map_err(failed)?;
    let names: Vec<&str> = card
        .schemes()
        .iter()
        .filter_map(|scheme| name_of(*scheme))
        .collect();
    builder.set_sigalgs_list(&names.join(":")).map_err(failed)?;
    builder
        .set_verify_algorithm_prefs(&FROM_SERVERS)
        .map_err(failed)?;
    builder.set_private_key_method(CardKey {
        card: card.clone(),
        seen: seen.clone(),
    });
    Ok(builder.build())
}

/// The server's certificates, before the same judge as with rustls. Gives a word for programs where they are not believed.
fn judge(
    ssl: &SslRef,
    verifier: &dyn ServerCertVerifier,
    server: &ServerName<'_>,
) -> Result<(), &'static str> {
    let chain = ssl.peer_cert_chain().ok_or("malformed")?;
    let ders: Result<Vec<CertificateDer<'_>>, ErrorStack> = chain
        .iter()
        .map(|certificate| Ok(CertificateDer::from(certificate.to_der()?)))
        .collect();
    let ders = ders.map_err(|_| "malformed")?;
    let (end_entity, intermediates) = ders.split_first().ok_or("malformed")?;
    match verifier.verify_server_cert(end_entity, intermediates, server, &[], UnixTime::now()) {
        Ok(_) => Ok(()),
        Err(rustls::Error::InvalidCertificate(reason)) => Err(server_reason(&reason)),
        Err(_) => Err("not_acceptable"),
    }
}

/// Lets the server ask for one more handshake, if that is bound to this connection (RFC 5746); says whether it is.
#[expect(
    unsafe_code,
    reason = "the two calls of BoringSSL that `boring` does not wrap; they read and set a field of a live `SSL`"
)]
fn allow_one_secure_renegotiation(ssl: &SslRef) -> bool {
    let ssl = ssl.as_ptr();
    // SAFETY: the pointer is that of a reference that lives through both calls, and nobody else uses this connection yet.
    unsafe {
        let is_bound = boring_sys::SSL_get_secure_renegotiation_support(ssl) == 1;
        if is_bound {
            boring_sys::SSL_set_renegotiate_mode(
                ssl,
                boring_sys::ssl_renegotiate_mode_t::ssl_renegotiate_once,
            );
        }
        is_bound
    }
}

/// What was seen of one connection.
#[derive(Clone, Debug, Default)]
struct Seen(Arc<Mutex<Facts>>);

#[derive(Debug, Default)]
struct Facts {
    /// The scheme in which the card signed.
    signed: Option<SignatureScheme>,
    /// Why it did not.
    card_problem: Option<Problem>,
    /// Why the server's certificate was not believed.
    untrusted: Option<&'static str>,
}

impl Seen {
    fn lock(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Names what ended a connection: the cause where it was seen, else what the library says.
    fn explain(&self, error: &(dyn std::error::Error + 'static), host: &str) -> Problem {
        let facts = self.lock();
        if let Some(problem) = &facts.card_problem {
            return problem.clone();
        }
        if let Some(reason) = facts.untrusted {
            return named(ProblemCode::ServerUntrusted, host).with("reason", reason);
        }
        let text = whole_text(error);
        tracing::debug!(error = text, "TLS with renegotiation failed");
        if AGAINST_THE_RULES.iter().any(|reason| text.contains(reason)) {
            return named(ProblemCode::RenegotiationRefused, host).with("reason", "not_as_agreed");
        }
        if facts.signed.is_some() && ABOUT_THE_CARD.iter().any(|reason| text.contains(reason)) {
            return named(ProblemCode::PortalRefusedCard, host).with("reason", "alert");
        }
        let reason = if text.contains(OTHER_VERSION) {
            "protocol_version"
        } else {
            "connection_closed"
        };
        named(ProblemCode::TlsFailed, host).with("reason", reason)
    }
}

fn whole_text(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(" / ");
        text.push_str(&error.to_string());
        next = error.source();
    }
    text
}

fn message(request: &Request, mut headers: HeaderMap) -> Result<hyper::Request<Full<Bytes>>, Problem> {
    let url = &request.url;
    let host = host_of(url);
    let authority = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.clone(),
    };
    let malformed = || named(ProblemCode::PortalAnswerMalformed, &host);
    headers.insert(HOST, HeaderValue::from_str(&authority).map_err(|_| malformed())?);
    let body = request.body.as_ref().map(|body| body.as_bytes().to_vec());
    let mut message = hyper::Request::new(Full::new(Bytes::from(body.unwrap_or_default())));
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    *message.method_mut() = request.method().parse().map_err(|_| malformed())?;
    *message.uri_mut() = target.parse().map_err(|_| malformed())?;
    *message.headers_mut() = headers;
    Ok(message)
}

async fn read(
    mut body: Incoming,
    limit: usize,
    host: &str,
    seen: &Seen,
) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let mut whole = Zeroizing::new(Vec::new());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| seen.explain(&error, host))?;
        let piece = frame.into_data().unwrap_or_default();
        if whole.len() + piece.len() > limit {
            return Err(named(ProblemCode::PortalAnswerTooLarge, host).with("limit", limit.to_string()));
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}

fn failed(host: &str, error: &ErrorStack) -> Problem {
    tracing::debug!(%error, "no TLS with renegotiation");
    named(ProblemCode::TlsFailed, host).with("reason", "client")
}

fn too_late(host: &str, seconds: u64) -> Problem {
    named(ProblemCode::PortalTimeout, host).with("seconds", seconds.to_string())
}

/// What a server may sign with.
const FROM_SERVERS: [SslSignatureAlgorithm; 8] = [
    SslSignatureAlgorithm::ECDSA_SECP256R1_SHA256,
    SslSignatureAlgorithm::ECDSA_SECP384R1_SHA384,
    SslSignatureAlgorithm::RSA_PSS_RSAE_SHA256,
    SslSignatureAlgorithm::RSA_PSS_RSAE_SHA384,
    SslSignatureAlgorithm::RSA_PSS_RSAE_SHA512,
    SslSignatureAlgorithm::RSA_PKCS1_SHA256,
    SslSignatureAlgorithm::RSA_PKCS1_SHA384,
    SslSignatureAlgorithm::RSA_PKCS1_SHA512,
];

/// BoringSSL's names for what must not happen in a renegotiation; through `hyper` only its text is left.
const AGAINST_THE_RULES: [&str; 3] = [
    "SERVER_CERT_CHANGED",
    "RENEGOTIATION_MISMATCH",
    "NO_RENEGOTIATION",
];
const ABOUT_THE_CARD: [&str; 7] = [
    "ALERT_UNKNOWN_CA",
    "ALERT_BAD_CERTIFICATE",
    "ALERT_CERTIFICATE",
    "ALERT_UNSUPPORTED_CERTIFICATE",
    "ALERT_ACCESS_DENIED",
    "ALERT_HANDSHAKE_FAILURE",
    "ALERT_DECRYPT_ERROR",
];
const OTHER_VERSION: &str = "PROTOCOL_VERSION";
