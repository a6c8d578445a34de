//! What openssl says of the same answers: whatever counts here counts there, and each difference has its reason.

use crate::crl_maker::pem;
use crate::ocsp_maker::*;
use crate::signature::{RSA_2048, RsaPublic};
use crate::support::*;
use cns_trust::revocation::{Status, Unchecked};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, SigningKey as _};
use rsa::pkcs1v15::SigningKey;
use rsa::signature::{RandomizedSigner, SignatureEncoding, Signer};
use sha1::Sha1;
use sha2::Sha256;
use std::process::Command;
use time::Duration;

/// What `openssl ocsp` says of [`LEAF`]: `good`, `revoked`, `unknown`; or nothing, where it does not believe the answer.
/// Its look at the answer's own times is left aside, by decades of leeway: it takes them by today's clock.
fn openssl_says(answer: &Answer) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("answer.der"), answer.der()).unwrap();
    std::fs::write(path("ca.pem"), pem("CERTIFICATE", &CA.der)).unwrap();
    std::fs::write(path("leaf.pem"), pem("CERTIFICATE", &LEAF)).unwrap();
    let at = NOW.unix_timestamp().to_string();
    let by_sha256 = answer.singles[0].id.windows(9).any(|bytes| bytes == Sha256::OID);
    let digest = if by_sha256 { "-sha256" } else { "-sha1" };
    let files = [
        "-no_nonce",
        "-validity_period",
        "2000000000",
        "-issuer",
        "ca.pem",
        digest,
        "-cert",
        "leaf.pem",
        "-CAfile",
        "ca.pem",
    ];
    let output = Command::new("openssl")
        .args([
            "ocsp",
            "-respin",
            "answer.der",
            "-no-CApath",
            "-no-CAstore",
            "-attime",
            &at,
        ])
        .args(files)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if !said.contains("Response verify OK") {
        assert!(
            said.contains("Response Verify Failure") || said.contains("rror"),
            "{said}"
        );
        return None;
    }
    let line = said.lines().find_map(|line| line.strip_prefix("leaf.pem: "));
    line.map(str::to_owned).filter(|line| !line.starts_with("ERROR"))
}

fn delegated(change: impl FnOnce(&mut CertificateParams)) -> Answer {
    Answer::by(&Delegate::of(&CA, change))
}

/// An answer whose delegate has an RSA key, signed as `algorithm` says.
fn by_rsa(algorithm: Vec<u8>, sign: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Answer {
    let der = responder_certificate(&CA, &RsaPublic::of(&RSA_2048), |_| {});
    Answer {
        responder: by_key(&der),
        certificates: vec![der],
        algorithm,
        sign: Box::new(sign),
        ..Answer::sound()
    }
}

fn pss(salt: u8) -> Answer {
    let oid = |last: u8| tlv(0x06, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last]);
    let sha256 = sequence(&[tlv(0x06, Sha256::OID), vec![5, 0]].concat());
    let mask = sequence(&[oid(8), sha256.clone()].concat());
    let parameters = [
        tlv(0xa0, &sha256),
        tlv(0xa1, &mask),
        tlv(0xa2, &tlv(0x02, &[salt])),
    ];
    let algorithm = sequence(&[oid(10), sequence(&parameters.concat())].concat());
    let signer = rsa::pss::SigningKey::<Sha256>::new_with_salt_len(RSA_2048.clone(), usize::from(salt));
    by_rsa(algorithm, move |signed| {
        let mut random = <rand_chacha::ChaCha20Rng as rand_chacha::rand_core::SeedableRng>::seed_from_u64(1);
        signer.sign_with_rng(&mut random, signed).to_vec()
    })
}

fn pkcs1(last: u8) -> Vec<u8> {
    let oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last];
    sequence(&[tlv(0x06, &oid), vec![5, 0]].concat())
}

fn by_p384() -> Answer {
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let der = responder_certificate(&CA, &key, |_| {});
    let mut algorithm = ECDSA_SHA256.to_vec();
    *algorithm.last_mut().unwrap() = 3;
    Answer {
        responder: by_name(&der),
        certificates: vec![der],
        algorithm,
        sign: Box::new(move |signed| key.sign(signed).unwrap()),
        ..Answer::sound()
    }
}

#[track_caller]
fn check(name: &str, answer: &Answer, expected: &Result<Status, Unchecked>, openssl: Option<&str>) {
    assert_eq!(status(answer), *expected, "{name}");
    let said = openssl_says(answer);
    assert_eq!(said.as_deref(), openssl, "{name}: openssl");
    let believed = match expected {
        Ok(Status::Good) => "good",
        Ok(Status::Revoked { .. }) => "revoked",
        Ok(Status::UnknownToResponder) => "unknown",
        Err(_) => return,
    };
    assert_eq!(said.as_deref(), Some(believed), "{name}");
}

