//! Whose word about a server is taken.

use cns_login::{Problem, ProblemCode, TlsRoots};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use rustls_platform_verifier::Verifier;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The roots that may vouch for a server.
#[derive(Clone, Debug, Default)]
pub enum ServerTrust {
    /// The operating system's own judgement. It is asked through `rustls-platform-verifier`, which the rustls
    /// project keeps: on Windows and macOS it hears what the administrator and the system's updates say.
    #[default]
    System,
    /// The certificates of a PEM file, and nothing else.
    File(PathBuf),
    /// These certificates, and nothing else.
    Only(Vec<CertificateDer<'static>>),
}

impl ServerTrust {
    /// What a profile says, unless the person named a file; a session remembers that file's place, so it is absolute.
    pub fn of_profile(roots: &TlsRoots, file: Option<PathBuf>) -> Self {
        match (file, roots) {
            (Some(file), _) => Self::File(std::path::absolute(&file).unwrap_or(file)),
            (None, TlsRoots::File(file)) => Self::File(file.clone()),
            (None, TlsRoots::System) => Self::System,
        }
    }

    /// The file, where it is one.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        match self {
            Self::File(path) => Some(path.clone()),
            Self::System | Self::Only(_) => None,
        }
    }

    /// The judge of server certificates.
    ///
    /// # Errors
    /// `roots_unusable` when there is no root in what was given.
    pub(crate) fn verifier(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, Problem> {
        match self {
            Self::System => match Verifier::new(Arc::clone(provider)) {
                Ok(verifier) => Ok(Arc::new(verifier)),
                Err(_) => Err(unusable("system")),
            },
            Self::File(path) => only(&read(path)?, provider, &path.display().to_string()),
            Self::Only(roots) => only(roots, provider, "memory"),
        }
    }
}

/// The certificates of a PEM file.
fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let refused = |_| unusable(&path.display().to_string());
    CertificateDer::pem_file_iter(path)
        .map_err(refused)?
        .collect::<Result<_, _>>()
        .map_err(refused)
}

/// A judge that knows these roots alone.
fn only(
    roots: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
    name: &str,
) -> Result<Arc<dyn ServerCertVerifier>, Problem> {
    let mut store = RootCertStore::empty();
    for root in roots {
        store.add(root.clone()).map_err(|_| unusable(name))?;
    }
    // An empty store is refused here.
    match WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider)).build() {
        Ok(path) => Ok(Arc::new(OnlyThese {
            path,
            these: roots.to_vec(),
        })),
        Err(_) => Err(unusable(name)),
    }
}

/// Knows some certificates, and takes a server's that is issued by one of them or is one of them.
///
/// Who names the very certificate of a server has said all there is to say about its issuer. Such certificates are
/// usually self-signed authorities, which RFC 5280 path validation refuses as a server's own.
#[derive(Debug)]
struct OnlyThese {
    path: Arc<WebPkiServerVerifier>,
    these: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for OnlyThese {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.these.iter().any(|this| this == end_entity) {
            return named_by_the_person(end_entity, server_name, now);
        }
        self.path
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.path.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.path.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.path.supported_verify_schemes()
    }
}

/// What is left to check of a certificate that the person named: the server's name, and the time.
fn named_by_the_person(
    certificate: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    now: UnixTime,
) -> Result<ServerCertVerified, rustls::Error> {
    verify_server_name(&ParsedCertificate::try_from(certificate)?, server_name)?;
    let facts = cns_trust::summary(certificate).ok_or(CertificateError::BadEncoding)?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    if now < facts.not_before.unix_timestamp() {
        return Err(CertificateError::NotValidYet.into());
    }
    if now > facts.not_after.unix_timestamp() {
        return Err(CertificateError::Expired.into());
    }
    Ok(ServerCertVerified::assertion())
}

fn unusable(path: &str) -> Problem {
    Problem::new(ProblemCode::RootsUnusable).with("path", path)
}
