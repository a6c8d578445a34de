//! Who may answer for an issuer: each right taken away alone.

use crate::ocsp_maker::*;
use crate::signature::{RSA_1024, RSA_2048, RsaPublic, signed_with_rsa};
use crate::support::*;
use cns_trust::revocation::ocsp::judge;
use cns_trust::revocation::{Status, Unchecked};
use rcgen::{CertificateParams, CustomExtension, ExtendedKeyUsagePurpose, Issuer, KeyUsagePurpose};
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::signature::{SignatureEncoding, Signer};
use sha1::Sha1;
use sha2::Sha256;
use time::Duration;

fn weak(algorithm: &str) -> Unchecked {
    Unchecked::WeakSignature {
        algorithm: algorithm.to_owned(),
    }
}

fn delegated(change: impl FnOnce(&mut CertificateParams)) -> Answer {
    Answer::by(&Delegate::of(&CA, change))
}

#[test]
fn the_responder_is_found_by_name_and_by_key() {
    let direct = || Answer::direct(&CA);
    let named = |mut answer: Answer, responder: Vec<u8>| {
        answer.responder = responder;
        answer
    };
    let other = Ca::new("Un'altra CA");
    for (answer, expected) in [
        (direct(), Ok(Status::Good)),
        (named(direct(), by_name(&CA.der)), Ok(Status::Good)),
        (named(Answer::sound(), by_name(&RESPONDER.der)), Ok(Status::Good)),
        // Somebody else is named than signed.
        (
            named(direct(), by_key(&RESPONDER.der)),
            Err(Unchecked::WrongResponder),
        ),
        (
            named(Answer::sound(), by_key(&CA.der)),
            Err(Unchecked::BadSignature),
        ),
        (
            named(Answer::sound(), by_name(&other.der)),
            Err(Unchecked::WrongResponder),
        ),
        // A stranger signs for itself.
        (Answer::direct(&other), Err(Unchecked::WrongResponder)),
        // A stranger of the same name, with and without its certificate.
        (
            named(Answer::direct(&Ca::new(CA_NAME)), by_name(&CA.der)),
            Err(Unchecked::BadSignature),
        ),
        (
            {
                let twin = Ca::new(CA_NAME);
                let mut answer = named(Answer::direct(&twin), by_name(&CA.der));
                answer.certificates = vec![twin.der];
                answer
            },
            Err(Unchecked::WrongResponder),
        ),
        // The issuer's own certificate beside an answer of its own does no harm; nor does a stranger's beside the delegate's.
        (
            {
                let mut answer = direct();
                answer.certificates = vec![CA.der.clone()];
                answer
            },
            Ok(Status::Good),
        ),
        (
            changed(|answer| answer.certificates.insert(0, other.der.clone())),
            Ok(Status::Good),
        ),
        (
            changed(|answer| answer.certificates.clear()),
            Err(Unchecked::WrongResponder),
        ),
        (
            changed(|answer| answer.certificates = vec![RESPONDER.der.clone(); 9]),
            Err(Unchecked::FieldTooLarge),
        ),
    ] {
        assert_eq!(status(&answer), expected);
    }
}

