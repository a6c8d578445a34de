//! The configuration file of the stand-alone portal.

use crate::config::{
    Config, Database, Endpoint, Limits, OperatorEndpoint, PostgresUrl, Settings, TlsIdentity,
};
use crate::config_delivery::DeliveryFile;
use crate::config_pin::PinFile;
use crate::error::ConfigError;
use crate::keys::{KeyFiles, Keys};
use cns_trust::{TrustRoots, TrustSource};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A configuration file with every key, its default and what it means.
pub const SAMPLE_CONFIG: &str = include_str!("sample.toml");

/// Reads a configuration file and the certificates and keys it names. Relative paths start at the file's folder.
///
/// # Errors
/// [`ConfigError`] names the first file or key that cannot be used.
pub fn read_config(path: &Path) -> Result<Config, ConfigError> {
    let text = read_text(path)?;
    let file: ConfigFile = toml::from_str(&text).map_err(|source| ConfigError::Syntax {
        path: path.to_owned(),
        source: Box::new(source),
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));

    let mut client_roots = TrustRoots::default();
    for path in &file.client_roots {
        client_roots.add_path(&folder.join(path))?;
    }
    if client_roots.roots().is_empty() {
        return Err(ConfigError::NoRoots);
    }
    let limits = Limits::from(file.limits);
    limits.check()?;
    let mut secret_files = vec![folder.join(&file.cns.key), folder.join(&file.api.key)];
    let database = match (file.database, file.database_url_file) {
        (Some(path), None) => Database::File(folder.join(path)),
        (None, Some(path)) => {
            let path = folder.join(path);
            let url = PostgresUrl::new(read_text(&path)?.trim().to_owned());
            secret_files.push(path);
            Database::Postgres(url)
        }
        (None, None) => Database::Memory,
        (Some(_), Some(_)) => return Err(ConfigError::TwoDatabases),
    };
    let keys = match (file.keys, &database) {
        (Some(keys), _) => {
            let files = KeyFiles::in_folder(&folder.join(keys));
            let keys = Keys::read(&files)?;
            secret_files.extend(files.all());
            keys
        }
        (None, Database::Memory) => Keys::random()?,
        // Whatever is sealed or hashed with keys that end with the process could not be read again.
        (None, Database::File(_) | Database::Postgres(_)) => return Err(ConfigError::NoKeys),
    };
    let channels = file.delivery.channels(folder, &mut secret_files)?;
    let operator = match file.operator {
        Some(operator) => {
            secret_files.push(folder.join(&operator.key));
            Some(operator.read(folder)?)
        }
        None => None,
    };
    Ok(Config {
        cns: file.cns.read(folder)?,
        api: file.api.read(folder)?,
        operator,
        database,
        secret_files,
        client_roots,
        settings: Settings {
            limits,
            pin: file.pin.rules()?,
            keys,
            channels,
        },
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    client_roots: Vec<PathBuf>,
    database: Option<PathBuf>,
    database_url_file: Option<PathBuf>,
    keys: Option<PathBuf>,
    cns: HostFile,
    api: HostFile,
    operator: Option<OperatorFile>,
    #[serde(default)]
    delivery: DeliveryFile,
    #[serde(default)]
    pin: PinFile,
    #[serde(default)]
    limits: LimitsFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HostFile {
    listen: SocketAddr,
    certificate: PathBuf,
    key: PathBuf,
}

impl HostFile {
    fn read(self, folder: &Path) -> Result<Endpoint, ConfigError> {
        let (certificate, key) = (folder.join(self.certificate), folder.join(self.key));
        Ok(Endpoint {
            listen: self.listen,
            identity: TlsIdentity {
                chain: read_chain(&certificate)?,
                key: read_key(&key)?,
            },
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OperatorFile {
    listen: SocketAddr,
    certificate: PathBuf,
    key: PathBuf,
    #[serde(default)]
    allow_remote: bool,
}

impl OperatorFile {
    fn read(self, folder: &Path) -> Result<OperatorEndpoint, ConfigError> {
        let host = HostFile {
            listen: self.listen,
            certificate: self.certificate,
            key: self.key,
        };
        Ok(OperatorEndpoint {
            endpoint: host.read(folder)?,
            allow_remote: self.allow_remote,
        })
    }
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let text = read_text(path)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    chain
        .ok()
        .filter(|chain| !chain.is_empty())
        .ok_or_else(|| ConfigError::Pem {
            path: path.to_owned(),
            wanted: "certificate",
        })
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, ConfigError> {
    PrivateKeyDer::from_pem_slice(read_text(path)?.as_bytes()).map_err(|_| ConfigError::Pem {
        path: path.to_owned(),
        wanted: "private key",
    })
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// The limits as the file writes them: what is not written keeps its default.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LimitsFile {
    code_seconds: Option<u64>,
    session_idle_seconds: Option<u64>,
    session_absolute_seconds: Option<u64>,
    handshake_seconds: Option<u64>,
    request_seconds: Option<u64>,
    cns_connection_seconds: Option<u64>,
    api_connection_seconds: Option<u64>,
    shutdown_seconds: Option<u64>,
    connections: Option<usize>,
    body_bytes: Option<usize>,
    throttling: Option<bool>,
}

impl From<LimitsFile> for Limits {
    fn from(file: LimitsFile) -> Self {
        let default = Self::default();
        let seconds = |written: Option<u64>, default| written.map_or(default, Duration::from_secs);
        Self {
            code: seconds(file.code_seconds, default.code),
            session_idle: seconds(file.session_idle_seconds, default.session_idle),
            session_absolute: seconds(file.session_absolute_seconds, default.session_absolute),
            handshake: seconds(file.handshake_seconds, default.handshake),
            request: seconds(file.request_seconds, default.request),
            cns_connection: seconds(file.cns_connection_seconds, default.cns_connection),
            api_connection: seconds(file.api_connection_seconds, default.api_connection),
            shutdown: seconds(file.shutdown_seconds, default.shutdown),
            connections: file.connections.unwrap_or(default.connections),
            body_bytes: file.body_bytes.unwrap_or(default.body_bytes),
            throttling: file.throttling.unwrap_or(default.throttling),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_sample_shows_every_limit_with_its_default() {
        let sample: ConfigFile = toml::from_str(SAMPLE_CONFIG).unwrap();
        let shown = sample.limits;
        assert!(
            shown
                .code_seconds
                .and(shown.session_idle_seconds)
                .and(shown.session_absolute_seconds)
                .is_some()
        );
        assert!(
            shown
                .handshake_seconds
                .and(shown.request_seconds)
                .and(shown.shutdown_seconds)
                .is_some()
        );
        assert!(
            shown
                .cns_connection_seconds
                .and(shown.api_connection_seconds)
                .is_some()
        );
        assert!(shown.connections.and(shown.body_bytes).is_some() && shown.throttling.is_some());
        assert_eq!(Limits::from(shown), Limits::default());
        assert_eq!(sample.pin.rules().unwrap(), crate::pin::PinRules::default());
    }

    #[test]
    fn absurd_limits_are_refused() {
        Limits::default().check().unwrap();
        let with = |text| Limits::from(toml::from_str::<LimitsFile>(text).unwrap()).check();
        for text in [
            "code_seconds = 0",
            "code_seconds = 301",
            "session_idle_seconds = 3601",
            "session_absolute_seconds = 86401",
            "cns_connection_seconds = 0",
            "cns_connection_seconds = 601",
            "api_connection_seconds = 0",
            "api_connection_seconds = 3601",
            "connections = 0",
            "body_bytes = 10",
            "request_seconds = 9223372036854775807",
        ] {
            assert!(matches!(with(text), Err(ConfigError::Limit { .. })), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_brings_the_reader_down(text in "\\PC{0,300}", cut in 0_usize..2000, noise in "[\\[\\]={}\"'#a-z0-9\n.]{0,40}") {
            let _ = toml::from_str::<ConfigFile>(&text).is_ok();
            let cut = (0..=cut.min(SAMPLE_CONFIG.len())).rev().find(|cut| SAMPLE_CONFIG.is_char_boundary(*cut));
            let (before, after) = SAMPLE_CONFIG.split_at(cut.unwrap_or(0));
            let _ = toml::from_str::<ConfigFile>(&format!("{before}{noise}{after}")).is_ok();
        }
    }
}
