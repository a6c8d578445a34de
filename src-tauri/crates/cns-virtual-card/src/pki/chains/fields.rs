//! Changes of the fields of a citizen's certificate: version, number, names, dates, key.

use super::Row;
use super::draft::{ALGORITHM, Body, ISSUER, KEY, SERIAL, SUBJECT, VALIDITY, VERSION, one_of};
use super::signing::{Hash, Padding, Scheme, bit_string};
use super::tree::{BIT_STRING, INTEGER, NULL, Node, OBJECT_IDENTIFIER, SEQUENCE, SET, UTF8_STRING};
use crate::pki::SyntheticKey;

pub(super) const ROWS: &[Row] = &[
    ("version: the first, with extensions", |draft| {
        draft.leaf.signed.children_mut()?.remove(VERSION);
        Some(())
    }),
    ("version: a number", |draft| {
        let number = one_of(&mut draft.random, &[0, 1, 3, 0x7F])?;
        *draft.leaf.field(VERSION)? = Node::nodes(0xA0, [Node::bytes(INTEGER, [number])]);
        Some(())
    }),
    ("serial: zero, negative, empty, long", |draft| {
        let number = one_of(
            &mut draft.random,
            &[
                &[0_u8] as &[u8],
                &[0x80],
                &[0xFF, 0xFF],
                &[],
                &[0, 0, 1],
                &[1; 21],
                &[1; 200],
            ],
        )?;
        *draft.leaf.field(SERIAL)? = Node::bytes(INTEGER, number);
        Some(())
    }),
    ("algorithm: another inside", |draft| {
        *draft.leaf.field(ALGORITHM)? = Scheme::Pkcs1(Hash::Sha384, Padding::Sound).identifier();
        Some(())
    }),
    ("algorithm: another beside", |draft| {
        let hash = one_of(&mut draft.random, &[Hash::Sha1, Hash::Sha384, Hash::Sha224])?;
        draft.leaf.told_beside = Some(Scheme::Pkcs1(hash, Padding::Sound).identifier());
        Some(())
    }),
    ("algorithm: without NULL", |draft| {
        let mut identifier = Scheme::USUAL.identifier();
        identifier.children_mut()?.pop();
        *draft.leaf.field(ALGORITHM)? = identifier.clone();
        draft.leaf.told_beside = Some(identifier);
        Some(())
    }),
    ("algorithm: without NULL beside", |draft| {
        let mut identifier = Scheme::USUAL.identifier();
        identifier.children_mut()?.pop();
        draft.leaf.told_beside = Some(identifier);
        Some(())
    }),
    ("algorithm: parameters that it has not", |draft| {
        let mut identifier = Scheme::USUAL.identifier();
        *identifier.at(&[1])? = Node::bytes(INTEGER, [5]);
        *draft.leaf.field(ALGORITHM)? = identifier.clone();
        draft.leaf.told_beside = Some(identifier);
        Some(())
    }),
    ("algorithm: one that nobody knows", |draft| {
        let identifier = Node::sequence([Node::oid(&[0x2A, 3, 4]), Node::bytes(NULL, [])]);
        *draft.leaf.field(ALGORITHM)? = identifier.clone();
        draft.leaf.told_beside = Some(identifier);
        Some(())
    }),
    ("issuer: another letter", |draft| {
        in_last_value(draft.leaf.field(ISSUER)?, |value| value.push(b'x'))
    }),
    ("issuer: capital letters", |draft| {
        in_last_value(draft.leaf.field(ISSUER)?, |value| value.make_ascii_uppercase())
    }),
    ("issuer: spaces", |draft| {
        in_last_value(draft.leaf.field(ISSUER)?, |value| {
            value.insert(0, b' ');
            value.extend(b"  ");
        })
    }),
    ("issuer: the other kind of string", |draft| {
        last_value(draft.leaf.field(ISSUER)?)?.tag = PRINTABLE_STRING;
        Some(())
    }),
    ("issuer: other order", |draft| {
        draft.leaf.field(ISSUER)?.children_mut()?.reverse();
        Some(())
    }),
    ("issuer: one part more or less", |draft| {
        let parts = draft.leaf.field(ISSUER)?.children_mut()?;
        if one_of(&mut draft.random, &[true, false])? {
            parts.remove(1);
        } else {
            parts.push(part(&[0x55, 4, 10], UTF8_STRING, b"Altri"));
        }
        Some(())
    }),
    ("issuer: nobody", |draft| {
        draft.leaf.field(ISSUER)?.children_mut()?.clear();
        Some(())
    }),
    ("validity: over, or not begun", |draft| {
        let dates = one_of(
            &mut draft.random,
            &[
                ("200101000000Z", "240101000000Z"),
                ("270101000000Z", "330101000000Z"),
                ("270101000000Z", "240101000000Z"),
                ("200101000000Z", "261122115959Z"),
                ("261122120001Z", "330101000000Z"),
                ("500101000000Z", "490101000000Z"),
            ],
        )?;
        valid(&mut draft.leaf, (UTC_TIME, dates.0), (UTC_TIME, dates.1))
    }),
    ("validity: to the second", |draft| {
        let dates = one_of(
            &mut draft.random,
            &[
                ("200101000000Z", "261122120000Z"),
                ("261122120000Z", "330101000000Z"),
            ],
        )?;
        valid(&mut draft.leaf, (UTC_TIME, dates.0), (UTC_TIME, dates.1))
    }),
    ("validity: written otherwise", |draft| {
        let until = one_of(
            &mut draft.random,
            &[
                (GENERALIZED_TIME, "20330101000000Z"),
                (GENERALIZED_TIME, "99991231235959Z"),
                (GENERALIZED_TIME, "20500101000000Z"),
                (GENERALIZED_TIME, "20330101000000.5Z"),
                (GENERALIZED_TIME, "20330101000000+0100"),
                (GENERALIZED_TIME, "203301010000Z"),
                (GENERALIZED_TIME, "20330101000000"),
                (GENERALIZED_TIME, "330101000000Z"),
                (UTC_TIME, "3301010000Z"),
                (UTC_TIME, "330101000000+0100"),
                (UTC_TIME, "330101000000"),
                (UTC_TIME, "331301000000Z"),
                (UTC_TIME, "330230000000Z"),
                (UTC_TIME, "330101240000Z"),
                (UTC_TIME, "330101000060Z"),
                (UTC_TIME, " 30101000000Z"),
                (UTC_TIME, ""),
            ],
        )?;
        valid(&mut draft.leaf, (UTC_TIME, "200101000000Z"), until)
    }),
    ("validity: begins written otherwise", |draft| {
        let from = one_of(
            &mut draft.random,
            &[
                (GENERALIZED_TIME, "20200101000000Z"),
                (GENERALIZED_TIME, "19200101000000Z"),
                (GENERALIZED_TIME, "00000101000000Z"),
                (UTC_TIME, "2001010000Z"),
                (UTC_TIME, "200101000000-1200"),
                (UTC_TIME, "700101000000Z"),
            ],
        )?;
        valid(&mut draft.leaf, from, (UTC_TIME, "330101000000Z"))
    }),
    ("subject: nobody", |draft| {
        draft.leaf.field(SUBJECT)?.children_mut()?.clear();
        Some(())
    }),
    ("subject: another common name", |draft| {
        let name = one_of(
            &mut draft.random,
            &[
                "Maria Rossi",
                "RSSMRA80A41Z999D/6999000000123455.SnaYnbG8+RUsRy0/QTOeTnTZP7M=",
                "RSSMRA80A41Z999C/6999000000123455",
                "",
            ],
        )?;
        in_last_value(draft.leaf.field(SUBJECT)?, |value| {
            *value = name.as_bytes().to_vec()
        })
    }),
    ("subject: two common names", |draft| {
        let parts = draft.leaf.field(SUBJECT)?.children_mut()?;
        parts.push(parts.last()?.clone());
        Some(())
    }),
    ("subject: a kind of string", |draft| {
        let kind = one_of(
            &mut draft.random,
            &[PRINTABLE_STRING, 0x14, 0x16, 0x1A, 0x1B, 0x1C, 0x1E, 0x04],
        )?;
        last_value(draft.leaf.field(SUBJECT)?)?.tag = kind;
        Some(())
    }),
    ("subject: what no string may hold", |draft| {
        let byte = one_of(&mut draft.random, &[0, 0xFF, 0xC0, b'\n'])?;
        in_last_value(draft.leaf.field(SUBJECT)?, |value| value.push(byte))
    }),
    ("subject: a part with nothing in it", |draft| {
        draft
            .leaf
            .field(SUBJECT)?
            .children_mut()?
            .push(Node::nodes(SET, []));
        Some(())
    }),
    ("key: RSA of another length", |draft| {
        let bits = one_of(&mut draft.random, &[512, 1024, 1536])?;
        let key = SyntheticKey::named("another", bits).ok()?;
        draft.leaf.field(KEY)?.children_mut()?.pop();
        let field = draft.leaf.field(KEY)?;
        field.children_mut()?.push(bit_string(key.public_pkcs1_der()));
        Some(())
    }),
    ("key: RSA with odd numbers", |draft| {
        let old = Node::read(draft.leaf.key.public_pkcs1_der())?;
        let modulus = old.children().first()?.content().to_vec();
        let exponent = old.children().get(1)?.content().to_vec();
        let even = modulus
            .iter()
            .copied()
            .take(modulus.len() - 1)
            .chain([0])
            .collect::<Vec<u8>>();
        let unsigned = modulus.get(1..)?.to_vec();
        let pair = match super::draft::below(&mut draft.random, 7) {
            0 => (modulus, vec![1]),
            1 => (modulus, vec![3]),
            2 => (modulus, vec![2]),
            3 => (even, exponent),
            4 => (unsigned, exponent),
            5 => (vec![0], exponent),
            _ => (modulus.clone(), modulus),
        };
        let key = Node::sequence([Node::bytes(INTEGER, pair.0), Node::bytes(INTEGER, pair.1)]);
        *draft.leaf.field(KEY)?.at(&[1])? = bit_string(&key.write());
        Some(())
    }),
    ("key: RSA, and more", |draft| {
        let mut key = draft.leaf.key.public_pkcs1_der().to_vec();
        key.extend([NULL, 0]);
        *draft.leaf.field(KEY)?.at(&[1])? = bit_string(&key);
        Some(())
    }),
    ("key: an elliptic curve's", |draft| {
        let (curve, point) = one_of(&mut draft.random, CURVES)?;
        let kind = Node::sequence([Node::oid(EC_KEY), Node::oid(curve)]);
        *draft.leaf.field(KEY)? = Node::sequence([kind, bit_string(&hex(point)?)]);
        Some(())
    }),
    ("key: no point of its curve", |draft| {
        let (curve, point) = one_of(&mut draft.random, CURVES)?;
        let mut point = hex(point)?;
        *point.last_mut()? ^= 1;
        let kind = Node::sequence([Node::oid(EC_KEY), Node::oid(curve)]);
        *draft.leaf.field(KEY)? = Node::sequence([kind, bit_string(&point)]);
        Some(())
    }),
    ("key: of a kind not for this", |draft| {
        let kind = one_of(&mut draft.random, &[ED25519, &[0x2A, 3, 4]])?;
        *draft.leaf.field(KEY)? = Node::sequence([Node::sequence([Node::oid(kind)]), bit_string(&[7; 32])]);
        Some(())
    }),
    ("key: unused bits", |draft| {
        let mut bits = draft.leaf.field(KEY)?.at(&[1])?.content().to_vec();
        *bits.first_mut()? = 4;
        *draft.leaf.field(KEY)?.at(&[1])? = Node::bytes(BIT_STRING, bits);
        Some(())
    }),
    ("fields: a unique identifier", |draft| {
        let tag = one_of(&mut draft.random, &[0x81, 0x82])?;
        draft
            .leaf
            .signed
            .children_mut()?
            .insert(7, Node::bytes(tag, [0, 1]));
        Some(())
    }),
    ("fields: one too many", |draft| {
        let field = one_of(&mut draft.random, &[0xA4, 0x05, 0x30])?;
        let node = if field == NULL {
            Node::bytes(NULL, [])
        } else {
            Node::nodes(field, [])
        };
        draft.leaf.signed.children_mut()?.push(node);
        Some(())
    }),
    ("fields: one too few", |draft| {
        let fields = draft.leaf.signed.children_mut()?;
        let position = super::draft::below(&mut draft.random, fields.len());
        fields.remove(position);
        Some(())
    }),
    ("fields: one of another tag", |draft| {
        let fields = draft.leaf.signed.children_mut()?;
        let position = super::draft::below(&mut draft.random, fields.len());
        fields.get_mut(position)?.tag ^= one_of(&mut draft.random, &[1, 0x40, 0x80])?;
        Some(())
    }),
];

