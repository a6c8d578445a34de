//! Changes of the extensions of a citizen's certificate.

use super::Row;
use super::draft::{Body, EXTENSIONS, ISSUER, SERIAL, below, one_of};
use super::tree::{BIT_STRING, BOOLEAN, INTEGER, Node, OBJECT_IDENTIFIER, OCTET_STRING};
use rand_chacha::ChaCha20Rng;

pub(super) const ROWS: &[Row] = &[
    ("extensions: none", |draft| {
        draft.leaf.signed.children_mut()?.pop().map(drop)
    }),
    ("extensions: an empty list", |draft| {
        draft.leaf.extensions()?.clear();
        Some(())
    }),
    ("extensions: one less", |draft| {
        let extensions = draft.leaf.extensions()?;
        let position = below(&mut draft.random, extensions.len());
        extensions.remove(position);
        Some(())
    }),
    ("extensions: one twice", |draft| {
        let extensions = draft.leaf.extensions()?;
        let position = below(&mut draft.random, extensions.len());
        extensions.push(extensions.get(position)?.clone());
        Some(())
    }),
    ("extensions: other order", |draft| {
        draft.leaf.extensions()?.reverse();
        Some(())
    }),
    ("extensions: one becomes critical", |draft| {
        let (id, value) = any(&mut draft.leaf, &mut draft.random)?;
        draft.leaf.with_raw(&id, true, value)
    }),
    ("extensions: one says FALSE", |draft| {
        flag(&mut draft.leaf, &mut draft.random, 0)
    }),
    ("extensions: one says TRUE otherwise", |draft| {
        flag(&mut draft.leaf, &mut draft.random, 1)
    }),
    ("extensions: one with nothing in it", |draft| {
        let (id, _) = any(&mut draft.leaf, &mut draft.random)?;
        draft.leaf.with_raw(&id, false, Vec::new())
    }),
    ("extensions: one cut short", |draft| {
        let (id, mut value) = any(&mut draft.leaf, &mut draft.random)?;
        value.pop();
        draft.leaf.with_raw(&id, false, value)
    }),
    ("extensions: one with bytes behind", |draft| {
        let (id, mut value) = any(&mut draft.leaf, &mut draft.random)?;
        value.extend([5, 0]);
        draft.leaf.with_raw(&id, false, value)
    }),
    ("extensions: one with an empty list", |draft| {
        let (id, _) = any(&mut draft.leaf, &mut draft.random)?;
        draft.leaf.with(&id, false, &Node::sequence([]))
    }),
    ("extensions: one with other bytes", |draft| {
        let (id, mut value) = any(&mut draft.leaf, &mut draft.random)?;
        super::bytes::another_bit(&mut value, &mut draft.random);
        draft.leaf.with_raw(&id, false, value)
    }),
    ("extensions: unknown", |draft| {
        draft.leaf.with(&[0x2A, 3, 4], false, &Node::sequence([]))
    }),
    ("extensions: unknown and critical", |draft| {
        draft.leaf.with(&[0x2A, 3, 4], true, &Node::sequence([]))
    }),
    ("extensions: a rare one, critical", |draft| {
        let id = one_of(&mut draft.random, RARE)?;
        draft.leaf.with(id, true, &Node::sequence([]))
    }),
    ("extensions: a rare one, critical and well made", |draft| {
        let (id, value) = well_made(&mut draft.random)?;
        draft.leaf.with(id, true, &value)
    }),
    ("extensions: a rare one", |draft| {
        let (id, value) = well_made(&mut draft.random)?;
        draft.leaf.with(id, false, &value)
    }),
    ("basic constraints: a CA", |draft| {
        draft.leaf.with(
            BASIC_CONSTRAINTS,
            true,
            &Node::sequence([Node::bytes(BOOLEAN, [0xFF])]),
        )
    }),
    ("basic constraints: a CA that signs certificates", |draft| {
        draft
            .leaf
            .with(KEY_USAGE, true, &Node::bytes(BIT_STRING, [2, 0x84]))?;
        draft.leaf.with(
            BASIC_CONSTRAINTS,
            true,
            &Node::sequence([Node::bytes(BOOLEAN, [0xFF])]),
        )
    }),
    ("basic constraints: odd", |draft| {
        let fields = match below(&mut draft.random, 5) {
            0 => vec![Node::bytes(BOOLEAN, [0])],
            1 => vec![Node::bytes(INTEGER, [0])],
            2 => vec![Node::bytes(BOOLEAN, [0]), Node::bytes(INTEGER, [0])],
            3 => vec![Node::bytes(BOOLEAN, [1])],
            _ => vec![Node::bytes(BOOLEAN, [0xFF]), Node::bytes(INTEGER, [0xFF])],
        };
        draft.leaf.with(BASIC_CONSTRAINTS, true, &Node::sequence(fields))
    }),
    ("basic constraints: none", |draft| {
        draft.leaf.without(BASIC_CONSTRAINTS)
    }),
    ("key usage: none", |draft| draft.leaf.without(KEY_USAGE)),
    ("key usage: other bits", |draft| {
        let bits = one_of(
            &mut draft.random,
            &[
                &[6_u8, 0x40] as &[u8],
                &[6, 0xC0],
                &[5, 0x20],
                &[5, 0xA0],
                &[2, 0x04],
                &[2, 0x84],
                &[1, 0x06],
                &[0, 0xFF],
                &[7, 0x00, 0x80],
            ],
        )?;
        draft.leaf.with(KEY_USAGE, true, &Node::bytes(BIT_STRING, bits))
    }),
    ("key usage: bits written otherwise", |draft| {
        let bits = one_of(
            &mut draft.random,
            &[
                &[0_u8, 0x80] as &[u8],
                &[0],
                &[7, 0x80, 0x00],
                &[8, 0x80],
                &[7, 0xFF],
                &[],
                &[7, 0x00],
            ],
        )?;
        draft.leaf.with(KEY_USAGE, true, &Node::bytes(BIT_STRING, bits))
    }),
    ("extended key usage: another", |draft| {
        let purposes: &[&[u8]] = one_of(
            &mut draft.random,
            &[
                &[ANY_PURPOSE] as &[&[u8]],
                &[SERVER_AUTH],
                &[SERVER_AUTH, CLIENT_AUTH],
                &[&[0x2B, 6, 1, 5, 5, 7, 3, 4]],
                &[],
            ],
        )?;
        let purposes: Vec<Node> = purposes.iter().map(|id| Node::oid(id)).collect();
        let critical = one_of(&mut draft.random, &[true, false])?;
        draft
            .leaf
            .with(EXTENDED_KEY_USAGE, critical, &Node::sequence(purposes))
    }),
    ("policies: others", |draft| {
        let policies: &[&[u8]] = one_of(
            &mut draft.random,
            &[
                &[CIE] as &[&[u8]],
                &[&[0x2A, 3, 4]],
                &[&[0x55, 0x1D, 0x20, 0x00]],
                &[CNS, CNS],
                &[CNS],
            ],
        )?;
        let policies: Vec<Node> = policies
            .iter()
            .map(|id| Node::sequence([Node::oid(id)]))
            .collect();
        let critical = one_of(&mut draft.random, &[true, false])?;
        draft.leaf.with(POLICIES, critical, &Node::sequence(policies))
    }),
    ("authority key identifier: none", |draft| {
        draft.leaf.without(AUTHORITY_KEY)
    }),
    ("authority key identifier: another key", |draft| {
        draft.leaf.with(
            AUTHORITY_KEY,
            false,
            &Node::sequence([Node::bytes(0x80, [7; 20])]),
        )
    }),
    ("authority key identifier: issuer and number", |draft| {
        let issuer = draft.anchor.field(ISSUER)?.clone();
        let number = draft.anchor.field(SERIAL)?.content().to_vec();
        authority(&mut draft.leaf, issuer, number)
    }),
    ("authority key identifier: another number", |draft| {
        let issuer = draft.anchor.field(ISSUER)?.clone();
        authority(&mut draft.leaf, issuer, vec![0x11, 0x22])
    }),
    ("authority key identifier: another issuer", |draft| {
        let mut issuer = draft.anchor.field(ISSUER)?.clone();
        super::fields::in_last_value(&mut issuer, |value| value.push(b'x'))?;
        let number = draft.anchor.field(SERIAL)?.content().to_vec();
        authority(&mut draft.leaf, issuer, number)
    }),
    ("authority key identifier: a number alone", |draft| {
        draft
            .leaf
            .with(AUTHORITY_KEY, false, &Node::sequence([Node::bytes(0x82, [1])]))
    }),
    ("subject key identifier: another", |draft| {
        let value = one_of(&mut draft.random, &[&[9_u8; 20] as &[u8], &[]])?;
        draft
            .leaf
            .with(SUBJECT_KEY, false, &Node::bytes(OCTET_STRING, value))
    }),
    ("alternative name: a few", |draft| {
        let name = one_of(
            &mut draft.random,
            &[
                (0x81_u8, b"maria@esempio.example" as &[u8]),
                (0x82, b"esempio.example"),
                (0x82, b""),
                (0x87, &[127, 0, 0, 1]),
                (0x87, &[127, 0, 0]),
                (0x88, &[0x2A, 3, 4]),
            ],
        )?;
        let critical = one_of(&mut draft.random, &[true, false])?;
        draft.leaf.with(
            ALTERNATIVE_NAME,
            critical,
            &Node::sequence([Node::bytes(name.0, name.1)]),
        )
    }),
    ("extensions: something behind the list", |draft| {
        let field = draft.leaf.field(EXTENSIONS)?.children_mut()?;
        field.push(Node::sequence([]));
        Some(())
    }),
];

