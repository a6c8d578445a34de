//! Lists as openssl makes none: each rule of RFC 5280 §5 that only a hand can break.

use crate::crl_maker::{AT, Answer, CrlCa, LAST_UPDATE, NEXT_UPDATE, openssl_says, read, rsa_ca};
use crate::crl_parts::{Made, SHA256_RSA, entry, sequence, tlv};
use crate::support::subject_of;
use cns_trust::FetchError;
use cns_trust::revocation::{Reason, Status, Times, Unchecked};
use time::OffsetDateTime;
use time::macros::datetime;

pub(crate) const SERIAL: &[u8] = &[0x4d, 0x5e, 0x6f];
pub(crate) const OTHER: &[u8] = &[0x10];
pub(crate) const DATE: &[u8] = b"261101000000Z";
pub(crate) const REVOKED_AT: OffsetDateTime = datetime!(2026-11-01 00:00 UTC);
const TIMES: Times = Times {
    produced_at: LAST_UPDATE,
    next_update: Some(NEXT_UPDATE),
};
pub(crate) const GOOD: Answer = Ok((Status::Good, TIMES));
pub(crate) const MALFORMED: Answer = Err(Unchecked::Malformed);
pub(crate) const TOO_LARGE: Answer = Err(Unchecked::FieldTooLarge);

pub(crate) fn revoked(at: OffsetDateTime, reason: Option<Reason>) -> Answer {
    Ok((Status::Revoked { at, reason }, TIMES))
}

pub(crate) fn critical(oid: &str) -> Answer {
    Err(Unchecked::CriticalExtension { oid: oid.to_owned() })
}

/// Our answer is the expected one, and openssl accepts whatever we call good.
#[track_caller]
pub(crate) fn check(name: &str, list: &Made, expected: &Answer) {
    check_bytes(name, &list.by(rsa_ca()), expected);
}

#[track_caller]
fn check_bytes(name: &str, list: &[u8], expected: &Answer) {
    let ca = rsa_ca();
    assert_eq!(read(&ca.question(), list, 1000, AT), *expected, "{name}");
    match expected {
        Ok((Status::Good, _)) => assert_eq!(openssl_says(ca, list, AT), None, "{name}"),
        Ok((Status::Revoked { .. }, _)) => assert!(openssl_says(ca, list, AT).is_some(), "{name}"),
        Ok((Status::UnknownToResponder, _)) | Err(_) => {}
    }
}

pub(crate) fn made(entries: &[Vec<u8>], extensions: &[Vec<u8>]) -> Made {
    Made::new(rsa_ca(), entries, extensions)
}

/// A list with one thing changed.
pub(crate) fn changed(change: impl FnOnce(&mut Made)) -> Made {
    let mut list = made(&[entry(OTHER, DATE, &[])], &[]);
    change(&mut list);
    list
}

#[test]
fn a_list_is_of_version_2() {
    check("sound", &changed(|_| {}), &GOOD);
    let first = |list: &mut Made| list.version = None;
    check("of version 1", &changed(first), &MALFORMED);
    let bare = changed(|list| (list.version, list.extensions) = (None, Vec::new()));
    check("of version 1 without extensions", &bare, &MALFORMED);
    check(
        "of version 2 without extensions",
        &changed(|list| list.extensions.clear()),
        &MALFORMED,
    );
    for version in [&[0][..], &[2], &[0, 1], &[]] {
        let list = changed(|list| list.version = Some(tlv(0x02, version)));
        check("of a version that does not exist", &list, &MALFORMED);
    }
    let list = changed(|list| list.version = Some(tlv(0x0a, &[1])));
    check("of a version of another type", &list, &MALFORMED);
}

#[test]
fn the_two_algorithms_are_one() {
    let bare = &SHA256_RSA[..SHA256_RSA.len() - 2];
    let bare = sequence(&bare[2..]);
    let list = changed(|list| list.outer_algorithm.clone_from(&bare));
    check("without parameters outside only", &list, &MALFORMED);
    let list = changed(|list| {
        list.algorithm.clone_from(&bare);
        list.outer_algorithm.clone_from(&bare);
    });
    check("without parameters twice", &list, &GOOD);
    let odd = sequence(&[&bare[2..], &[0x05, 0x01, 0x00]].concat());
    let list = changed(|list| {
        list.algorithm.clone_from(&odd);
        list.outer_algorithm.clone_from(&odd);
    });
    check("with parameters that are not", &list, &MALFORMED);
}

