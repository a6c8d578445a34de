//! Who signed a list, and how.

use crate::crl::check;
use crate::crl_made::{GOOD, REVOKED_AT, revoked};
use crate::crl_maker::{AT, CrlCa, LEAF_SERIAL, Ordered, RSA_2048, by_openssl, openssl_says, read, rsa_ca};
use crate::support::shared_data;
use cns_trust::revocation::{CrlPoint, Question, Status, Unchecked};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

#[test]
fn a_list_counts_with_its_issuers_signature_only() {
    let weak = |algorithm: &str| {
        Err(Unchecked::WeakSignature {
            algorithm: algorithm.to_owned(),
        })
    };
    for (digest, expected) in [
        ("sha256", GOOD),
        ("sha384", GOOD),
        ("sha512", GOOD),
        ("sha1", weak("SHA-1, RSA")),
        ("md5", weak("MD5, RSA")),
        ("sha224", weak("1.2.840.113549.1.1.14")),
    ] {
        let ordered = Ordered {
            digest,
            ..Ordered::default()
        };
        let list = by_openssl(rsa_ca(), &ordered);
        assert_eq!(read(&rsa_ca().question(), &list, 4096, AT), expected, "{digest}");
    }
    let ec = |curve: &'static str| ["-algorithm", "EC", "-pkeyopt", curve];
    for (curve, digest) in [("P-256", "sha256"), ("P-256", "sha384"), ("P-384", "sha384")] {
        let name = format!("ec_paramgen_curve:{curve}");
        let ca = CrlCa::new("CA con curva", &ec(name.leak()), |_| {});
        let mut ordered = Ordered {
            digest,
            ..Ordered::default()
        };
        check(curve, &ca, &ordered, &GOOD, "");
        ordered.revoked = vec![(LEAF_SERIAL.to_owned(), "261101000000Z".to_owned())];
        check(
            curve,
            &ca,
            &ordered,
            &revoked(REVOKED_AT, None),
            "certificate revoked",
        );
    }
    // Other than for most tests, openssl is told the padding too (RFC 4055 §3).
    for (digest, mgf, salt, expected) in [
        ("sha256", "sha256", "32", GOOD),
        ("sha384", "sha384", "20", GOOD),
        ("sha512", "sha512", "0", GOOD),
        ("sha256", "sha1", "32", weak("RSA-PSS")),
        ("sha1", "sha1", "20", weak("RSA-PSS")),
    ] {
        let (mgf, salt) = (format!("rsa_mgf1_md:{mgf}"), format!("rsa_pss_saltlen:{salt}"));
        let ordered = Ordered {
            digest,
            options: &[
                "-sigopt",
                "rsa_padding_mode:pss",
                "-sigopt",
                &mgf,
                "-sigopt",
                &salt,
            ],
            ..Ordered::default()
        };
        let list = by_openssl(rsa_ca(), &ordered);
        assert_eq!(
            read(&rsa_ca().question(), &list, 4096, AT),
            expected,
            "{digest}, {mgf}"
        );
        assert!(expected.is_err() || openssl_says(rsa_ca(), &list, AT).is_none());
        let mut other = list.clone();
        *other.last_mut().unwrap() ^= 1;
        assert!(read(&rsa_ca().question(), &other, 4096, AT).is_err());
    }
    let small = CrlCa::with_small_key("CA con chiave corta");
    let list = by_openssl(&small, &Ordered::default());
    assert_eq!(read(&small.question(), &list, 4096, AT), weak("RSA-1024"));
}

#[test]
fn a_list_of_somebody_else_says_nothing() {
    let list = by_openssl(rsa_ca(), &Ordered::default());
    // Of the same name and another key: OpenSSL's authority key identifier tells.
    let twin = CrlCa::new("CA dei richiami", RSA_2048, |_| {});
    assert_eq!(
        read(&twin.question(), &list, 4096, AT),
        Err(Unchecked::WrongIssuer)
    );
    assert!(openssl_says(&twin, &list, AT).is_some());
    // The same without that identifier: the signature tells.
    let ordered = Ordered {
        extensions: "authorityKeyIdentifier = none\n",
        ..Ordered::default()
    };
    let list = by_openssl(rsa_ca(), &ordered);
    assert_eq!(read(&rsa_ca().question(), &list, 4096, AT), GOOD);
    assert_eq!(
        read(&twin.question(), &list, 4096, AT),
        Err(Unchecked::BadSignature)
    );
    assert!(openssl_says(&twin, &list, AT).is_some());
    let other = CrlCa::new("Un'altra CA", RSA_2048, |_| {});
    assert_eq!(
        read(&other.question(), &list, 4096, AT),
        Err(Unchecked::WrongIssuer)
    );
    assert!(openssl_says(&other, &list, AT).is_some());
}

#[test]
fn an_issuer_that_may_sign_no_lists_says_nothing() {
    use rcgen::KeyUsagePurpose::{CrlSign, KeyCertSign};
    for (usages, expected, openssl) in [
        (vec![KeyCertSign, CrlSign], GOOD, ""),
        (vec![KeyCertSign], Err(Unchecked::WrongIssuer), "key usage"),
        (vec![], GOOD, ""),
    ] {
        let ca = CrlCa::new("CA con un uso", RSA_2048, |params| params.key_usages = usages);
        check("key usage", &ca, &Ordered::default(), &expected, openssl);
    }
}

#[test]
fn the_lists_of_limbo_say_what_limbo_expects() {
    let path = shared_data("limbo").join("limbo-subset.json");
    let limbo: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let texts = |value: &serde_json::Value| -> Vec<String> {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|text| text.as_str().unwrap().to_owned())
            .collect()
    };
    let mut cases = 0;
    for case in limbo["testcases"].as_array().unwrap() {
        let lists = texts(&case["crls"]);
        if lists.is_empty() {
            continue;
        }
        cases += 1;
        let anchor = CertificateDer::from_pem_slice(texts(&case["trusted_certs"])[0].as_bytes()).unwrap();
        let leaf =
            CertificateDer::from_pem_slice(case["peer_certificate"].as_str().unwrap().as_bytes()).unwrap();
        let mut question = Question::new(&leaf, &anchor).unwrap();
        question.crl = vec![CrlPoint {
            url: String::new(),
            name: Vec::new(),
        }];
        let at = OffsetDateTime::parse(case["validation_time"].as_str().unwrap(), &Rfc3339).unwrap();
        let good = lists.iter().any(|list| {
            let list = CertificateRevocationListDer::from_pem_slice(list.as_bytes()).unwrap();
            matches!(read(&question, &list, 100, at), Ok((Status::Good, _)))
        });
        assert_eq!(good, case["expected_result"] == "SUCCESS", "{}", case["id"]);
    }
    assert_eq!(cases, 8);
}
