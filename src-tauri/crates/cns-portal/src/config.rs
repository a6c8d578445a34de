//! What the portal needs to know before it starts.

use crate::error::ConfigError;
use crate::keys::Keys;
use crate::outbox::Channels;
use crate::pin::PinRules;
use cns_trust::TrustRoots;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// A portal: two hosts, a database, whom it trusts, and its limits.
#[derive(Debug)]
pub struct Config {
    /// The host that demands the card's certificate.
    pub cns: Endpoint,
    /// The host that serves the reserved area.
    pub api: Endpoint,
    /// The host for the body's own people; none where nobody decides anything.
    pub operator: Option<OperatorEndpoint>,
    /// Where the data is.
    pub database: Database,
    /// Files that nobody but the portal's user may read: keys, passwords.
    pub secret_files: Vec<PathBuf>,
    /// The roots of citizens' certificates.
    pub client_roots: TrustRoots,
    /// Its rules, keys and ways out.
    pub settings: Settings,
}

/// What a portal goes by, wherever it listens.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Times and sizes.
    pub limits: Limits,
    /// The rules of its PIN.
    pub pin: PinRules,
    /// The keys that are not in the database.
    pub keys: Keys,
    /// Its ways out: SMS, e-mail, PEC, letters.
    pub channels: Channels,
}

impl Settings {
    /// The defaults, with random keys and no way out: for a portal in memory.
    ///
    /// # Errors
    /// [`ConfigError::NoRandomness`] when the system gives none.
    pub fn in_memory() -> Result<Self, ConfigError> {
        Ok(Self {
            limits: Limits::default(),
            pin: PinRules::default(),
            keys: Keys::random()?,
            channels: Channels::default(),
        })
    }
}

/// One host: where it listens, and who it says it is.
#[derive(Debug)]
pub struct Endpoint {
    /// Address; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Its certificate and key.
    pub identity: TlsIdentity,
}

/// The operators' host.
#[derive(Debug)]
pub struct OperatorEndpoint {
    /// Where it listens, and who it says it is.
    pub endpoint: Endpoint,
    /// Whether it may listen where other computers reach it.
    pub allow_remote: bool,
}

/// A server's certificate chain and private key.
pub struct TlsIdentity {
    /// The server's certificate first, then its issuers.
    pub chain: Vec<CertificateDer<'static>>,
    /// The private key of the first.
    pub key: PrivateKeyDer<'static>,
}

impl Clone for TlsIdentity {
    fn clone(&self) -> Self {
        Self {
            chain: self.chain.clone(),
            key: self.key.clone_key(),
        }
    }
}

impl fmt::Debug for TlsIdentity {
    /// Prints nothing of the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsIdentity")
            .field("certificates", &self.chain.len())
            .finish_non_exhaustive()
    }
}

/// Where the portal's data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// In memory, and gone with the process: nothing is written.
    Memory,
    /// An SQLite file, made if it is not there.
    File(PathBuf),
    /// A PostgreSQL database, which several portals may share.
    Postgres(PostgresUrl),
}

/// The address of a PostgreSQL database, with the password in it. It wipes itself.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(Zeroizing<String>);

impl PostgresUrl {
    /// Takes an address such as `postgres://portal@db.example/portal`. Whether it leads anywhere is seen when the
    /// portal starts.
    pub fn new(url: String) -> Self {
        Self(Zeroizing::new(url))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Times and sizes that bound what the portal does for one person, and for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Life of a one-time code.
    pub code: Duration,
    /// A session without a request ends after this.
    pub session_idle: Duration,
    /// A session ends after this, used or not.
    pub session_absolute: Duration,
    /// A TLS handshake may take this long; a person is not waited for here, the card's PIN was typed before.
    pub handshake: Duration,
    /// A request may take this long, from its headers to its answer.
    pub request: Duration,
    /// A connection with the CNS host, which serves one request, ends after this.
    pub cns_connection: Duration,
    /// A connection with the API host ends after this, however busy: who never reads answers gives the place back.
    pub api_connection: Duration,
    /// At shut-down, requests that are being answered have this long to end.
    pub shutdown: Duration,
    /// Connections open at one time, per host.
    pub connections: usize,
    /// Largest body that is read, in bytes.
    pub body_bytes: usize,
    /// Whether tries are counted and slowed down. Without it the portal may listen on the loopback only: for tests that
    /// ask more than a person would.
    pub throttling: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            code: Duration::from_secs(60),
            session_idle: Duration::from_secs(15 * 60),
            session_absolute: Duration::from_secs(8 * 60 * 60),
            handshake: Duration::from_secs(10),
            request: Duration::from_secs(30),
            cns_connection: Duration::from_secs(60),
            api_connection: Duration::from_secs(10 * 60),
            shutdown: Duration::from_secs(10),
            connections: 1024,
            body_bytes: 16 * 1024,
            throttling: true,
        }
    }
}

impl Limits {
    /// Checks that no limit is absurd: a session may be shortened by configuration, not made endless.
    ///
    /// # Errors
    /// [`ConfigError::Limit`] names the first limit that is out of its bounds.
    pub fn check(&self) -> Result<(), ConfigError> {
        let within = |name, value: u64, min, max| {
            if (min..=max).contains(&value) {
                Ok(())
            } else {
                Err(ConfigError::Limit { name, min, max })
            }
        };
        within("code_seconds", self.code.as_secs(), 1, 300)?;
        within("session_idle_seconds", self.session_idle.as_secs(), 1, 60 * 60)?;
        within(
            "session_absolute_seconds",
            self.session_absolute.as_secs(),
            1,
            24 * 60 * 60,
        )?;
        within("handshake_seconds", self.handshake.as_secs(), 1, 120)?;
        within("request_seconds", self.request.as_secs(), 1, 300)?;
        within(
            "cns_connection_seconds",
            self.cns_connection.as_secs(),
            1,
            10 * 60,
        )?;
        within(
            "api_connection_seconds",
            self.api_connection.as_secs(),
            1,
            60 * 60,
        )?;
        within("shutdown_seconds", self.shutdown.as_secs(), 1, 300)?;
        within(
            "connections",
            u64::try_from(self.connections).unwrap_or(u64::MAX),
            1,
            100_000,
        )?;
        within(
            "body_bytes",
            u64::try_from(self.body_bytes).unwrap_or(u64::MAX),
            1024,
            1024 * 1024,
        )
    }
}

/// The hosts of a portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostName {
    /// Demands the card's certificate.
    Cns,
    /// Serves the area.
    Api,
    /// Serves the body's own people.
    Operator,
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cns => "CNS",
            Self::Api => "API",
            Self::Operator => "operators'",
        })
    }
}
