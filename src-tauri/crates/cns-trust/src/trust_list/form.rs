//! The one form of a signature that is taken: one signature, in one place, over the whole document and over its own
//! properties (XAdES), with nothing in it that asks for more.
//!
//! A signature says itself what it covers, and most ways to misuse one begin there: a reference to a harmless part, a
//! transform that leaves something out, the signed part moved where nobody looks. So nothing of that is obeyed. What
//! a list's signature may say is fixed, and every element is found by its path.

use crate::trust_list::TrustListError;
use crate::trust_list::tree::{Name, Node};

/// A signature of that form.
pub(super) struct Form<'d, 'x> {
    pub(super) signature: Node<'d, 'x>,
    pub(super) signed_info: Node<'d, 'x>,
    /// Identifier of the signature's algorithm.
    pub(super) method: &'d str,
    pub(super) value: Node<'d, 'x>,
    pub(super) key_info: Node<'d, 'x>,
    pub(super) properties: Node<'d, 'x>,
    /// Over the whole document without the signature.
    pub(super) of_document: Reference<'d, 'x>,
    /// Over [`Form::properties`].
    pub(super) of_properties: Reference<'d, 'x>,
}

/// What a reference says of the part that it covers.
pub(super) struct Reference<'d, 'x> {
    /// Identifier of the digest's algorithm.
    pub(super) method: &'d str,
    pub(super) digest: Node<'d, 'x>,
}

impl<'d, 'x> Form<'d, 'x> {
    /// Finds the signature of the document.
    ///
    /// # Errors
    /// [`TrustListError::Unsigned`] where there is none, [`TrustListError::Wrapped`] where there is another form.
    pub(super) fn of(root: Node<'d, 'x>) -> Result<Self, TrustListError> {
        let signature = only_signature(root)?;
        Self::of_signature(root, signature).ok_or(TrustListError::Wrapped)
    }

    fn of_signature(root: Node<'d, 'x>, signature: Node<'d, 'x>) -> Option<Self> {
        let [signed_info, value, key_info, object] =
            signature.exactly([SIGNED_INFO, SIGNATURE_VALUE, KEY_INFO, OBJECT])?;
        let [qualifying] = object.exactly([QUALIFYING_PROPERTIES])?;
        // What is not signed, such as a time stamp, may stand beside; nobody reads it.
        let [properties] = qualifying
            .exactly([SIGNED_PROPERTIES])
            .or_else(|| Some([qualifying.exactly([SIGNED_PROPERTIES, UNSIGNED_PROPERTIES])?[0]]))?;
        let [canonicalisation, method, first, second] =
            signed_info.exactly([CANONICALIZATION_METHOD, SIGNATURE_METHOD, REFERENCE, REFERENCE])?;
        let (of_document, of_properties) = match (is_of_properties(first), is_of_properties(second)) {
            (false, true) => (first, second),
            (true, false) => (second, first),
            (true, true) | (false, false) => return None,
        };
        let properties_id = properties.attribute("Id")?;
        let is_taken = algorithm(canonicalisation)? == EXCLUSIVE
            && of_document.attribute("URI")?.is_empty()
            && of_properties.attribute("URI")?.strip_prefix('#')? == properties_id
            && qualifying.attribute("Target")?.strip_prefix('#')? == signature.attribute("Id")?
            && is_only_id(root, signature)
            && is_only_id(root, properties);
        if !is_taken {
            return None;
        }
        Some(Self {
            signature,
            signed_info,
            method: algorithm(method)?,
            value,
            key_info,
            properties,
            of_document: reference(of_document, &[ENVELOPED, EXCLUSIVE])?,
            of_properties: reference(of_properties, &[EXCLUSIVE])?,
        })
    }
}

/// The only signature of the whole document, which stands directly in the root.
fn only_signature<'d, 'x>(root: Node<'d, 'x>) -> Result<Node<'d, 'x>, TrustListError> {
    let document = root.document;
    let everywhere = document.descendants(root.id).into_iter();
    let mut signatures = everywhere
        .map(|id| Node { document, id })
        .filter(|node| node.is(SIGNATURE));
    let Some(signature) = signatures.next() else {
        return Err(TrustListError::Unsigned);
    };
    match signatures.next().is_none() && document.parent(signature.id) == Some(root.id) {
        true => Ok(signature),
        false => Err(TrustListError::Wrapped),
    }
}

