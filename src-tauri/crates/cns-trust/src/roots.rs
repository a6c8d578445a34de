//! Whom we trust.

use crate::trust_list::{ListFacts, TrustListError};
use crate::{format, name};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

/// Gives the roots that may sign a citizen's certificate.
pub trait TrustSource: Send + Sync {
    /// The roots' certificates, DER.
    fn roots(&self) -> &[Vec<u8>];

    /// The roots whose subject is this name (DER). There may be several: names are not unique.
    fn named(&self, subject_der: &[u8]) -> Vec<&[u8]> {
        let Some(wanted) = name_key(subject_der) else {
            return Vec::new();
        };
        let carries_it = |root: &&Vec<u8>| subject_key(root).is_some_and(|subject| subject == wanted);
        self.roots()
            .iter()
            .filter(carries_it)
            .map(Vec::as_slice)
            .collect()
    }

    /// Why one of the roots is trusted, at the instant `at`, or is not after all.
    fn standing(&self, _root_der: &[u8], _at: OffsetDateTime) -> Standing {
        Standing::NamedByUser
    }

    /// The official list behind the roots, if there is one.
    fn list(&self) -> ListState<'_> {
        ListState::None
    }
}

/// Why a root is trusted, or is not after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The user named it.
    NamedByUser,
    /// The official list names it.
    Listed,
    /// The official list names it and withdrew its trust.
    Deprecated {
        /// Since when.
        since: OffsetDateTime,
    },
    /// The official list names it, but it is no anchor: another CA signed it.
    NotAnAnchor,
}

/// The official list behind the roots.
#[derive(Clone, Copy, Debug)]
pub enum ListState<'a> {
    /// None was asked for.
    None,
    /// One was asked for, and is on its way.
    Loading,
    /// One was asked for, and it could not be had or believed.
    Unusable(&'a TrustListError),
    /// One is in use.
    Used(&'a ListFacts),
}

/// Roots in memory, read from PEM files or folders that the user names.
#[derive(Clone, Debug, Default)]
pub struct TrustRoots {
    roots: Vec<Vec<u8>>,
    known: HashSet<Vec<u8>>,
    by_subject: HashMap<String, Vec<usize>>,
}

impl TrustRoots {
    /// The roots in these PEM files and folders.
    ///
    /// # Errors
    /// Those of [`TrustRoots::add_path`].
    pub fn of_paths<P: AsRef<Path>>(paths: &[P]) -> Result<Self, RootsError> {
        let mut roots = Self::default();
        for path in paths {
            roots.add_path(path.as_ref())?;
        }
        Ok(roots)
    }

    /// Adds the certificates of a PEM file, or of every `.pem`, `.crt` and `.cer` file of a folder. Tells how many
    /// were new.
    ///
    /// # Errors
    /// [`RootsError::Unreadable`] when the path cannot be read, [`RootsError::Empty`] when it holds no certificate,
    /// [`RootsError::Malformed`] when something in it is not a certificate, [`RootsError::TooLarge`] when a file or
    /// the number of files is beyond what roots need. Nothing is added then.
    pub fn add_path(&mut self, path: &Path) -> Result<usize, RootsError> {
        let mut found = Vec::new();
        if path.is_dir() {
            for file in certificate_files(path)? {
                found.extend(certificates_of(&read(&file)?, &file.to_string_lossy())?);
            }
        } else {
            found = certificates_of(&read(path)?, &path.to_string_lossy())?;
        }
        self.add_all(found, &path.to_string_lossy())
    }

    /// Adds the certificates of a PEM text; `origin` is what errors call it. Tells how many were new.
    ///
    /// # Errors
    /// Those of [`TrustRoots::add_path`] that concern a file's content.
    pub fn add_pem(&mut self, pem: &[u8], origin: &str) -> Result<usize, RootsError> {
        let found = certificates_of(pem, origin)?;
        self.add_all(found, origin)
    }

    /// Adds one certificate, DER. Tells whether it is a certificate that was not there yet.
    pub fn add_der(&mut self, der: Vec<u8>) -> bool {
        let Some(subject) = subject_key(&der) else {
            return false;
        };
        if !self.known.insert(der.clone()) {
            return false;
        }
        self.by_subject.entry(subject).or_default().push(self.roots.len());
        self.roots.push(der);
        true
    }

    fn add_all(&mut self, found: Vec<Vec<u8>>, origin: &str) -> Result<usize, RootsError> {
        if found.is_empty() {
            return Err(RootsError::Empty {
                path: origin.to_owned(),
            });
        }
        Ok(found
            .into_iter()
            .map(|der| self.add_der(der))
            .filter(|new| *new)
            .count())
    }
}

impl TrustSource for TrustRoots {
    fn roots(&self) -> &[Vec<u8>] {
        &self.roots
    }

    fn named(&self, subject_der: &[u8]) -> Vec<&[u8]> {
        let positions = name_key(subject_der).and_then(|subject| self.by_subject.get(&subject));
        positions
            .into_iter()
            .flatten()
            .filter_map(|position| self.roots.get(*position))
            .map(Vec::as_slice)
            .collect()
    }
}

/// Why a file or folder of roots could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RootsError {
    /// The path could not be read.
    #[error("`{path}` cannot be read")]
    Unreadable {
        /// The path.
        path: String,
        /// The system's word on it.
        source: std::io::Error,
    },
    /// There is no certificate in it.
    #[error("`{path}` holds no certificate")]
    Empty {
        /// The path.
        path: String,
    },
    /// Something in it is not a PEM certificate.
    #[error("`{path}` holds something that is not a certificate")]
    Malformed {
        /// The path.
        path: String,
    },
    /// It is larger than any list of roots.
    #[error("`{path}` is larger than {limit}")]
    TooLarge {
        /// The path.
        path: String,
        /// How many bytes a file, or files a folder, may have.
        limit: u64,
    },
}

