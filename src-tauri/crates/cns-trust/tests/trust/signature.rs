//! Who signed it: the choice among roots, and old algorithms.

use crate::support::*;
use cns_trust::{FindingCode, Outcome, TrustRoots, TrustSource, check, summary};
use rand_chacha::rand_core::SeedableRng;
use rcgen::{
    CertificateParams, CustomExtension, DnType, DnValue, IsCa, KeyUsagePurpose, PublicKeyData,
    SignatureAlgorithm,
};
use rsa::pkcs1::EncodeRsaPublicKey;
use rsa::pkcs1v15::SigningKey;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::{RsaPrivateKey, RsaPublicKey};
use std::sync::LazyLock;
use time::macros::datetime;
use x509_parser::oid_registry::asn1_rs::oid;
use x509_parser::prelude::{FromDer, X509Certificate};

pub(crate) const NAME: &str = "Regione di Prova - CA Cittadini";

pub(crate) fn signature(der: &[u8], roots: &TrustRoots) -> (Outcome, &'static str) {
    let verdict = check(der, None, roots, NOW);
    assert_in_table(&verdict);
    let found = case(&verdict, FindingCode::Signature);
    assert_eq!(
        verdict.clone().accept_signed().is_ok(),
        found.0 != Outcome::Bad && found.1 != "no_roots"
    );
    let accepted = verdict.accept();
    assert_eq!(
        accepted.is_ok_and(|checked| checked.signed_by_root()),
        found.0 != Outcome::Bad && found.1 != "no_roots"
    );
    found
}

#[test]
fn among_two_roots_of_one_name_the_key_identifier_chooses() {
    let (old, new) = (Ca::new(NAME), Ca::new(NAME));
    for ca in [&old, &new] {
        let der = ca.issue(|_| {});
        assert_eq!(signature(&der, &roots([&old, &new])), (Outcome::Good, "good"));
        assert_eq!(signature(&der, &roots([&new, &old])), (Outcome::Good, "good"));
    }
    assert_eq!(
        signature(&old.issue(|_| {}), &new.roots()),
        (Outcome::Bad, "untrusted_issuer")
    );
}

#[test]
fn where_the_certificate_names_no_key_the_signature_chooses() {
    let (old, new, third) = (Ca::new(NAME), Ca::new(NAME), Ca::new(NAME));
    let silent = |params: &mut CertificateParams| params.use_authority_key_identifier_extension = false;
    for ca in [&old, &new] {
        // It is verified, and not silently good: every authority's certificates name the key.
        assert_eq!(
            signature(&ca.issue(silent), &roots([&old, &new])),
            (Outcome::Unknown, "no_key_identifier")
        );
    }
    assert_eq!(
        signature(&third.issue(silent), &roots([&old, &new])),
        (Outcome::Bad, "bad_signature")
    );
}

#[test]
fn a_root_of_another_name_is_no_root_of_this_certificate() {
    let (ca, other) = (Ca::new(NAME), Ca::new("Altra Regione - CA Cittadini"));
    assert_eq!(
        signature(&ca.issue(|_| {}), &other.roots()),
        (Outcome::Bad, "untrusted_issuer")
    );
}

#[test]
fn without_roots_the_signature_could_not_be_checked() {
    assert_eq!(
        signature(&Ca::new(NAME).issue(|_| {}), &TrustRoots::default()),
        (Outcome::Unknown, "no_roots")
    );
}

#[test]
fn a_changed_byte_is_a_bad_signature() {
    let ca = Ca::new(NAME);
    let mut der = ca.issue(|_| {});
    let position = der.windows(6).position(|bytes| bytes == b"RSSMRA").unwrap();
    der[position] = b'A';
    assert_eq!(signature(&der, &ca.roots()), (Outcome::Bad, "bad_signature"));
}

