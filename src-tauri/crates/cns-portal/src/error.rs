//! Why the portal cannot start, or cannot answer.

use crate::config::HostName;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the portal could not start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PortalError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The address cannot be listened on.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's word on it.
        source: std::io::Error,
    },
    /// A listener that was passed in does not tell its address.
    #[error("the listener has no address")]
    ListenerAddress {
        /// The system's word on it.
        source: std::io::Error,
    },
    /// The certificate and the key of a host do not go together, or TLS refuses them.
    #[error("the certificate and key of the {host} host cannot be used")]
    TlsIdentity {
        /// Which host.
        host: HostName,
        /// TLS's word on it.
        source: rustls::Error,
    },
    /// The database's file cannot be made or written.
    #[error("the database `{path}` cannot be opened", path = path.display())]
    DatabaseFile {
        /// The file.
        path: PathBuf,
        /// The system's word on it.
        source: std::io::Error,
    },
    /// The database does not answer.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
    /// The database's schema cannot be brought up to date.
    #[error("the database cannot be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The data is in memory, or in PostgreSQL, which is copied by its own programs.
    #[error("only an SQLite file is copied; PostgreSQL has pg_dump")]
    NoFileToCopy,
    /// The two halves of a PIN would take the same way to their owner.
    #[error("both halves of a PIN would take the same way")]
    HalvesOnOneWay,
    /// What should be the head of an audit is something else.
    #[error("the head of an audit is a number, a colon and 64 hexadecimal digits")]
    NoAuditHead,
    /// The name of an operator holds something else than small letters, digits, `.`, `-` and `_`, or is too long.
    #[error("an operator's name is of 1 to 40 small letters, digits, `.`, `-` and `_`")]
    OperatorName,
    /// The password of an operator is too short, or longer than anybody types.
    #[error("an operator's password has at least {at_least} characters")]
    OperatorPassword {
        /// Characters.
        at_least: usize,
    },
    /// The data is in memory: what is written ends with the program.
    #[error("the database is in memory: nothing of it is kept")]
    NothingKept,
    /// Something sealed does not open, or cannot be sealed: the keys are not those of the database.
    #[error("the portal's keys do not fit its database")]
    Sealing,
    /// More PINs wait to be compared than a person would wait for.
    #[error("too many PINs wait to be compared")]
    Busy,
    /// A PIN could not be hashed.
    #[error("a PIN could not be hashed")]
    Hashing,
    /// The database holds something that this version does not understand.
    #[error("column `{column}` of the database holds something unexpected")]
    Stored {
        /// Where.
        column: &'static str,
    },
}

/// Why a configuration file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("`{path}` cannot be read", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's word on it.
        source: std::io::Error,
    },
    /// The file is not the TOML that is expected.
    #[error("`{path}` is not a valid configuration", path = path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where, and what was expected.
        source: Box<toml::de::Error>,
    },
    /// A file that should hold PEM certificates or a PEM key holds none.
    #[error("`{path}` holds no usable {wanted}", path = path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        wanted: &'static str,
    },
    /// The roots for citizens' certificates cannot be used.
    #[error(transparent)]
    Roots(#[from] cns_trust::RootsError),
    /// A key file does not hold 64 hexadecimal digits.
    #[error("`{path}` holds no key of 64 hexadecimal digits", path = path.display())]
    Key {
        /// The file.
        path: PathBuf,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
    /// The data is kept, and the keys to read it again are not named.
    #[error("`keys` is missing: `cns-portal make-keys FOLDER` makes them")]
    NoKeys,
    /// A key cannot be written.
    #[error("`{path}` cannot be written", path = path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// The system's word on it.
        source: std::io::Error,
    },
    /// Two databases are named.
    #[error("`database` and `database_url_file` exclude each other")]
    TwoDatabases,
    /// A rule of the PIN is out of its bounds.
    #[error("`pin.{name}` must be between {min} and {max}")]
    PinRule {
        /// Which rule.
        name: &'static str,
        /// Smallest value.
        min: u64,
        /// Largest value.
        max: u64,
    },
    /// A way out cannot be set up.
    #[error("`{name}` of `delivery` cannot be used")]
    Delivery {
        /// Which key.
        name: &'static str,
    },
    /// There are no roots: every card would be refused.
    #[error("`client_roots` names no certificate")]
    NoRoots,
    /// A limit is zero or out of its bounds.
    #[error("`limits.{name}` must be between {min} and {max}")]
    Limit {
        /// Which limit.
        name: &'static str,
        /// Smallest value.
        min: u64,
        /// Largest value.
        max: u64,
    },
}
