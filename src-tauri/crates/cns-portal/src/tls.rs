//! The TLS settings of the hosts.

use crate::client_certificate::AnyCertificateWithItsKey;
use crate::config::{HostName, TlsIdentity};
use crate::error::PortalError;
use rustls::ServerConfig;
use rustls::server::NoServerSessionStorage;
use rustls::version::{TLS12, TLS13};
use std::sync::Arc;

/// Settings of the host that demands the card's certificate. Nothing of a connection can be resumed: each login is
/// one signature of the card, and a stolen ticket would be a login without one.
pub(crate) fn cns_settings(identity: TlsIdentity) -> Result<Arc<ServerConfig>, PortalError> {
    let mut settings = settings(HostName::Cns, identity)?;
    settings.session_storage = Arc::new(NoServerSessionStorage {});
    settings.send_tls13_tickets = 0;
    settings.max_early_data_size = 0;
    Ok(Arc::new(settings))
}

/// Settings of the host that never asks for a certificate.
pub(crate) fn api_settings(identity: TlsIdentity) -> Result<Arc<ServerConfig>, PortalError> {
    settings(HostName::Api, identity).map(Arc::new)
}

/// Settings of the host of the body's own people.
pub(crate) fn operator_settings(identity: TlsIdentity) -> Result<Arc<ServerConfig>, PortalError> {
    settings(HostName::Operator, identity).map(Arc::new)
}

fn settings(host: HostName, identity: TlsIdentity) -> Result<ServerConfig, PortalError> {
    let refused = |source| PortalError::TlsIdentity { host, source };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let builder = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(refused)?;
    let builder = match host {
        HostName::Cns => {
            builder.with_client_cert_verifier(Arc::new(AnyCertificateWithItsKey::new(algorithms)))
        }
        HostName::Api | HostName::Operator => builder.with_no_client_auth(),
    };
    let mut settings = builder
        .with_single_cert(identity.chain, identity.key)
        .map_err(refused)?;
    settings.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(settings)
}
