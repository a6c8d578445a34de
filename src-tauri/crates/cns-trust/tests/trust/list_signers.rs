//! Who signed a list, and how.

use crate::list_maker::*;
use crate::list_signature::{SIGNED, check};
use crate::signature::RSA_1024;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cns_trust::{TrustList, TrustListError};
use rsa::pkcs1v15::SigningKey;
use rsa::signature::{SignatureEncoding, Signer};
use sha2::Sha256;

#[test]
fn an_algorithm_that_is_not_taken_is_refused() {
    let list = italian_list();
    let refused = |algorithm: &str| TrustListError::Algorithm {
        algorithm: algorithm.to_owned(),
    };
    for algorithm in [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
        "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
        "",
        "none",
    ] {
        let error = read(SIGNER.sign(&with(&list, "@@METHOD@@", algorithm))).unwrap_err();
        assert_eq!(error, refused(algorithm));
    }
    for algorithm in [
        "http://www.w3.org/2000/09/xmldsig#sha1",
        "http://www.w3.org/2001/04/xmldsig-more#md5",
        "http://www.w3.org/2001/04/xmldsig-more#sha224",
        "",
    ] {
        let other = list.replace("http://www.w3.org/2001/04/xmlenc#sha256", algorithm);
        assert_eq!(read(SIGNER.sign(&other)).unwrap_err(), refused(algorithm));
    }
    let md5 = "http://www.w3.org/2001/04/xmldsig-more#md5";
    let other = with(&list, "http://www.w3.org/2000/09/xmldsig#sha1", md5);
    assert_eq!(read(SIGNER.sign(&other)).unwrap_err(), refused(md5));
    let short = ListSigner::by_rsa(&RSA_1024, "rsa-sha256", |signed| {
        SigningKey::<Sha256>::new(RSA_1024.clone()).sign(signed).to_vec()
    });
    let error = TrustList::read(short.sign(&list).as_bytes(), &[short.pin()], 0).unwrap_err();
    assert_eq!(error, refused("RSA-1024"));
}

#[test]
fn a_value_that_the_signers_key_did_not_make_is_refused() {
    let list = italian_list();
    let signed = &*SIGNED;
    let value = between(signed, "<ds:SignatureValue Id=\"value\">", "</");
    let value = value
        .trim_start_matches("<ds:SignatureValue Id=\"value\">")
        .trim_end_matches("</");
    let wrong = TrustListError::BadSignature;
    let ecdsa = with(&list, "@@METHOD@@", &format!("{MORE}ecdsa-sha256"));
    let rows = [
        (
            "another value",
            with(signed, value, &"AAAA".repeat(85)),
            wrong.clone(),
        ),
        ("no value", with(signed, value, ""), wrong.clone()),
        (
            "a longer value",
            with(signed, value, &format!("AAAA{value}")),
            wrong.clone(),
        ),
        (
            "what is no value",
            with(signed, value, "a value"),
            TrustListError::Malformed,
        ),
        (
            "another digest",
            with(
                signed,
                &between(signed, "DigestValue>", "=")[12..],
                &format!("{}=", "A".repeat(43)),
            ),
            wrong.clone(),
        ),
        ("ECDSA by an RSA key", SIGNER.sign(&ecdsa), wrong.clone()),
        (
            "SHA-512 by name alone",
            SIGNER.sign(&with(&list, "@@METHOD@@", &format!("{MORE}rsa-sha512"))),
            wrong.clone(),
        ),
    ];
    check(rows);
    for (curve, length) in [
        (&rcgen::PKCS_ECDSA_P256_SHA256, 64),
        (&rcgen::PKCS_ECDSA_P384_SHA384, 96),
    ] {
        let signer = ListSigner::by_ecdsa(curve);
        let signed = signer.sign(&list);
        let value = between(&signed, "<ds:SignatureValue Id=\"value\">", "</");
        let with_value = |bytes: &[u8]| {
            let encoded = STANDARD.encode(bytes);
            with(
                &signed,
                &value,
                &format!("<ds:SignatureValue Id=\"value\">{encoded}</"),
            )
        };
        // Numbers that verify anything where nobody looks at them, and other lengths.
        let one = |length: usize| [vec![0; length / 2 - 1], vec![1]].concat().repeat(2);
        for bytes in [
            vec![0; length],
            vec![0xff; length],
            one(length),
            vec![0; length + 1],
            vec![0; length - 2],
            vec![],
            vec![1],
        ] {
            let error = TrustList::read(with_value(&bytes).as_bytes(), &[signer.pin()], 0).unwrap_err();
            assert_eq!(error, wrong, "{bytes:?}");
        }
    }
}

