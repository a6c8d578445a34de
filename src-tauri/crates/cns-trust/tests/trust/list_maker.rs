//! Lists that exist nowhere, signed: as they should be, or as a test wants them.
//!
//! A list is a text with places left free for its digests and its signature's value. What a test changes before
//! [`ListSigner::sign`] is signed along with the rest; what it changes afterwards is somebody else's doing.

use crate::signature::{RSA_2048, RsaPublic};
use crate::support::Ca;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bergshamra_c14n::{C14nMode, canonicalize_doc};
use bergshamra_xml::NodeSet;
use cns_trust::{Pin, TrustList, TrustListError};
use rcgen::{KeyPair, SigningKey as _};
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::signature::{SignatureEncoding, Signer};
use sha1::Sha1;
use sha2::digest::DynDigest;
use sha2::{Digest, Sha256, Sha384, Sha512};
use std::sync::LazyLock;
use time::macros::{date, datetime};
use uppsala::{Document, NodeId};

type Sign = dyn Fn(&[u8]) -> Vec<u8> + Send + Sync;

/// Signs lists.
pub(crate) struct ListSigner {
    /// Its certificate.
    pub(crate) der: Vec<u8>,
    /// Identifier of its algorithm.
    pub(crate) method: &'static str,
    sign: Box<Sign>,
}

/// The signer of every list that is about something else.
pub(crate) static SIGNER: LazyLock<ListSigner> = LazyLock::new(|| {
    ListSigner::by_rsa(&RSA_2048, "rsa-sha256", |signed| {
        SigningKey::<Sha256>::new(RSA_2048.clone()).sign(signed).to_vec()
    })
});

/// The two CAs that [`italian_list`] names.
pub(crate) static CAS: LazyLock<[Ca; 2]> =
    LazyLock::new(|| ["Regione di Prova - CA Cittadini", "Ente di Prova - CA"].map(Ca::new));

impl ListSigner {
    pub(crate) fn by_rsa(
        key: &RsaPrivateKey,
        method: &'static str,
        sign: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        Self {
            der: CAS[0].issue_for(&RsaPublic::of(key), |_| {}),
            method,
            sign: Box::new(sign),
        }
    }

    pub(crate) fn by_rsa_with_sha(bits: u32) -> Self {
        let key = &*RSA_2048;
        match bits {
            384 => Self::by_rsa(key, "rsa-sha384", |signed| {
                SigningKey::<Sha384>::new(RSA_2048.clone()).sign(signed).to_vec()
            }),
            512 => Self::by_rsa(key, "rsa-sha512", |signed| {
                SigningKey::<Sha512>::new(RSA_2048.clone()).sign(signed).to_vec()
            }),
            other => panic!("no signer with SHA-{other}"),
        }
    }

    /// On P-256 or P-384, with the digest of the same length.
    pub(crate) fn by_ecdsa(curve: &'static rcgen::SignatureAlgorithm) -> Self {
        let key = KeyPair::generate_for(curve).unwrap();
        let der = CAS[0].issue_for(&key, |_| {});
        let (method, coordinate) = match curve == &rcgen::PKCS_ECDSA_P256_SHA256 {
            true => ("ecdsa-sha256", 32),
            false => ("ecdsa-sha384", 48),
        };
        Self {
            der,
            method,
            sign: Box::new(move |signed| side_by_side(&key.sign(signed).unwrap(), coordinate)),
        }
    }

    /// With the same key, under another certificate.
    pub(crate) fn with_certificate(&self, der: Vec<u8>) -> ListSigner {
        ListSigner {
            der,
            method: self.method,
            sign: Box::new(|signed| (SIGNER.sign)(signed)),
        }
    }

    pub(crate) fn pin(&self) -> Pin {
        Pin {
            sha256: Sha256::digest(&self.der).into(),
            source: "made up".to_owned(),
            read_on: date!(2026 - 11 - 22),
        }
    }

