//! Which certificate is asked about, of whom, and where.
//!
//! The addresses are the certificate's own. Its issuer wrote them, but they are text from outside all the same: only
//! http is taken, and no more than a few. What is set aside is told, each with its reason.

use crate::der::{Element, SEQUENCE};
use crate::revocation::{Attempt, Source, Unchecked};
use crate::{FetchError, name};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

/// One certificate and its issuer, with the addresses that the certificate names.
#[derive(Clone, PartialEq, Eq)]
pub struct Question {
    /// The certificate's serial number: the content of its INTEGER.
    pub serial: Vec<u8>,
    /// The certificate, DER.
    pub leaf_der: Vec<u8>,
    /// The anchor whose key signed it, DER.
    pub issuer_der: Vec<u8>,
    /// The OCSP addresses (RFC 5280 §4.2.2.1), http only, in their order, at most three.
    pub ocsp: Vec<String>,
    /// The CRLs (RFC 5280 §4.2.1.13) that lie at an http address, in their order, at most four.
    pub crl: Vec<CrlPoint>,
    /// The addresses that are not asked, and why: ldap, another scheme, a list by somebody else than the issuer, a
    /// list of some reasons only.
    pub set_aside: Vec<Attempt>,
}

/// One address of a CRL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlPoint {
    /// The address.
    pub url: String,
    /// The distribution point's name as the certificate writes it (DER of the DistributionPointName), to be compared
    /// with the list's own (RFC 5280 §6.3.3 b 2 i).
    pub name: Vec<u8>,
}

impl Question {
    /// The question about a certificate that `issuer_der` signed; `None` when either is no certificate. Nothing is
    /// verified here: [`crate::Verdict::question`] is the one whose signature was.
    pub fn new(leaf_der: &[u8], issuer_der: &[u8]) -> Option<Self> {
        let ([], leaf) = X509Certificate::from_der(leaf_der).ok()? else {
            return None;
        };
        X509Certificate::from_der(issuer_der).ok()?;
        let mut question = Self {
            serial: leaf.raw_serial().to_vec(),
            leaf_der: leaf_der.to_vec(),
            issuer_der: issuer_der.to_vec(),
            ocsp: Vec::new(),
            crl: Vec::new(),
            set_aside: Vec::new(),
        };
        for extension in leaf.extensions() {
            // What cannot be read names nobody; the format of the certificate is judged elsewhere.
            match extension.oid.to_id_string().as_str() {
                AUTHORITY_INFORMATION => question.take_responders(extension.value),
                DISTRIBUTION_POINTS => question.take_points(extension.value, leaf.issuer()),
                _ => None,
            };
        }
        Some(question)
    }

    /// Whether there is anybody to ask.
    pub fn has_addresses(&self) -> bool {
        !self.ocsp.is_empty() || !self.crl.is_empty()
    }

    /// First instant of the certificate's validity.
    pub(crate) fn not_before(&self) -> OffsetDateTime {
        match X509Certificate::from_der(&self.leaf_der) {
            Ok((_, leaf)) => leaf.validity().not_before.to_datetime(),
            Err(_) => OffsetDateTime::UNIX_EPOCH,
        }
    }

