//! What a verified list says (ETSI TS 119 612, versions 2.1.1 and later: `TSLVersionIdentifier` 5 and 6).
//!
//! A national list names every trust service of its country. Those of type `IdV`, "identity verification", are those
//! who issue CNS certificates, and what they issue them with; only these are read, and only their status of today,
//! not the history below it.

use crate::format;
use crate::name::comparison_key;
use crate::trust_list::tree::{Name, Node};
use crate::trust_list::verify::Verified;
use crate::trust_list::{ListFacts, ListedCa, ListedStanding, Lotl, Pin, TrustList, TrustListError};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use x509_parser::certificate::X509Certificate;

/// Which list one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The EU list of lists.
    Lotl,
    /// The Italian list.
    Italy,
}

/// Which list a document says it is. Nobody vouches for that before its signature is verified: it decides whom the
/// signature is held against, and is asked again once it is.
pub(super) fn announced(root: Node<'_, '_>) -> Option<Kind> {
    let scheme = root.only(SCHEME_INFORMATION).ok()?;
    match scheme.only(TSL_TYPE).ok()?.text().ok()?.as_str() {
        LIST_OF_LISTS => Some(Kind::Lotl),
        NATIONAL_LIST => Some(Kind::Italy),
        _ => None,
    }
}

/// Reads the EU list of lists.
pub(super) fn lotl(verified: &Verified<'_, '_>, floor: u64) -> Result<Lotl, TrustListError> {
    let (scheme, facts) = header(verified, Kind::Lotl, floor)?;
    let pointers: Vec<Node<'_, '_>> = scheme
        .only(POINTERS)?
        .all(POINTER)
        .filter(|pointer| points_to_italy(*pointer))
        .collect();
    let first = pointers.first().ok_or(TrustListError::Malformed)?;
    let location = first.only(LOCATION)?.text()?;
    let mut italy = Vec::new();
    for pointer in &pointers {
        for identity in pointer.only(IDENTITIES)?.all(IDENTITY) {
            italy.extend(certificates(identity)?.into_iter().map(|der| Pin {
                sha256: Sha256::digest(der).into(),
                source: format!("EU list of lists {}", facts.sequence),
                read_on: facts.issued.date(),
            }));
        }
    }
    Ok(Lotl {
        facts,
        italy,
        location,
    })
}

/// Reads the Italian list.
pub(super) fn italy(verified: &Verified<'_, '_>, floor: u64) -> Result<TrustList, TrustListError> {
    let (_, facts) = header(verified, Kind::Italy, floor)?;
    let mut cas: Vec<ListedCa> = Vec::new();
    let mut known: HashMap<Vec<u8>, usize> = HashMap::new();
    for provider in verified.root.only(PROVIDERS)?.all(PROVIDER) {
        for service in provider.only(SERVICES)?.all(SERVICE) {
            for ca in cas_of(service.only(SERVICE_INFORMATION)?)? {
                match known.get(&ca.der).and_then(|position| cas.get_mut(*position)) {
                    // Twice in the list, as when a service changes hands: the later word counts.
                    Some(earlier) if ca.since > earlier.since => *earlier = ca,
                    Some(_) => {}
                    None => {
                        known.insert(ca.der.clone(), cas.len());
                        cas.push(ca);
                    }
                }
            }
        }
    }
    Ok(TrustList { facts, cas })
}

/// Reads what every list says of itself, and makes sure that it is of the kind that is wanted.
fn header<'d, 'x>(
    verified: &Verified<'d, 'x>,
    wanted: Kind,
    floor: u64,
) -> Result<(Node<'d, 'x>, ListFacts), TrustListError> {
    if !verified.root.is(LIST) {
        return Err(TrustListError::Malformed);
    }
    let scheme = verified.root.only(SCHEME_INFORMATION)?;
    let text = |name: Name| scheme.only(name)?.text();
    let version = match text(VERSION)?.as_str() {
        "5" => 5,
        "6" => 6,
        other => {
            return Err(TrustListError::Version {
                version: other.to_owned(),
            });
        }
    };
    let territory = text(TERRITORY)?;
    let expected = match wanted {
        Kind::Lotl => (LIST_OF_LISTS, "EU"),
        Kind::Italy => (NATIONAL_LIST, "IT"),
    };
    if (text(TSL_TYPE)?.as_str(), territory.as_str()) != expected {
        return Err(TrustListError::WrongList { territory });
    }
    let sequence = text(SEQUENCE)?.parse().map_err(|_| TrustListError::Malformed)?;
    if sequence < floor {
        return Err(TrustListError::RolledBack { sequence, floor });
    }
    let issued = instant(&text(ISSUED)?)?;
    if !verified.signer.could_sign_at(issued) {
        return Err(TrustListError::SignerOutOfDate { issued });
    }
    // A list that is never to be updated again has an empty one.
    let next_update = match scheme.only(NEXT_UPDATE)?.optional(DATE_TIME)? {
        Some(date_time) => Some(instant(&date_time.text()?)?),
        None => None,
    };
    let facts = ListFacts {
        version,
        sequence,
        issued,
        next_update,
        signer_sha256: verified.signer.sha256,
        origin: String::new(),
    };
    Ok((scheme, facts))
}

