//! Whom a list speaks for: its extensions, each of them made by hand.

use crate::crl_made::{DATE, GOOD, MALFORMED, OTHER, SERIAL, check, critical, made};
use crate::crl_maker::{AT, Answer, read, rsa_ca};
use crate::crl_parts::{entry, extension, number, reason, sequence, tlv};
use crate::support::subject_of;
use cns_trust::revocation::Unchecked;

#[test]
fn the_issuing_distribution_point_is_read_to_its_last_byte() {
    let uri = |text: &str| tlv(0x86, text.as_bytes());
    let full = |names: &[Vec<u8>]| tlv(0xa0, &tlv(0xa0, &names.concat()));
    let here = || full(&[uri("http://crl.example/list.crl")]);
    let yes = |number: u8| tlv(0x80 | number, &[0xff]);
    let directory = tlv(0xa4, &subject_of(&rsa_ca().ca.der));
    let some_reasons = || tlv(0x83, &[6, 0x40]);
    for (name, fields, expected) in [
        ("this place", vec![here()], GOOD),
        ("for users", vec![here(), yes(1)], GOOD),
        (
            "written without need",
            vec![here(), tlv(0x81, &[0]), tlv(0x84, &[0])],
            GOOD,
        ),
        ("nothing", vec![], MALFORMED),
        ("a flag that is neither", vec![tlv(0x81, &[1])], MALFORMED),
        ("a flag of two bytes", vec![tlv(0x81, &[0xff, 0xff])], MALFORMED),
        ("out of order", vec![yes(1), here()], MALFORMED),
        ("twice", vec![yes(1), yes(1)], MALFORMED),
        ("a field that does not exist", vec![here(), yes(6)], MALFORMED),
        (
            "a name of no kind",
            vec![tlv(0xa0, &tlv(0xa2, &uri("x")))],
            MALFORMED,
        ),
        (
            "two names of the point",
            vec![tlv(0xa0, &[tlv(0xa0, &uri("x")), tlv(0xa0, &uri("x"))].concat())],
            MALFORMED,
        ),
        ("no name", vec![full(&[])], MALFORMED),
        ("a name that is none", vec![full(&[tlv(0x89, b"x")])], MALFORMED),
        (
            "a directory name that is none",
            vec![full(&[tlv(0xa4, b"x")])],
            MALFORMED,
        ),
        (
            "another place",
            vec![full(&[uri("http://crl.example/list.cr")])],
            Err(Unchecked::Scope),
        ),
        ("a directory", vec![full(&[directory])], Err(Unchecked::Scope)),
        ("two kinds", vec![yes(1), yes(5)], Err(Unchecked::Scope)),
        ("some reasons", vec![some_reasons()], Err(Unchecked::Scope)),
        (
            "reasons with a bit too much",
            vec![tlv(0x83, &[6, 0x41])],
            MALFORMED,
        ),
        ("reasons of no bits", vec![tlv(0x83, &[])], MALFORMED),
        (
            "reasons with nine bits unused",
            vec![tlv(0x83, &[9, 0])],
            MALFORMED,
        ),
        ("indirect", vec![here(), yes(4)], Err(Unchecked::Indirect)),
    ] {
        check(
            name,
            &made(&[entry(OTHER, DATE, &[])], &[issuing_point(&fields.concat())]),
            &expected,
        );
    }
    let taken_back = made(
        &[entry(SERIAL, DATE, &[reason(8)])],
        &[issuing_point(&some_reasons())],
    );
    check(
        "taken back, for some reasons",
        &taken_back,
        &Err(Unchecked::Scope),
    );
}

#[test]
fn a_place_has_a_name_in_several_forms() {
    let component = || sequence(&[tlv(0x06, &[0x55, 4, 3]), tlv(0x0c, b"Elenco 1")].concat());
    let shouted = sequence(&[tlv(0x06, &[0x55, 4, 3]), tlv(0x13, b"ELENCO  1")].concat());
    let issuer = subject_of(&rsa_ca().ca.der);
    let whole = |last: &[u8]| {
        let components = [&issuer[2..], &tlv(0x31, last)].concat();
        tlv(0xa0, &tlv(0xa4, &sequence(&components)))
    };
    let relative = |last: &[u8]| tlv(0xa1, last);
    let good = GOOD;
    let scope: Answer = Err(Unchecked::Scope);
    for (of_certificate, of_list, expected) in [
        (relative(&component()), relative(&component()), &good),
        (relative(&component()), whole(&component()), &good),
        (whole(&component()), relative(&shouted), &good),
        (whole(&shouted), whole(&component()), &good),
        (tlv(0xa0, &tlv(0x86, b"Elenco 1")), relative(&component()), &scope),
        (Vec::new(), relative(&component()), &scope),
        (vec![0xa0], relative(&component()), &scope),
    ] {
        let mut question = rsa_ca().question();
        question.crl[0].name = of_certificate.clone();
        let list = made(&[], &[issuing_point(&tlv(0xa0, &of_list))]).by(rsa_ca());
        assert_eq!(
            read(&question, &list, 1000, AT),
            *expected,
            "{of_certificate:02x?}, {of_list:02x?}"
        );
    }
}

