//! The private half of a TLS key, when it is a card.

use crate::handshake::Witness;
use cns_card::{CardError, SignatureScheme, UnlockedCard};
use cns_login::{Problem, ProblemCode};
use rustls::SignatureAlgorithm;
use rustls::client::ResolvesClientCert;
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls_pki_types::CertificateDer;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Something that signs as a card does. A card is one; a key in memory is one for tests.
pub trait CardSigner: fmt::Debug + Send {
    /// Signs `message` (the message, not its digest), and may take its time.
    ///
    /// # Errors
    /// [`CardError`].
    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CardError>;

    /// The schemes that its key can do, best first.
    fn schemes(&self) -> &[SignatureScheme];

    /// The certificate, DER.
    fn certificate_der(&self) -> &[u8];
}

impl CardSigner for UnlockedCard {
    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CardError> {
        Self::sign(self, scheme, message)
    }

    fn schemes(&self) -> &[SignatureScheme] {
        Self::schemes(self)
    }

    fn certificate_der(&self) -> &[u8] {
        Self::certificate_der(self)
    }
}

/// A card that threads and connections share: it answers one of them at a time.
#[derive(Clone)]
pub(crate) struct LentCard {
    certificate: Arc<[u8]>,
    schemes: Arc<[SignatureScheme]>,
    card: Arc<Mutex<Box<dyn CardSigner>>>,
}

impl LentCard {
    pub(crate) fn new(card: impl CardSigner + 'static) -> Self {
        Self {
            certificate: card.certificate_der().into(),
            schemes: card.schemes().into(),
            card: Arc::new(Mutex::new(Box::new(card))),
        }
    }
}

impl fmt::Debug for LentCard {
    /// Prints nothing of the certificate, which names a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LentCard([personal])")
    }
}

impl CardSigner for LentCard {
    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CardError> {
        let card = self.card.lock().unwrap_or_else(PoisonError::into_inner);
        card.sign(scheme, message)
    }

    fn schemes(&self) -> &[SignatureScheme] {
        &self.schemes
    }

    fn certificate_der(&self) -> &[u8] {
        &self.certificate
    }
}

/// The card's certificate and key, as rustls asks for them: offered to every server that wants a certificate.
///
/// The names of authorities in a CertificateRequest are not a filter: many portals send a partial list or none.
pub(crate) struct CardIdentity {
    certified: Arc<CertifiedKey>,
    witness: Witness,
}

impl CardIdentity {
    /// The identity of one login. The card is let go of when the last user of this value is gone.
    pub(crate) fn new(card: impl CardSigner + 'static, witness: Witness) -> Self {
        let certificate = CertificateDer::from(card.certificate_der().to_vec());
        let key = CardKey {
            card: LentCard::new(card),
            witness: witness.clone(),
        };
        Self {
            certified: Arc::new(CertifiedKey::new(vec![certificate], Arc::new(key))),
            witness,
        }
    }
}

impl fmt::Debug for CardIdentity {
    /// Prints nothing of the certificate, which names a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardIdentity([personal])")
    }
}

