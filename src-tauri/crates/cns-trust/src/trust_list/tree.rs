//! An element of a list, and the only ways to go on from it: by path, never by a name somewhere in the document.

use crate::trust_list::TrustListError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uppsala::{Document, Element, NodeId};

/// One element.
#[derive(Clone, Copy)]
pub(super) struct Node<'d, 'x> {
    pub(super) document: &'d Document<'x>,
    pub(super) id: NodeId,
}

impl<'d, 'x> Node<'d, 'x> {
    pub(super) fn root(document: &'d Document<'x>) -> Result<Self, TrustListError> {
        let id = document.document_element().ok_or(TrustListError::Malformed)?;
        Ok(Self { document, id })
    }

    pub(super) fn is(self, name: Name) -> bool {
        self.element()
            .is_some_and(|element| element.matches_name_ns(name.namespace, name.local))
    }

    /// The elements directly inside.
    pub(super) fn elements(self) -> impl Iterator<Item = Self> {
        let document = self.document;
        document
            .children_iter(self.id)
            .map(move |id| Self { document, id })
            .filter(|node| node.element().is_some())
    }

    /// The elements of this name directly inside.
    pub(super) fn all(self, name: Name) -> impl Iterator<Item = Self> {
        self.elements().filter(move |element| element.is(name))
    }

    /// The one element of this name directly inside, or none.
    pub(super) fn optional(self, name: Name) -> Result<Option<Self>, TrustListError> {
        let mut found = self.all(name);
        match (found.next(), found.next()) {
            (only, None) => Ok(only),
            (_, Some(_)) => Err(TrustListError::Malformed),
        }
    }

    /// The one element of this name directly inside.
    pub(super) fn only(self, name: Name) -> Result<Self, TrustListError> {
        self.optional(name)?.ok_or(TrustListError::Malformed)
    }

    /// The elements directly inside, if they are exactly these, in this order.
    pub(super) fn exactly<const N: usize>(self, names: [Name; N]) -> Option<[Self; N]> {
        let inside: [Self; N] = self.elements().collect::<Vec<_>>().try_into().ok()?;
        let are_these = inside.iter().zip(names).all(|(element, name)| element.is(name));
        are_these.then_some(inside)
    }

    /// The whole text, comments and processing instructions left out, as they are when the document is signed. An
    /// element with elements inside has none.
    pub(super) fn text(self) -> Result<String, TrustListError> {
        match self.elements().next() {
            Some(_) => Err(TrustListError::Malformed),
            None => Ok(self
                .document
                .text_content_deep(self.id)
                .trim_matches(SPACES)
                .to_owned()),
        }
    }

    /// What the text stands for in base64; line breaks and spaces do not count.
    pub(super) fn bytes(self) -> Result<Vec<u8>, TrustListError> {
        let text: String = self.text()?.split_ascii_whitespace().collect();
        STANDARD.decode(text).map_err(|_| TrustListError::Malformed)
    }

    /// The value of an attribute without a namespace.
    pub(super) fn attribute(self, name: &str) -> Option<&'d str> {
        let attributes = &self.element()?.attributes;
        attributes
            .iter()
            .find(|attribute| attribute.name.namespace_uri.is_none() && attribute.name.local_name == name)
            .map(|attribute| attribute.value.as_ref())
    }

    pub(super) fn element(self) -> Option<&'d Element<'x>> {
        self.document.element(self.id)
    }
}

/// The spaces of XML. Unicode knows more, and they are part of what was signed.
const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

/// The name of an element.
#[derive(Clone, Copy)]
pub(super) struct Name {
    namespace: &'static str,
    local: &'static str,
}

impl Name {
    pub(super) const fn new(namespace: &'static str, local: &'static str) -> Self {
        Self { namespace, local }
    }
}