#[test]
fn the_lists_own_extensions_are_understood_or_the_list_is_useless() {
    const AUTHORITY: &[u8] = &[0x55, 0x1d, 35];
    const FRESHEST: &[u8] = &[0x55, 0x1d, 46];
    const DELTA: &[u8] = &[0x55, 0x1d, 27];
    const UNKNOWN: &[u8] = &[0x2a, 3, 4];
    let wrong_issuer: Answer = Err(Unchecked::WrongIssuer);
    let ca = rsa_ca();
    let (serial, identifier) = numbers_of(&ca.ca.der);
    let names = tlv(0xa1, &tlv(0xa4, &subject_of(&ca.ca.der)));
    let authority = |fields: &[Vec<u8>]| extension(AUTHORITY, None, &sequence(&fields.concat()));
    for (name, extensions, expected) in [
        (
            "the issuer's key",
            vec![authority(&[tlv(0x80, &identifier)])],
            GOOD,
        ),
        (
            "the issuer's key, name and number",
            vec![authority(&[
                tlv(0x80, &identifier),
                names.clone(),
                tlv(0x82, &serial),
            ])],
            GOOD,
        ),
        (
            "another key",
            vec![authority(&[tlv(0x80, b"x")])],
            wrong_issuer.clone(),
        ),
        (
            "another number",
            vec![authority(&[names.clone(), tlv(0x82, b"x")])],
            wrong_issuer,
        ),
        ("a key identifier that says nothing", vec![authority(&[])], GOOD),
        (
            "a key identifier with more",
            vec![authority(&[tlv(0x80, &identifier), tlv(0x83, b"x")])],
            MALFORMED,
        ),
        ("twice the same", vec![number(&[1]), number(&[1])], MALFORMED),
        ("a number below zero", vec![number(&[0x80])], MALFORMED),
        ("a number of 22 bytes", vec![number(&[1; 22])], MALFORMED),
        ("a number of 20 bytes", vec![number(&[1; 20])], GOOD),
        (
            "a number that must be known",
            vec![extension(&[0x55, 0x1d, 20], Some(0xff), &tlv(2, &[1]))],
            critical("2.5.29.20"),
        ),
        (
            "where a delta lies",
            vec![extension(FRESHEST, None, &sequence(&[]))],
            GOOD,
        ),
        (
            "a delta by the way",
            vec![extension(DELTA, None, &tlv(2, &[1]))],
            Err(Unchecked::Delta),
        ),
        (
            "something unknown that must be known",
            vec![extension(UNKNOWN, Some(0xff), &[])],
            critical("1.2.3.4"),
        ),
    ] {
        check(name, &made(&[], &extensions), &expected);
    }
    let unknown = extension(UNKNOWN, None, &[]);
    for (name, extensions) in [
        ("no extension at all", sequence(&[])),
        ("no number", sequence(&unknown)),
        (
            "two lists of extensions",
            [sequence(&number(&[1])), sequence(&unknown)].concat(),
        ),
    ] {
        let mut list = made(&[], &[]);
        list.extensions = tlv(0xa0, &extensions);
        check(name, &list, &MALFORMED);
    }
}

fn issuing_point(fields: &[u8]) -> Vec<u8> {
    extension(&[0x55, 0x1d, 28], Some(0xff), &sequence(fields))
}

/// A certificate's serial number and subject key identifier.
fn numbers_of(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
    use x509_parser::extensions::ParsedExtension;
    use x509_parser::prelude::{FromDer, X509Certificate};
    let (_, certificate) = X509Certificate::from_der(der).unwrap();
    let identifier = certificate.extensions().iter().find_map(|extension| {
        let ParsedExtension::SubjectKeyIdentifier(identifier) = extension.parsed_extension() else {
            return None;
        };
        Some(identifier.0.to_vec())
    });
    (certificate.raw_serial().to_vec(), identifier.unwrap())
}
