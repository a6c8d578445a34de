//! What the entries of a list say, each of them made by hand.

use crate::crl_made::{
    DATE, GOOD, MALFORMED, OTHER, REVOKED_AT, SERIAL, TOO_LARGE, changed, check, critical, made, revoked,
};
use crate::crl_maker::{AT, read, rsa_ca};
use crate::crl_parts::{entry, extension, reason, sequence, tlv};
use crate::support::subject_of;
use cns_trust::revocation::{Reason, Unchecked};
use time::macros::datetime;

#[test]
fn of_several_entries_the_strictest_counts() {
    let of = |date: &[u8], number| entry(SERIAL, date, &[reason(number)]);
    let (early, late) = (&b"261001000000Z"[..], &b"261102000000Z"[..]);
    let (early_at, late_at) = (datetime!(2026-10-01 00:00 UTC), datetime!(2026-11-02 00:00 UTC));
    for (name, entries, expected) in [
        ("none", vec![], GOOD),
        ("taken back", vec![of(early, 8)], GOOD),
        (
            "hold after taken back",
            vec![of(early, 8), of(late, 6)],
            revoked(late_at, Some(Reason::CertificateHold)),
        ),
        (
            "hold before taken back",
            vec![of(late, 6), of(early, 8)],
            revoked(late_at, Some(Reason::CertificateHold)),
        ),
        (
            "revoked after hold",
            vec![of(early, 6), of(late, 4)],
            revoked(late_at, Some(Reason::Superseded)),
        ),
        (
            "revoked before hold",
            vec![of(late, 4), of(early, 6)],
            revoked(late_at, Some(Reason::Superseded)),
        ),
        (
            "twice",
            vec![of(late, 4), of(early, 1)],
            revoked(early_at, Some(Reason::KeyCompromise)),
        ),
        (
            "twice, earlier first",
            vec![of(early, 1), of(late, 4)],
            revoked(early_at, Some(Reason::KeyCompromise)),
        ),
    ] {
        let list = made(&entries, &[]).by(rsa_ca());
        assert_eq!(read(&rsa_ca().question(), &list, 1000, AT), expected, "{name}");
    }
    let list = changed(|list| list.entries = sequence(&[]));
    check("an empty list of entries", &list, &GOOD);
}

#[test]
fn a_serial_number_is_compared_without_what_says_nothing() {
    let mut question = rsa_ca().question();
    for (of_certificate, of_list, same) in [
        (&[0x00, 0x9a, 1][..], &[0x00, 0x9a, 1][..], true),
        (&[0x00, 0x9a, 1], &[0x9a, 1], true),
        (&[0x9a, 1], &[0x00, 0x9a, 1], true),
        (&[0x00, 0x00, 0x1a], &[0x1a], true),
        (&[0x00], &[0x00], true),
        (&[0x1a], &[0x1a, 0x00], false),
        (&[0x1a, 0x00], &[0x1a], false),
        (&[0x00], &[0x01], false),
    ] {
        question.serial = of_certificate.to_vec();
        let list = made(&[entry(of_list, DATE, &[])], &[]).by(rsa_ca());
        let expected = if same { revoked(REVOKED_AT, None) } else { GOOD };
        assert_eq!(
            read(&question, &list, 1000, AT),
            expected,
            "{of_certificate:02x?} {of_list:02x?}"
        );
    }
    for serial in [&[][..], &[0x00, 0x4d], &[0xff, 0x80]] {
        check(
            "a number not in its shortest form",
            &made(&[entry(serial, DATE, &[])], &[]),
            &MALFORMED,
        );
    }
}

#[test]
fn an_entry_with_what_is_not_understood_makes_the_list_useless() {
    const CERTIFICATE_ISSUER: &[u8] = &[0x55, 0x1d, 29];
    const REASON_CODE: &[u8] = &[0x55, 0x1d, 21];
    const INVALIDITY_DATE: &[u8] = &[0x55, 0x1d, 24];
    const UNKNOWN: &[u8] = &[0x2a, 3, 4];
    let null = &[0x05, 0x00];
    let issuer = sequence(&tlv(0xa4, &subject_of(&rsa_ca().ca.der)));
    let with = |extensions: &[Vec<u8>]| made(&[entry(OTHER, DATE, extensions)], &[]);
    let invalidity = extension(INVALIDITY_DATE, None, &tlv(0x18, b"20261001000000Z"));
    for (name, list, expected) in [
        ("an invalidity date", with(&[invalidity, reason(1)]), GOOD),
        (
            "another issuer",
            with(&[extension(CERTIFICATE_ISSUER, Some(0xff), &issuer)]),
            Err(Unchecked::Indirect),
        ),
        (
            "another issuer by the way",
            with(&[extension(CERTIFICATE_ISSUER, None, &issuer)]),
            Err(Unchecked::Indirect),
        ),
        ("something unknown", with(&[extension(UNKNOWN, None, null)]), GOOD),
        (
            "something unknown that must be known",
            with(&[extension(UNKNOWN, Some(0xff), null)]),
            critical("1.2.3.4"),
        ),
        (
            "a reason that must be known",
            with(&[extension(REASON_CODE, Some(0xff), &tlv(0x0a, &[1]))]),
            critical("2.5.29.21"),
        ),
        (
            "a flag written without need",
            with(&[extension(UNKNOWN, Some(0), null)]),
            GOOD,
        ),
        (
            "a flag that is neither",
            with(&[extension(UNKNOWN, Some(1), null)]),
            MALFORMED,
        ),
        ("twice the same", with(&[reason(1), reason(1)]), MALFORMED),
        (
            "a reason of another type",
            with(&[extension(REASON_CODE, None, &tlv(0x02, &[1]))]),
            MALFORMED,
        ),
        (
            "a reason with more behind it",
            with(&[extension(REASON_CODE, None, &[0x0a, 1, 1, 5, 0])]),
            MALFORMED,
        ),
        (
            "an empty reason",
            with(&[extension(REASON_CODE, None, &tlv(0x0a, &[]))]),
            MALFORMED,
        ),
        (
            "an extension without a name",
            with(&[extension(&[], None, null)]),
            MALFORMED,
        ),
        (
            "an extension whose name breaks off",
            with(&[extension(&[0x2a, 0x83], None, null)]),
            MALFORMED,
        ),
        (
            "an extension whose name is padded",
            with(&[extension(&[0x2a, 0x80, 0x03], None, null)]),
            MALFORMED,
        ),
        ("no extension at all", with(&[Vec::new()]), MALFORMED),
        ("an extension that is none", with(&[tlv(0x31, &[])]), MALFORMED),
    ] {
        check(name, &list, &expected);
    }
    for number in [7, 11, 0x7f] {
        let list = made(&[entry(SERIAL, DATE, &[reason(number)])], &[]);
        check("a reason that nobody knows", &list, &revoked(REVOKED_AT, None));
    }
    let more = [&entry(OTHER, DATE, &[reason(1)])[2..], &[0x05, 0x00]].concat();
    check(
        "more in an entry",
        &changed(|list| list.entries = sequence(&sequence(&more))),
        &MALFORMED,
    );
    check(
        "an entry that is none",
        &changed(|list| list.entries = sequence(&tlv(0x31, &[]))),
        &MALFORMED,
    );
    let large = extension(UNKNOWN, None, &vec![0; 4096]);
    check("an entry of more than 4 KiB", &with(&[large]), &TOO_LARGE);
}
