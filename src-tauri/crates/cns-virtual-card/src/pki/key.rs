//! Synthetic keys: the same in every process, therefore worthless as secrets.

use crate::VirtualCardError;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rsa::pkcs1::{EncodeRsaPrivateKey, EncodeRsaPublicKey, LineEnding};
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// An RSA key that anybody can compute from its name. It protects nothing.
#[derive(Clone)]
pub struct SyntheticKey {
    private: Arc<RsaPrivateKey>,
    public_der: Arc<Vec<u8>>,
}

impl SyntheticKey {
    /// The key of this name and length. It is generated once per process and the same in all of them.
    ///
    /// # Errors
    /// [`VirtualCardError::Key`] when no such key can exist.
    pub fn named(name: &str, bits: usize) -> Result<Self, VirtualCardError> {
        static MADE: OnceLock<Mutex<HashMap<(String, usize), SyntheticKey>>> = OnceLock::new();
        let mut made = MADE
            .get_or_init(Mutex::default)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = made.get(&(name.to_owned(), bits)) {
            return Ok(key.clone());
        }
        let key = Self::generate(name, bits)?;
        made.insert((name.to_owned(), bits), key.clone());
        Ok(key)
    }

    /// Bytes in the modulus.
    pub fn size(&self) -> usize {
        self.private.size()
    }

    /// The public half as PKCS#1 DER.
    pub fn public_pkcs1_der(&self) -> &[u8] {
        &self.public_der
    }

    /// The whole key as PKCS#1 PEM, for programs that take keys as files.
    pub(crate) fn pkcs1_pem(&self) -> Result<String, VirtualCardError> {
        let pem = self.private.to_pkcs1_pem(LineEnding::LF);
        let bits = self.size() * 8;
        pem.map(|pem| pem.as_str().to_owned())
            .map_err(|_| VirtualCardError::Key { bits })
    }

    /// Raw RSA, `m^d mod n`, as long as the modulus; `None` when the number is not below the modulus.
    pub fn raw(&self, block: &[u8]) -> Option<Vec<u8>> {
        let number = BigUint::from_bytes_be(block);
        let blinding: Option<&mut ChaCha20Rng> = None;
        let result = rsa::hazmat::rsa_decrypt_and_check(self.private.as_ref(), blinding, &number)
            .ok()?
            .to_bytes_be();
        let mut answer = vec![0; self.size().checked_sub(result.len())?];
        answer.extend_from_slice(&result);
        Some(answer)
    }

    fn generate(name: &str, bits: usize) -> Result<Self, VirtualCardError> {
        let seed = Sha256::new()
            .chain_update("sportello: a synthetic key, known to everybody\0")
            .chain_update(name)
            .chain_update(bits.to_string())
            .finalize();
        let mut random = ChaCha20Rng::from_seed(seed.into());
        let private = RsaPrivateKey::new(&mut random, bits).map_err(|_| VirtualCardError::Key { bits })?;
        let public = private
            .to_public_key()
            .to_pkcs1_der()
            .map_err(|_| VirtualCardError::Key { bits })?;
        Ok(Self {
            private: Arc::new(private),
            public_der: Arc::new(public.as_bytes().to_vec()),
        })
    }
}

impl rcgen::PublicKeyData for SyntheticKey {
    fn der_bytes(&self) -> &[u8] {
        &self.public_der
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_RSA_SHA256
    }
}

impl rcgen::SigningKey for SyntheticKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let digest = Sha256::digest(message);
        self.private
            .sign(Pkcs1v15Sign::new::<Sha256>(), &digest)
            .map_err(|_| rcgen::Error::RemoteKeyError)
    }
}

impl std::fmt::Debug for SyntheticKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SyntheticKey(RSA-{})", self.size() * 8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_the_same_key_every_time() {
        let first = SyntheticKey::generate("somebody", 1024).unwrap();
        let again = SyntheticKey::generate("somebody", 1024).unwrap();
        let other = SyntheticKey::generate("somebody else", 1024).unwrap();
        assert_eq!(first.public_pkcs1_der(), again.public_pkcs1_der());
        assert_ne!(first.public_pkcs1_der(), other.public_pkcs1_der());
    }

    #[test]
    fn raw_rsa_is_as_long_as_the_modulus_and_refuses_what_is_not_below_it() {
        let key = SyntheticKey::named("somebody", 1024).unwrap();
        assert_eq!(key.raw(&[1]).unwrap(), [vec![0; 127], vec![1]].concat());
        assert_eq!(key.raw(&[0xFF; 128]), None);
    }
}
