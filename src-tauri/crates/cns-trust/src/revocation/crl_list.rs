//! A CRL field by field (RFC 5280 §5.1), as far as it has come.

use super::crl_der::{BIT_STRING, INTEGER, context_constructed};
use super::crl_entry::{Entry, Found};
use super::crl_issuer::CrlIssuer;
use super::crl_scope::{Asked, Scope};
use super::crl_signature::Signed;
use super::question::host;
use super::{crl_der, crl_scope, crl_signature, crl_time};
use crate::FetchError;
use crate::der::{Element, Head, SEQUENCE};
use crate::revocation::{CrlPoint, Question, Status, Times, Unchecked};
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

/// What was read of a list.
pub(super) struct ListRead<'q> {
    address: &'q str,
    serial: &'q [u8],
    asked: Asked<'q>,
    issuer: CrlIssuer,
    awaited: Awaited,
    left: Left,
    /// What came and is not a whole field yet.
    pending: Vec<u8>,
    signed: Signed,
    said: Said,
    signature: Vec<u8>,
}

impl<'q> ListRead<'q> {
    /// Nothing of it yet.
    pub(super) fn new(question: &'q Question, point: &'q CrlPoint) -> Result<Self, Unchecked> {
        Ok(Self {
            address: &point.url,
            serial: &question.serial,
            asked: Asked {
                is_ca: is_ca(&question.leaf_der),
                point: &point.name,
            },
            issuer: CrlIssuer::of(&question.issuer_der)?,
            awaited: Awaited::List,
            left: Left::default(),
            pending: Vec::new(),
            signed: Signed::new(),
            said: Said::default(),
            signature: Vec::new(),
        })
    }

    /// What the whole of it says, at the instant `at`.
    pub(super) fn finish(self, at: OffsetDateTime) -> Result<(Status, Times), Unchecked> {
        let (Awaited::Nothing, Some(produced_at)) = (self.awaited, self.said.this_update) else {
            return Err(Unchecked::Malformed);
        };
        self.signed.verify(&self.signature, &self.issuer)?;
        let times = Times {
            produced_at,
            next_update: self.said.next_update,
        };
        crl_time::hold(&times, at)?;
        match (self.said.found.status(), self.said.scope) {
            (Status::Good | Status::UnknownToResponder, Scope::SomeReasons) => Err(Unchecked::Scope),
            (status, Scope::Whole | Scope::SomeReasons) => Ok((status, times)),
        }
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.pending.capacity() + self.signed.held_bytes() + self.signature.capacity()
    }

    /// Takes in what came, as far as it is there field by field.
    pub(super) fn take(&mut self, chunk: &[u8]) -> Result<(), Unchecked> {
        let mut pending = std::mem::take(&mut self.pending);
        pending.extend_from_slice(chunk);
        let mut read = 0;
        while let Step::Read(count) = self.step(pending.get(read..).unwrap_or_default())? {
            read += count;
        }
        pending.drain(..read.min(pending.len()));
        self.pending = pending;
        Ok(())
    }