#[test]
fn the_parameters_of_rsa_pss_are_read_to_their_last_byte() {
    let weak: Answer = Err(Unchecked::WeakSignature {
        algorithm: "RSA-PSS".to_owned(),
    });
    let hash = |last: u8| sequence(&tlv(0x06, &[0x60, 0x86, 0x48, 1, 101, 3, 4, 2, last]));
    let pkcs1 = |last: u8| tlv(0x06, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, last]);
    let mask = |of: u8, last: u8| tlv(0xa1, &sequence(&[pkcs1(of), hash(last)].concat()));
    let hash_field = |last: u8| tlv(0xa0, &hash(last));
    let sha256 = || vec![hash_field(1), mask(8, 1)];
    let number = |tag: u8, number: &[u8]| tlv(tag, &tlv(0x02, number));
    let and = |more: Vec<u8>| [sha256(), vec![more]].concat();
    for (name, fields, expected) in [
        ("of SHA-1, unsaid", vec![], weak.clone()),
        ("of SHA-1 for the mask, unsaid", vec![hash_field(1)], weak.clone()),
        (
            "of another hash for the mask",
            vec![hash_field(1), mask(8, 2)],
            weak.clone(),
        ),
        (
            "of an unknown hash",
            vec![hash_field(9), mask(8, 9)],
            weak.clone(),
        ),
        ("of another mask", vec![hash_field(1), mask(9, 1)], weak),
        // The list is signed otherwise.
        ("sound", and(number(0xa2, &[32])), Err(Unchecked::BadSignature)),
        (
            "of a salt of 20 bytes, unsaid",
            sha256(),
            Err(Unchecked::BadSignature),
        ),
        (
            "with the trailer said",
            and(number(0xa3, &[1])),
            Err(Unchecked::BadSignature),
        ),
        ("with another trailer", and(number(0xa3, &[2])), MALFORMED),
        ("of a salt below zero", and(number(0xa2, &[0x80])), MALFORMED),
        (
            "of a salt of 1000 bytes",
            and(number(0xa2, &[3, 0xe8])),
            MALFORMED,
        ),
        ("with more", and(number(0xa4, &[1])), MALFORMED),
    ] {
        let algorithm = sequence(&[pkcs1(10), sequence(&fields.concat())].concat());
        let list = changed(|list| {
            list.algorithm.clone_from(&algorithm);
            list.outer_algorithm.clone_from(&algorithm);
        });
        check(name, &list, &expected);
    }
}

#[test]
fn times_have_one_form() {
    let utc = |text: &str| tlv(0x17, text.as_bytes());
    let generalized = |text: &str| tlv(0x18, text.as_bytes());
    check(
        "GeneralizedTime",
        &changed(|list| list.next_update = generalized("20261220000000Z")),
        &GOOD,
    );
    for (name, next_update) in [
        ("none", Vec::new()),
        ("no seconds", utc("2612200000Z")),
        ("an offset", utc("261220000000+0100")),
        ("no zone", utc("261220000000")),
        ("fractions", generalized("20261220000000.5Z")),
        ("a month 13", utc("261320000000Z")),
        ("a 30 February", utc("270230000000Z")),
        ("an hour 24", utc("261220240000Z")),
        ("a letter", utc("26122000000oZ")),
        ("a sign", utc("+61220000000Z")),
        ("another type", tlv(0x13, b"261220000000Z")),
        ("before the other", utc("261119235959Z")),
    ] {
        check(name, &changed(|list| list.next_update = next_update), &MALFORMED);
    }
    for (date, at) in [
        (&b"491231235959Z"[..], datetime!(2049-12-31 23:59:59 UTC)),
        (b"500101000000Z", datetime!(1950-01-01 00:00 UTC)),
    ] {
        check(
            "a century",
            &made(&[entry(SERIAL, date, &[])], &[]),
            &revoked(at, None),
        );
    }
    check(
        "an entry of no date",
        &made(&[entry(OTHER, b"2613010000Z", &[])], &[]),
        &MALFORMED,
    );
}

#[test]
fn nothing_stands_where_nothing_belongs() {
    for place in 0..3 {
        let list = changed(|list| list.trailing[place] = vec![0x05, 0x00]);
        check("more", &list, &MALFORMED);
        let list = changed(|list| list.trailing[place] = vec![0x00]);
        check("a byte more", &list, &MALFORMED);
    }
    check(
        "extensions of another tag",
        &changed(|list| list.extensions = tlv(0xa1, &[])),
        &MALFORMED,
    );
    check("no issuer", &changed(|list| list.issuer.clear()), &MALFORMED);
    check(
        "an issuer without a name",
        &changed(|list| list.issuer = sequence(&[])),
        &Err(Unchecked::WrongIssuer),
    );
    check(
        "a name that is none",
        &changed(|list| list.issuer = sequence(&[5, 0])),
        &MALFORMED,
    );
    let sound = changed(|_| {}).by(rsa_ca());
    check_bytes("nothing", &[], &MALFORMED);
    check_bytes(
        "PEM",
        crate::crl_maker::pem("X509 CRL", &sound).as_bytes(),
        &MALFORMED,
    );
    check_bytes("a length without end", &[0x30, 0x80, 0x30, 0x80], &MALFORMED);
    check_bytes(
        "a length not in its shortest form",
        &[&[0x30, 0x83, 0x00], &sound[2..]].concat(),
        &MALFORMED,
    );
    check_bytes(
        "more than 32 MiB",
        &[0x30, 0x84, 0x02, 0x00, 0x00, 0x01],
        &whole_too_large(32 << 20),
    );
    check_bytes("a certificate", &rsa_ca().ca.der, &MALFORMED);
}

#[test]
fn a_name_may_be_written_in_another_string_type() {
    let shouted = subject_of(&rsa_ca().ca.der).to_ascii_uppercase();
    check("in capitals", &changed(|list| list.issuer = shouted), &GOOD);
}

#[test]
fn a_key_of_another_kind_verifies_nothing() {
    let name = "CA dei richiami";
    let curve = CrlCa::new(
        name,
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        |_| {},
    );
    let list = changed(|_| {}).by(rsa_ca());
    assert_eq!(
        read(&curve.question(), &list, 1000, AT),
        Err(Unchecked::BadSignature)
    );
}

/// The whole list is too large.
pub(crate) fn whole_too_large(limit: u64) -> Answer {
    Err(Unchecked::Fetch(FetchError::TooLarge {
        host: "crl.example".to_owned(),
        limit,
    }))
}