#[test]
fn what_counts_here_counts_there() {
    let sha256 = SigningKey::<Sha256>::new(RSA_2048.clone());
    let at = NOW - Duration::days(1);
    let mut direct_by_name = Answer::direct(&CA);
    direct_by_name.responder = by_name(&CA.der);
    let by_sha256 = changed(|answer| answer.singles[0].id = id::<Sha256>(&CA.der, &serial_of(&LEAF)));
    let nonce = changed(|answer| answer.extensions = vec![extension(NONCE, false, &tlv(0x04, &[1; 16]))]);
    for (name, answer) in [
        ("a delegate", Answer::sound()),
        ("the issuer", Answer::direct(&CA)),
        ("the issuer by name", direct_by_name),
        ("SHA-256 in the name", by_sha256),
        ("a nonce", nonce),
        (
            "RSA",
            by_rsa(pkcs1(11), move |signed| sha256.sign(signed).to_vec()),
        ),
        ("RSA-PSS", pss(32)),
        ("P-384", by_p384()),
        ("no key usage", delegated(|params| params.key_usages.clear())),
        (
            "a CA beside the delegate",
            changed(|answer| answer.certificates.push(CA.der.clone())),
        ),
    ] {
        check(name, &answer, &Ok(Status::Good), Some("good"));
    }
    let revoked = changed(|answer| answer.singles[0].status = revoked(at, None));
    check(
        "revoked",
        &revoked,
        &Ok(Status::Revoked { at, reason: None }),
        Some("revoked"),
    );
    let unknown = changed(|answer| answer.singles[0].status = UNKNOWN.to_vec());
    check(
        "unknown",
        &unknown,
        &Ok(Status::UnknownToResponder),
        Some("unknown"),
    );
}

#[test]
fn what_is_refused_there_is_refused_here() {
    let twin = Ca::new(CA_NAME);
    let other_serial = changed(|answer| answer.singles[0].id = id::<Sha1>(&CA.der, &[1]));
    let mut unsigned = Answer::sound();
    unsigned.sign = Box::new(|_| Vec::new());
    for (name, answer, expected) in [
        ("another certificate", other_serial, Unchecked::OtherCertificate),
        ("no signature", unsigned, Unchecked::BadSignature),
        (
            "no certificate",
            changed(|answer| answer.certificates.clear()),
            Unchecked::WrongResponder,
        ),
        (
            "a stranger",
            Answer::direct(&Ca::new("Un'altra CA")),
            Unchecked::WrongResponder,
        ),
        (
            "a namesake's delegate",
            Answer::by(&Delegate::of(&twin, |_| {})),
            Unchecked::WrongResponder,
        ),
        (
            "no purpose",
            delegated(|params| params.extended_key_usages.clear()),
            Unchecked::WrongResponder,
        ),
        (
            "any purpose",
            delegated(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Any]),
            Unchecked::WrongResponder,
        ),
        (
            "expired",
            delegated(|params| params.not_after = NOW - Duration::seconds(1)),
            Unchecked::WrongResponder,
        ),
    ] {
        check(name, &answer, &Err(expected), None);
    }
}

#[test]
fn what_openssl_passes_over_is_known_by_name() {
    let sha1 = SigningKey::<Sha1>::new(RSA_2048.clone());
    let strange = || extension(STRANGE, true, &[5, 0]);
    let critical = || Unchecked::CriticalExtension {
        oid: "1.2.3.4".to_owned(),
    };
    let weak = |algorithm: &str| Unchecked::WeakSignature {
        algorithm: algorithm.to_owned(),
    };
    let unchecked = delegated(|params| params.custom_extensions.clear());
    let key_usage = delegated(|params| params.key_usages = vec![KeyUsagePurpose::CrlSign]);
    for (name, answer, expected) in [
        // It asks after a delegate's own revocation only when it is given the lists.
        (
            "a delegate that may be revoked",
            unchecked,
            Unchecked::ResponderUnchecked,
        ),
        (
            "a delegate that may not sign",
            key_usage,
            Unchecked::WrongResponder,
        ),
        (
            "a critical extension",
            changed(|answer| answer.extensions = vec![strange()]),
            critical(),
        ),
        (
            "a critical extension beside the certificate",
            changed(|answer| answer.singles[0].extensions = vec![strange()]),
            critical(),
        ),
        // Collisions cost too much for its lowest bar, and too little for ours.
        (
            "SHA-1",
            by_rsa(pkcs1(5), move |signed| sha1.sign(signed).to_vec()),
            weak("SHA-1, RSA"),
        ),
        ("RSA-PSS with another salt", pss(20), weak("RSA-PSS")),
    ] {
        check(name, &answer, &Err(expected), Some("good"));
    }
    // Of two answers about one certificate it takes the first.
    let both = changed(|answer| {
        let revoked = Single {
            status: revoked(NOW, None),
            ..Single::sound()
        };
        answer.singles.push(revoked);
    });
    assert_eq!(
        status(&both),
        Ok(Status::Revoked {
            at: NOW,
            reason: None
        })
    );
    assert_eq!(openssl_says(&both).as_deref(), Some("good"));
}
