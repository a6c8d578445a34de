//! The golden conversations of `tests/transcripts`, byte for byte.
//!
//! A file under `cns` is called after the profile that must fit, with a further word where there are several. The card
//! is read, its PIN 12345 typed, and a message signed. A file under `others` is called after the kind that must be
//! named, or `unknown`.

use crate::bench::{pin, wait};
use cns_card::{Card, CardError, CardProfiles, SignatureScheme};
use cns_iso7816::Ending;
use cns_iso7816::transcript::Transcript;
use std::path::Path;

const MESSAGE: &[u8] = b"what a TLS client signs";

/// The conversations of a folder: name up to the first dot, whole name, conversation.
fn conversations(folder: &str) -> Vec<(String, String, Transcript)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/transcripts")
        .join(folder);
    let mut conversations: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let about = name.split('.').next().unwrap().to_owned();
            let written = Transcript::parse(&std::fs::read_to_string(&path).unwrap())
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            (about, name, written)
        })
        .collect();
    conversations.sort_by(|(_, one, _), (_, other, _)| one.cmp(other));
    conversations
}

#[test]
fn every_kind_of_cns_is_read_unlocked_and_signs_as_written() {
    for (profile, name, written) in conversations("cns") {
        let card = Card::open(Box::new(written.clone()));
        let contents = wait(card.read());
        let contents = contents.unwrap_or_else(|error| panic!("{name}: {error}, {:?}", written.finished()));
        assert_eq!(contents.profile, profile, "{name}");
        assert_eq!(contents.card_id.as_deref(), Some("6999000000123455"), "{name}");
        assert!(contents.personal_data.is_some(), "{name}");
        let unlocked = wait(card.unlock(pin("12345")));
        let unlocked = unlocked.unwrap_or_else(|error| panic!("{name}: {error}, {:?}", written.finished()));
        let signed = unlocked.sign(SignatureScheme::Pkcs1Sha256, MESSAGE);
        assert!(signed.is_ok(), "{name}: {signed:?}, {:?}", written.finished());
        drop(unlocked);
        // An act that needs no APDU: when it has answered, the transaction before it has ended.
        wait(card.read()).unwrap();
        assert_eq!(written.finished(), Ok(()), "{name}");
        assert_eq!(written.endings(), [Ending::Leave, Ending::Reset], "{name}");
    }
}

#[test]
fn what_is_not_a_cns_is_asked_as_written() {
    for (kind, name, written) in conversations("others") {
        let error = wait(Card::open(Box::new(written.clone())).read()).unwrap_err();
        assert_eq!(written.finished(), Ok(()), "{name}");
        let named = if let CardError::NotACns { kind } = error {
            kind
        } else {
            assert_eq!(error, CardError::UnknownCard, "{name}");
            "unknown"
        };
        assert_eq!(named, kind, "{name}");
    }
}

#[test]
fn every_profile_has_a_conversation() {
    let written: Vec<String> = conversations("cns")
        .into_iter()
        .map(|(about, ..)| about)
        .collect();
    for profile in CardProfiles::built_in().names() {
        assert!(
            written.iter().any(|about| about == profile),
            "`{profile}` has no file in tests/transcripts/cns"
        );
    }
}
