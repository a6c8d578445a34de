//! Changes of the anchor's certificate. The citizen's stays what the anchor's key signed.

use super::Row;
use super::draft::{ALGORITHM, Body, Draft, ISSUER, KEY, SERIAL, SUBJECT, VALIDITY, VERSION, below, one_of};
use super::extensions::{
    ANY_PURPOSE, AUTHORITY_KEY, BASIC_CONSTRAINTS, CLIENT_AUTH, EXTENDED_KEY_USAGE, KEY_USAGE,
    NAME_CONSTRAINTS, POLICIES, SERVER_AUTH, SUBJECT_KEY, any, well_made,
};
use super::fields::{GENERALIZED_TIME, UTC_TIME, in_last_value, last_value};
use super::signing::{Hash, Padding, Scheme, bit_string};
use super::tree::{BIT_STRING, BOOLEAN, INTEGER, Node, OCTET_STRING};
use crate::pki::SyntheticKey;

/// The change that OpenSSL judges otherwise: an anchor is a name and a key (RFC 5280 §6.1.1 d), and one of the
/// official list lacks this bit.
pub const NO_CERTIFICATE_SIGNING: &str = "anchor: key usage without certificates";

pub(super) const ROWS: &[Row] = &[
    (NO_CERTIFICATE_SIGNING, |draft| {
        let bits = one_of(
            &mut draft.random,
            &[&[1_u8, 0x02] as &[u8], &[6, 0xC0], &[7, 0x80]],
        )?;
        draft.anchor.with(KEY_USAGE, true, &Node::bytes(BIT_STRING, bits))
    }),
    ("anchor: no key usage", |draft| draft.anchor.without(KEY_USAGE)),
    ("anchor: key usage not critical", |draft| {
        draft
            .anchor
            .with(KEY_USAGE, false, &Node::bytes(BIT_STRING, [1, 0x06]))
    }),
    ("anchor: no basic constraints", |draft| {
        draft.anchor.without(BASIC_CONSTRAINTS)
    }),
    ("anchor: no CA", |draft| constrained(&mut draft.anchor, vec![])),
    ("anchor: a CA, without a limit", |draft| {
        constrained(&mut draft.anchor, vec![ca()])
    }),
    ("anchor: a CA, with a limit", |draft| {
        let limit = one_of(&mut draft.random, &[1, 5, 0x7F])?;
        constrained(&mut draft.anchor, vec![ca(), Node::bytes(INTEGER, [limit])])
    }),
    ("anchor: a CA, with a limit below zero", |draft| {
        constrained(&mut draft.anchor, vec![ca(), Node::bytes(INTEGER, [0xFF])])
    }),
    ("anchor: a CA, not critical", |draft| {
        draft
            .anchor
            .with(BASIC_CONSTRAINTS, false, &Node::sequence([ca()]))
    }),
    ("anchor: extended key usage", |draft| {
        let purpose = one_of(
            &mut draft.random,
            &[
                SERVER_AUTH,
                CLIENT_AUTH,
                ANY_PURPOSE,
                &[0x2B, 6, 1, 5, 5, 7, 3, 9],
            ],
        )?;
        draft
            .anchor
            .with(EXTENDED_KEY_USAGE, false, &Node::sequence([Node::oid(purpose)]))
    }),
    ("anchor: unknown and critical", |draft| {
        draft.anchor.with(&[0x2A, 3, 4], true, &Node::sequence([]))
    }),
    ("anchor: unknown", |draft| {
        draft.anchor.with(&[0x2A, 3, 4], false, &Node::sequence([]))
    }),
    ("anchor: names of others alone", |draft| {
        let mut other = draft.leaf.field(ISSUER)?.clone();
        in_last_value(&mut other, |value| value.push(b'x'))?;
        named(draft, 0xA0, other)
    }),
    ("anchor: this citizen's names excluded", |draft| {
        let mut part = draft.leaf.field(SUBJECT)?.clone();
        part.children_mut()?.truncate(2);
        named(draft, 0xA1, part)
    }),
    ("anchor: this citizen's names alone", |draft| {
        let mut part = draft.leaf.field(SUBJECT)?.clone();
        part.children_mut()?.truncate(2);
        named(draft, 0xA0, part)
    }),
    ("anchor: a rare extension", |draft| {
        let (id, value) = well_made(&mut draft.random)?;
        let critical = one_of(&mut draft.random, &[true, false])?;
        draft.anchor.with(id, critical, &value)
    }),
    ("anchor: policies", |draft| {
        let critical = one_of(&mut draft.random, &[true, false])?;
        let any = Node::sequence([Node::oid(&[0x55, 0x1D, 0x20, 0])]);
        draft.anchor.with(POLICIES, critical, &Node::sequence([any]))
    }),
    ("anchor: an extension twice", |draft| {
        let extensions = draft.anchor.extensions()?;
        let position = below(&mut draft.random, extensions.len());
        extensions.push(extensions.get(position)?.clone());
        Some(())
    }),
    ("anchor: an extension cut short", |draft| {
        let (id, mut value) = any(&mut draft.anchor, &mut draft.random)?;
        value.pop();
        draft.anchor.with_raw(&id, true, value)
    }),
    ("anchor: an extension with other bytes", |draft| {
        let (id, mut value) = any(&mut draft.anchor, &mut draft.random)?;
        super::bytes::another_bit(&mut value, &mut draft.random);
        draft.anchor.with_raw(&id, true, value)
    }),
    ("anchor: no extensions", |draft| {
        draft.anchor.signed.children_mut()?.pop().map(drop)
    }),
    ("anchor: the first version", |draft| {
        draft.anchor.signed.children_mut()?.pop();
        draft.anchor.signed.children_mut()?.remove(VERSION);
        Some(())
    }),
    ("anchor: the first version, with extensions", |draft| {
        draft.anchor.signed.children_mut()?.remove(VERSION);
        Some(())
    }),
    ("anchor: over, or not begun", |draft| {
        let dates = one_of(
            &mut draft.random,
            &[
                ("100101000000Z", "240101000000Z"),
                ("270101000000Z", "400101000000Z"),
                ("100101000000Z", "261122115959Z"),
                ("261122120001Z", "400101000000Z"),
            ],
        )?;
        valid(&mut draft.anchor, (UTC_TIME, dates.0), (UTC_TIME, dates.1))
    }),
    ("anchor: in date to the second", |draft| {
        let dates = one_of(
            &mut draft.random,
            &[
                ("100101000000Z", "261122120000Z"),
                ("261122120000Z", "400101000000Z"),
            ],
        )?;
        valid(&mut draft.anchor, (UTC_TIME, dates.0), (UTC_TIME, dates.1))
    }),
    ("anchor: dates written otherwise", |draft| {
        let until = one_of(
            &mut draft.random,
            &[
                (GENERALIZED_TIME, "20400101000000Z"),
                (GENERALIZED_TIME, "20400101000000.5Z"),
                (UTC_TIME, "4001010000Z"),
                (UTC_TIME, "400101000000+0100"),
                (UTC_TIME, "401301000000Z"),
            ],
        )?;
        valid(&mut draft.anchor, (UTC_TIME, "100101000000Z"), until)
    }),
    ("anchor: no key identifier", |draft| {
        draft.anchor.without(SUBJECT_KEY)
    }),
    ("anchor: another key identifier", |draft| {
        draft
            .anchor
            .with(SUBJECT_KEY, false, &Node::bytes(OCTET_STRING, [9; 20]))
    }),
    ("anchor: names its own key", |draft| {
        let own = draft
            .anchor
            .extension(SUBJECT_KEY)?
            .children()
            .last()?
            .content()
            .to_vec();
        let own = Node::read(&own)?.content().to_vec();
        draft
            .anchor
            .with(AUTHORITY_KEY, false, &Node::sequence([Node::bytes(0x80, own)]))
    }),
    ("anchor: names another's key", |draft| {
        draft.anchor.with(
            AUTHORITY_KEY,
            false,
            &Node::sequence([Node::bytes(0x80, [7; 20])]),
        )
    }),
    ("anchor: another name", |draft| {
        in_last_value(draft.anchor.field(SUBJECT)?, |value| value.push(b'x'))?;
        in_last_value(draft.anchor.field(ISSUER)?, |value| value.push(b'x'))
    }),
    ("anchor: the same name in capitals", |draft| {
        in_last_value(draft.anchor.field(SUBJECT)?, |value| value.make_ascii_uppercase())?;
        in_last_value(draft.anchor.field(ISSUER)?, |value| value.make_ascii_uppercase())
    }),
    ("anchor: the same name in another string", |draft| {
        last_value(draft.anchor.field(SUBJECT)?)?.tag = 0x13;
        last_value(draft.anchor.field(ISSUER)?)?.tag = 0x13;
        Some(())
    }),
    ("anchor: issued by somebody else", |draft| {
        draft.anchor.key = SyntheticKey::named("foreign authority", 2048).ok()?;
        in_last_value(draft.anchor.field(ISSUER)?, |value| value.extend(b" Radice"))
    }),
    ("anchor: its own signature is wrong", |draft| {
        draft.anchor.on_signature = Some(|bytes, random| super::bytes::another_bit(bytes, random));
        Some(())
    }),
    ("anchor: its own signature is of another key", |draft| {
        draft.anchor.key = SyntheticKey::named("foreign authority", 2048).ok()?;
        Some(())
    }),
    ("anchor: its own signature is old", |draft| {
        draft.anchor.sign_as(Scheme::Pkcs1(Hash::Sha1, Padding::Sound))
    }),
    ("anchor: its own signature says two things", |draft| {
        *draft.anchor.field(ALGORITHM)? = Scheme::Pkcs1(Hash::Sha384, Padding::Sound).identifier();
        Some(())
    }),
    ("anchor: another key of the same name", |draft| {
        keyed(draft, "foreign authority", 2048, false)
    }),
    ("anchor: a short key", |draft| {
        keyed(draft, "short authority", 1024, true)
    }),
    ("anchor: a short key, SHA-1", |draft| {
        keyed(draft, "short authority", 1024, true)?;
        draft.leaf.sign_as(Scheme::Pkcs1(Hash::Sha1, Padding::Sound))
    }),
    ("anchor: a number", |draft| {
        let number = one_of(&mut draft.random, &[&[0_u8] as &[u8], &[0x80], &[], &[1; 21]])?;
        *draft.anchor.field(SERIAL)? = Node::bytes(INTEGER, number);
        Some(())
    }),
    ("anchor: bytes behind", |draft| {
        draft.anchor.on_whole = Some(|bytes, _| bytes.extend([5, 0]));
        Some(())
    }),
];