    /// Reads the field that is awaited, if it is there. Every step goes on in the list or in what is awaited.
    fn step(&mut self, bytes: &[u8]) -> Result<Step, Unchecked> {
        match self.awaited {
            Awaited::List => {
                let head = match bytes.first() {
                    None | Some(&SEQUENCE) => crl_der::head(bytes),
                    Some(_) => Err(Unchecked::Malformed),
                };
                let Some(head) = self.too_large(head, crl_der::LONGEST)? else {
                    return Ok(Step::More);
                };
                self.left.list = head.length;
                Ok(self.then(Awaited::Signed, head.size))
            }
            Awaited::Signed => {
                let Some(head) = head(bytes, SEQUENCE, self.left.list)? else {
                    return Ok(Step::More);
                };
                self.left.list -= head.whole();
                self.left.signed = head.length;
                self.said.length = head.whole();
                self.signed.take(bytes.get(..head.size).unwrap_or_default());
                Ok(self.then(Awaited::Version, head.size))
            }
            // The number of version 2 is 1. Without one, a list is of version 1 and knows no extensions.
            Awaited::Version => self.field(bytes, Awaited::Algorithm, |_, version| {
                version.is(INTEGER)?;
                match version.content {
                    [1] => Ok(()),
                    _ => Err(Unchecked::Malformed),
                }
            }),
            Awaited::Algorithm => self.field(bytes, Awaited::Issuer, |list, algorithm| {
                algorithm.is(SEQUENCE)?;
                let chosen = list.signed.choose(algorithm, list.said.length);
                list.too_large(chosen, crl_signature::LARGEST_KEPT)
            }),
            Awaited::Issuer => self.field(bytes, Awaited::ThisUpdate, |list, name| {
                name.is(SEQUENCE)?;
                list.issuer.is_named(name.whole)
            }),
            Awaited::ThisUpdate => self.field(bytes, Awaited::NextUpdate, |list, time| {
                list.said.this_update = Some(crl_time::read(time)?);
                Ok(())
            }),
            // Every list has one (RFC 5280 §5.1.2.5): nobody could tell how long it holds.
            Awaited::NextUpdate => self.field(bytes, Awaited::Entries, |list, time| {
                list.said.next_update = Some(crl_time::read(time)?);
                match list.said.next_update < list.said.this_update {
                    true => Err(Unchecked::Malformed),
                    false => Ok(()),
                }
            }),
            Awaited::Entries => self.entries(bytes),
            Awaited::Entry => self.entry(bytes),
            Awaited::Extensions => self.field(bytes, Awaited::EndOfSigned, |list, extensions| {
                extensions.is(EXTENSIONS)?;
                list.said.scope = crl_scope::read(extensions, &list.issuer, &list.asked)?;
                Ok(())
            }),
            Awaited::EndOfSigned => match self.left.signed {
                0 => Ok(self.then(Awaited::SignatureAlgorithm, 0)),
                _ => Err(Unchecked::Malformed),
            },
            Awaited::SignatureAlgorithm => self.trailer(bytes, Awaited::Signature, |list, algorithm| {
                match list.signed.names(algorithm) {
                    true => Ok(()),
                    false => Err(Unchecked::Malformed),
                }
            }),
            Awaited::Signature => self.trailer(bytes, Awaited::EndOfList, |list, signature| {
                signature.is(BIT_STRING)?;
                match signature.content.split_first() {
                    Some((0, signature)) => list.signature = signature.to_vec(),
                    _ => return Err(Unchecked::Malformed),
                }
                Ok(())
            }),
            Awaited::EndOfList => match self.left.list {
                0 => Ok(self.then(Awaited::Nothing, 0)),
                _ => Err(Unchecked::Malformed),
            },
            Awaited::Nothing if bytes.is_empty() => Ok(Step::More),
            Awaited::Nothing => Err(Unchecked::Malformed),
        }
    }

    /// Reads the beginning of the entries, if there are any.
    fn entries(&mut self, bytes: &[u8]) -> Result<Step, Unchecked> {
        match bytes.first() {
            None => Ok(Step::More),
            Some(&SEQUENCE) => {
                let Some(head) = head(bytes, SEQUENCE, self.left.signed)? else {
                    return Ok(Step::More);
                };
                self.left.signed -= head.whole();
                self.left.entries = head.length;
                self.signed.take(bytes.get(..head.size).unwrap_or_default());
                Ok(self.then(Awaited::Entry, head.size))
            }
            Some(_) => Ok(self.then(Awaited::Extensions, 0)),
        }
    }

    /// Reads all the entries that are there.
    fn entry(&mut self, bytes: &[u8]) -> Result<Step, Unchecked> {
        let mut read = 0;
        loop {
            let rest = bytes.get(read..).unwrap_or_default();
            if self.left.entries == 0 {
                break;
            }
            let Some(entry) = element(rest, self.left.entries, LARGEST_ENTRY)? else {
                break;
            };
            entry.is(SEQUENCE)?;
            let entry_read = Entry::read(&entry)?;
            self.said.found.weigh(&entry_read, self.serial);
            self.left.entries -= entry.whole.len();
            read += entry.whole.len();
        }
        self.signed.take(bytes.get(..read).unwrap_or_default());
        match (self.left.entries, read) {
            (0, _) => Ok(self.then(Awaited::Extensions, read)),
            (_, 0) => Ok(Step::More),
            (_, _) => Ok(Step::Read(read)),
        }
    }