/// The identifier and the value of one of the certificate's extensions.
pub(super) fn any(body: &mut Body, random: &mut ChaCha20Rng) -> Option<(Vec<u8>, Vec<u8>)> {
    let extensions = body.extensions()?;
    let extension = extensions.get(below(random, extensions.len()))?.children();
    Some((
        extension.first()?.content().to_vec(),
        extension.last()?.content().to_vec(),
    ))
}

/// Writes out whether an extension is critical.
fn flag(body: &mut Body, random: &mut ChaCha20Rng, byte: u8) -> Option<()> {
    let (id, value) = any(body, random)?;
    let fields = [
        Node::oid(&id),
        Node::bytes(BOOLEAN, [byte]),
        Node::bytes(OCTET_STRING, value),
    ];
    *body.extension(&id)? = Node::sequence(fields);
    Some(())
}

fn authority(leaf: &mut Body, issuer: Node, number: Vec<u8>) -> Option<()> {
    let named = Node::nodes(0xA1, [Node::nodes(0xA4, [issuer])]);
    leaf.with(
        AUTHORITY_KEY,
        false,
        &Node::sequence([named, Node::bytes(0x82, number)]),
    )
}

/// Extensions that a CA may have, or that old programs read, with a value that stands in order.
pub(super) fn well_made(random: &mut ChaCha20Rng) -> Option<(&'static [u8], Node)> {
    let policy = || Node::bytes(OBJECT_IDENTIFIER, CNS);
    let subtree = Node::sequence([Node::bytes(0x82, b"esempio.example".as_slice())]);
    Some(match below(random, 7) {
        0 => (NAME_CONSTRAINTS, Node::sequence([Node::nodes(0xA0, [subtree])])),
        1 => (NAME_CONSTRAINTS, Node::sequence([Node::nodes(0xA1, [subtree])])),
        2 => (POLICY_CONSTRAINTS, Node::sequence([Node::bytes(0x80, [0])])),
        3 => (INHIBIT_ANY_POLICY, Node::bytes(INTEGER, [0])),
        4 => (
            POLICY_MAPPINGS,
            Node::sequence([Node::sequence([policy(), policy()])]),
        ),
        5 => (NETSCAPE_TYPE, Node::bytes(BIT_STRING, [7, 0x80])),
        _ => (NO_CHECK, Node::bytes(super::tree::NULL, [])),
    })
}

