//! A CRL made by hand, element by element, as openssl makes none.

use crate::crl_maker::CrlCa;
use crate::support::subject_of;
use rsa::pkcs8::DecodePrivateKey;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha2::{Digest, Sha256};

/// What is to be signed, and what stands around it.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) version: Option<Vec<u8>>,
    pub(crate) algorithm: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) this_update: Vec<u8>,
    pub(crate) next_update: Vec<u8>,
    /// The entries as they are written, head included; empty for none.
    pub(crate) entries: Vec<u8>,
    /// The extensions as they are written, `[0]` included; empty for none.
    pub(crate) extensions: Vec<u8>,
    pub(crate) outer_algorithm: Vec<u8>,
    /// What follows inside the signed part, inside the list, and after it.
    pub(crate) trailing: [Vec<u8>; 3],
}

impl Made {
    /// A sound list with these entries and extensions, and a number where those hold none.
    pub(crate) fn new(ca: &CrlCa, entries: &[Vec<u8>], extensions: &[Vec<u8>]) -> Self {
        let listed = |tag, items: &[Vec<u8>]| match items.is_empty() {
            true => Vec::new(),
            false => tlv(tag, &items.concat()),
        };
        let numbered = extensions
            .iter()
            .any(|one| one.windows(5).any(|part| part == [6, 3, 0x55, 0x1d, 20]));
        let own = if numbered { Vec::new() } else { number(&[9]) };
        let extensions = sequence(&[extensions.concat(), own].concat());
        Self {
            version: Some(tlv(0x02, &[1])),
            algorithm: SHA256_RSA.to_vec(),
            issuer: subject_of(&ca.ca.der),
            this_update: tlv(0x17, b"261120000000Z"),
            next_update: tlv(0x17, b"261220000000Z"),
            entries: listed(0x30, entries),
            extensions: tlv(0xa0, &extensions),
            outer_algorithm: SHA256_RSA.to_vec(),
            trailing: [const { Vec::new() }; 3],
        }
    }

    /// The list, signed.
    pub(crate) fn by(&self, ca: &CrlCa) -> Vec<u8> {
        let signed = self.signed_part();
        let signature = signature(ca, &signed);
        let list = [&signed, &self.outer_algorithm, &signature, &self.trailing[1]].map(Vec::as_slice);
        [sequence(&list.concat()), self.trailing[2].clone()].concat()
    }

    /// A list around this signed part.
    pub(crate) fn around(ca: &CrlCa, signed: &[u8], algorithm: &[u8]) -> Vec<u8> {
        sequence(&[signed, algorithm, &signature(ca, signed)].concat())
    }

    fn signed_part(&self) -> Vec<u8> {
        let version = self.version.clone().unwrap_or_default();
        sequence(
            &[
                &version,
                &self.algorithm,
                &self.issuer,
                &self.this_update,
                &self.next_update,
                &self.entries,
                &self.extensions,
                &self.trailing[0],
            ]
            .map(Vec::as_slice)
            .concat(),
        )
    }
}

/// The signature over these bytes, as it stands in a list.
fn signature(ca: &CrlCa, signed: &[u8]) -> Vec<u8> {
    let key = RsaPrivateKey::from_pkcs8_pem(&ca.key_pem).unwrap();
    let signature = key
        .sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(signed))
        .unwrap();
    tlv(0x03, &[&[0], signature.as_slice()].concat())
}

/// An element of any length.
pub(crate) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    [&head(tag, content.len()), content].concat()
}

/// A sequence of any length.
pub(crate) fn sequence(content: &[u8]) -> Vec<u8> {
    tlv(0x30, content)
}

/// The head of an element, its length in the shortest form.
pub(crate) fn head(tag: u8, length: usize) -> Vec<u8> {
    let bytes = length.to_be_bytes();
    let needed = &bytes[bytes
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(bytes.len() - 1)..];
    match length {
        0..0x80 => vec![tag, needed[0]],
        _ => [&[tag, 0x80 | needed.len().to_be_bytes()[7]], needed].concat(),
    }
}

/// An entry with these extensions.
pub(crate) fn entry(serial: &[u8], date: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
    let mut content = [tlv(0x02, serial), tlv(0x17, date)].concat();
    if !extensions.is_empty() {
        content.extend(sequence(&extensions.concat()));
    }
    sequence(&content)
}

/// `reasonCode` with this number.
pub(crate) fn reason(number: u8) -> Vec<u8> {
    extension(&[0x55, 0x1d, 21], None, &tlv(0x0a, &[number]))
}

/// `cRLNumber` with these bytes.
pub(crate) fn number(bytes: &[u8]) -> Vec<u8> {
    extension(&[0x55, 0x1d, 20], None, &tlv(0x02, bytes))
}

/// An extension; its criticality is written where there is some.
pub(crate) fn extension(oid: &[u8], critical: Option<u8>, value: &[u8]) -> Vec<u8> {
    let critical = critical.map(|byte| tlv(0x01, &[byte])).unwrap_or_default();
    sequence(&[tlv(0x06, oid), critical, tlv(0x04, value)].concat())
}

/// SHA-256 with RSA, and its NULL.
pub(crate) const SHA256_RSA: &[u8] = &[0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11, 5, 0];