    /// Reads one field of the signed part.
    fn field(&mut self, bytes: &[u8], next: Awaited, meaning: Meaning<'q>) -> Result<Step, Unchecked> {
        let Some(field) = element(bytes, self.left.signed, LARGEST_FIELD)? else {
            return Ok(Step::More);
        };
        self.left.signed -= field.whole.len();
        self.signed.take(field.whole);
        meaning(self, &field)?;
        Ok(self.then(next, field.whole.len()))
    }

    /// Reads one field of what follows the signed part.
    fn trailer(&mut self, bytes: &[u8], next: Awaited, meaning: Meaning<'q>) -> Result<Step, Unchecked> {
        let Some(field) = element(bytes, self.left.list, LARGEST_FIELD)? else {
            return Ok(Step::More);
        };
        self.left.list -= field.whole.len();
        meaning(self, &field)?;
        Ok(self.then(next, field.whole.len()))
    }

    /// Says of the whole list that it is too large, where `result` says it of a field.
    fn too_large<T>(&self, result: Result<T, Unchecked>, limit: usize) -> Result<T, Unchecked> {
        result.map_err(|why| match why == Unchecked::FieldTooLarge {
            true => Unchecked::Fetch(FetchError::TooLarge {
                host: host(self.address),
                limit: limit as u64,
            }),
            false => why,
        })
    }

    fn then(&mut self, next: Awaited, read: usize) -> Step {
        self.awaited = next;
        Step::Read(read)
    }
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaited {
    /// The head of the whole.
    List,
    /// The head of the signed part.
    Signed,
    Version,
    Algorithm,
    Issuer,
    ThisUpdate,
    NextUpdate,
    /// The head of the entries, or what follows where there are none.
    Entries,
    Entry,
    Extensions,
    EndOfSigned,
    SignatureAlgorithm,
    Signature,
    EndOfList,
    Nothing,
}

/// How many bytes are still to come inside of what has begun.
#[derive(Debug, Default)]
struct Left {
    list: usize,
    signed: usize,
    entries: usize,
}

/// What the list says, of which nothing counts before its signature is verified.
#[derive(Debug, Default)]
struct Said {
    /// How long the signed part is.
    length: usize,
    this_update: Option<OffsetDateTime>,
    next_update: Option<OffsetDateTime>,
    found: Found,
    scope: Scope,
}

enum Step {
    /// So many bytes were read, perhaps none.
    Read(usize),
    /// More must come.
    More,
}

/// Takes in what a field means.
type Meaning<'q> = fn(&mut ListRead<'q>, &Element<'_>) -> Result<(), Unchecked>;

/// The head at the beginning of `bytes`, of an element with this tag that has room in so many bytes.
fn head(bytes: &[u8], tag: u8, room: usize) -> Result<Option<Head>, Unchecked> {
    match crl_der::head(bytes)? {
        Some(head) if head.tag != tag || head.whole() > room => Err(Unchecked::Malformed),
        head => Ok(head),
    }
}

/// The element at the beginning of `bytes`, which has room in so many bytes and may be as large as that.
fn element(bytes: &[u8], room: usize, largest: usize) -> Result<Option<Element<'_>>, Unchecked> {
    match crl_der::head(bytes)? {
        Some(head) if head.whole() > room => Err(Unchecked::Malformed),
        Some(head) if head.whole() > largest => Err(Unchecked::FieldTooLarge),
        Some(_) => Ok(Element::read(bytes).map(|(element, _)| element)),
        None => Ok(None),
    }
}

/// A certificate that cannot be read comes out of no verdict; it is nobody's, and a list for users alone not for it.
fn is_ca(certificate: &[u8]) -> bool {
    X509Certificate::from_der(certificate).map_or(true, |(_, certificate)| certificate.is_ca())
}

const EXTENSIONS: u8 = context_constructed(0);

/// An entry is some forty bytes.
const LARGEST_ENTRY: usize = 4 * 1024;

/// The largest sound field is an issuing distribution point with many names.
const LARGEST_FIELD: usize = 64 * 1024;