pub(super) const SUBJECT_KEY: &[u8] = &[0x55, 0x1D, 0x0E];
pub(super) const KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x0F];
const ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1D, 0x11];
pub(super) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x13];
pub(super) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x1E];
pub(super) const POLICIES: &[u8] = &[0x55, 0x1D, 0x20];
const POLICY_MAPPINGS: &[u8] = &[0x55, 0x1D, 0x21];
pub(super) const AUTHORITY_KEY: &[u8] = &[0x55, 0x1D, 0x23];
const POLICY_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x24];
pub(super) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x25];
const INHIBIT_ANY_POLICY: &[u8] = &[0x55, 0x1D, 0x36];
const NETSCAPE_TYPE: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x86, 0xF8, 0x42, 0x01, 0x01];
/// `ocsp-nocheck` (RFC 6960 §4.2.2.2.1).
const NO_CHECK: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 0x30, 1, 5];
/// Subject directory attributes, issuer alternative name, freshest CRL, subject information access, a precertificate.
const RARE: &[&[u8]] = &[
    &[0x55, 0x1D, 0x09],
    &[0x55, 0x1D, 0x12],
    &[0x55, 0x1D, 0x2E],
    &[0x2B, 6, 1, 5, 5, 7, 1, 11],
    &[0x2B, 6, 1, 4, 1, 0xD6, 0x79, 2, 4, 3],
];
pub(super) const SERVER_AUTH: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 1];
pub(super) const CLIENT_AUTH: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 2];
pub(super) const ANY_PURPOSE: &[u8] = &[0x55, 0x1D, 0x25, 0];
/// 1.3.76.47.4
const CIE: &[u8] = &[0x2B, 0x4C, 0x2F, 4];
/// 1.3.76.16.2.1
pub(super) const CNS: &[u8] = &[0x2B, 0x4C, 0x10, 2, 1];
