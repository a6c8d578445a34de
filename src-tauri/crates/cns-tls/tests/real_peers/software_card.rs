//! A card made of software alone, for what a real card would be too honest to do.

use cns_card::{CardError, SignatureScheme};
use cns_tls::CardSigner;
use rsa::pkcs8::DecodePrivateKey;
use rsa::signature::{RandomizedSigner, SignatureEncoding, Signer};
use rsa::{RsaPrivateKey, pkcs1v15, pss};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use sha2::{Sha256, Sha384, Sha512};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A key and its certificate, the schemes it admits to, and a count of what it was asked.
#[derive(Debug)]
pub(crate) struct SoftwareCard {
    key: RsaPrivateKey,
    certificate: CertificateDer<'static>,
    schemes: Vec<SignatureScheme>,
    fails_with: Option<CardError>,
    asked: Arc<AtomicU32>,
}

impl SoftwareCard {
    /// The card of `NAME.pem` and `NAME.key` in `folder`.
    pub(crate) fn new(folder: &Path, name: &str) -> Self {
        let key = fs::read_to_string(folder.join(format!("{name}.key"))).expect("a key file");
        Self {
            key: RsaPrivateKey::from_pkcs8_pem(&key).expect("an RSA key"),
            certificate: CertificateDer::from_pem_file(folder.join(format!("{name}.pem")))
                .expect("a certificate"),
            schemes: vec![SignatureScheme::Pkcs1Sha256, SignatureScheme::PssSha256],
            fails_with: None,
            asked: Arc::default(),
        }
    }

    /// The same card with other schemes.
    pub(crate) fn with_schemes(mut self, schemes: &[SignatureScheme]) -> Self {
        self.schemes = schemes.to_vec();
        self
    }

    /// The same card, failing when it is asked to sign.
    pub(crate) fn failing(mut self, error: CardError) -> Self {
        self.fails_with = Some(error);
        self
    }

    /// How often it was asked to sign, counted also after the card is gone.
    pub(crate) fn asked(&self) -> Arc<AtomicU32> {
        Arc::clone(&self.asked)
    }
}

impl CardSigner for SoftwareCard {
    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CardError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if let Some(error) = &self.fails_with {
            return Err(error.clone());
        }
        let key = self.key.clone();
        let random = &mut rand::thread_rng();
        Ok(match scheme {
            SignatureScheme::Pkcs1Sha256 => pkcs1v15::SigningKey::<Sha256>::new(key).sign(message).to_vec(),
            SignatureScheme::Pkcs1Sha384 => pkcs1v15::SigningKey::<Sha384>::new(key).sign(message).to_vec(),
            SignatureScheme::Pkcs1Sha512 => pkcs1v15::SigningKey::<Sha512>::new(key).sign(message).to_vec(),
            SignatureScheme::PssSha256 => pss::SigningKey::<Sha256>::new(key)
                .sign_with_rng(random, message)
                .to_vec(),
            SignatureScheme::PssSha384 => pss::SigningKey::<Sha384>::new(key)
                .sign_with_rng(random, message)
                .to_vec(),
            SignatureScheme::PssSha512 => pss::SigningKey::<Sha512>::new(key)
                .sign_with_rng(random, message)
                .to_vec(),
            _ => return Err(CardError::SchemeNotSupported),
        })
    }

    fn schemes(&self) -> &[SignatureScheme] {
        &self.schemes
    }

    fn certificate_der(&self) -> &[u8] {
        &self.certificate
    }
}
