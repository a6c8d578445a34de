//! How a CRL is signed. Which algorithms count is said by the one table, [`crate::ALGORITHM_POLICY`].

use super::crl_der::{Fields, INTEGER, NULL, OBJECT_IDENTIFIER, context_constructed, dotted};
use crate::algorithms::of_answer;
use crate::der::{Element, SEQUENCE};
use crate::revocation::Unchecked;

/// How a list is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// RSA over a digest.
    Rsa(Hash, Padding),
    /// ECDSA, with SHA-256 or SHA-384.
    Ecdsa,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Padding {
    /// RSASSA-PKCS1-v1_5.
    Pkcs1,
    /// RSASSA-PSS, whose mask comes of the same hash, with a salt of so many bytes.
    Pss { salt: usize },
}

impl Algorithm {
    /// Reads an AlgorithmIdentifier to its last byte.
    pub(super) fn read(identifier: &Element<'_>) -> Result<Self, Unchecked> {
        let mut fields = identifier.fields();
        let oid = fields.expect(OBJECT_IDENTIFIER)?.oid()?;
        let name = dotted(oid);
        of_answer(&name)?;
        let algorithm = match named(ALGORITHMS, oid) {
            Some(Named::Rsa(hash)) => {
                no_parameters(&mut fields)?;
                Self::Rsa(hash, Padding::Pkcs1)
            }
            Some(Named::Pss) => pss(&fields.expect(SEQUENCE)?)?,
            // RFC 5758 §3.2 forbids parameters here, NULL too.
            Some(Named::Ecdsa) => Self::Ecdsa,
            None => return Err(weak(name)),
        };
        fields.end()?;
        Ok(algorithm)
    }
}

/// RSASSA-PSS-params (RFC 4055 §3.1). Where something is left out there, SHA-1 is meant.
fn pss(parameters: &Element<'_>) -> Result<Algorithm, Unchecked> {
    let mut fields = parameters.fields();
    let hash = fields.optional(context_constructed(0))?;
    let mask = fields.optional(context_constructed(1))?;
    let salt = fields.optional(context_constructed(2))?;
    let trailer = fields.optional(context_constructed(3))?;
    fields.end()?;
    let (Some(hash), Some(mask)) = (hash, mask) else {
        return Err(weak("RSA-PSS".to_owned()));
    };
    let hash_of_mask = {
        let mut fields = Element::alone(mask.content, SEQUENCE)?.fields();
        let oid = fields.expect(OBJECT_IDENTIFIER)?.oid()?;
        let hash = hash_of(&fields.expect(SEQUENCE)?)?;
        fields.end()?;
        hash.filter(|_| oid == MGF1)
    };
    let hash = hash_of(&Element::alone(hash.content, SEQUENCE)?)?;
    let salt = match salt {
        None => DEFAULT_SALT,
        Some(salt) => match *Element::alone(salt.content, INTEGER)?.integer()? {
            [length @ ..=0x7f] => usize::from(length),
            _ => return Err(Unchecked::Malformed),
        },
    };
    if let Some(trailer) = trailer
        && Element::alone(trailer.content, INTEGER)?.content != [1]
    {
        return Err(Unchecked::Malformed);
    }
    match hash {
        Some(hash) if hash_of_mask == Some(hash) => Ok(Algorithm::Rsa(hash, Padding::Pss { salt })),
        _ => Err(weak("RSA-PSS".to_owned())),
    }
}

/// The hash that an AlgorithmIdentifier names, if it is one of ours.
fn hash_of(identifier: &Element<'_>) -> Result<Option<Hash>, Unchecked> {
    let mut fields = identifier.fields();
    let oid = fields.expect(OBJECT_IDENTIFIER)?.oid()?;
    no_parameters(&mut fields)?;
    fields.end()?;
    Ok(named(HASHES, oid))
}

/// RFC 4055 writes NULL for what has no parameters; some leave it out.
fn no_parameters(fields: &mut Fields<'_>) -> Result<(), Unchecked> {
    match fields.optional(NULL)? {
        Some(null) if !null.content.is_empty() => Err(Unchecked::Malformed),
        _ => Ok(()),
    }
}

fn named<T: Copy>(names: &[(&[u8], T)], wanted: &[u8]) -> Option<T> {
    let found = names.iter().find(|(oid, _)| *oid == wanted);
    found.map(|(_, meaning)| *meaning)
}

fn weak(algorithm: String) -> Unchecked {
    Unchecked::WeakSignature { algorithm }
}

#[derive(Clone, Copy, Debug)]
enum Named {
    Rsa(Hash),
    Pss,
    Ecdsa,
}

/// The names of algorithms, each with what it is.
const ALGORITHMS: &[(&[u8], Named)] = &[
    // 1.2.840.113549.1.1.11, 12, 13.
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11],
        Named::Rsa(Hash::Sha256),
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12],
        Named::Rsa(Hash::Sha384),
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13],
        Named::Rsa(Hash::Sha512),
    ),
    (PSS, Named::Pss),
    // 1.2.840.10045.4.3.2 and 3, with SHA-256 and SHA-384.
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], Named::Ecdsa),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3], Named::Ecdsa),
];

/// 2.16.840.1.101.3.4.2.1, 2 and 3.
const HASHES: &[(&[u8], Hash)] = &[
    (&[0x60, 0x86, 0x48, 1, 101, 3, 4, 2, 1], Hash::Sha256),
    (&[0x60, 0x86, 0x48, 1, 101, 3, 4, 2, 2], Hash::Sha384),
    (&[0x60, 0x86, 0x48, 1, 101, 3, 4, 2, 3], Hash::Sha512),
];

/// 1.2.840.113549.1.1.10.
const PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];

/// 1.2.840.113549.1.1.8.
const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8];

const DEFAULT_SALT: usize = 20;