/// Whether a pointer of the list of lists is to the Italian list for machines; there is one for people, too.
fn points_to_italy(pointer: Node<'_, '_>) -> bool {
    let additional = pointer.all(ADDITIONAL_INFORMATION);
    let said: Vec<Node<'_, '_>> = additional
        .flat_map(|information| information.all(OTHER_INFORMATION))
        .flat_map(Node::elements)
        .collect();
    let says = |name: Name, wanted: &str| {
        let mut of_this_name = said.iter().filter(|element| element.is(name)).peekable();
        of_this_name.peek().is_some() && of_this_name.all(|element| element.text().as_deref() == Ok(wanted))
    };
    says(TERRITORY, "IT") && says(TSL_TYPE, NATIONAL_LIST) && says(MIME_TYPE, MACHINE_READABLE)
}

/// The CAs that a service of type `IdV` issues with; none for one of another type. A certificate that cannot be read
/// is left out: it could sign nothing.
fn cas_of(service: Node<'_, '_>) -> Result<Vec<ListedCa>, TrustListError> {
    if service.only(SERVICE_TYPE)?.text()? != IDENTITY_VERIFICATION {
        return Ok(Vec::new());
    }
    let standing = match service.only(SERVICE_STATUS)?.text()?.as_str() {
        RECOGNISED => ListedStanding::Recognised,
        DEPRECATED => ListedStanding::Deprecated,
        other => ListedStanding::Other(other.to_owned()),
    };
    let since = instant(&service.only(STATUS_SINCE)?.text()?)?;
    let ders = certificates(service.only(IDENTITY)?)?;
    let cas = ders.into_iter().filter_map(|der| {
        let self_signed = is_self_signed(&format::parse(&der).ok()?);
        Some(ListedCa {
            der,
            standing: standing.clone(),
            since,
            self_signed,
        })
    });
    Ok(cas.collect())
}

/// The certificates of a digital identity. It may also hold names and key identifiers, which name nobody for sure.
fn certificates(identity: Node<'_, '_>) -> Result<Vec<Vec<u8>>, TrustListError> {
    identity
        .all(DIGITAL_ID)
        .flat_map(|digital_id| digital_id.all(CERTIFICATE))
        .map(Node::bytes)
        .collect()
}

/// Whether a certificate is its own issuer: by name, and by a signature that its own key verifies.
fn is_self_signed(certificate: &X509Certificate<'_>) -> bool {
    comparison_key(certificate.subject()) == comparison_key(certificate.issuer())
        && certificate.verify_signature(None).is_ok()
}

/// An instant; where it names no zone it is in UTC, as all of a list are (TS 119 612 §5.1.4).
fn instant(text: &str) -> Result<OffsetDateTime, TrustListError> {
    let zoned = OffsetDateTime::parse(text, &Rfc3339);
    zoned
        .or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339))
        .map_err(|_| TrustListError::Malformed)
}

const LIST_OF_LISTS: &str = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists";
const NATIONAL_LIST: &str = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric";
const MACHINE_READABLE: &str = "application/vnd.etsi.tsl+xml";
const IDENTITY_VERIFICATION: &str = "http://uri.etsi.org/TrstSvc/Svctype/IdV";
const RECOGNISED: &str = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/recognisedatnationallevel";
const DEPRECATED: &str = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/deprecatedatnationallevel";

const LIST: Name = list_name("TrustServiceStatusList");
const SCHEME_INFORMATION: Name = list_name("SchemeInformation");
const VERSION: Name = list_name("TSLVersionIdentifier");
const SEQUENCE: Name = list_name("TSLSequenceNumber");
const TSL_TYPE: Name = list_name("TSLType");
const TERRITORY: Name = list_name("SchemeTerritory");
const ISSUED: Name = list_name("ListIssueDateTime");
const NEXT_UPDATE: Name = list_name("NextUpdate");
const DATE_TIME: Name = list_name("dateTime");
const POINTERS: Name = list_name("PointersToOtherTSL");
const POINTER: Name = list_name("OtherTSLPointer");
const IDENTITIES: Name = list_name("ServiceDigitalIdentities");
const LOCATION: Name = list_name("TSLLocation");
const ADDITIONAL_INFORMATION: Name = list_name("AdditionalInformation");
const OTHER_INFORMATION: Name = list_name("OtherInformation");
const MIME_TYPE: Name = Name::new("http://uri.etsi.org/02231/v2/additionaltypes#", "MimeType");
const PROVIDERS: Name = list_name("TrustServiceProviderList");
const PROVIDER: Name = list_name("TrustServiceProvider");
const SERVICES: Name = list_name("TSPServices");
const SERVICE: Name = list_name("TSPService");
const SERVICE_INFORMATION: Name = list_name("ServiceInformation");
const SERVICE_TYPE: Name = list_name("ServiceTypeIdentifier");
const SERVICE_STATUS: Name = list_name("ServiceStatus");
const STATUS_SINCE: Name = list_name("StatusStartingTime");
const IDENTITY: Name = list_name("ServiceDigitalIdentity");
const DIGITAL_ID: Name = list_name("DigitalId");
const CERTIFICATE: Name = list_name("X509Certificate");

const fn list_name(local: &'static str) -> Name {
    Name::new("http://uri.etsi.org/02231/v2#", local)
}
