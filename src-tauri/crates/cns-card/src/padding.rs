//! Padding made on the host: the card does plain RSA and never sees which scheme it serves.
//!
//! EMSA-PKCS1-v1_5 and EMSA-PSS of RFC 8017 §9, nothing else. A padded block tells the digest of what is signed, so
//! it wipes itself.

use crate::scheme::{Hash, Padding};
use crate::{CardError, SignatureScheme};
use rand::{RngCore, rngs::OsRng};
use zeroize::Zeroizing;

/// Pads the digest of `message` to a block for a key of `modulus_bits`, as long as the modulus in bytes.
///
/// # Errors
/// [`CardError::SchemeNotSupported`] when the block does not fit the key.
pub(crate) fn pad(
    scheme: SignatureScheme,
    message: &[u8],
    modulus_bits: usize,
) -> Result<Zeroizing<Vec<u8>>, CardError> {
    match scheme.padding() {
        Padding::Pkcs1 => pkcs1_v1_5(scheme.hash(), message, modulus_bits),
        Padding::Pss => {
            // The salt is as long as the digest: TLS 1.3 asks for exactly that (RFC 8446 §4.2.3).
            let mut salt = vec![0; scheme.hash().length()];
            OsRng.fill_bytes(&mut salt);
            pss(scheme.hash(), message, &salt, modulus_bits)
        }
    }
}

