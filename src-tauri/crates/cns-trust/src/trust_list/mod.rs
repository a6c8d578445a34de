//! The official list of those who may issue a CNS certificate (ETSI TS 119 612), and the EU list of lists above it.

mod algorithms;
mod error;
mod form;
mod load;
mod pins;
mod read;
mod text;
mod tree;
mod verify;

pub use error::{TrustListError, WhichList};
pub use load::{ListAddresses, ListFile, from_files, load, load_beside, read_list_file};
pub use pins::{Floor, Pin, Pins};

use time::OffsetDateTime;
use uppsala::Document;

/// The EU list of lists, its signature verified.
#[derive(Clone, Debug)]
pub struct Lotl {
    facts: ListFacts,
    italy: Vec<Pin>,
    location: String,
}

impl Lotl {
    /// Reads the list of lists out of its XML, which one of `pins` must have signed.
    ///
    /// # Errors
    /// A [`TrustListError`] that names the first thing that is wrong.
    pub fn read(xml: &[u8], pins: &[Pin], floor: u64) -> Result<Self, TrustListError> {
        let text = text::text(xml)?;
        Self::of(&text::parse(text)?, pins, floor)
    }

    fn of(document: &Document<'_>, pins: &[Pin], floor: u64) -> Result<Self, TrustListError> {
        read::lotl(&verify::verify(document, pins)?, floor)
    }

    /// What it says of itself.
    pub fn facts(&self) -> &ListFacts {
        &self.facts
    }

    /// Those who may sign the Italian list.
    pub fn italy(&self) -> &[Pin] {
        &self.italy
    }

    /// Where the Italian list lies.
    pub fn location(&self) -> &str {
        &self.location
    }
}

/// The Italian list, its signature verified.
#[derive(Clone, Debug)]
pub struct TrustList {
    facts: ListFacts,
    cas: Vec<ListedCa>,
}

impl TrustList {
    /// Reads the Italian list out of its XML, which one of `signers` must have signed.
    ///
    /// # Errors
    /// A [`TrustListError`] that names the first thing that is wrong.
    pub fn read(xml: &[u8], signers: &[Pin], floor: u64) -> Result<Self, TrustListError> {
        let text = text::text(xml)?;
        let document = text::parse(text)?;
        read::italy(&verify::verify(&document, signers)?, floor)
    }

    /// The same list, known to come from there: a host, or a file's name.
    #[must_use]
    pub fn from_origin(mut self, origin: impl Into<String>) -> Self {
        self.facts.origin = origin.into();
        self
    }

    /// What it says of itself.
    pub fn facts(&self) -> &ListFacts {
        &self.facts
    }

    /// The CAs of its services of type `IdV`.
    pub fn cas(&self) -> &[ListedCa] {
        &self.cas
    }
}

/// Whether a document could be read as a list, if it were signed. It tells nothing else and gives no list: a door for the
/// fuzzer alone.
#[doc(hidden)]
pub fn could_be_read_if_signed(xml: &[u8]) -> bool {
    let read = |document: &Document<'_>| {
        let pretended = verify::pretend(document)?;
        match read::italy(&pretended, 0) {
            Ok(_) => Ok(()),
            Err(_) => read::lotl(&pretended, 0).map(|_| ()),
        }
    };
    text::text(xml)
        .and_then(text::parse)
        .and_then(|document| read(&document))
        .is_ok()
}

/// What a list says of itself, and who signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFacts {
    /// `TSLVersionIdentifier`: 5 or 6.
    pub version: u32,
    /// `TSLSequenceNumber`, which never goes back.
    pub sequence: u64,
    /// `ListIssueDateTime`.
    pub issued: OffsetDateTime,
    /// `NextUpdate`; past it the list is stale.
    pub next_update: Option<OffsetDateTime>,
    /// SHA-256 of its signer's certificate.
    pub signer_sha256: [u8; 32],
    /// Where it came from: a host, or a file's name.
    pub origin: String,
}

/// One CA of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCa {
    /// Its certificate, DER.
    pub der: Vec<u8>,
    /// Its `ServiceStatus`.
    pub standing: ListedStanding,
    /// Since when that is its status (`StatusStartingTime`).
    pub since: OffsetDateTime,
    /// Whether its certificate is self-signed; only such a one is an anchor.
    pub self_signed: bool,
}

/// The status of a service, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListedStanding {
    /// `recognisedatnationallevel`.
    Recognised,
    /// `deprecatedatnationallevel`: listed, not trusted.
    Deprecated,
    /// Another status, which gives no trust.
    Other(String),
}