#[test]
fn only_a_pinned_signer_is_believed() {
    let list = italian_list();
    let other = ListSigner::by_ecdsa(&rcgen::PKCS_ECDSA_P256_SHA256);
    let same_key = SIGNER.with_certificate(other_certificate());
    let unknown = |signer: &ListSigner| TrustListError::SignerNotPinned {
        sha256: crate::list::hexadecimal(&signer.pin().sha256),
    };
    let named = between(&SIGNED, "<ds:X509Certificate>", "</ds:X509Certificate>");
    let own = between(
        &other.sign(&list),
        "<ds:X509Certificate>",
        "</ds:X509Certificate>",
    );
    let rows = [
        ("another", other.sign(&list), unknown(&other)),
        (
            "the same key under another certificate",
            same_key.sign(&list),
            unknown(&same_key),
        ),
        (
            "another's certificate",
            with(&SIGNED, &named, &own),
            unknown(&other),
        ),
        (
            "another under the signer's name",
            with(&other.sign(&list), &own, &named),
            TrustListError::BadSignature,
        ),
        (
            "another beside the signer",
            with(&other.sign(&list), &own, &format!("{named}{own}")),
            TrustListError::BadSignature,
        ),
        (
            "what is no certificate",
            with(&SIGNED, &named, "<ds:X509Certificate>?</ds:X509Certificate>"),
            TrustListError::Malformed,
        ),
    ];
    check(rows);
    assert_eq!(
        TrustList::read(SIGNED.as_bytes(), &[], 0).unwrap_err(),
        unknown(&SIGNER)
    );
    // Pinned, and named by nobody's properties.
    let pins = [SIGNER.pin(), same_key.pin()];
    let moved = with(
        &SIGNED,
        &named,
        &between(
            &same_key.sign(&list),
            "<ds:X509Certificate>",
            "</ds:X509Certificate>",
        ),
    );
    let error = TrustList::read(moved.as_bytes(), &pins, 0).unwrap_err();
    assert_eq!(error, TrustListError::CertificateDigest);
}

#[test]
fn the_signed_properties_name_the_signers_certificate() {
    let list = italian_list();
    let v1 = between(&list, "<xades:SigningCertificate>", "</xades:SigningCertificate>");
    let cert = between(&list, "<xades:Cert>", "</xades:Cert>");
    let wrong = cert.replace("@@SHA1@@", "K3F7fpVKMVVz2AGWdk0G937mO4E=");
    let wrong_v2 = SIGNING_CERTIFICATE_V2.replace("@@SHA512@@", "AAAA");
    let rows = [
        ("another", with(&list, &cert, &wrong)),
        ("another first", with(&list, &cert, &format!("{wrong}{cert}"))),
        ("none", with(&list, &v1, "")),
        ("an empty one", with(&list, &cert, "")),
        ("the second version wrong", with(&list, &v1, &wrong_v2)),
        ("one of two wrong", with(&list, &v1, &format!("{v1}{wrong_v2}"))),
        (
            "the other of two wrong",
            with(
                &list,
                &v1,
                &format!("{}{SIGNING_CERTIFICATE_V2}", v1.replace(&cert, &wrong)),
            ),
        ),
    ];
    check(rows.map(|(name, list)| (name, SIGNER.sign(&list), TrustListError::CertificateDigest)));
    assert!(read(SIGNER.sign(&with(&list, &cert, &format!("{cert}{wrong}")))).is_ok());
}
