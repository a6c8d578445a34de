//! A chain that is not signed yet.

use super::Chain;
use super::signing::{Scheme, bit_string};
use super::tree::{BOOLEAN, Node, OCTET_STRING};
use crate::VirtualCardError;
use crate::pki::SyntheticKey;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::RngCore;

/// Both certificates as they will be signed, with whose key and how.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) leaf: Body,
    pub(super) anchor: Body,
    /// Where one thing is chosen among several.
    pub(super) random: ChaCha20Rng,
}

/// What is signed, and what is done to it afterwards.
#[derive(Clone)]
pub(super) struct Body {
    /// `TBSCertificate`.
    pub(super) signed: Node,
    pub(super) key: SyntheticKey,
    pub(super) scheme: Scheme,
    /// What stands beside the signature, when it shall not be what is signed.
    pub(super) told_beside: Option<Node>,
    /// A change of the signature.
    pub(super) on_signature: Option<Bend>,
    /// A change of the signed bytes after they were signed.
    pub(super) on_signed: Option<Bend>,
    /// A change of the bytes of `TBSCertificate` before they are signed.
    pub(super) before_signing: Option<Bend>,
    /// A change of the whole certificate.
    pub(super) on_whole: Option<Bend>,
    /// The certificate as it was, so that what nobody changes is not signed again.
    original: Vec<u8>,
    original_key: Vec<u8>,
}

/// A change of bytes.
pub(super) type Bend = fn(&mut Vec<u8>, &mut ChaCha20Rng);

impl Draft {
    /// Signs both. Nobody's signature is asked for the anchor: it is what it says.
    pub(super) fn sign(mut self, change: &'static str) -> Result<Chain, VirtualCardError> {
        Ok(Chain {
            change,
            leaf: self.leaf.sign(&mut self.random)?,
            anchor: self.anchor.sign(&mut self.random)?,
        })
    }
}

impl Body {
    /// What a certificate holds, to be signed with this key.
    pub(super) fn of(certificate: &[u8], key: SyntheticKey) -> Option<Self> {
        let whole = Node::read(certificate)?;
        Some(Self {
            signed: whole.children().first()?.clone(),
            scheme: Scheme::USUAL,
            told_beside: None,
            on_signature: None,
            on_signed: None,
            before_signing: None,
            on_whole: None,
            original: certificate.to_vec(),
            original_key: key.public_pkcs1_der().to_vec(),
            key,
        })
    }

    fn sign(&self, random: &mut ChaCha20Rng) -> Result<Vec<u8>, VirtualCardError> {
        if self.is_as_it_was() {
            return Ok(self.original.clone());
        }
        let bend = |how: Option<Bend>, bytes: &mut Vec<u8>, random: &mut ChaCha20Rng| {
            if let Some(how) = how {
                how(bytes, random);
            }
        };
        let mut signed = self.signed.write();
        bend(self.before_signing, &mut signed, random);
        let mut signature = self.scheme.sign(&self.key, &signed)?;
        bend(self.on_signature, &mut signature, random);
        bend(self.on_signed, &mut signed, random);
        let beside = self
            .told_beside
            .clone()
            .unwrap_or_else(|| self.scheme.identifier());
        let mut content = signed;
        content.extend(beside.write());
        content.extend(bit_string(&signature).write());
        // As a primitive element, for the bytes inside may be no DER any more.
        let mut whole = Node::bytes(super::tree::SEQUENCE, content).write();
        bend(self.on_whole, &mut whole, random);
        Ok(whole)
    }

    fn is_as_it_was(&self) -> bool {
        let bends = [
            self.on_signature,
            self.on_signed,
            self.before_signing,
            self.on_whole,
        ];
        let was = Node::read(&self.original);
        let holds_the_same = was.is_some_and(|was| was.children().first() == Some(&self.signed));
        let is_signed_the_same =
            self.scheme == Scheme::USUAL && self.key.public_pkcs1_der() == self.original_key;
        bends.iter().all(Option::is_none)
            && self.told_beside.is_none()
            && holds_the_same
            && is_signed_the_same
    }

    /// Signed in this way, and it says so inside as well as beside the signature.
    pub(super) fn sign_as(&mut self, scheme: Scheme) -> Option<()> {
        self.scheme = scheme;
        *self.field(ALGORITHM)? = scheme.identifier();
        Some(())
    }

    /// One of the seven fields that every certificate here has.
    pub(super) fn field(&mut self, position: usize) -> Option<&mut Node> {
        self.signed.at(&[position])
    }

    /// The extensions.
    pub(super) fn extensions(&mut self) -> Option<&mut Vec<Node>> {
        self.signed.at(&[EXTENSIONS, 0])?.children_mut()
    }

    /// The extension with this identifier.
    pub(super) fn extension(&mut self, id: &[u8]) -> Option<&mut Node> {
        self.extensions()?.iter_mut().find(|extension| {
            extension
                .children()
                .first()
                .is_some_and(|oid| oid.content() == id)
        })
    }

    /// Takes one out, if it is there.
    pub(super) fn without(&mut self, id: &[u8]) -> Option<()> {
        self.extensions()?
            .retain(|extension| extension.children().first().is_none_or(|oid| oid.content() != id));
        Some(())
    }

    /// Puts one in, in the place of that with the same identifier.
    pub(super) fn with(&mut self, id: &[u8], critical: bool, value: &Node) -> Option<()> {
        self.with_raw(id, critical, value.write())
    }

    /// The same with a value that may be no DER.
    pub(super) fn with_raw(&mut self, id: &[u8], critical: bool, value: Vec<u8>) -> Option<()> {
        let mut fields = vec![Node::oid(id)];
        if critical {
            fields.push(Node::bytes(BOOLEAN, [0xFF]));
        }
        fields.push(Node::bytes(OCTET_STRING, value));
        let new = Node::sequence(fields);
        match self.extension(id) {
            Some(old) => *old = new,
            None => self.extensions()?.push(new),
        }
        Some(())
    }
}

/// A number below `limit`.
pub(super) fn below(random: &mut ChaCha20Rng, limit: usize) -> usize {
    usize::try_from(random.next_u64() >> 33).unwrap_or_default() % limit.max(1)
}

/// One of several.
pub(super) fn one_of<T: Copy>(random: &mut ChaCha20Rng, several: &[T]) -> Option<T> {
    several.get(below(random, several.len())).copied()
}

pub(super) const VERSION: usize = 0;
pub(super) const SERIAL: usize = 1;
pub(super) const ALGORITHM: usize = 2;
pub(super) const ISSUER: usize = 3;
pub(super) const VALIDITY: usize = 4;
pub(super) const SUBJECT: usize = 5;
pub(super) const KEY: usize = 6;
pub(super) const EXTENSIONS: usize = 7;