/// Reads a reference with exactly these transforms.
fn reference<'d, 'x>(reference: Node<'d, 'x>, transforms: &[&str]) -> Option<Reference<'d, 'x>> {
    let known = ["Id", "Type", "URI"];
    let attributes = &reference.element()?.attributes;
    let are_known = attributes.iter().all(|attribute| {
        attribute.name.namespace_uri.is_none() && known.contains(&attribute.name.local_name.as_ref())
    });
    let [listed, method, digest] = reference.exactly([TRANSFORMS, DIGEST_METHOD, DIGEST_VALUE])?;
    let mut asked = listed.elements();
    let are_these = transforms.iter().all(|wanted| {
        asked
            .next()
            .is_some_and(|transform| transform.is(TRANSFORM) && algorithm(transform) == Some(wanted))
    });
    (are_known && are_these && asked.next().is_none()).then_some(Reference {
        method: algorithm(method)?,
        digest,
    })
}

fn is_of_properties(reference: Node<'_, '_>) -> bool {
    reference.attribute("Type") == Some(OF_PROPERTIES)
}

/// The algorithm that an element names. One with something inside is not taken: that would be a parameter, such as the
/// prefixes that a canonicalisation is to treat otherwise.
fn algorithm<'d>(method: Node<'d, '_>) -> Option<&'d str> {
    let is_plain = method.elements().next().is_none() && method.element()?.attributes.len() == 1;
    method.attribute("Algorithm").filter(|_| is_plain)
}

/// Whether no other element of the document goes by the same identifier, however its attribute is written.
fn is_only_id(root: Node<'_, '_>, owner: Node<'_, '_>) -> bool {
    let Some(wanted) = owner.attribute("Id") else {
        return false;
    };
    let mut everywhere = root.document.descendants(root.id);
    everywhere.push(root.id);
    let carriers = everywhere.into_iter().filter_map(|id| root.document.element(id));
    let attributes = carriers.flat_map(|element| &element.attributes);
    let same = attributes.filter(|attribute| {
        attribute.name.local_name.eq_ignore_ascii_case("id") && attribute.value.trim() == wanted
    });
    same.count() == 1
}

/// Canonical XML of a part as it stands by itself, without comments (<http://www.w3.org/TR/xml-exc-c14n/>).
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// Leaves the signature out of what it signs.
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// The type of a reference to the signed properties (ETSI TS 101 903 §6.3.1).
const OF_PROPERTIES: &str = "http://uri.etsi.org/01903#SignedProperties";

const SIGNATURE: Name = signature_name("Signature");
const SIGNED_INFO: Name = signature_name("SignedInfo");
const SIGNATURE_VALUE: Name = signature_name("SignatureValue");
const KEY_INFO: Name = signature_name("KeyInfo");
const OBJECT: Name = signature_name("Object");
const CANONICALIZATION_METHOD: Name = signature_name("CanonicalizationMethod");
const SIGNATURE_METHOD: Name = signature_name("SignatureMethod");
const REFERENCE: Name = signature_name("Reference");
const TRANSFORMS: Name = signature_name("Transforms");
const TRANSFORM: Name = signature_name("Transform");
pub(super) const DIGEST_METHOD: Name = signature_name("DigestMethod");
pub(super) const DIGEST_VALUE: Name = signature_name("DigestValue");
pub(super) const X509_DATA: Name = signature_name("X509Data");
pub(super) const X509_CERTIFICATE: Name = signature_name("X509Certificate");
const QUALIFYING_PROPERTIES: Name = properties_name("QualifyingProperties");
const SIGNED_PROPERTIES: Name = properties_name("SignedProperties");
const UNSIGNED_PROPERTIES: Name = properties_name("UnsignedProperties");

const fn signature_name(local: &'static str) -> Name {
    Name::new("http://www.w3.org/2000/09/xmldsig#", local)
}

/// XAdES (ETSI TS 101 903, EN 319 132-1).
pub(super) const fn properties_name(local: &'static str) -> Name {
    Name::new("http://uri.etsi.org/01903/v1.3.2#", local)
}