#[test]
fn names_are_compared_without_regard_to_case_spaces_and_string_type() {
    let ca = Ca::new(NAME);
    let mut twin = ca.params.clone();
    twin.distinguished_name.remove(DnType::CommonName);
    let printable = "REGIONE  di prova -  ca cittadini".try_into().unwrap();
    twin.distinguished_name
        .push(DnType::CommonName, DnValue::PrintableString(printable));
    let mut roots = TrustRoots::default();
    assert!(roots.add_der(twin.self_signed(&ca.key).unwrap().der().to_vec()));
    assert_eq!(signature(&ca.issue(|_| {}), &roots), (Outcome::Good, "good"));
}

#[test]
fn an_anchor_is_a_name_and_a_key_so_its_own_key_usage_is_not_applied() {
    // As one CA of the official list: digitalSignature, nonRepudiation, keyEncipherment.
    let faulty = Ca::with(NAME, |params| {
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::ContentCommitment,
            KeyUsagePurpose::KeyEncipherment,
        ];
    });
    assert_eq!(
        signature(&faulty.issue(|_| {}), &faulty.roots()),
        (Outcome::Good, "good")
    );
}

#[test]
fn a_certificate_that_is_no_ca_signs_nobody() {
    let person = Ca::with(NAME, |params| params.is_ca = IsCa::ExplicitNoCa);
    assert_eq!(
        signature(&person.issue(|_| {}), &person.roots()),
        (Outcome::Bad, "untrusted_issuer")
    );
}

#[test]
fn a_root_outside_its_own_validity_gives_no_assurance() {
    let ended = Ca::with(NAME, |params| params.not_after = datetime!(2026-01-01 0:00 UTC));
    let not_yet = Ca::with(NAME, |params| params.not_before = datetime!(2027-01-01 0:00 UTC));
    for (ca, expected, date) in [
        (ended, "root_out_of_date", "2026-01-01"),
        (not_yet, "root_not_yet", "2027-01-01"),
    ] {
        let der = ca.issue(|_| {});
        assert_eq!(signature(&der, &ca.roots()), (Outcome::Unknown, expected));
        let verdict = check(&der, None, &ca.roots(), NOW);
        let facts = &verdict.finding(FindingCode::Signature).unwrap().facts;
        assert!(facts.contains(&("date", date.to_owned())));
        assert!(verdict.question().is_some());
    }
}

#[test]
fn the_issuer_and_serial_of_the_key_identifier_count_too() {
    let ca = Ca::with(NAME, |params| params.serial_number = Some(vec![1, 2, 3].into()));
    let other = Ca::new("Altra CA");
    let named = |issuer: &Ca, serial: &[u8]| {
        // AuthorityKeyIdentifier with authorityCertIssuer (a directory name) and authorityCertSerialNumber.
        let issuer = tlv(0xa1, &tlv(0xa4, &subject_of(&issuer.der)));
        let content = sequence(&[issuer, tlv(0x82, serial)].concat());
        ca.issue(|params| {
            params.use_authority_key_identifier_extension = false;
            params
                .custom_extensions
                .push(CustomExtension::from_oid_content(&[2, 5, 29, 35], content));
        })
    };
    assert_eq!(
        signature(&named(&ca, &[1, 2, 3]), &ca.roots()),
        (Outcome::Unknown, "no_key_identifier")
    );
    for der in [named(&ca, &[9]), named(&other, &[1, 2, 3])] {
        assert_eq!(signature(&der, &ca.roots()), (Outcome::Bad, "untrusted_issuer"));
    }
}

#[test]
fn every_real_root_that_signed_itself_is_verified_as_such_and_the_old_ones_are_called_old() {
    let mut roots = TrustRoots::default();
    roots.add_path(&shared_data("cns-ca")).unwrap();
    let (mut good, mut legacy, mut silent) = (0, 0, 0);
    for der in roots.roots() {
        let told = summary(der).unwrap();
        // Read as if it were a leaf, in the middle of its own life.
        let at = told.not_before + (told.not_after - told.not_before) / 2;
        let verdict = check(der, None, &roots, at);
        assert_in_table(&verdict);
        assert_eq!(
            case(&verdict, FindingCode::Format),
            (Outcome::Bad, "is_ca"),
            "{}",
            told.subject
        );
        match case(&verdict, FindingCode::Signature) {
            (Outcome::Good, "good") => good += 1,
            (Outcome::Unknown, "legacy") => legacy += 1,
            // A root need not name its own key.
            (Outcome::Unknown, "no_key_identifier") => silent += 1,
            other => panic!("{}: {other:?}", told.subject),
        }
        assert!(verdict.accept().is_err());
    }
    // Two sub-CAs of the CIE are signed by a root that the list names as well.
    assert_eq!((good, legacy, silent), (35, 45, 90));
}