    /// Fills the free places of a list, its own certificate and algorithm first.
    pub(crate) fn sign(&self, list: &str) -> String {
        let list = list
            .replace("@@CERTIFICATE@@", &STANDARD.encode(&self.der))
            .replace("@@METHOD@@", &format!("{MORE}{}", self.method))
            .replace("@@SHA1@@", &STANDARD.encode(Sha1::digest(&self.der)))
            .replace("@@SHA256@@", &STANDARD.encode(Sha256::digest(&self.der)))
            .replace("@@SHA512@@", &STANDARD.encode(Sha512::digest(&self.der)));
        let (of_document, of_properties) = {
            let document = uppsala::parse(&list).unwrap();
            let signature = first(&document, "Signature");
            let mut outside = NodeSet::all_without_comments(&document);
            outside.remove_id(signature);
            for inside in document.descendants(signature) {
                outside.remove_id(inside);
            }
            let properties = NodeSet::tree_without_comments(first(&document, "SignedProperties"), &document);
            (
                digest(&list, "@@DOCUMENT@@", &canonical(&document, &outside)),
                digest(&list, "@@PROPERTIES@@", &canonical(&document, &properties)),
            )
        };
        let list = list
            .replace("@@DOCUMENT@@", &of_document)
            .replace("@@PROPERTIES@@", &of_properties);
        let value = {
            let document = uppsala::parse(&list).unwrap();
            let signed = NodeSet::tree_without_comments(first(&document, "SignedInfo"), &document);
            STANDARD.encode((self.sign)(&canonical(&document, &signed)))
        };
        list.replace("@@VALUE@@", &value)
    }
}

/// An Italian list that names [`CAS`], the second of them as deprecated, and a service of another type.
pub(crate) fn italian_list() -> String {
    let [recognised, deprecated] = [&CAS[0].der, &CAS[1].der];
    let services = [
        service(
            "IdV",
            recognised,
            "recognisedatnationallevel",
            "2016-06-30T22:00:00Z",
        ),
        service(
            "IdV",
            deprecated,
            "deprecatedatnationallevel",
            "2023-09-25T22:00:00Z",
        ),
        service("CA/QC", recognised, "granted", "2016-06-30T22:00:00Z"),
    ];
    let provider = format!(
        "<TrustServiceProvider><TSPInformation><TSPName><Name xml:lang=\"it\">Ente di Prova &amp; figli</Name>\
         </TSPName></TSPInformation><TSPServices>\n{}</TSPServices></TrustServiceProvider>",
        services.concat()
    );
    let providers = format!("<TrustServiceProviderList>{provider}</TrustServiceProviderList>");
    list("EUgeneric", "IT", 195, "", &providers)
}

/// One service with one certificate and a history in which it was something else.
pub(crate) fn service(kind: &str, der: &[u8], status: &str, since: &str) -> String {
    let certificate = STANDARD.encode(der);
    let lines: Vec<&str> = certificate
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "<TSPService><ServiceInformation><ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/{kind}\
         </ServiceTypeIdentifier><ServiceName><Name xml:lang=\"en\">Servizio</Name></ServiceName>\
         <ServiceDigitalIdentity><DigitalId><X509Certificate>{}</X509Certificate></DigitalId><DigitalId>\
         <X509SubjectName>CN=Servizio</X509SubjectName></DigitalId></ServiceDigitalIdentity><ServiceStatus>{STATUS}\
         {status}</ServiceStatus><StatusStartingTime>{since}</StatusStartingTime></ServiceInformation>\
         <ServiceHistory><ServiceHistoryInstance><ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/IdV\
         </ServiceTypeIdentifier><ServiceStatus>{STATUS}undersupervision</ServiceStatus></ServiceHistoryInstance>\
         </ServiceHistory></TSPService>\n",
        lines.join("\n")
    )
}