#[test]
fn a_delegate_answers_only_with_every_right_to() {
    let twin = Ca::new(CA_NAME);
    let extension = |params: &mut CertificateParams, is_critical, content| {
        let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], content);
        extension.set_criticality(is_critical);
        params.custom_extensions.push(extension);
    };
    for (what, answer, expected) in [
        ("sound", delegated(|_| {}), Ok(Status::Good)),
        (
            "of a CA of the same name",
            Answer::by(&Delegate::of(&twin, |_| {})),
            Err(Unchecked::WrongResponder),
        ),
        (
            "of another name and the same key",
            Answer::by(&{
                let mut params = CA.params.clone();
                params.distinguished_name = subject(&["Un'altra CA"]);
                let renamed = Ca {
                    params,
                    key: rcgen::KeyPair::try_from(CA.key.serialize_der()).unwrap(),
                    der: Vec::new(),
                };
                Delegate::of(&renamed, |_| {})
            }),
            Err(Unchecked::WrongResponder),
        ),
        (
            "no purpose",
            delegated(|params| params.extended_key_usages.clear()),
            Err(Unchecked::WrongResponder),
        ),
        (
            "any purpose",
            delegated(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Any]),
            Err(Unchecked::WrongResponder),
        ),
        (
            "a citizen's purpose",
            delegated(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]),
            Err(Unchecked::WrongResponder),
        ),
        (
            "no key usage",
            delegated(|params| params.key_usages.clear()),
            Ok(Status::Good),
        ),
        (
            "another key usage",
            delegated(|params| params.key_usages = vec![KeyUsagePurpose::CrlSign]),
            Err(Unchecked::WrongResponder),
        ),
        (
            "in date to the last second",
            delegated(|params| params.not_after = NOW),
            Ok(Status::Good),
        ),
        (
            "expired",
            delegated(|params| params.not_after = NOW - Duration::seconds(1)),
            Err(Unchecked::WrongResponder),
        ),
        (
            "not yet",
            delegated(|params| params.not_before = NOW + Duration::seconds(1)),
            Err(Unchecked::FromTheFuture {
                produced_at: NOW + Duration::seconds(1),
            }),
        ),
        (
            "not yet, and for another purpose",
            delegated(|params| {
                params.not_before = NOW + Duration::seconds(1);
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }),
            Err(Unchecked::WrongResponder),
        ),
        (
            "may itself be revoked",
            delegated(|params| params.custom_extensions.clear()),
            Err(Unchecked::ResponderUnchecked),
        ),
        (
            "an unknown extension",
            delegated(|params| extension(params, false, vec![5, 0])),
            Ok(Status::Good),
        ),
        (
            "an unknown critical extension",
            delegated(|params| extension(params, true, vec![5, 0])),
            Err(critical("1.2.3.4")),
        ),
        (
            "an extension twice",
            delegated(|params| {
                extension(params, false, vec![5, 0]);
                extension(params, false, vec![5, 0]);
            }),
            Err(Unchecked::Malformed),
        ),
    ] {
        assert_eq!(status(&answer), expected, "{what}");
    }
    // A citizen's certificate, however sound, answers for nobody.
    let key = rcgen::KeyPair::generate().unwrap();
    let der = CA.issue_for(&key, |_| {});
    assert_eq!(
        status(&Answer::by(&Delegate { key, der })),
        Err(Unchecked::WrongResponder)
    );
}

#[test]
fn of_two_certificates_with_one_key_the_sound_one_answers() {
    let key = rcgen::KeyPair::generate().unwrap();
    let sound = responder_certificate(&CA, &key, |_| {});
    let old = responder_certificate(&CA, &key, |params| params.not_after = NOW - Duration::days(1));
    let unchecked = responder_certificate(&CA, &key, |params| params.custom_extensions.clear());
    let mut answer = Answer::by(&Delegate {
        key,
        der: sound.clone(),
    });
    for (certificates, expected) in [
        (vec![&old, &sound], Ok(Status::Good)),
        (vec![&sound, &old], Ok(Status::Good)),
        (vec![&unchecked, &sound], Ok(Status::Good)),
        (vec![&unchecked, &old], Err(Unchecked::ResponderUnchecked)),
        (vec![&old, &unchecked], Err(Unchecked::ResponderUnchecked)),
        (vec![&old, &old], Err(Unchecked::WrongResponder)),
    ] {
        answer.certificates = certificates.into_iter().cloned().collect();
        assert_eq!(status(&answer), expected);
    }
}

#[test]
fn only_an_answer_without_another_fault_is_said_to_lack_the_responders_own_check() {
    let mut answer = delegated(|params| params.custom_extensions.clear());
    answer.singles[0].next_update = Some(NOW - Duration::hours(1) + Duration::minutes(1));
    let next_update = NOW - Duration::minutes(59);
    assert_eq!(status(&answer), Err(Unchecked::Expired { next_update }));
}