/// Says whether a key of `modulus_bits` is long enough for the scheme.
pub(crate) fn fits(scheme: SignatureScheme, modulus_bits: usize) -> bool {
    let digest = scheme.hash().length();
    match scheme.padding() {
        Padding::Pkcs1 => modulus_bits.div_ceil(8) >= scheme.hash().digest_info_prefix().len() + digest + 11,
        Padding::Pss => modulus_bits.saturating_sub(1).div_ceil(8) >= 2 * digest + 2,
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2): `00 01 FF…FF 00`, then the DigestInfo.
fn pkcs1_v1_5(hash: Hash, message: &[u8], modulus_bits: usize) -> Result<Zeroizing<Vec<u8>>, CardError> {
    let block_length = modulus_bits.div_ceil(8);
    let digest = hash.digest(message);
    let info_length = hash.digest_info_prefix().len() + digest.len();
    if block_length < info_length + 11 {
        return Err(CardError::SchemeNotSupported);
    }
    let mut block = Zeroizing::new(Vec::with_capacity(block_length));
    block.extend([0x00, 0x01]);
    block.resize(block_length - info_length - 1, 0xFF);
    block.push(0x00);
    block.extend_from_slice(hash.digest_info_prefix());
    block.extend_from_slice(&digest);
    Ok(block)
}

/// EMSA-PSS with MGF1 over the same hash (RFC 8017 §9.1.1), in front of it a zero byte when the encoded message is
/// one byte shorter than the modulus.
fn pss(
    hash: Hash,
    message: &[u8],
    salt: &[u8],
    modulus_bits: usize,
) -> Result<Zeroizing<Vec<u8>>, CardError> {
    let encoded_bits = modulus_bits.saturating_sub(1);
    let encoded_length = encoded_bits.div_ceil(8);
    let digest_length = hash.length();
    if encoded_length < digest_length + salt.len() + 2 {
        return Err(CardError::SchemeNotSupported);
    }

    let mut salted = Zeroizing::new(vec![0_u8; 8]);
    salted.extend_from_slice(&hash.digest(message));
    salted.extend_from_slice(salt);
    let salted_digest = hash.digest(&salted);

    let data_length = encoded_length - digest_length - 1;
    let mut data = Zeroizing::new(vec![0_u8; data_length - salt.len() - 1]);
    data.push(0x01);
    data.extend_from_slice(salt);
    for (byte, mask) in data.iter_mut().zip(mask(hash, &salted_digest, data_length)) {
        *byte ^= mask;
    }
    // The leftmost bits beyond the encoded length are zero, so that the number stays below the modulus.
    data[0] &= 0xFF >> (8 * encoded_length - encoded_bits);

    let mut block = Zeroizing::new(vec![0_u8; modulus_bits.div_ceil(8) - encoded_length]);
    block.extend_from_slice(&data);
    block.extend_from_slice(&salted_digest);
    block.push(0xBC);
    Ok(block)
}

/// MGF1 (RFC 8017 §B.2.1).
fn mask(hash: Hash, seed: &[u8], length: usize) -> Vec<u8> {
    let mut mask = Vec::with_capacity(length + hash.length());
    for counter in 0_u32.. {
        if mask.len() >= length {
            break;
        }
        let mut input = seed.to_vec();
        input.extend(counter.to_be_bytes());
        mask.extend(hash.digest(&input));
    }
    mask.truncate(length);
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rsa::traits::{PrivateKeyParts, PublicKeyParts};
    use rsa::{BigUint, RsaPrivateKey};
    use std::sync::LazyLock;

    /// Keys of ordinary lengths, and one whose encoded message is a byte shorter than the modulus.
    static KEYS: LazyLock<Vec<RsaPrivateKey>> = LazyLock::new(|| {
        [1024, 1025, 2048]
            .map(|bits| RsaPrivateKey::new(&mut OsRng, bits).unwrap())
            .into()
    });

    /// What the card does: `block^d mod n`, as long as the modulus.
    fn plain_rsa(key: &RsaPrivateKey, block: &[u8]) -> Vec<u8> {
        let bytes = BigUint::from_bytes_be(block)
            .modpow(key.d(), key.n())
            .to_bytes_be();
        let mut signature = vec![0; key.size() - bytes.len()];
        signature.extend(bytes);
        signature
    }

    #[test]
    fn every_scheme_that_fits_verifies_with_an_independent_library() {
        for key in KEYS.iter() {
            for scheme in SignatureScheme::ALL
                .into_iter()
                .filter(|scheme| fits(*scheme, key.n().bits()))
            {
                let block = pad(scheme, b"a message", key.n().bits()).unwrap();
                assert_eq!(block.len(), key.size());
                let signature = plain_rsa(key, &block);
                let public = key.to_public_key();
                assert!(
                    scheme.verify(&public, b"a message", &signature),
                    "{scheme:?} {}",
                    key.n().bits()
                );
                assert!(
                    !scheme.verify(&public, b"another", &signature),
                    "{scheme:?} {}",
                    key.n().bits()
                );
            }
        }
    }

    #[test]
    fn the_pkcs1_block_has_the_padding_of_the_standard() {
        for (bits, filling) in [(1024, 74), (2048, 202)] {
            let block = pad(SignatureScheme::Pkcs1Sha256, b"", bits).unwrap();
            assert_eq!(&block[..2], [0, 1]);
            assert!(block[2..2 + filling].iter().all(|byte| *byte == 0xFF));
            assert_eq!(&block[2 + filling..5 + filling], [0x00, 0x30, 0x31]);
        }
    }

    #[test]
    fn a_1024_bit_key_does_everything_but_pss_with_sha512() {
        for scheme in SignatureScheme::ALL {
            assert_eq!(
                fits(scheme, 1024),
                scheme != SignatureScheme::PssSha512,
                "{scheme:?}"
            );
            assert_eq!(pad(scheme, b"", 1024).is_ok(), fits(scheme, 1024), "{scheme:?}");
        }
    }

    proptest! {
        #[test]
        fn a_block_is_made_exactly_when_it_fits(bits in 0_usize..2100, at in 0_usize..6) {
            let scheme = SignatureScheme::ALL[at];
            let block = pad(scheme, b"message", bits);
            prop_assert_eq!(block.is_ok(), fits(scheme, bits));
            if let Ok(block) = block {
                prop_assert_eq!(block.len(), bits.div_ceil(8));
            }
        }
    }
}
