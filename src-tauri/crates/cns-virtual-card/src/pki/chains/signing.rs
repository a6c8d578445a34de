//! Signatures of every kind that an issuer could make, sound and unsound, out of raw RSA (RFC 8017).

use super::tree::{BIT_STRING, INTEGER, NULL, Node, OCTET_STRING};
use crate::VirtualCardError;
use crate::pki::SyntheticKey;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

/// How something is signed, and how that is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// PKCS#1 v1.5.
    Pkcs1(Hash, Padding),
    /// PSS with SHA-256, made with a salt of 32 bytes and MGF1 over SHA-256; what is told of it may differ.
    Pss(Told),
}

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// The block under an RSA signature of PKCS#1 v1.5 (RFC 8017 §9.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Padding {
    Sound,
    /// The parameters of the hash are left out rather than NULL.
    NoNull,
    /// One of the bytes FF is another.
    OneByteOff,
    /// Block type 2, which is for encryption.
    Type2,
    /// The padding ends early, and bytes follow the hash: what Bleichenbacher's forgery of 2006 looks like.
    Short,
}

/// What the algorithm identifier of a PSS signature tells (RFC 4055 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Truth,
    Salt20,
    MaskSha1,
    Trailer2,
    Nothing,
    HashSha384,
}

impl Scheme {
    /// SHA-256 with RSA, as everybody does it.
    pub(super) const USUAL: Self = Self::Pkcs1(Hash::Sha256, Padding::Sound);

    /// The algorithm identifier.
    pub(super) fn identifier(self) -> Node {
        match self {
            Self::Pkcs1(hash, _) => {
                let mut oid = PKCS1.to_vec();
                oid.push(hash.row().0);
                Node::sequence([Node::oid(&oid), null()])
            }
            Self::Pss(told) => {
                let mut oid = PKCS1.to_vec();
                oid.push(10);
                Node::sequence(
                    std::iter::once(Node::oid(&oid))
                        .chain(told.parameters())
                        .collect::<Vec<_>>(),
                )
            }
        }
    }

    /// The signature over `message`.
    pub(super) fn sign(self, key: &SyntheticKey, message: &[u8]) -> Result<Vec<u8>, VirtualCardError> {
        let block = match self {
            Self::Pkcs1(hash, padding) => pkcs1(key.size(), hash, padding, message),
            Self::Pss(_) => pss(key.size(), message),
        };
        let bits = key.size() * 8;
        block
            .and_then(|block| key.raw(&block))
            .ok_or(VirtualCardError::Key { bits })
    }
}

impl Hash {
    fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(message).to_vec(),
            Self::Sha224 => Sha224::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }

    /// The last arc of its RSA signature's identifier, and its own identifier.
    fn row(self) -> (u8, &'static [u8]) {
        match self {
            Self::Sha1 => (5, &[0x2B, 0x0E, 0x03, 0x02, 0x1A]),
            Self::Sha224 => (14, &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04]),
            Self::Sha256 => (11, &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]),
            Self::Sha384 => (12, &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02]),
            Self::Sha512 => (13, &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03]),
        }
    }

    fn identifier(self) -> Node {
        Node::sequence([Node::oid(self.row().1), null()])
    }
}

impl Told {
    fn parameters(self) -> Option<Node> {
        let hash = if self == Self::HashSha384 {
            Hash::Sha384
        } else {
            Hash::Sha256
        };
        let mask = if self == Self::MaskSha1 { Hash::Sha1 } else { hash };
        let mut mgf1 = PKCS1.to_vec();
        mgf1.push(8);
        let salt = if self == Self::Salt20 { 20 } else { 32 };
        let mut fields = vec![
            Node::nodes(0xA0, [hash.identifier()]),
            Node::nodes(0xA1, [Node::sequence([Node::oid(&mgf1), mask.identifier()])]),
            Node::nodes(0xA2, [Node::bytes(INTEGER, [salt])]),
        ];
        if self == Self::Trailer2 {
            fields.push(Node::nodes(0xA3, [Node::bytes(INTEGER, [2])]));
        }
        (self != Self::Nothing).then(|| Node::sequence(fields))
    }
}

/// A bit string of whole bytes.
pub(super) fn bit_string(bytes: &[u8]) -> Node {
    let mut content = vec![0];
    content.extend_from_slice(bytes);
    Node::bytes(BIT_STRING, content)
}

fn null() -> Node {
    Node::bytes(NULL, [])
}

fn pkcs1(size: usize, hash: Hash, padding: Padding, message: &[u8]) -> Option<Vec<u8>> {
    let mut algorithm = hash.identifier();
    if padding == Padding::NoNull {
        algorithm.children_mut()?.pop();
    }
    let info = Node::sequence([algorithm, Node::bytes(OCTET_STRING, hash.digest(message))]).write();
    let filler = size.checked_sub(info.len() + 3)?;
    let mut block = vec![0, 1];
    if padding == Padding::Short {
        block.extend([0xFF; 8]);
        block.push(0);
        block.extend(info);
        block.resize(size, 0x5A);
        return Some(block);
    }
    block.extend(vec![0xFF; filler]);
    block.push(0);
    block.extend(info);
    match padding {
        Padding::OneByteOff => *block.get_mut(10)? = 0xFE,
        Padding::Type2 => *block.get_mut(1)? = 2,
        Padding::Sound | Padding::NoNull | Padding::Short => {}
    }
    Some(block)
}

/// EMSA-PSS (RFC 8017 §9.1.1) for a modulus whose length is a multiple of eight bits.
fn pss(size: usize, message: &[u8]) -> Option<Vec<u8>> {
    let salt = Sha256::digest(b"salt");
    let hashed = Sha256::new()
        .chain_update([0; 8])
        .chain_update(Sha256::digest(message))
        .chain_update(salt)
        .finalize();
    let length = size.checked_sub(hashed.len() + 1)?;
    let mut block = vec![0; length.checked_sub(salt.len() + 1)?];
    block.push(1);
    block.extend(salt);
    for (byte, mask) in block.iter_mut().zip(mask(&hashed, length)) {
        *byte ^= mask;
    }
    *block.first_mut()? &= 0x7F;
    block.extend(hashed);
    block.push(0xBC);
    Some(block)
}

/// MGF1 over SHA-256 (RFC 8017 appendix B.2.1).
fn mask(seed: &[u8], length: usize) -> Vec<u8> {
    let blocks = (0_u32..).map(|count| {
        Sha256::new()
            .chain_update(seed)
            .chain_update(count.to_be_bytes())
            .finalize()
    });
    blocks.flatten().take(length).collect()
}

/// 1.2.840.113549.1.1
const PKCS1: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01];
