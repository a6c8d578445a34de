//! A responder that says whatever a test wants, written byte by byte: sound answers, and each fault alone.

use crate::support::*;
use cns_trust::revocation::ocsp::judge;
use cns_trust::revocation::{Question, Status, Unchecked};
use rcgen::{
    CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair, KeyUsagePurpose,
    PublicKeyData, SigningKey,
};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use x509_parser::prelude::{FromDer, X509Certificate};

pub(crate) const CA_NAME: &str = "Regione di Prova - CA Cittadini";

pub(crate) static CA: LazyLock<Ca> = LazyLock::new(|| Ca::new(CA_NAME));
pub(crate) static LEAF: LazyLock<Vec<u8>> = LazyLock::new(|| CA.issue(|_| {}));
pub(crate) static RESPONDER: LazyLock<Delegate> = LazyLock::new(|| Delegate::of(&CA, |_| {}));

/// The question about [`LEAF`].
pub(crate) fn question() -> Question {
    question_about(&LEAF, &CA.der)
}

pub(crate) fn question_about(leaf: &[u8], issuer: &[u8]) -> Question {
    Question::new(leaf, issuer).unwrap()
}

pub(crate) fn serial_of(der: &[u8]) -> Vec<u8> {
    X509Certificate::from_der(der).unwrap().1.raw_serial().to_vec()
}

/// A responder with a certificate of its own.
pub(crate) struct Delegate {
    pub(crate) key: KeyPair,
    pub(crate) der: Vec<u8>,
}

impl Delegate {
    pub(crate) fn of(ca: &Ca, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate().unwrap();
        let der = responder_certificate(ca, &key, change);
        Self { key, der }
    }
}

/// A sound responder's certificate, then what `change` makes of it.
pub(crate) fn responder_certificate(
    ca: &Ca,
    key: &impl PublicKeyData,
    change: impl FnOnce(&mut CertificateParams),
) -> Vec<u8> {
    let mut params = CertificateParams::default();
    params.distinguished_name = subject(&["Risponditore di prova"]);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Ente di Prova");
    params.not_before = datetime!(2026-11-01 00:00 UTC);
    params.not_after = datetime!(2026-12-01 00:00 UTC);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
    params.custom_extensions = vec![no_check()];
    change(&mut params);
    let issuer = Issuer::from_params(&ca.params, &ca.key);
    params.signed_by(key, &issuer).unwrap().der().to_vec()
}

pub(crate) fn no_check() -> CustomExtension {
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 48, 1, 5], vec![5, 0])
}

/// Signs the bytes that it is given.
type Sign = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// An OCSP response in its making.
pub(crate) struct Answer {
    pub(crate) status: u8,
    pub(crate) kind: Vec<u8>,
    pub(crate) version: Vec<u8>,
    pub(crate) responder: Vec<u8>,
    pub(crate) produced_at: OffsetDateTime,
    pub(crate) singles: Vec<Single>,
    pub(crate) extensions: Vec<Vec<u8>>,
    pub(crate) algorithm: Vec<u8>,
    pub(crate) sign: Sign,
    pub(crate) certificates: Vec<Vec<u8>>,
    /// What stands after everything else in the `BasicOCSPResponse`.
    pub(crate) appendix: Vec<u8>,
}

impl Answer {
    /// Good, by a sound delegate.
    pub(crate) fn sound() -> Self {
        Self::by(&RESPONDER)
    }

    pub(crate) fn by(delegate: &Delegate) -> Self {
        let key = KeyPair::try_from(delegate.key.serialize_der()).unwrap();
        Self {
            responder: by_key(&delegate.der),
            certificates: vec![delegate.der.clone()],
            ..Self::signed_by(key)
        }
    }

    /// Good, by the issuer itself.
    pub(crate) fn direct(ca: &Ca) -> Self {
        let key = KeyPair::try_from(ca.key.serialize_der()).unwrap();
        Self {
            responder: by_key(&ca.der),
            ..Self::signed_by(key)
        }
    }

    fn signed_by(key: KeyPair) -> Self {
        Self {
            status: 0,
            kind: BASIC.to_vec(),
            version: Vec::new(),
            responder: Vec::new(),
            produced_at: NOW,
            singles: vec![Single::sound()],
            extensions: Vec::new(),
            algorithm: ECDSA_SHA256.to_vec(),
            sign: Box::new(move |signed| key.sign(signed).unwrap()),
            certificates: Vec::new(),
            appendix: Vec::new(),
        }
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        self.around(&self.data())
    }

    /// The `ResponseData`.
    pub(crate) fn data(&self) -> Vec<u8> {
        let singles: Vec<u8> = self.singles.iter().flat_map(Single::der).collect();
        sequence(
            &[
                self.version.clone(),
                self.responder.clone(),
                generalized(self.produced_at),
                sequence(&singles),
                tagged_extensions(&self.extensions),
            ]
            .concat(),
        )
    }

