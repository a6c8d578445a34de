//! Is the list signed by somebody who may, and is it what was signed?

use crate::trust_list::algorithms::{Digesting, verify_value};
use crate::trust_list::form::{
    DIGEST_METHOD, DIGEST_VALUE, Form, Reference, X509_CERTIFICATE, X509_DATA, properties_name,
};
use crate::trust_list::tree::{Name, Node};
use crate::trust_list::{Pin, TrustListError};
use bergshamra_c14n::{C14nMode, C14nSink, canonicalize_doc_to};
use bergshamra_xml::NodeSet;
use sha2::{Digest, Sha256};
use time::{OffsetDateTime, PrimitiveDateTime};
use uppsala::Document;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

/// A document whose signature was verified. [`verify`] makes one and nothing else is read: the tree is the very one that
/// was verified. (The door for the fuzzer, [`pretend`], lets no list out.)
pub(super) struct Verified<'d, 'x> {
    /// The root; all that is below it is signed, but for the signature itself.
    pub(super) root: Node<'d, 'x>,
    pub(super) signer: Signer,
}

/// Who signed.
pub(super) struct Signer {
    pub(super) sha256: [u8; 32],
    valid_from: OffsetDateTime,
    valid_until: OffsetDateTime,
    der: Vec<u8>,
}

impl Signer {
    /// Whether an instant lies within the validity of the signer's certificate.
    pub(super) fn could_sign_at(&self, at: OffsetDateTime) -> bool {
        (self.valid_from..=self.valid_until).contains(&at)
    }
}

/// Verifies the signature of a document, which one of `signers` must have made.
///
/// # Errors
/// The first that is wrong: the form, the signer, the value of the signature, what it covers, the certificate that its
/// properties name.
pub(super) fn verify<'d, 'x>(
    document: &'d Document<'x>,
    signers: &[Pin],
) -> Result<Verified<'d, 'x>, TrustListError> {
    let root = Node::root(document)?;
    let form = Form::of(root)?;
    let signer = pinned(&form, signers)?;
    verify_signed_info(&form, &signer)?;
    verify_parts(&form)?;
    verify_named_certificate(&form, &signer)?;
    Ok(Verified { root, signer })
}

/// A document as if its signature were verified, and all the work done that a verification does: for the fuzzer, which
/// can sign nothing.
pub(super) fn pretend<'d, 'x>(document: &'d Document<'x>) -> Result<Verified<'d, 'x>, TrustListError> {
    let root = Node::root(document)?;
    if let Ok(form) = Form::of(root) {
        canonical(form.signed_info, &mut Vec::new())?;
        let _ = verify_parts(&form);
    }
    let signer = Signer {
        sha256: [0; 32],
        valid_from: PrimitiveDateTime::MIN.assume_utc(),
        valid_until: PrimitiveDateTime::MAX.assume_utc(),
        der: Vec::new(),
    };
    Ok(Verified { root, signer })
}