impl ResolvesClientCert for CardIdentity {
    fn resolve(
        &self,
        _authorities: &[&[u8]],
        offered: &[rustls::SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        let mut facts = self.witness.lock();
        facts.certificate_asked = true;
        facts.offered = offered.to_vec();
        Some(Arc::clone(&self.certified))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// A key whose `sign` is a question to the card.
#[derive(Debug)]
struct CardKey {
    card: LentCard,
    witness: Witness,
}

impl SigningKey for CardKey {
    /// The card's own order decides, except that PSS comes before PKCS#1 v1.5 whatever the card says: it is the
    /// only padding of TLS 1.3 (RFC 8446 §4.2.3) and the better one in TLS 1.2.
    fn choose_scheme(&self, offered: &[rustls::SignatureScheme]) -> Option<Box<dyn Signer>> {
        let common = || {
            self.card
                .schemes()
                .iter()
                .copied()
                .filter(|scheme| offered.contains(&in_tls(*scheme)))
        };
        let chosen = common()
            .find(|scheme| is_pss(*scheme))
            .or_else(|| common().next())?;
        self.witness.lock().chosen = Some(chosen);
        Some(Box::new(OneSignature {
            card: self.card.clone(),
            scheme: chosen,
            witness: self.witness.clone(),
        }))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

/// The one signature of a login.
#[derive(Debug)]
struct OneSignature {
    card: LentCard,
    scheme: SignatureScheme,
    witness: Witness,
}

impl Signer for OneSignature {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        // Typing the PIN once pays for one signature. A server that makes us ask twice is not obeyed.
        if self.witness.lock().signatures > 0 {
            let problem = Problem::new(ProblemCode::TlsFailed).with("reason", SECOND_SIGNATURE);
            return Err(self.give_up(problem, SECOND_SIGNATURE));
        }
        match self.card.sign(self.scheme, message) {
            Ok(signature) => {
                self.witness.lock().signatures += 1;
                tracing::debug!(scheme = self.scheme.name(), "the card signed the handshake");
                Ok(signature)
            }
            Err(error) => Err(self.give_up(error.into(), "card_did_not_sign")),
        }
    }

    fn scheme(&self) -> rustls::SignatureScheme {
        in_tls(self.scheme)
    }
}

impl OneSignature {
    /// Keeps the problem where the explanation finds it; rustls only carries a text.
    fn give_up(&self, problem: Problem, text: &str) -> rustls::Error {
        self.witness.lock().card_problem.get_or_insert(problem);
        rustls::Error::General(text.to_owned())
    }
}

/// The scheme in the words of rustls.
fn in_tls(scheme: SignatureScheme) -> rustls::SignatureScheme {
    match scheme {
        SignatureScheme::PssSha256 => rustls::SignatureScheme::RSA_PSS_SHA256,
        SignatureScheme::PssSha384 => rustls::SignatureScheme::RSA_PSS_SHA384,
        SignatureScheme::PssSha512 => rustls::SignatureScheme::RSA_PSS_SHA512,
        SignatureScheme::Pkcs1Sha256 => rustls::SignatureScheme::RSA_PKCS1_SHA256,
        SignatureScheme::Pkcs1Sha384 => rustls::SignatureScheme::RSA_PKCS1_SHA384,
        SignatureScheme::Pkcs1Sha512 => rustls::SignatureScheme::RSA_PKCS1_SHA512,
        // A scheme that this crate has not heard of is never on offer: 0 is reserved (RFC 8446 §4.2.3).
        _ => rustls::SignatureScheme::Unknown(0),
    }
}

/// Whether the padding is PSS.
pub(crate) fn is_pss(scheme: SignatureScheme) -> bool {
    matches!(
        scheme,
        SignatureScheme::PssSha256 | SignatureScheme::PssSha384 | SignatureScheme::PssSha512
    )
}

const SECOND_SIGNATURE: &str = "second_signature_asked";

#[cfg(test)]
mod tests {
    use super::*;
    use SignatureScheme::{Pkcs1Sha256, PssSha256, PssSha384};
    use rustls::SignatureScheme as Offered;

    /// Signs nothing in particular, in the schemes that it is made of.
    #[derive(Debug)]
    struct Stub(Vec<SignatureScheme>);

    impl CardSigner for Stub {
        fn sign(&self, _scheme: SignatureScheme, _message: &[u8]) -> Result<Vec<u8>, CardError> {
            Ok(vec![1])
        }

        fn schemes(&self) -> &[SignatureScheme] {
            &self.0
        }

        fn certificate_der(&self) -> &[u8] {
            b"certificate"
        }
    }

    #[track_caller]
    fn check(card: &[SignatureScheme], offered: &[Offered], expected: Option<SignatureScheme>) {
        let witness = Witness::default();
        let identity = CardIdentity::new(Stub(card.to_vec()), witness.clone());
        let key = &identity.resolve(&[], offered).unwrap().key;
        let signer = key.choose_scheme(offered);
        assert_eq!(signer.map(|signer| signer.scheme()), expected.map(in_tls));
        let facts = witness.facts();
        assert_eq!((facts.chosen, facts.offered.as_slice()), (expected, offered));
        assert_eq!(facts.nothing_in_common(), expected.is_none());
    }

    #[test]
    fn pss_comes_first_and_pkcs1_is_the_fallback() {
        let both = [Pkcs1Sha256, PssSha256];
        check(
            &both,
            &[Offered::RSA_PKCS1_SHA256, Offered::RSA_PSS_SHA256],
            Some(PssSha256),
        );
        check(
            &both,
            &[Offered::RSA_PKCS1_SHA256, Offered::ED25519],
            Some(Pkcs1Sha256),
        );
        check(
            &[PssSha384, PssSha256],
            &[Offered::RSA_PSS_SHA256, Offered::RSA_PSS_SHA384],
            Some(PssSha384),
        );
    }

    #[test]
    fn nothing_in_common_is_noticed() {
        check(&[Pkcs1Sha256], &[Offered::RSA_PSS_SHA256], None);
        check(
            &[Pkcs1Sha256, PssSha256],
            &[Offered::ECDSA_NISTP256_SHA256, Offered::Unknown(0)],
            None,
        );
        check(&[], &[Offered::RSA_PSS_SHA256], None);
    }

    #[test]
    fn the_certificate_is_not_printed() {
        let identity = CardIdentity::new(Stub(Vec::new()), Witness::default());
        assert_eq!(format!("{identity:?}"), "CardIdentity([personal])");
    }

    #[test]
    fn a_second_signature_is_refused_by_name() {
        let witness = Witness::default();
        let identity = CardIdentity::new(Stub(vec![PssSha256]), witness.clone());
        let offered = [Offered::RSA_PSS_SHA256];
        let sign = || {
            let certified = identity.resolve(&[], &offered).unwrap();
            certified.key.choose_scheme(&offered).unwrap().sign(b"handshake")
        };
        assert_eq!(sign().unwrap(), [1]);
        assert!(sign().is_err());
        let facts = witness.facts();
        assert_eq!(facts.signatures, 1);
        let expected = Problem::new(ProblemCode::TlsFailed).with("reason", SECOND_SIGNATURE);
        assert_eq!(facts.card_problem, Some(expected));
    }
}
