//! What is random: one-time codes and session tokens, stored only as a hash; ids that say nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore as _;
use rand::rngs::OsRng;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// 128 random bits in hexadecimal digits: an id that says nothing and that nobody guesses.
pub(crate) fn random_id() -> String {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// 256 random bits that are given to one person. The portal keeps only their hash.
#[derive(zeroize::ZeroizeOnDrop)]
pub(crate) struct Secret([u8; 32]);

impl Secret {
    /// Takes 256 bits from the system's generator.
    pub(crate) fn random() -> Self {
        let mut bytes = [0; 32];
        OsRng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Reads what a person sends back; `None` when it cannot be one of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The text that is given away, once.
    pub(crate) fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is stored and looked up. A search by hash tells nothing through its time: whoever measures it would have
    /// to choose the hash. A plain hash is enough for 256 random bits; there is nothing to guess.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }

    /// The bytes themselves, to look for them where they must not be.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_revealed_is_read_back_as_the_same_secret() {
        let secret = Secret::random();
        assert_eq!(Secret::parse(&secret.reveal()).unwrap().hash(), secret.hash());
    }

    #[test]
    fn texts_that_we_never_gave_are_not_secrets() {
        for text in [
            "",
            "abc",
            "????",
            &"A".repeat(42),
            &"A".repeat(44),
            &"A".repeat(4000),
        ] {
            assert!(Secret::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_secret_prints_nothing_of_itself() {
        assert_eq!(format!("{:?}", Secret::random()), "[secret]");
    }
}
