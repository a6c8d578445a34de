//! Changes of the signature on a citizen's certificate, and of the bytes around it.

use super::Row;
use super::draft::one_of;
use super::signing::{Hash, Padding, Scheme, Told};
use super::tree::NULL;
use crate::pki::SyntheticKey;

pub(super) const ROWS: &[Row] = &[
    ("signature: a bit", |draft| {
        draft.leaf.on_signature = Some(|bytes, random| super::bytes::another_bit(bytes, random));
        Some(())
    }),
    ("signature: by another key of the same name", |draft| {
        draft.leaf.key = SyntheticKey::named("foreign authority", 2048).ok()?;
        Some(())
    }),
    ("signature: zero", |draft| {
        draft.leaf.on_signature = Some(|bytes, _| bytes.fill(0));
        Some(())
    }),
    ("signature: one", |draft| {
        draft.leaf.on_signature = Some(|bytes, _| {
            bytes.fill(0);
            bytes.push(1);
            bytes.remove(0);
        });
        Some(())
    }),
    ("signature: all ones", |draft| {
        draft.leaf.on_signature = Some(|bytes, _| bytes.fill(0xFF));
        Some(())
    }),
    ("signature: nothing", |draft| {
        draft.leaf.on_signature = Some(|bytes, _| bytes.clear());
        Some(())
    }),
    ("signature: a byte less", |draft| {
        draft.leaf.on_signature = Some(|bytes, _| bytes.truncate(bytes.len() - 1));
        Some(())
    }),
    ("signature: a zero before", |draft| {
        draft.leaf.on_signature = Some(|bytes, _| bytes.insert(0, 0));
        Some(())
    }),
    ("signature: a zero behind", |draft| {
        draft.leaf.on_signature = Some(|bytes, _| bytes.push(0));
        Some(())
    }),
    ("signature: another hash", |draft| {
        let hash = one_of(&mut draft.random, &[Hash::Sha384, Hash::Sha512, Hash::Sha224])?;
        draft.leaf.sign_as(Scheme::Pkcs1(hash, Padding::Sound))
    }),
    ("signature: SHA-1", |draft| {
        draft.leaf.sign_as(Scheme::Pkcs1(Hash::Sha1, Padding::Sound))
    }),
    ("signature: another hash than it says", |draft| {
        draft.leaf.scheme = Scheme::Pkcs1(Hash::Sha1, Padding::Sound);
        draft.leaf.told_beside = Some(Scheme::USUAL.identifier());
        Some(())
    }),
    ("signature: padding without NULL", |draft| {
        padded(draft, Padding::NoNull)
    }),
    ("signature: padding with another byte", |draft| {
        padded(draft, Padding::OneByteOff)
    }),
    ("signature: padding for encryption", |draft| {
        padded(draft, Padding::Type2)
    }),
    ("signature: padding that ends early", |draft| {
        padded(draft, Padding::Short)
    }),
    ("signature: PSS", |draft| {
        draft.leaf.sign_as(Scheme::Pss(Told::Truth))
    }),
    ("signature: PSS, another salt than it says", |draft| {
        draft.leaf.sign_as(Scheme::Pss(Told::Salt20))
    }),
    ("signature: PSS, another mask than it says", |draft| {
        draft.leaf.sign_as(Scheme::Pss(Told::MaskSha1))
    }),
    ("signature: PSS, another trailer than it says", |draft| {
        draft.leaf.sign_as(Scheme::Pss(Told::Trailer2))
    }),
    ("signature: PSS, another hash than it says", |draft| {
        draft.leaf.sign_as(Scheme::Pss(Told::HashSha384))
    }),
    ("signature: PSS that says nothing", |draft| {
        draft.leaf.sign_as(Scheme::Pss(Told::Nothing))
    }),
    ("whole: bytes behind", |draft| {
        draft.leaf.on_whole = Some(|bytes, _| bytes.extend([NULL, 0]));
        Some(())
    }),
    ("whole: cut short", |draft| {
        draft.leaf.on_whole = Some(|bytes, random| {
            let keep = super::draft::below(random, bytes.len());
            bytes.truncate(keep);
        });
        Some(())
    }),
    ("whole: a longer length than needed", |draft| {
        draft.leaf.on_whole = Some(|bytes, _| {
            if let Some(length) = bytes.get_mut(1) {
                *length = 0x83;
                bytes.insert(2, 0);
            }
        });
        Some(())
    }),
    ("whole: no length, and an end", |draft| {
        draft.leaf.on_whole = Some(|bytes, _| {
            if let Some(length) = bytes.get_mut(1) {
                *length = 0x80;
                bytes.drain(2..4);
                bytes.extend([0, 0]);
            }
        });
        Some(())
    }),
    ("whole: another tag", |draft| {
        draft.leaf.on_whole = Some(|bytes, _| {
            if let Some(tag) = bytes.first_mut() {
                *tag = 0x31;
            }
        });
        Some(())
    }),
    ("whole: nothing", |draft| {
        draft.leaf.on_whole = Some(|bytes, _| bytes.clear());
        Some(())
    }),
];

fn padded(draft: &mut super::Draft, padding: Padding) -> Option<()> {
    draft.leaf.sign_as(Scheme::Pkcs1(Hash::Sha256, padding))
}