fn ca() -> Node {
    Node::bytes(BOOLEAN, [0xFF])
}

fn constrained(anchor: &mut Body, fields: Vec<Node>) -> Option<()> {
    anchor.with(BASIC_CONSTRAINTS, true, &Node::sequence(fields))
}

/// Names that its certificates may have, or may not.
fn named(draft: &mut Draft, which: u8, name: Node) -> Option<()> {
    let subtrees = Node::nodes(which, [Node::sequence([Node::nodes(0xA4, [name])])]);
    let critical = one_of(&mut draft.random, &[true, false])?;
    draft
        .anchor
        .with(NAME_CONSTRAINTS, critical, &Node::sequence([subtrees]))
}

fn valid(body: &mut Body, from: (u8, &str), until: (u8, &str)) -> Option<()> {
    let time = |(tag, text): (u8, &str)| Node::bytes(tag, text.as_bytes());
    *body.field(VALIDITY)? = Node::sequence([time(from), time(until)]);
    Some(())
}

/// Gives the anchor another key, by which it signs itself, and the citizen's certificate too if `for_both`.
fn keyed(draft: &mut Draft, name: &str, bits: usize, for_both: bool) -> Option<()> {
    let key = SyntheticKey::named(name, bits).ok()?;
    *draft.anchor.field(KEY)?.at(&[1])? = bit_string(key.public_pkcs1_der());
    draft.anchor.key = key.clone();
    if for_both {
        draft.leaf.key = key;
    }
    Some(())
}
