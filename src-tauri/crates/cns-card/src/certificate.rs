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
    /// A certificate for authentication.
    Authentication {
        /// Its key.
        key: RsaPublicKey,
        /// Whether its CN has the form of a CNS.
        is_named_as_a_cns: bool,
    },
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
        Some(key) if is_for_authentication(&certificate) => Examined::Authentication {
            key,
            is_named_as_a_cns: certificate
                .subject()
                .iter_common_name()
                .filter_map(|name| name.as_str().ok())
                .any(is_name_of_a_cns),
        },
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

/// Says whether a CN is made as on a CNS: codice fiscale, `/`, the card's number, `.`, a hash.
fn is_name_of_a_cns(name: &str) -> bool {
    // The hash is Base64 and may hold `/`: only the first one counts.
    let Some((person, card)) = name.split_once('/') else {
        return false;
    };
    let Some((number, hash)) = card.split_once('.') else {
        return false;
    };
    let is_person = person.len() == 16 && person.bytes().all(|letter| letter.is_ascii_alphanumeric());
    let is_number = number.len() == 16 && number.bytes().all(|digit| digit.is_ascii_digit());
    is_person && is_number && !hash.is_empty()
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

    #[test]
    fn the_name_of_a_cns_is_told_from_others() {
        assert!(is_name_of_a_cns(
            "RSSMRA80A41Z999C/6999000000123455.bjYB/ivk.MUIzQVzQB89JxodHpg="
        ));
        for other in [
            "",
            "ROSSI MARIA",
            "RSSMRA80A41Z999C",
            "RSSMRA80A41Z999C/6999000000123455",
            "RSSMRA80A41Z999C/6999000000123455.",
            "RSSMRA80A41Z999/6999000000123455.hash",
            "RSSMRA80A41Z999C/699900000012345X.hash",
            "RSSMRA80A41Z999C.6999000000123455/hash",
        ] {
            assert!(!is_name_of_a_cns(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_name_panic(name in "\\PC{0,80}") {
            let _ = is_name_of_a_cns(&name);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            prop_assert!(matches!(examine(&bytes), Examined::NotACertificate));
        }
    }
}