/// An answer whose delegate has an RSA key; `algorithm` is the last number of PKCS#1's.
fn by_rsa(key: &'static RsaPrivateKey, algorithm: u8, sign: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Answer {
    let der = responder_certificate(&CA, &RsaPublic::of(key), |_| {});
    Answer {
        responder: by_key(&der),
        certificates: vec![der],
        algorithm: pkcs1(algorithm),
        sign: Box::new(sign),
        ..Answer::sound()
    }
}

fn pkcs1(algorithm: u8) -> Vec<u8> {
    let oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, algorithm];
    sequence(&[tlv(0x06, &oid), vec![5, 0]].concat())
}

#[test]
fn an_old_algorithm_proves_too_little() {
    let sha256 = |key: &'static RsaPrivateKey| {
        let signer = SigningKey::<Sha256>::new(key.clone());
        by_rsa(key, 11, move |signed| signer.sign(signed).to_vec())
    };
    assert_eq!(status(&sha256(&RSA_2048)), Ok(Status::Good));
    assert!(matches!(
        status(&sha256(&RSA_1024)),
        Err(Unchecked::WeakSignature { .. })
    ));
    let signer = SigningKey::<Sha1>::new(RSA_2048.clone());
    let sha1 = by_rsa(&RSA_2048, 5, move |signed| signer.sign(signed).to_vec());
    assert!(matches!(status(&sha1), Err(Unchecked::WeakSignature { .. })));
    assert_eq!(
        status(&changed(|answer| answer.algorithm = sequence(&tlv(0x06, STRANGE)))),
        Err(weak("1.2.3.4"))
    );
    // The delegate's own certificate, signed with SHA-1 by an issuer that has an RSA key.
    let public = RsaPublic::of(&RSA_2048);
    let issuer = Issuer::from_params(&CA.params, &CA.key);
    let issuer_der = CA.params.signed_by(&public, &issuer).unwrap().der().to_vec();
    let mut question = question();
    question.issuer_der = issuer_der.clone();
    for (algorithm, is_sound) in [(11, true), (5, false)] {
        let der = signed_with_rsa(&RESPONDER.der, algorithm, |signed| match algorithm {
            11 => SigningKey::<Sha256>::new(RSA_2048.clone()).sign(signed).to_vec(),
            _ => SigningKey::<Sha1>::new(RSA_2048.clone()).sign(signed).to_vec(),
        });
        let mut answer = Answer::sound();
        answer.certificates = vec![der];
        answer.singles[0].id = id::<Sha1>(&issuer_der, &serial_of(&LEAF));
        let judged = judge(&answer.der(), &question, None, NOW);
        match is_sound {
            true => assert!(judged.is_ok(), "{judged:?}"),
            false => assert!(
                matches!(judged, Err(Unchecked::WeakSignature { .. })),
                "{judged:?}"
            ),
        }
    }
}

#[test]
fn the_parameters_beside_an_algorithm_are_the_usual_ones() {
    let signer = SigningKey::<Sha256>::new(RSA_2048.clone());
    let mut answer = by_rsa(&RSA_2048, 11, move |signed| signer.sign(signed).to_vec());
    let oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 11];
    for (parameters, expected) in [
        (vec![5, 0], Ok(Status::Good)),
        (vec![], Ok(Status::Good)),
        (vec![4, 0], Err(Unchecked::Malformed)),
        (vec![0x30, 0], Err(Unchecked::Malformed)),
        (vec![5, 0, 5, 0], Err(Unchecked::Malformed)),
    ] {
        answer.algorithm = sequence(&[tlv(0x06, &oid), parameters].concat());
        assert_eq!(status(&answer), expected);
    }
}

#[test]
fn a_wrong_signature_is_told() {
    let signer = Answer::sound().sign;
    let wrong = changed(|answer| answer.sign = Box::new(move |signed| signer(&[signed, &[0]].concat())));
    assert_eq!(status(&wrong), Err(Unchecked::BadSignature));
    let empty = changed(|answer| answer.sign = Box::new(|_| Vec::new()));
    assert_eq!(status(&empty), Err(Unchecked::BadSignature));
}