impl RootsError {
    /// The file or folder that could not be used.
    pub fn path(&self) -> &str {
        match self {
            Self::Unreadable { path, .. }
            | Self::Empty { path }
            | Self::Malformed { path }
            | Self::TooLarge { path, .. } => path,
        }
    }
}

/// The files of a folder that are named like certificates, in the order of their names.
fn certificate_files(folder: &Path) -> Result<Vec<PathBuf>, RootsError> {
    let unreadable = |source| RootsError::Unreadable {
        path: folder.to_string_lossy().into_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        if ["pem", "crt", "cer"].iter().any(|wanted| extension == *wanted) && path.is_file() {
            files.push(path);
        }
        if files.len() as u64 > MOST_FILES {
            return Err(RootsError::TooLarge {
                path: folder.to_string_lossy().into_owned(),
                limit: MOST_FILES,
            });
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, RootsError> {
    let name = || path.to_string_lossy().into_owned();
    let unreadable = |source| RootsError::Unreadable { path: name(), source };
    let mut content = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LARGEST_FILE + 1)
        .read_to_end(&mut content)
        .map_err(unreadable)?;
    match content.len() as u64 > LARGEST_FILE {
        true => Err(RootsError::TooLarge {
            path: name(),
            limit: LARGEST_FILE,
        }),
        false => Ok(content),
    }
}

/// The certificates of a PEM text, or the one of a DER file: `.cer` and `.crt` are often that.
fn certificates_of(content: &[u8], origin: &str) -> Result<Vec<Vec<u8>>, RootsError> {
    let malformed = || RootsError::Malformed {
        path: origin.to_owned(),
    };
    if content.len() as u64 > LARGEST_FILE {
        return Err(RootsError::TooLarge {
            path: origin.to_owned(),
            limit: LARGEST_FILE,
        });
    }
    // A DER certificate begins with a sequence whose length takes two bytes; no PEM text begins so.
    if content.starts_with(&[0x30, 0x82]) {
        return if is_certificate(content) {
            Ok(vec![content.to_vec()])
        } else {
            Err(malformed())
        };
    }
    let mut found = Vec::new();
    for section in CertificateDer::pem_slice_iter(content) {
        let der = section.map_err(|_| malformed())?;
        if !is_certificate(&der) {
            return Err(malformed());
        }
        found.push(der.to_vec());
    }
    Ok(found)
}

fn is_certificate(der: &[u8]) -> bool {
    format::parse(der).is_ok()
}

fn subject_key(der: &[u8]) -> Option<String> {
    format::parse(der)
        .ok()
        .map(|certificate| name::comparison_key(certificate.subject()))
}

fn name_key(name_der: &[u8]) -> Option<String> {
    X509Name::from_der(name_der)
        .ok()
        .map(|(_, name)| name::comparison_key(&name))
}

/// The whole Italian list is under 400 KiB of PEM.
const LARGEST_FILE: u64 = 4 * 1024 * 1024;

/// The Italian list names fewer than 200.
const MOST_FILES: u64 = 2000;
