//! Whose word about a server is taken.

use cns_login::{Problem, ProblemCode, TlsRoots};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
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
        Ok(verifier) => Ok(verifier),
        Err(_) => Err(unusable(name)),
    }
}

fn unusable(path: &str) -> Problem {
    Problem::new(ProblemCode::RootsUnusable).with("path", path)
}