    /// What ties answers to this question: the certificate and its issuer.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        let issuer = Sha256::digest(&self.issuer_der);
        Sha256::new()
            .chain_update(issuer)
            .chain_update(&self.leaf_der)
            .finalize()
            .into()
    }

    /// AuthorityInfoAccessSyntax: descriptions of a method and a location.
    fn take_responders(&mut self, value: &[u8]) -> Option<()> {
        for description in Element::all(Element::only(SEQUENCE, value)?)? {
            let (method, rest) = Element::read(description.content)?;
            let (location, _) = Element::read(rest)?;
            if method.whole != OCSP || location.tag != URI {
                continue;
            }
            let url = text(location.content);
            let source = Source::Ocsp { host: host(&url) };
            match refused(&url) {
                Some(reason) => self.set_aside(source, reason),
                None if self.ocsp.contains(&url) => {}
                None if self.ocsp.len() < MOST_RESPONDERS => self.ocsp.push(url),
                None => self.set_aside(source, Unchecked::NotAsked),
            }
        }
        Some(())
    }

    /// CRLDistributionPoints. A point whose list is signed by another than the certificate's issuer (`cRLIssuer`) is
    /// not asked, because such a list is indirect; nor is one for some `reasons` only, which could never say that
    /// nothing else is wrong. A `cRLIssuer` that is the issuer itself says nothing new, and is passed over.
    fn take_points(&mut self, value: &[u8], issuer: &X509Name<'_>) -> Option<()> {
        for point in Element::all(Element::only(SEQUENCE, value)?)? {
            let (point_name, rest) = Element::optional(POINT_NAME, point.content)?;
            let (reasons, rest) = Element::optional(REASONS, rest)?;
            let (crl_issuer, rest) = Element::optional(CRL_ISSUER, rest)?;
            let name = point_name.filter(|_| rest.is_empty())?.content;
            let reason = match (crl_issuer, reasons) {
                (Some(other), _) if !is_name(other.content, issuer) => Some(Unchecked::Indirect),
                (_, Some(_)) => Some(Unchecked::Scope),
                _ => None,
            };
            // A name relative to the issuer's holds no address.
            let Some(names) = Element::only(FULL_NAME, name).and_then(Element::all) else {
                continue;
            };
            for url in names.iter().filter(|name| name.tag == URI) {
                let url = text(url.content);
                let source = Source::Crl { host: host(&url) };
                match refused(&url).or_else(|| reason.clone()) {
                    Some(reason) => self.set_aside(source, reason),
                    None if self.crl.len() < MOST_POINTS => self.crl.push(CrlPoint {
                        url,
                        name: name.to_vec(),
                    }),
                    None => self.set_aside(source, Unchecked::NotAsked),
                }
            }
        }
        Some(())
    }

    fn set_aside(&mut self, source: Source, reason: Unchecked) {
        if self.set_aside.len() < MOST_SET_ASIDE {
            self.set_aside.push(Attempt {
                source,
                result: Err(reason),
                server_date: None,
            });
        }
    }
}

impl std::fmt::Debug for Question {
    /// Leaves the certificate out, which names a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question")
            .field("ocsp", &self.ocsp)
            .field("crl", &self.crl)
            .field("set_aside", &self.set_aside)
            .finish_non_exhaustive()
    }
}

/// An address as text. IA5String is ASCII: anything else becomes a mark that no address may hold.
fn text(address: &[u8]) -> String {
    String::from_utf8_lossy(address).into_owned()
}

/// Why an address is not asked, if it is not.
fn refused(url: &str) -> Option<Unchecked> {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("ldap" | "ldaps") => Some(Unchecked::Ldap),
        Some("http") if url.len() <= LONGEST_URL && url.bytes().all(|byte| byte.is_ascii_graphic()) => {
            host(url)
                .is_empty()
                .then_some(Unchecked::Fetch(FetchError::Address))
        }
        _ => Some(Unchecked::Fetch(FetchError::Address)),
    }
}

/// The host of an address, for people: no user, no port, nothing that could name a certificate.
pub(super) fn host(url: &str) -> String {
    let after_scheme = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = after_scheme
        .split(['/', '?', '#', '\\'])
        .next()
        .unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    host.chars()
        .filter(char::is_ascii_graphic)
        .take(LONGEST_HOST)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// Whether these GeneralNames are this one directory name.
fn is_name(names: &[u8], wanted: &X509Name<'_>) -> bool {
    let directory = Element::only(DIRECTORY_NAME, names).and_then(|name| X509Name::from_der(name).ok());
    directory.is_some_and(|(rest, found)| {
        rest.is_empty() && name::comparison_key(&found) == name::comparison_key(wanted)
    })
}

const AUTHORITY_INFORMATION: &str = "1.3.6.1.5.5.7.1.1";
const DISTRIBUTION_POINTS: &str = "2.5.29.31";
/// id-ad-ocsp, 1.3.6.1.5.5.7.48.1, with its header.
const OCSP: &[u8] = &[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01];

const POINT_NAME: u8 = 0xa0;
const REASONS: u8 = 0x81;
const CRL_ISSUER: u8 = 0xa2;
const FULL_NAME: u8 = 0xa0;
const DIRECTORY_NAME: u8 = 0xa4;
const URI: u8 = 0x86;

const MOST_RESPONDERS: usize = 3;
const MOST_POINTS: usize = 4;
const MOST_SET_ASIDE: usize = 16;
const LONGEST_URL: usize = 2048;
/// RFC 1035 §2.3.4.
const LONGEST_HOST: usize = 255;
