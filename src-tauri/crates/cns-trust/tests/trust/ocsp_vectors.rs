//! Answers that we did not make, and answers with bytes that nobody made on purpose.

use crate::ocsp_maker::*;
use crate::support::*;
use cns_trust::revocation::ocsp::judge;
use cns_trust::revocation::{Question, Status, Unchecked};
use der::{Decode, Encode};
use proptest::prelude::*;
use std::collections::BTreeSet;
use time::OffsetDateTime;
use x509_ocsp::{BasicOcspResponse, OcspResponse, ResponderId};
use x509_parser::prelude::{FromDer, X509Certificate};

/// What each vector is to three who ask: a stranger; somebody whose certificate has its serial number and whose issuer
/// has the name that it needs, but not the key; and somebody whose issuer holds the very key that signed it.
const VECTORS: &[(&str, &str, &str, &str)] = &[
    (
        "ocsp-army.deps.mil-resp.der",
        "wrong responder",
        "wrong responder",
        "other certificate",
    ),
    (
        "resp-delegate-unknown-cert.der",
        "wrong responder",
        "wrong responder",
        "other certificate",
    ),
    (
        "resp-invalid-signature-oid.der",
        "wrong responder",
        "weak 1.2.840.113549.1.1.2",
        "",
    ),
    ("resp-invalid-version.der", "malformed", "", ""),
    (
        "resp-responder-key-hash.der",
        "wrong responder",
        "wrong responder",
        "",
    ),
    ("resp-response-type-unknown-oid.der", "malformed", "malformed", ""),
    (
        "resp-revoked-no-next-update.der",
        "wrong responder",
        "bad signature",
        "",
    ),
    (
        "resp-revoked-reason.der",
        "wrong responder",
        "wrong responder",
        "other certificate",
    ),
    ("resp-revoked.der", "wrong responder", "wrong responder", ""),
    (
        "resp-sct-extension.der",
        "wrong responder",
        "wrong responder",
        "other certificate",
    ),
    ("resp-sha256.der", "wrong responder", "bad signature", ""),
    (
        "resp-single-extension-reason.der",
        "wrong responder",
        "wrong responder",
        "",
    ),
    ("resp-successful-no-response-bytes.der", "malformed", "", ""),
    ("resp-unauthorized.der", "unauthorized", "", ""),
    // It was changed after it was signed.
    (
        "resp-unknown-extension.der",
        "bad signature",
        "bad signature",
        "bad signature",
    ),
    (
        "resp-unknown-hash-alg.der",
        "wrong responder",
        "wrong responder",
        "",
    ),
    ("resp-unknown-response-status.der", "unknown", "", ""),
];

fn told(judged: Result<Status, Unchecked>) -> String {
    match judged {
        Ok(status) => format!("{status:?}"),
        Err(Unchecked::Malformed) => "malformed".to_owned(),
        Err(Unchecked::WrongResponder) => "wrong responder".to_owned(),
        Err(Unchecked::BadSignature) => "bad signature".to_owned(),
        Err(Unchecked::OtherCertificate) => "other certificate".to_owned(),
        Err(Unchecked::WeakSignature { algorithm }) => format!("weak {algorithm}"),
        Err(Unchecked::ResponderSays { status }) => status.to_owned(),
        Err(other) => format!("{other:?}"),
    }
}

fn read(answer: &[u8]) -> Option<BasicOcspResponse> {
    let bytes = OcspResponse::from_der(answer).ok()?.response_bytes?;
    BasicOcspResponse::from_der(bytes.response.as_bytes()).ok()
}

/// A certificate of which only serial number, names and key are looked at.
fn certificate(serial: &[u8], issuer: &[u8], subject: &[u8]) -> Vec<u8> {
    let (_, ca) = X509Certificate::from_der(&CA.der).unwrap();
    let fields = [
        tlv(0xa0, &[2, 1, 2]),
        tlv(0x02, serial),
        ECDSA_SHA256.to_vec(),
        issuer.to_vec(),
        sequence(&[generalized(NOW), generalized(NOW)].concat()),
        subject.to_vec(),
        ca.public_key().raw.to_vec(),
    ];
    sequence(
        &[
            sequence(&fields.concat()),
            ECDSA_SHA256.to_vec(),
            tlv(0x03, &[0, 0]),
        ]
        .concat(),
    )
}

#[test]
fn no_vector_says_anything_of_a_certificate_that_it_does_not_name() {
    let folder = shared_data("ocsp");
    let mut seen = BTreeSet::new();
    for (file, to_stranger, to_namesake, to_owner) in VECTORS {
        let answer = std::fs::read(folder.join(file)).unwrap();
        seen.insert((*file).to_owned());
        let judged =
            |question: &Question, at| told(judge(&answer, question, None, at).map(|(status, _)| status));
        assert_eq!(judged(&question(), NOW), *to_stranger, "{file}");
        let Some(basic) = read(&answer) else {
            assert_eq!(*to_namesake, "", "{file} names nobody");
            continue;
        };
        let data = basic.tbs_response_data;
        let at = OffsetDateTime::UNIX_EPOCH + data.produced_at.0.to_unix_duration();
        let responder = basic.certs.unwrap_or_default().into_iter().next();
        let name = match (&responder, &data.responder_id) {
            (Some(delegate), _) => delegate.tbs_certificate.issuer.to_der().unwrap(),
            (None, ResponderId::ByName(name)) => name.to_der().unwrap(),
            (None, ResponderId::ByKey(_)) => subject_of(&CA.der),
        };
        let serial = data.responses[0].cert_id.serial_number.as_bytes().to_vec();
        let leaf = certificate(&serial, &name, &name);
        let namesake = question_about(&leaf, &certificate(&[1], &name, &name));
        assert_eq!(judged(&namesake, at), *to_namesake, "{file}");
        if let Some(responder) = responder {
            // The signature of the real bytes is verified here.
            let owner = question_about(&leaf, &responder.to_der().unwrap());
            assert_eq!(judged(&owner, at), *to_owner, "{file}");
        } else {
            assert_eq!(*to_owner, "", "{file} carries no certificate");
        }
    }
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        if file.contains("req") {
            // A question is no answer.
            let bytes = std::fs::read(path).unwrap();
            assert_eq!(
                judge(&bytes, &question(), None, NOW),
                Err(Unchecked::Malformed),
                "{file}"
            );
        } else {
            assert!(seen.contains(&file), "{file} is not in the table");
        }
    }
}