/// Keys that are the same in every run: these sign nothing but invented people's certificates.
fn rsa_key(bits: usize) -> RsaPrivateKey {
    RsaPrivateKey::new(&mut rand_chacha::ChaCha20Rng::seed_from_u64(bits as u64), bits).unwrap()
}

pub(crate) static RSA_2048: LazyLock<RsaPrivateKey> = LazyLock::new(|| rsa_key(2048));
pub(crate) static RSA_1024: LazyLock<RsaPrivateKey> = LazyLock::new(|| rsa_key(1024));

/// The public half, as the issuer of a certificate takes it.
pub(crate) struct RsaPublic(Vec<u8>);

impl RsaPublic {
    pub(crate) fn of(key: &RsaPrivateKey) -> Self {
        Self(
            RsaPublicKey::from(key)
                .to_pkcs1_der()
                .unwrap()
                .as_bytes()
                .to_vec(),
        )
    }
}

impl PublicKeyData for RsaPublic {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_RSA_SHA256
    }
}

#[test]
fn a_key_of_1024_bits_is_legacy_and_smaller_ones_are_refused() {
    let ca = Ca::new(NAME);
    for (key, expected) in [
        (&*RSA_2048, (Outcome::Good, "good")),
        (&*RSA_1024, (Outcome::Unknown, "legacy")),
        (&rsa_key(768), (Outcome::Bad, "not_allowed")),
    ] {
        let public = RsaPublic::of(key);
        let verdict = check(&ca.issue_for(&public, |_| {}), None, &ca.roots(), NOW);
        assert_in_table(&verdict);
        assert_eq!(case(&verdict, FindingCode::Key), expected);
    }
    let other = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let verdict = check(&ca.issue_for(&other, |_| {}), None, &ca.roots(), NOW);
    assert_eq!(case(&verdict, FindingCode::Key), (Outcome::Bad, "not_allowed"));
}

/// Signs a certificate again with RSA and the algorithm whose last number is given (PKCS#1, 1.2.840.113549.1.1.n).
pub(crate) fn signed_with_rsa(template: &[u8], algorithm: u8, sign: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let identifier = [
        &[
            0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, algorithm,
        ][..],
        &[5, 0],
    ]
    .concat();
    signed_again(template, &identifier, sign)
}

/// Signs a certificate again, with another algorithm (the DER of its identifier).
pub(crate) fn signed_again(template: &[u8], identifier: &[u8], sign: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    const ECDSA_SHA256: &[u8] = &[
        0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02,
    ];
    let (_, body) = header(template);
    let (tbs_length, tbs_body) = header(body);
    let position = tbs_body
        .windows(ECDSA_SHA256.len())
        .position(|bytes| bytes == ECDSA_SHA256)
        .unwrap();
    let fields = [
        &tbs_body[..position],
        identifier,
        &tbs_body[position + ECDSA_SHA256.len()..tbs_length],
    ]
    .concat();
    let tbs = sequence(&fields);
    let signature = tlv(0x03, &[vec![0], sign(&tbs)].concat());
    sequence(&[tbs, identifier.to_vec(), signature].concat())
}

/// The length of the content of a DER element with a two-byte length, and what follows the header.
fn header(der: &[u8]) -> (usize, &[u8]) {
    assert_eq!(der[1], 0x82);
    (usize::from(der[2]) << 8 | usize::from(der[3]), &der[4..])
}

