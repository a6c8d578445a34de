//! Certificates of invented people, and of the portal's two hosts. The file stands alone: the test of the program
//! includes it too.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, PublicKeyData, SignatureAlgorithm,
};
use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPublicKey as _;
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use rustls_pki_types::CertificateDer;
use std::sync::OnceLock;
use time::OffsetDateTime;
use time::macros::datetime;

/// The instant at which the tests play.
pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

/// An invented citizen's certificate and key.
pub(crate) struct Card {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) certificate_pem: String,
    pub(crate) key_pem: String,
}

/// How a certificate departs from a good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    None,
    Expired,
    NotYetValid,
    AnotherPolicy,
    UnknownIssuer,
    ForSigning,
    AnotherCommonName,
    SmallKey,
}

/// An authority whose root is its only certificate, as the regional CNS authorities are.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) root: CertificateDer<'static>,
    pub(crate) root_pem: String,
}

impl Authority {
    pub(crate) fn new(name: &str, key: KeyPair) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let root = params.self_signed(&key).unwrap();
        Self {
            root: root.der().clone(),
            root_pem: root.pem(),
            issuer: Issuer::new(params, key),
        }
    }

    /// Issues a certificate for a server on this computer: chain and key, PEM.
    pub(crate) fn server(&self) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        (
            params.signed_by(&key, &self.issuer).unwrap().pem(),
            key.serialize_pem(),
        )
    }

    fn card(&self, codice_fiscale: &str, name: Option<(&str, &str)>, flaw: Flaw) -> Card {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CountryName, "IT");
        params
            .distinguished_name
            .push(DnType::OrganizationName, "TS-CNS di prova");
        let common_name = match flaw == Flaw::AnotherCommonName {
            true => "Mario Rossi".to_owned(),
            false => format!("{codice_fiscale}/6090000000000018.9jfGdHAzjEwYi4UX8vNJxnWvhEs="),
        };
        params.distinguished_name.push(DnType::CommonName, common_name);
        if let Some((given, surname)) = name {
            params
                .distinguished_name
                .push(DnType::CustomDnType(vec![2, 5, 4, 42]), given);
            params
                .distinguished_name
                .push(DnType::CustomDnType(vec![2, 5, 4, 4]), surname);
        }
        (params.not_before, params.not_after) = if flaw == Flaw::Expired {
            (datetime!(2019-01-01 0:00 UTC), datetime!(2025-01-01 0:00 UTC))
        } else if flaw == Flaw::NotYetValid {
            (datetime!(2027-01-01 0:00 UTC), datetime!(2033-01-01 0:00 UTC))
        } else {
            (datetime!(2023-01-01 0:00 UTC), datetime!(2029-01-01 0:00 UTC))
        };
        params.key_usages = match flaw == Flaw::ForSigning {
            true => vec![KeyUsagePurpose::ContentCommitment],
            false => vec![KeyUsagePurpose::DigitalSignature],
        };
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        // CertificatePolicies with one OID, 1.3.76.16.2.1 or its neighbour.
        let last_arc = if flaw == Flaw::AnotherPolicy { 9 } else { 1 };
        let policies = vec![
            0x30, 0x09, 0x30, 0x07, 0x06, 0x05, 0x2b, 0x4c, 0x10, 0x02, last_arc,
        ];
        params
            .custom_extensions
            .push(CustomExtension::from_oid_content(&[2, 5, 29, 32], policies));

        let key = if flaw == Flaw::SmallKey {
            small_key()
        } else {
            citizen_key()
        };
        let certificate = params.signed_by(&PublicKey::of(key), &self.issuer).unwrap();
        Card {
            certificate: certificate.der().clone(),
            certificate_pem: certificate.pem(),
            key_pem: key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(),
        }
    }
}

/// Mario Rossi's card, good or not.
pub(crate) fn card(flaw: Flaw) -> Card {
    let authority = if flaw == Flaw::UnknownIssuer {
        unknown_authority()
    } else {
        authority()
    };
    authority.card(MARIO, Some(("Mario", "Rossi")), flaw)
}

/// A good card whose certificate does not tell the name.
pub(crate) fn card_without_name() -> Card {
    authority().card(MARIO, None, Flaw::None)
}

/// A good card of somebody else.
pub(crate) fn another_card() -> Card {
    authority().card(ANNA, Some(("Anna", "Bianchi")), Flaw::None)
}

/// A good card of whoever has this codice fiscale.
pub(crate) fn card_of(codice_fiscale: &str) -> Card {
    authority().card(codice_fiscale, None, Flaw::None)
}

/// The authority that the portal of the tests trusts.
pub(crate) fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(|| {
        let key = citizen_key().to_pkcs8_pem(LineEnding::LF).unwrap();
        let key = KeyPair::from_pkcs8_pem_and_sign_algo(&key, &PKCS_RSA_SHA256).unwrap();
        Authority::new("Regione Inventata - CA Cittadini di prova", key)
    })
}

/// The authority of the servers' certificates.
pub(crate) fn server_authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(|| Authority::new("CA di prova per i server", KeyPair::generate().unwrap()))
}

fn unknown_authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(|| Authority::new("Un'altra CA", KeyPair::generate().unwrap()))
}

fn citizen_key() -> &'static RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| RsaPrivateKey::new(&mut rand::rngs::OsRng, 2048).unwrap())
}

fn small_key() -> &'static RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| RsaPrivateKey::new(&mut rand::rngs::OsRng, 1024).unwrap())
}

/// A key of the same kind as the citizen's, which is not theirs. PEM.
pub(crate) fn thiefs_key() -> String {
    RsaPrivateKey::new(&mut rand::rngs::OsRng, 2048)
        .unwrap()
        .to_pkcs8_pem(LineEnding::LF)
        .unwrap()
        .to_string()
}

/// A public key of any size; the key pairs of `rcgen` begin at 2048 bits.
struct PublicKey(Vec<u8>);

impl PublicKey {
    fn of(key: &RsaPrivateKey) -> Self {
        Self(key.to_public_key().to_pkcs1_der().unwrap().as_bytes().to_vec())
    }
}

impl PublicKeyData for PublicKey {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

/// Well-known codici fiscali of nobody.
pub(crate) const MARIO: &str = "RSSMRA80A01H501U";
pub(crate) const ANNA: &str = "BNCNNA85P52F205H";