    /// The response around these data, whatever they are: signed as they stand.
    pub(crate) fn around(&self, data: &[u8]) -> Vec<u8> {
        let mut basic = [
            data.to_vec(),
            self.algorithm.clone(),
            tlv(0x03, &[vec![0], (self.sign)(data)].concat()),
        ]
        .concat();
        if !self.certificates.is_empty() {
            basic.extend(tlv(0xa0, &sequence(&self.certificates.concat())));
        }
        basic.extend(&self.appendix);
        wrap(self.status, &self.kind, &sequence(&basic))
    }
}

/// An `OCSPResponse` around a `BasicOCSPResponse`.
pub(crate) fn wrap(status: u8, kind: &[u8], basic: &[u8]) -> Vec<u8> {
    let bytes = sequence(&[tlv(0x06, kind), tlv(0x04, basic)].concat());
    sequence(&[tlv(0x0a, &[status]), tlv(0xa0, &bytes)].concat())
}

/// What `answer` says of [`LEAF`] now.
pub(crate) fn status(answer: &Answer) -> Result<Status, Unchecked> {
    judge(&answer.der(), &question(), None, NOW).map(|(status, _)| status)
}

/// A sound answer, then what `change` makes of it.
pub(crate) fn changed(change: impl FnOnce(&mut Answer)) -> Answer {
    let mut answer = Answer::sound();
    change(&mut answer);
    answer
}

pub(crate) fn critical(oid: &str) -> Unchecked {
    Unchecked::CriticalExtension { oid: oid.to_owned() }
}

/// What is said of one certificate.
#[derive(Clone)]
pub(crate) struct Single {
    pub(crate) id: Vec<u8>,
    pub(crate) status: Vec<u8>,
    pub(crate) this_update: OffsetDateTime,
    pub(crate) next_update: Option<OffsetDateTime>,
    pub(crate) extensions: Vec<Vec<u8>>,
}

impl Single {
    pub(crate) fn sound() -> Self {
        Self {
            id: id::<Sha1>(&CA.der, &serial_of(&LEAF)),
            status: GOOD.to_vec(),
            this_update: NOW - Duration::hours(1),
            next_update: Some(NOW + Duration::hours(12)),
            extensions: Vec::new(),
        }
    }

    fn der(&self) -> Vec<u8> {
        let next_update = self.next_update.map(|next| tlv(0xa0, &generalized(next)));
        sequence(
            &[
                self.id.clone(),
                self.status.clone(),
                generalized(self.this_update),
                next_update.unwrap_or_default(),
                tagged_extensions(&self.extensions),
            ]
            .concat(),
        )
    }
}

/// The hashes that name certificates.
pub(crate) trait Named: Digest {
    const OID: &'static [u8];
}

impl Named for Sha1 {
    const OID: &'static [u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
}

impl Named for Sha256 {
    const OID: &'static [u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
}

/// A `CertID`.
pub(crate) fn id<H: Named>(issuer: &[u8], serial: &[u8]) -> Vec<u8> {
    let (name, key) = (H::digest(subject_of(issuer)), H::digest(key_of(issuer)));
    sequence(
        &[
            sequence(&[tlv(0x06, H::OID), vec![5, 0]].concat()),
            tlv(0x04, &name),
            tlv(0x04, &key),
            tlv(0x02, serial),
        ]
        .concat(),
    )
}

fn key_of(der: &[u8]) -> Vec<u8> {
    let (_, certificate) = X509Certificate::from_der(der).unwrap();
    certificate.public_key().subject_public_key.data.to_vec()
}

pub(crate) fn by_key(der: &[u8]) -> Vec<u8> {
    tlv(0xa2, &tlv(0x04, &Sha1::digest(key_of(der))))
}

pub(crate) fn by_name(der: &[u8]) -> Vec<u8> {
    tlv(0xa1, &subject_of(der))
}

pub(crate) fn revoked(at: OffsetDateTime, reason: Option<u8>) -> Vec<u8> {
    let reason = reason.map(|reason| tlv(0xa0, &tlv(0x0a, &[reason])));
    tlv(0xa1, &[generalized(at), reason.unwrap_or_default()].concat())
}

pub(crate) fn generalized(at: OffsetDateTime) -> Vec<u8> {
    let text = format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    );
    tlv(0x18, text.as_bytes())
}

/// An extension; `oid` is encoded, without header.
pub(crate) fn extension(oid: &[u8], is_critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if is_critical { &[1, 1, 0xff] } else { &[] };
    sequence(&[tlv(0x06, oid), critical.to_vec(), tlv(0x04, value)].concat())
}

fn tagged_extensions(extensions: &[Vec<u8>]) -> Vec<u8> {
    match extensions {
        [] => Vec::new(),
        some => tlv(0xa1, &sequence(&some.concat())),
    }
}

pub(crate) const BASIC: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01];
pub(crate) const NONCE: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02];
/// 2.5.29.21.
pub(crate) const REASON: &[u8] = &[0x55, 0x1d, 0x15];
/// 1.2.3.4.
pub(crate) const STRANGE: &[u8] = &[0x2a, 0x03, 0x04];

pub(crate) const GOOD: &[u8] = &[0x80, 0];
pub(crate) const UNKNOWN: &[u8] = &[0x82, 0];

pub(crate) const ECDSA_SHA256: &[u8] = &[
    0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02,
];