fn valid(body: &mut Body, from: (u8, &str), until: (u8, &str)) -> Option<()> {
    let time = |(tag, text): (u8, &str)| Node::bytes(tag, text.as_bytes());
    *body.field(VALIDITY)? = Node::sequence([time(from), time(until)]);
    Some(())
}

/// The value of a name's last part: the common name, as names are made here.
pub(super) fn last_value(name: &mut Node) -> Option<&mut Node> {
    name.children_mut()?.last_mut()?.at(&[0, 1])
}

pub(super) fn in_last_value(name: &mut Node, change: impl FnOnce(&mut Vec<u8>)) -> Option<()> {
    let value = last_value(name)?;
    let mut bytes = value.content().to_vec();
    change(&mut bytes);
    *value = Node::bytes(value.tag, bytes);
    Some(())
}

fn part(id: &[u8], kind: u8, value: &[u8]) -> Node {
    let pair = [Node::bytes(OBJECT_IDENTIFIER, id), Node::bytes(kind, value)];
    Node::nodes(SET, [Node::nodes(SEQUENCE, pair)])
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

const PRINTABLE_STRING: u8 = 0x13;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
const ED25519: &[u8] = &[0x2B, 0x65, 0x70];
/// 1.2.840.10045.2.1
const EC_KEY: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
/// P-256, P-384 and P-521, each with a point whose private half nobody kept.
const CURVES: &[(&[u8], &str)] = &[
    (
        &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07],
        "04a788808a9e0a4c83322348fd8846686d2fa1b1fc855bd6a80d1983b5c5ab0fec84392525e4457dd613b0fa0a8a7840c92b7d65f36986b9\
         72ae4164ea0582599e",
    ),
    (
        &[0x2B, 0x81, 0x04, 0x00, 0x22],
        "04e0377846ae16149e056059157b39e881495b57839ee698358d0ee21c36a06caeaed8b4380c4dfc256b7c94d5191092cf704b5c7b8ccb00\
         7ea8c590f00849c8c61163aff56be9e972c32539de480e67d79444c448cf9f8185119ec01b67c47fcf",
    ),
    (
        &[0x2B, 0x81, 0x04, 0x00, 0x23],
        "04016891066cb7ca969cbb9b71c92ce95fe234540673b4e818ecb6f52d3d5fc2929aae5738a69ef7101393cc2efafc36cde359e9ab0c92e5\
         f46527034c3a1785b9aac600c2b9a9a73fb8e26c0aad116f92e0b441a621d952b45563bd16c1d1ccae57825719f8b78a054e961710c931ca\
         31d03a5d18ff471bacc7be774e1001968c3d8176ab",
    ),
];