/// A list of lists that points to the Italian list of `signers`, and to that list for people.
pub(crate) fn list_of_lists(signers: &[&ListSigner]) -> String {
    let identities: String = signers
        .iter()
        .map(|signer| {
            let certificate = STANDARD.encode(&signer.der);
            format!(
                "<ServiceDigitalIdentity><DigitalId><X509Certificate>{certificate}</X509Certificate></DigitalId>\
                 </ServiceDigitalIdentity>"
            )
        })
        .collect();
    let pointers = [
        pointer(
            "FR",
            "application/vnd.etsi.tsl+xml",
            "https://lista.example.fr/tl.xml",
            &identities,
        ),
        pointer("IT", "application/pdf", "https://lista.example.it/tl.pdf", ""),
        pointer("IT", "application/vnd.etsi.tsl+xml", ITALY_AT, &identities),
    ];
    let pointers = format!("<PointersToOtherTSL>{}</PointersToOtherTSL>", pointers.concat());
    list("EUlistofthelists", "EU", 333, &pointers, "")
}

/// Where [`list_of_lists`] says that the Italian list is.
pub(crate) const ITALY_AT: &str = "https://lista.example.it/tl.xml";

fn pointer(territory: &str, mime_type: &str, location: &str, identities: &str) -> String {
    format!(
        "<OtherTSLPointer><ServiceDigitalIdentities>{identities}</ServiceDigitalIdentities><TSLLocation>{location}\
         </TSLLocation><AdditionalInformation><OtherInformation><TSLType>{LIST_TYPE}EUgeneric</TSLType>\
         </OtherInformation><OtherInformation><SchemeTerritory>{territory}</SchemeTerritory></OtherInformation>\
         <OtherInformation><ns3:MimeType>{mime_type}</ns3:MimeType></OtherInformation></AdditionalInformation>\
         </OtherTSLPointer>"
    )
}

fn list(kind: &str, territory: &str, sequence: u64, pointers: &str, providers: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <TrustServiceStatusList xmlns=\"http://uri.etsi.org/02231/v2#\" \
         xmlns:ns3=\"http://uri.etsi.org/02231/v2/additionaltypes#\" Id=\"list\" TSLTag=\"tag\">\n\
         <SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier><TSLSequenceNumber>{sequence}\
         </TSLSequenceNumber><TSLType>{LIST_TYPE}{kind}</TSLType><SchemeTerritory>{territory}</SchemeTerritory>\
         {pointers}<ListIssueDateTime>2026-06-01T01:00:00Z</ListIssueDateTime>\
         <NextUpdate><dateTime>2026-12-01T00:00:00Z</dateTime></NextUpdate></SchemeInformation>\n\
         {providers}{SIGNATURE}</TrustServiceStatusList>"
    )
}

/// The form that is taken, its places still free.
pub(crate) const SIGNATURE: &str = "\
<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"signature\"><ds:SignedInfo>\
<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
<ds:SignatureMethod Algorithm=\"@@METHOD@@\"/>\
<ds:Reference Id=\"whole\" Type=\"\" URI=\"\"><ds:Transforms>\
<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>\
<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/></ds:Transforms>\
<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
<ds:DigestValue>@@DOCUMENT@@</ds:DigestValue></ds:Reference>\
<ds:Reference Type=\"http://uri.etsi.org/01903#SignedProperties\" URI=\"#properties\"><ds:Transforms>\
<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/></ds:Transforms>\
<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
<ds:DigestValue>@@PROPERTIES@@</ds:DigestValue></ds:Reference></ds:SignedInfo>\
<ds:SignatureValue Id=\"value\">@@VALUE@@</ds:SignatureValue>\
<ds:KeyInfo><ds:X509Data><ds:X509Certificate>@@CERTIFICATE@@</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
<ds:Object><xades:QualifyingProperties xmlns:xades=\"http://uri.etsi.org/01903/v1.3.2#\" Target=\"#signature\">\
<xades:SignedProperties Id=\"properties\"><xades:SignedSignatureProperties>\
<xades:SigningTime>2026-06-01T01:00:00Z</xades:SigningTime>\
<xades:SigningCertificate><xades:Cert><xades:CertDigest>\
<ds:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"/><ds:DigestValue>@@SHA1@@</ds:DigestValue>\
</xades:CertDigest></xades:Cert></xades:SigningCertificate></xades:SignedSignatureProperties>\
</xades:SignedProperties></xades:QualifyingProperties></ds:Object></ds:Signature>";

