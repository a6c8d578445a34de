//! What happened during one handshake, told by the places that rustls lets us look from.
//!
//! An error out of a TLS library says how the connection ended, seldom why. These facts are the why: was the
//! card asked for, with which schemes, did it sign, had the handshake come to its end.

use cns_card::SignatureScheme;
use cns_login::Problem;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::{DigitallySignedStruct, ProtocolVersion};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The facts of one handshake.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// The version in which the server proved that it holds its key.
    pub(crate) version: Option<ProtocolVersion>,
    /// Whether the server asked for a certificate.
    pub(crate) certificate_asked: bool,
    /// The schemes that it offered when it did.
    pub(crate) offered: Vec<rustls::SignatureScheme>,
    /// The scheme in which the card signs; none where nothing was in common.
    pub(crate) chosen: Option<SignatureScheme>,
    /// Signatures that the card made.
    pub(crate) signatures: u32,
    /// Why the card did not sign.
    pub(crate) card_problem: Option<Problem>,
}

impl Facts {
    /// Whether the server asked for the card, and only with schemes that the card cannot do.
    pub(crate) fn nothing_in_common(&self) -> bool {
        self.certificate_asked && self.chosen.is_none()
    }

    /// The version, as people write it.
    pub(crate) fn version_text(&self) -> &'static str {
        match self.version {
            Some(ProtocolVersion::TLSv1_3) => "1.3",
            Some(ProtocolVersion::TLSv1_2) => "1.2",
            _ => "unknown",
        }
    }

    /// The schemes that the server offered, by their names or numbers.
    pub(crate) fn offered_text(&self) -> String {
        let names: Vec<String> = self.offered.iter().map(|scheme| format!("{scheme:?}")).collect();
        names.join(" ")
    }
}

/// The facts, shared between the handshake that gathers them and the one who explains its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Witness(Arc<Mutex<Facts>>);

impl Witness {
    /// What is known now.
    pub(crate) fn facts(&self) -> Facts {
        self.lock().clone()
    }

    /// The facts, to add one. Nobody panics while holding them; were it so, they would still be true.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A verifier that leaves every judgement to another and notes which version of TLS asked for it.
#[derive(Debug)]
pub(crate) struct Witnessed {
    pub(crate) verifier: Arc<dyn ServerCertVerifier>,
    pub(crate) witness: Witness,
}

impl ServerCertVerifier for Witnessed {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.verifier
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let valid = self
            .verifier
            .verify_tls12_signature(message, certificate, signature)?;
        self.witness.lock().version = Some(ProtocolVersion::TLSv1_2);
        Ok(valid)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let valid = self
            .verifier
            .verify_tls13_signature(message, certificate, signature)?;
        self.witness.lock().version = Some(ProtocolVersion::TLSv1_3);
        Ok(valid)
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