/// The sound answers whose every byte matters: a delegate's, and one of the issuer itself with all that may stand in it.
fn whole_answers() -> [Vec<u8>; 2] {
    let mut full = Answer::direct(&CA);
    full.responder = by_name(&CA.der);
    full.extensions = vec![extension(NONCE, false, &tlv(0x04, &[1; 16]))];
    full.singles[0].extensions = vec![extension(STRANGE, false, &[5, 0])];
    full.singles.push(Single {
        id: id::<sha2::Sha256>(&CA.der, &[1]),
        ..Single::sound()
    });
    [Answer::sound().der(), full.der()]
}

#[test]
fn an_answer_that_breaks_off_is_none() {
    let question = question();
    for answer in whole_answers() {
        for length in 0..answer.len() {
            let judged = judge(&answer[..length], &question, None, NOW);
            assert_eq!(judged, Err(Unchecked::Malformed), "{length} bytes");
        }
    }
}

#[test]
fn no_other_bytes_are_the_same_answer() {
    let question = question();
    for answer in whole_answers() {
        assert!(judge(&answer, &question, None, NOW).is_ok());
        for position in 0..answer.len() {
            for bit in 0..8 {
                let mut changed = answer.clone();
                changed[position] ^= 1 << bit;
                let judged = judge(&changed, &question, None, NOW);
                assert!(judged.is_err(), "byte {position}, bit {bit}: {judged:?}");
            }
        }
    }
}

/// One of the three statuses, in its strictness.
fn said(strictness: u8) -> (Vec<u8>, Status) {
    match strictness {
        0 => (GOOD.to_vec(), Status::Good),
        1 => (UNKNOWN.to_vec(), Status::UnknownToResponder),
        _ => (
            revoked(NOW, None),
            Status::Revoked {
                at: NOW,
                reason: None,
            },
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn bytes_of_any_kind_are_judged_without_harm(bytes: Vec<u8>) {
        prop_assert!(judge(&bytes, &question(), None, NOW).is_err());
        let body = wrap(0, BASIC, &bytes);
        prop_assert!(judge(&body, &question(), None, NOW).is_err());
    }

    #[test]
    fn an_answer_with_a_part_exchanged_is_never_the_same(
        which in 0..2_usize,
        from in any::<prop::sample::Index>(),
        length in 0..40_usize,
        part in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let answer = &whole_answers()[which];
        let from = from.index(answer.len());
        let until = (from + length).min(answer.len());
        let changed = [&answer[..from], &part, &answer[until..]].concat();
        let judged = judge(&changed, &question(), None, NOW);
        prop_assert!(judged.is_err() || changed == *answer, "{judged:?}");
    }

    #[test]
    fn a_responder_that_signs_nonsense_says_nothing_of_another_certificate(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        from in any::<prop::sample::Index>(),
        part in prop::collection::vec(any::<u8>(), 0..3),
    ) {
        let answer = Answer::sound();
        let mut data = answer.data();
        for (position, byte) in &changes {
            let position = position.index(data.len());
            data[position] = *byte;
        }
        let longer = [&data[..from.index(data.len())], &part, &data[from.index(data.len())..]].concat();
        let ours = [id::<sha1::Sha1>(&CA.der, &serial_of(&LEAF)), id::<sha2::Sha256>(&CA.der, &serial_of(&LEAF))];
        for data in [data, longer] {
            let judged = judge(&answer.around(&data), &question(), None, NOW);
            // The last bytes of a name are the key's hash and the number: the algorithm's parameters may be left out.
            let names_us = ours.iter().any(|id| data.windows(40).any(|bytes| bytes == &id[id.len() - 40..]));
            prop_assert!(judged.is_err() || names_us, "{judged:?}");
        }
    }

    #[test]
    fn of_any_number_of_answers_the_strictest_about_ours_counts(
        said_of in prop::collection::vec((any::<bool>(), any::<bool>(), 0..3_u8), 0..12),
    ) {
        let mut answer = Answer::sound();
        answer.singles = said_of
            .iter()
            .map(|(is_ours, is_sha256, strictness)| {
                let serial = if *is_ours { serial_of(&LEAF) } else { vec![1] };
                Single {
                    id: match is_sha256 {
                        true => id::<sha2::Sha256>(&CA.der, &serial),
                        false => id::<sha1::Sha1>(&CA.der, &serial),
                    },
                    status: said(*strictness).0,
                    ..Single::sound()
                }
            })
            .collect();
        let strictest = said_of.iter().filter(|(is_ours, ..)| *is_ours).map(|(.., strictness)| *strictness).max();
        let expected = strictest.map(|strictness| said(strictness).1).ok_or(Unchecked::OtherCertificate);
        prop_assert_eq!(status(&answer), expected);
    }
}