/// The signer's certificate: the one of those in the signature that is pinned. The others count for nothing.
fn pinned(form: &Form<'_, '_>, signers: &[Pin]) -> Result<Signer, TrustListError> {
    let mut first = None;
    for holder in form
        .key_info
        .all(X509_DATA)
        .flat_map(|data| data.all(X509_CERTIFICATE))
    {
        let der = holder.bytes()?;
        let sha256: [u8; 32] = Sha256::digest(&der).into();
        if signers.iter().any(|pin| pin.sha256 == sha256) {
            let certificate = parse(&der)?;
            let validity = certificate.validity();
            return Ok(Signer {
                sha256,
                valid_from: validity.not_before.to_datetime(),
                valid_until: validity.not_after.to_datetime(),
                der,
            });
        }
        first = first.or(Some(sha256));
    }
    let sha256 = first.ok_or(TrustListError::Wrapped)?;
    Err(TrustListError::SignerNotPinned {
        sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

/// Reads a signer's certificate. Its digest vouches for every byte of it, so its form need not: that of the Italian
/// list's signer of 2020 counts an unused bit in its own signature, which no certificate should.
fn parse(der: &[u8]) -> Result<X509Certificate<'_>, TrustListError> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        Ok(_) | Err(_) => Err(TrustListError::Malformed),
    }
}

/// Verifies what was signed in the narrow sense: the references with their digests.
fn verify_signed_info(form: &Form<'_, '_>, signer: &Signer) -> Result<(), TrustListError> {
    let mut signed = Vec::new();
    canonical(form.signed_info, &mut signed)?;
    let certificate = parse(&signer.der)?;
    verify_value(
        form.method,
        certificate.public_key(),
        &form.value.bytes()?,
        &signed,
    )
}

/// Verifies that the parts are those whose digests were signed.
fn verify_parts(form: &Form<'_, '_>) -> Result<(), TrustListError> {
    agrees(&form.of_properties, |digest| canonical(form.properties, digest))?;
    agrees(&form.of_document, |digest| {
        let document = form.signature.document;
        let mut nodes = NodeSet::all_without_comments(document);
        nodes.remove_id(form.signature.id);
        for inside in document.descendants(form.signature.id) {
            nodes.remove_id(inside);
        }
        canonical_nodes(document, &nodes, digest)
    })
}

fn agrees(
    reference: &Reference<'_, '_>,
    digested: impl FnOnce(&mut Digesting) -> Result<(), TrustListError>,
) -> Result<(), TrustListError> {
    let mut digest = Digesting::of(reference.method)?;
    digested(&mut digest)?;
    match digest.finish() == reference.digest.bytes()? {
        true => Ok(()),
        false => Err(TrustListError::Changed),
    }
}

/// Verifies that the signed properties name the signer's certificate (EN 319 132-1 §5.2.2), so that the same key under
/// another certificate does not do.
fn verify_named_certificate(form: &Form<'_, '_>, signer: &Signer) -> Result<(), TrustListError> {
    let properties = form.properties.only(SIGNATURE_PROPERTIES)?;
    let mut named = properties
        .elements()
        .filter(|element| element.is(SIGNING_CERTIFICATE) || element.is(SIGNING_CERTIFICATE_V2))
        .peekable();
    if named.peek().is_none() {
        return Err(TrustListError::CertificateDigest);
    }
    for certificates in named {
        // The first is the signer's own; more may follow, of those above.
        let first = certificates.all(CERTIFICATE).next();
        let certificate = first.ok_or(TrustListError::CertificateDigest)?;
        let digest = certificate.only(CERTIFICATE_DIGEST)?;
        let method = digest.only(DIGEST_METHOD)?.attribute("Algorithm");
        let mut expected = Digesting::of_certificate(method.unwrap_or_default())?;
        expected.write(&signer.der);
        if expected.finish() != digest.only(DIGEST_VALUE)?.bytes()? {
            return Err(TrustListError::CertificateDigest);
        }
    }
    Ok(())
}

fn canonical(part: Node<'_, '_>, output: &mut impl C14nSink) -> Result<(), TrustListError> {
    let nodes = NodeSet::tree_without_comments(part.id, part.document);
    canonical_nodes(part.document, &nodes, output)
}

fn canonical_nodes(
    document: &Document<'_>,
    nodes: &NodeSet,
    output: &mut impl C14nSink,
) -> Result<(), TrustListError> {
    let no_prefixes: &[&str] = &[];
    canonicalize_doc_to(document, C14nMode::Exclusive, Some(nodes), no_prefixes, output)
        .map_err(|_| TrustListError::Malformed)
}

const SIGNATURE_PROPERTIES: Name = properties_name("SignedSignatureProperties");
const SIGNING_CERTIFICATE: Name = properties_name("SigningCertificate");
const SIGNING_CERTIFICATE_V2: Name = properties_name("SigningCertificateV2");
const CERTIFICATE: Name = properties_name("Cert");
const CERTIFICATE_DIGEST: Name = properties_name("CertDigest");
