//! The card's side of the handshake: a certificate, and the proof that its key is there. Nothing more is judged here.

use crate::small_rsa::SMALL_RSA;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::server::ParsedCertificate;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, UnixTime};

/// The certificate that the other side of a connection has proved to hold the key of.
#[derive(Clone, Debug)]
pub struct PeerCertificate(pub CertificateDer<'static>);

/// Demands a client certificate and the proof of its key, and takes any that can be parsed.
///
/// Who signed it, whether it is in date and what it is for is asked by the handler, with `cns-trust`. A refusal in the
/// handshake would reach the person as a bare alert, and several of the real roots break rules that a general path
/// validator insists on.
#[derive(Debug)]
pub(crate) struct AnyCertificateWithItsKey {
    algorithms: WebPkiSupportedAlgorithms,
}

impl AnyCertificateWithItsKey {
    pub(crate) fn new(algorithms: WebPkiSupportedAlgorithms) -> Self {
        Self { algorithms }
    }
}

impl ClientCertVerifier for AnyCertificateWithItsKey {
    fn client_auth_mandatory(&self) -> bool {
        true
    }

    /// No hints: a card has one certificate for authentication, and a list of 170 names would not fit into one record.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        ParsedCertificate::try_from(end_entity)?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
            .or_else(|error| verify_tls12_signature(message, cert, dss, &SMALL_RSA).map_err(|_| error))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
            .or_else(|error| verify_tls13_signature(message, cert, dss, &SMALL_RSA).map_err(|_| error))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
