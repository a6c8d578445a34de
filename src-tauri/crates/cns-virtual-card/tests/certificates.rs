//! The certificates follow the CNS profile, says a parser that knows nothing of this crate.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cns_virtual_card::pki::{self, Authority, Identity, check_character};
use common::TODAY;
use sha1::{Digest, Sha1};
use x509_parser::oid_registry;
use x509_parser::prelude::*;

fn issued(name: &str) -> Identity {
    pki::identity(name, TODAY).unwrap()
}

fn common_name(certificate: &X509Certificate<'_>) -> String {
    certificate
        .subject()
        .iter_common_name()
        .next()
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn the_good_one_follows_the_profile() {
    let identity = issued("citizen-good");
    let authority = Authority::example().unwrap();
    let (_, root) = parse_x509_certificate(authority.certificate_der()).unwrap();
    let (rest, certificate) = parse_x509_certificate(&identity.certificate_der).unwrap();
    assert!(rest.is_empty());
    certificate.verify_signature(Some(root.public_key())).unwrap();
    root.verify_signature(None).unwrap();
    assert_eq!(certificate.issuer(), root.subject());

    let hash = STANDARD.encode(Sha1::digest(&identity.personal_data_file));
    assert_eq!(
        common_name(&certificate),
        format!("RSSMRA80A41Z999C/6999000000123455.{hash}")
    );

    let usage = certificate.key_usage().unwrap().unwrap();
    assert!(usage.critical && usage.value.digital_signature() && !usage.value.non_repudiation());
    assert!(
        certificate
            .extended_key_usage()
            .unwrap()
            .unwrap()
            .value
            .client_auth
    );
    let policies = certificate
        .get_extension_unique(&oid_registry::OID_X509_EXT_CERTIFICATE_POLICIES)
        .unwrap()
        .unwrap();
    let ParsedExtension::CertificatePolicies(policies) = policies.parsed_extension() else {
        panic!("certificatePolicies cannot be parsed");
    };
    let ids: Vec<String> = policies
        .iter()
        .map(|policy| policy.policy_id.to_id_string())
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], "1.3.76.16.2.1");
    assert!(policies[0].policy_qualifiers.is_some());

    let years = (certificate.validity().not_after.timestamp()
        - certificate.validity().not_before.timestamp())
        / 31_536_000;
    assert!((5..=6).contains(&years));
    assert!(
        certificate
            .validity()
            .is_valid_at(ASN1Time::from_timestamp(TODAY.unix_timestamp()).unwrap())
    );
}

#[test]
fn the_authority_is_a_citizens_authority_in_all_but_name() {
    let authority = Authority::example().unwrap();
    let (_, root) = parse_x509_certificate(authority.certificate_der()).unwrap();
    let constraints = root.basic_constraints().unwrap().unwrap();
    assert!(constraints.value.ca && constraints.value.path_len_constraint == Some(0));
    assert!(root.subject().to_string().contains("Sportello Esempio"));
    let foreign = Authority::foreign().unwrap();
    let (_, foreign) = parse_x509_certificate(foreign.certificate_der()).unwrap();
    assert_eq!(root.subject(), foreign.subject());
    assert_ne!(root.public_key(), foreign.public_key());
}

#[test]
fn each_variant_departs_in_what_its_name_says() {
    let der = |name: &str| issued(name).certificate_der;
    let now = ASN1Time::from_timestamp(TODAY.unix_timestamp()).unwrap();

    let expired = der("citizen-expired");
    assert!(parse_x509_certificate(&expired).unwrap().1.validity().not_after < now);
    let early = der("citizen-not-yet-valid");
    assert!(parse_x509_certificate(&early).unwrap().1.validity().not_before > now);
    let signing = der("citizen-non-repudiation");
    let signing = parse_x509_certificate(&signing).unwrap().1;
    assert!(signing.key_usage().unwrap().unwrap().value.non_repudiation());
    let mail = der("citizen-no-client-auth");
    assert!(
        !parse_x509_certificate(&mail)
            .unwrap()
            .1
            .extended_key_usage()
            .unwrap()
            .unwrap()
            .value
            .client_auth
    );
    let other = der("citizen-other-person");
    assert!(!common_name(&parse_x509_certificate(&other).unwrap().1).starts_with("RSSMRA80A41Z999C"));
    let other_card = der("citizen-other-card");
    assert!(!common_name(&parse_x509_certificate(&other_card).unwrap().1).contains("6999000000123455"));
    assert_eq!(issued("citizen-1024").key.size(), 128);

    let wrong = issued("citizen-wrong-check-character").codice_fiscale;
    assert_ne!(check_character(&wrong), wrong.chars().last());
    let omocodia = issued("citizen-omocodia").codice_fiscale;
    assert_eq!(check_character(&omocodia), omocodia.chars().last());

    let foreign = der("citizen-foreign-authority");
    let authority = Authority::example().unwrap();
    let root = parse_x509_certificate(authority.certificate_der()).unwrap().1;
    let foreign = parse_x509_certificate(&foreign).unwrap().1;
    assert_eq!(foreign.issuer(), root.subject());
    assert!(foreign.verify_signature(Some(root.public_key())).is_err());
}
