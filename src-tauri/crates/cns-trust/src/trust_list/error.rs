//! Why a list was not taken.

use crate::FetchError;
use time::OffsetDateTime;

/// One of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhichList {
    /// The EU list of lists.
    OfLists,
    /// The Italian one.
    Italian,
}

/// Why a list was not taken. The list is suspect then, never the citizen's certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustListError {
    /// Something is wrong with this one of the two.
    #[error("{which:?}: {reason}")]
    Of {
        /// Which one.
        which: WhichList,
        /// What is wrong; never another [`TrustListError::Of`].
        reason: Box<TrustListError>,
    },
    /// More bytes than any list has.
    #[error("more than {limit} bytes")]
    TooLarge {
        /// Bytes.
        limit: u64,
    },
    /// More elements, attributes or depth than any list has.
    #[error("more XML than a list has")]
    TooManyElements,
    /// Not XML, or not of the form of a list.
    #[error("not a list")]
    Malformed,
    /// It declares a document type or entities.
    #[error("a document type declaration")]
    Dtd,
    /// A version that we do not know.
    #[error("version {version}")]
    Version {
        /// `TSLVersionIdentifier`.
        version: String,
    },
    /// There is no signature.
    #[error("no signature")]
    Unsigned,
    /// The signature does not cover the whole document in the one form that is taken.
    #[error("the signature does not cover the document")]
    Wrapped,
    /// What was signed is not what stands there.
    #[error("changed after it was signed")]
    Changed,
    /// The signature's value is wrong.
    #[error("wrong signature")]
    BadSignature,
    /// An algorithm that is not taken.
    #[error("algorithm {algorithm}")]
    Algorithm {
        /// Its identifier.
        algorithm: String,
    },
    /// Signed by somebody who is not pinned.
    #[error("signer {sha256} is not known")]
    SignerNotPinned {
        /// SHA-256 of the signer's certificate, hexadecimal.
        sha256: String,
    },
    /// The signed properties name another signing certificate (XAdES `SigningCertificate`).
    #[error("the signed properties name another certificate")]
    CertificateDigest,
    /// An older list than one that is known.
    #[error("number {sequence} after {floor}")]
    RolledBack {
        /// Its number.
        sequence: u64,
        /// The highest number known.
        floor: u64,
    },
    /// The list of another country, or of another kind.
    #[error("the list of {territory}")]
    WrongList {
        /// `SchemeTerritory`.
        territory: String,
    },
    /// It was signed outside the validity of its signer's certificate.
    #[error("issued outside its signer's validity")]
    SignerOutOfDate {
        /// `ListIssueDateTime`.
        issued: OffsetDateTime,
    },
    /// It could not be fetched.
    #[error("{0}")]
    NotFetched(FetchError),
    /// Its file could not be read.
    #[error("`{path}` cannot be read")]
    Unreadable {
        /// The path.
        path: String,
    },
}

impl TrustListError {
    /// What is wrong, whichever list it is.
    pub fn reason(&self) -> &Self {
        if let Self::Of { reason, .. } = self {
            reason
        } else {
            self
        }
    }

    /// Which list it is, where that is known.
    pub fn which(&self) -> Option<WhichList> {
        let Self::Of { which, .. } = self else {
            return None;
        };
        Some(*which)
    }

    /// The same, of this list.
    pub(crate) fn of(self, which: WhichList) -> Self {
        let reason = Box::new(self.reason().clone());
        Self::Of { which, reason }
    }
}