/// The second version of the property that names the signer's certificate.
pub(crate) const SIGNING_CERTIFICATE_V2: &str = "\
<xades:SigningCertificateV2><xades:Cert><xades:CertDigest>\
<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\"/><ds:DigestValue>@@SHA512@@</ds:DigestValue>\
</xades:CertDigest></xades:Cert></xades:SigningCertificateV2>";

pub(crate) const STATUS: &str = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/";
pub(crate) const LIST_TYPE: &str = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/";
pub(crate) const MORE: &str = "http://www.w3.org/2001/04/xmldsig-more#";

/// Reads an Italian list that [`SIGNER`] should have signed.
pub(crate) fn read(list: impl AsRef<[u8]>) -> Result<TrustList, TrustListError> {
    TrustList::read(list.as_ref(), &[SIGNER.pin()], 195)
}

/// The same text with the one occurrence of a part replaced.
pub(crate) fn with(list: &str, part: &str, other: &str) -> String {
    assert_eq!(list.matches(part).count(), 1, "{part}");
    list.replace(part, other)
}

/// The same text without what stands between two marks, the marks included.
pub(crate) fn without(list: &str, from: &str, to: &str) -> String {
    let part = between(list, from, to);
    with(list, &part, "")
}

/// What stands between two marks, the marks included.
pub(crate) fn between(list: &str, from: &str, to: &str) -> String {
    let start = list.find(from).unwrap();
    let end = start + list[start..].find(to).unwrap() + to.len();
    list[start..end].to_owned()
}

fn first(document: &Document<'_>, name: &str) -> NodeId {
    let all = document.descendants(document.root());
    let is_it = |id: &NodeId| {
        document
            .element(*id)
            .is_some_and(|element| element.name.local_name == name)
    };
    all.into_iter().find(is_it).unwrap()
}

fn canonical(document: &Document<'_>, nodes: &NodeSet) -> Vec<u8> {
    canonicalize_doc::<&str>(document, C14nMode::Exclusive, Some(nodes), &[]).unwrap()
}

/// The digest for a free place, by the algorithm that stands last before it.
fn digest(list: &str, place: &str, bytes: &[u8]) -> String {
    let before = &list[..list.find(place).unwrap_or(list.len())];
    let method = before.rsplit("DigestMethod Algorithm=\"").next().unwrap();
    let mut digest: Box<dyn DynDigest> = match method.split('"').next().unwrap() {
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => Box::new(Sha384::default()),
        "http://www.w3.org/2001/04/xmlenc#sha512" => Box::new(Sha512::default()),
        _ => Box::new(Sha256::default()),
    };
    digest.update(bytes);
    STANDARD.encode(digest.finalize())
}

/// The two numbers of an ECDSA value in DER, side by side.
fn side_by_side(der: &[u8], coordinate: usize) -> Vec<u8> {
    let mut rest = &der[2..];
    let mut value = Vec::new();
    for _ in 0..2 {
        let (number, after) = rest[2..].split_at(usize::from(rest[1]));
        let significant = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
        let number = &number[significant..];
        value.extend(vec![0; coordinate - number.len()]);
        value.extend(number);
        rest = after;
    }
    value
}

/// A certificate with the key of [`SIGNER`], which is not its certificate.
pub(crate) fn other_certificate() -> Vec<u8> {
    CAS[1].issue_for(&RsaPublic::of(&RSA_2048), |params| {
        params.not_before = datetime!(2025-01-01 0:00 UTC);
    })
}
