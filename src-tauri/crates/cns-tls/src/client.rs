//! The HTTPS client: what it speaks, how long it waits, whom it trusts.

use crate::ServerTrust;
use crate::card_key::{CardIdentity, CardSigner, is_pss};
use crate::handshake::{Witness, Witnessed};
use crate::proxy;
use cns_login::{Problem, ProblemCode};
use rustls::client::{Resumption, WantsClientCert};
use rustls::crypto::{CryptoProvider, ring};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, SupportedProtocolVersion};
use std::sync::Arc;
use std::time::Duration;

/// The versions of TLS that may be spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsVersions {
    /// 1.2 and 1.3.
    #[default]
    Both,
    /// 1.2 only.
    Tls12,
    /// 1.3 only.
    Tls13,
}

/// How long to wait, how much to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For name look-up, connection and handshake, the card's signature included.
    pub connect: Duration,
    /// For everything, up to the last byte of the answer.
    pub whole: Duration,
    /// Largest body, in bytes.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            whole: Duration::from_secs(30),
            body: 8 * 1024 * 1024,
        }
    }
}

/// A client whose identity is the card. What `resumption` keeps is this card's, and gone with the client.
///
/// # Errors
/// `roots_unusable`, `tls_failed`.
pub(crate) fn with_card(
    card: impl CardSigner + 'static,
    trust: &ServerTrust,
    versions: TlsVersions,
    limits: Limits,
    witness: &Witness,
    resumption: Resumption,
) -> Result<reqwest::Client, Problem> {
    // TLS 1.3 knows no PKCS#1 v1.5 (RFC 8446 §4.2.3). A card that knows nothing else would reach the end of a
    // 1.3 handshake with an empty certificate; in 1.2 the same server takes it.
    let pkcs1_only = !card.schemes().iter().copied().any(is_pss);
    let versions = if pkcs1_only && versions == TlsVersions::Both {
        TlsVersions::Tls12
    } else {
        versions
    };
    let identity = CardIdentity::new(card, witness.clone());
    let config = server_side(trust, versions, witness)?.with_client_cert_resolver(Arc::new(identity));
    build(config, resumption, limits)
}

/// A client that shows no certificate.
///
/// # Errors
/// `roots_unusable`, `tls_failed`.
pub(crate) fn without_card(
    trust: &ServerTrust,
    versions: TlsVersions,
    limits: Limits,
    witness: &Witness,
) -> Result<reqwest::Client, Problem> {
    let config = server_side(trust, versions, witness)?.with_no_client_auth();
    build(config, Resumption::disabled(), limits)
}

/// The half of the configuration that is about the server.
///
/// # Errors
/// `roots_unusable`, `tls_failed`.
pub(crate) fn server_side(
    trust: &ServerTrust,
    versions: TlsVersions,
    witness: &Witness,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, Problem> {
    // Of the two providers that rustls offers ring is the smaller and needs no C++ to build.
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let verifier = Witnessed {
        verifier: trust.verifier(&provider)?,
        witness: witness.clone(),
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions.in_tls())
        .map_err(|_| no_client("versions"))?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier)))
}

/// A configuration that takes nobody's word: for a client that never speaks TLS.
pub(crate) fn trusting_nobody() -> Option<ClientConfig> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().ok()?;
    Some(
        builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth(),
    )
}

/// What a client of ours has in common with every other, whatever it speaks and to whom.
///
/// A resumed handshake asks for no certificate, so whoever resumes must be sure whose session it is.
///
/// # Errors
/// `proxy_unusable`.
pub(crate) fn builder(
    mut config: ClientConfig,
    resumption: Resumption,
) -> Result<reqwest::ClientBuilder, Problem> {
    config.resumption = resumption;
    // HTTP/2 forbids asking for the certificate late (RFC 9113 §9.2.3), and servers that do so then fail.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .http1_only()
        // A redirect would carry the card's certificate or the session to a host that nobody named.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // What the environment says is read by our rule, not by the library's.
        .no_proxy()
        // A second connection would ask the card for a second signature.
        .retry(reqwest::retry::never());
    let proxies = proxy::chosen().in_reqwest()?;
    Ok(proxies.into_iter().fold(client, reqwest::ClientBuilder::proxy))
}

fn build(config: ClientConfig, resumption: Resumption, limits: Limits) -> Result<reqwest::Client, Problem> {
    builder(config, resumption)?
        .https_only(true)
        .connect_timeout(limits.connect)
        .timeout(limits.whole)
        .build()
        .map_err(|_| no_client("client"))
}

impl TlsVersions {
    pub(crate) fn in_tls(self) -> &'static [&'static SupportedProtocolVersion] {
        const BOTH: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];
        match self {
            Self::Both => BOTH,
            Self::Tls12 => &BOTH[1..],
            Self::Tls13 => &BOTH[..1],
        }
    }
}

fn no_client(reason: &'static str) -> Problem {
    Problem::new(ProblemCode::TlsFailed).with("reason", reason)
}