/// A root of the same name with an RSA key, which signed itself.
pub(crate) fn rsa_roots(ca: &Ca, key: &RsaPrivateKey) -> TrustRoots {
    let public = RsaPublic::of(key);
    let issuer = rcgen::Issuer::from_params(&ca.params, &ca.key);
    let template = ca.params.signed_by(&public, &issuer).unwrap();
    let signer = SigningKey::<sha1::Sha1>::new(key.clone());
    let mut roots = TrustRoots::default();
    assert!(roots.add_der(signed_with_rsa(template.der(), 5, |tbs| {
        signer.sign(tbs).to_vec()
    })));
    roots
}

/// A citizen's certificate that names the key of the only root, still to be signed with it.
pub(crate) fn naming_the_key_of(ca: &Ca, roots: &TrustRoots) -> Vec<u8> {
    let (_, root) = X509Certificate::from_der(&roots.roots()[0]).unwrap();
    let key = root
        .get_extension_unique(&oid!(2.5.29.14))
        .unwrap()
        .unwrap()
        .value;
    let content = sequence(&tlv(0x80, &key[2..]));
    ca.issue(|params| {
        params.use_authority_key_identifier_extension = false;
        params
            .custom_extensions
            .push(CustomExtension::from_oid_content(&[2, 5, 29, 35], content));
    })
}

#[test]
fn a_sha1_signature_is_verified_and_called_old_and_a_broken_one_is_bad() {
    let ca = Ca::new(NAME);
    for key in [&*RSA_2048, &*RSA_1024] {
        let roots = rsa_roots(&ca, key);
        let template = naming_the_key_of(&ca, &roots);
        let signer = SigningKey::<sha1::Sha1>::new(key.clone());
        let mut der = signed_with_rsa(&template, 5, |tbs| signer.sign(tbs).to_vec());
        assert_eq!(signature(&der, &roots), (Outcome::Unknown, "legacy"));
        *der.last_mut().unwrap() ^= 1;
        assert_eq!(signature(&der, &roots), (Outcome::Bad, "bad_signature"));
    }
}

#[test]
fn a_sha256_signature_of_rsa_is_good_unless_the_key_is_too_small_to_verify() {
    let ca = Ca::new(NAME);
    for (key, expected) in [
        (&*RSA_2048, (Outcome::Good, "good")),
        (&*RSA_1024, (Outcome::Bad, "not_allowed")),
    ] {
        let roots = rsa_roots(&ca, key);
        let signer = SigningKey::<sha2::Sha256>::new(key.clone());
        let template = naming_the_key_of(&ca, &roots);
        let der = signed_with_rsa(&template, 11, |tbs| signer.sign(tbs).to_vec());
        assert_eq!(signature(&der, &roots), expected);
    }
}

#[test]
fn no_other_bytes_are_the_same_certificate() {
    let ca = Ca::new(NAME);
    let roots = rsa_roots(&ca, &RSA_2048);
    let signer = SigningKey::<sha2::Sha256>::new(RSA_2048.clone());
    let template = naming_the_key_of(&ca, &roots);
    let good = signed_with_rsa(&template, 11, |tbs| signer.sign(tbs).to_vec());
    let (_, body) = header(&good);
    let (signed, _) = header(body);
    // What is signed stands between the two: around it, nothing but these bytes holds the certificate together.
    for position in (0..4).chain(8 + signed..good.len() - 256) {
        for value in 0..=255 {
            let mut der = good.clone();
            der[position] = value;
            let accepted = check(&der, None, &roots, NOW).accept().is_ok();
            assert_eq!(accepted, der == good, "byte {position} as {value:#04x}");
        }
    }
}

#[test]
fn an_algorithm_that_is_not_on_the_table_is_refused_even_without_roots() {
    let ca = Ca::new(NAME);
    // MD5 with RSA.
    let der = signed_with_rsa(&ca.issue(|_| {}), 4, |_| vec![0; 256]);
    assert_eq!(
        signature(&der, &TrustRoots::default()),
        (Outcome::Bad, "not_allowed")
    );
    assert_eq!(signature(&der, &ca.roots()), (Outcome::Bad, "not_allowed"));
}
