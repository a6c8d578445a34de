//! Is this the certificate that logs in?
//!
//! A CNS may also carry the certificate of the qualified signature. That one must never be offered: wrong tries
//! of its PIN block a signature with legal force.

use rsa::{BigUint, RsaPublicKey};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

/// What a file's content turned out to be.
#[derive(Debug)]
pub(crate) enum Examined {
    /// A certificate for authentication, with its key.
    Authentication(RsaPublicKey),
    /// A certificate, but not one for authentication with an RSA key.
    AnotherCertificate,
    /// Not a certificate.
    NotACertificate,
}

/// Looks at the DER of a possible certificate.
pub(crate) fn examine(der: &[u8]) -> Examined {
    let Ok((rest, certificate)) = X509Certificate::from_der(der) else {
        return Examined::NotACertificate;
    };
    if !rest.is_empty() {
        return Examined::NotACertificate;
    }
    match public_key(&certificate) {
        Some(key) if is_for_authentication(&certificate) => Examined::Authentication(key),
        Some(_) | None => Examined::AnotherCertificate,
    }
}

/// clientAuth or digitalSignature, not nonRepudiation, not an authority (RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12).
fn is_for_authentication(certificate: &X509Certificate<'_>) -> bool {
    let (Ok(usage), Ok(extended)) = (certificate.key_usage(), certificate.extended_key_usage()) else {
        return false;
    };
    let non_repudiation = usage.as_ref().is_some_and(|usage| usage.value.non_repudiation());
    let digital_signature = usage
        .as_ref()
        .is_some_and(|usage| usage.value.digital_signature());
    let client_auth = extended.is_some_and(|extended| extended.value.client_auth);
    !certificate.is_ca() && !non_repudiation && (digital_signature || client_auth)
}

fn public_key(certificate: &X509Certificate<'_>) -> Option<RsaPublicKey> {
    match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => RsaPublicKey::new(
            BigUint::from_bytes_be(key.modulus),
            BigUint::from_bytes_be(key.exponent),
        )
        .ok(),
        Ok(_) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Path;

    #[test]
    fn no_authority_is_taken_for_a_citizen() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/cns-ca");
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "pem") {
                let (_, pem) = x509_parser::pem::parse_x509_pem(&std::fs::read(&path).unwrap()).unwrap();
                let examined = examine(&pem.contents);
                assert!(
                    matches!(examined, Examined::AnotherCertificate),
                    "{examined:?} {}",
                    path.display()
                );
                seen += 1;
            }
        }
        assert!(seen > 100, "only {seen} certificates of authorities were found");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            prop_assert!(matches!(examine(&bytes), Examined::NotACertificate));
        }
    }
}
