//! Revocation lists that openssl made, and what openssl says of the same certificate.

use crate::crl_made::{GOOD, REVOKED_AT};
use crate::crl_maker::{AT, Answer, CrlCa, LEAF_SERIAL, Ordered, by_openssl, openssl_says, read, rsa_ca};
use cns_trust::revocation::{Reason, Status, Times, Unchecked};
use time::OffsetDateTime;
use time::macros::datetime;

fn revoked(reason: Option<Reason>) -> Answer {
    crate::crl_made::revoked(REVOKED_AT, reason)
}

/// Our answer is the expected one, and openssl accepts whatever we call good. `openssl` is the beginning of a word in
/// its answer; empty where it accepts.
#[track_caller]
pub(crate) fn check(name: &str, ca: &CrlCa, ordered: &Ordered<'_>, expected: &Answer, openssl: &str) {
    let list = by_openssl(ca, ordered);
    assert_eq!(read(&ca.question(), &list, list.len(), AT), *expected, "{name}");
    let said = openssl_says(ca, &list, AT);
    match &said {
        None => assert_eq!(openssl, "", "{name}: openssl accepts"),
        Some(said) => assert!(
            !openssl.is_empty() && said.contains(openssl),
            "{name}: openssl says {said}"
        ),
    }
    let good = matches!(expected, Ok((Status::Good, _)));
    assert!(
        !good || said.is_none(),
        "{name}: good here, and openssl says {said:?}"
    );
}

#[test]
fn a_list_says_who_is_revoked_and_why() {
    let reasons = [
        ("", None),
        (",unspecified", Some(Reason::Unspecified)),
        (",keyCompromise", Some(Reason::KeyCompromise)),
        (",CACompromise", Some(Reason::CaCompromise)),
        (",affiliationChanged", Some(Reason::AffiliationChanged)),
        (",superseded", Some(Reason::Superseded)),
        (",cessationOfOperation", Some(Reason::CessationOfOperation)),
        (",certificateHold", Some(Reason::CertificateHold)),
        (
            ",holdInstruction,holdInstructionReject",
            Some(Reason::CertificateHold),
        ),
        // With an invalidity date.
        (",keyTime,20261001000000Z", Some(Reason::KeyCompromise)),
        (",CAkeyTime,20261001000000Z", Some(Reason::CaCompromise)),
    ];
    check("not on it", rsa_ca(), &Ordered::default(), &GOOD, "");
    for (written, reason) in reasons {
        let ordered = Ordered {
            revoked: vec![
                ("10".to_owned(), "261005000000Z".to_owned()),
                (LEAF_SERIAL.to_owned(), format!("261101000000Z{written}")),
                ("4D5E70".to_owned(), "261006000000Z,superseded".to_owned()),
            ],
            ..Ordered::default()
        };
        check(
            written,
            rsa_ca(),
            &ordered,
            &revoked(reason),
            "certificate revoked",
        );
    }
    let ordered = Ordered {
        revoked: vec![(LEAF_SERIAL.to_owned(), "261101000000Z,removeFromCRL".to_owned())],
        ..Ordered::default()
    };
    check("taken back", rsa_ca(), &ordered, &GOOD, "");
}

#[test]
fn a_list_counts_within_its_scope_only() {
    let idp = |fields: &str| format!("issuingDistributionPoint = critical,@idp\n[idp]\n{fields}\n");
    let good: &[(&str, String, Answer, &str)] = &[
        ("no extensions but the key's name", String::new(), GOOD, ""),
        ("a number in it", "noCheck = ignored\n".to_owned(), GOOD, ""),
        (
            "of this place",
            idp("fullname = URI:http://crl.example/list.crl"),
            GOOD,
            "",
        ),
        (
            "of this place among others",
            idp("fullname = URI:http://other.example/, URI:http://crl.example/list.crl"),
            GOOD,
            "",
        ),
        (
            "of another place",
            idp("fullname = URI:http://crl.example/2.crl"),
            Err(Unchecked::Scope),
            "scope",
        ),
        ("for users", idp("onlyuser = TRUE"), GOOD, ""),
        ("for CAs", idp("onlyCA = TRUE"), Err(Unchecked::Scope), "scope"),
        (
            "for attributes",
            idp("onlyAA = TRUE"),
            Err(Unchecked::Scope),
            "scope",
        ),
        (
            "for users and CAs",
            idp("onlyuser = TRUE\nonlyCA = TRUE"),
            Err(Unchecked::Scope),
            "get certificate CRL",
        ),
        (
            "for some reasons",
            idp("onlysomereasons = keyCompromise"),
            Err(Unchecked::Scope),
            "get certificate CRL",
        ),
        (
            "indirect",
            idp("indirectCRL = TRUE"),
            Err(Unchecked::Indirect),
            "get certificate CRL",
        ),
        (
            "a delta",
            "2.5.29.27 = critical,ASN1:INTEGER:7\n".to_owned(),
            Err(Unchecked::Delta),
            "get certificate CRL",
        ),
        (
            "something unknown that must be known",
            "1.2.3.4 = critical,ASN1:NULL\n".to_owned(),
            Err(Unchecked::CriticalExtension {
                oid: "1.2.3.4".to_owned(),
            }),
            "unhandled critical",
        ),
        ("something unknown", "1.2.3.4 = ASN1:NULL\n".to_owned(), GOOD, ""),
    ];
    for (name, extensions, expected, openssl) in good {
        let ordered = Ordered {
            extensions,
            ..Ordered::default()
        };
        check(name, rsa_ca(), &ordered, expected, openssl);
    }
    // Who is on a list for some reasons is revoked; who is not may be for another one.
    let ordered = Ordered {
        extensions: &idp("onlysomereasons = keyCompromise"),
        revoked: vec![(LEAF_SERIAL.to_owned(), "261101000000Z,keyCompromise".to_owned())],
        ..Ordered::default()
    };
    let expected = revoked(Some(Reason::KeyCompromise));
    check(
        "on a list for some reasons",
        rsa_ca(),
        &ordered,
        &expected,
        "get certificate CRL",
    );
}

#[test]
fn a_list_counts_at_its_time_only() {
    let expired = |next_update| Err(Unchecked::Expired { next_update });
    let future = |produced_at| Err(Unchecked::FromTheFuture { produced_at });
    let minutes = time::Duration::minutes;
    let seconds = time::Duration::seconds;
    for (name, last_update, next_update, expected, openssl) in [
        (
            "long over",
            AT - minutes(9000),
            AT - minutes(60),
            expired(AT - minutes(60)),
            "expired",
        ),
        (
            "just over",
            AT - minutes(9000),
            AT - seconds(301),
            expired(AT - seconds(301)),
            "expired",
        ),
        (
            "not yet",
            AT + seconds(301),
            AT + minutes(60),
            future(AT + seconds(301)),
            "not yet valid",
        ),
        (
            "of this instant",
            AT - seconds(1),
            AT + seconds(1),
            at(AT - seconds(1), AT + seconds(1)),
            "",
        ),
        (
            "after 2050",
            AT,
            datetime!(2051-02-03 04:05:06 UTC),
            at(AT, datetime!(2051-02-03 04:05:06 UTC)),
            "",
        ),
    ] {
        let ordered = Ordered {
            last_update,
            next_update,
            ..Ordered::default()
        };
        check(name, rsa_ca(), &ordered, &expected, openssl);
    }
    // The one difference that is meant: clocks may differ by five minutes, and openssl allows nothing.
    for (last_update, next_update, openssl) in [
        (AT - minutes(60), AT - minutes(5), "expired"),
        (AT + minutes(5), AT + minutes(60), "not yet valid"),
    ] {
        let ordered = Ordered {
            last_update,
            next_update,
            ..Ordered::default()
        };
        let list = by_openssl(rsa_ca(), &ordered);
        assert_eq!(
            read(&rsa_ca().question(), &list, 4096, AT),
            at(last_update, next_update)
        );
        assert!(openssl_says(rsa_ca(), &list, AT).unwrap().contains(openssl));
    }
}

fn at(produced_at: OffsetDateTime, next_update: OffsetDateTime) -> Answer {
    let times = Times {
        produced_at,
        next_update: Some(next_update),
    };
    Ok((Status::Good, times))
}

#[test]
fn a_long_list_is_read_to_its_end() {
    let mut revoked_ones: Vec<(String, String)> = (0..2000)
        .map(|number| (format!("01{number:08X}"), "261005000000Z,superseded".to_owned()))
        .collect();
    let mut ordered = Ordered {
        revoked: revoked_ones.clone(),
        ..Ordered::default()
    };
    check("not on it", rsa_ca(), &ordered, &GOOD, "");
    revoked_ones.push((LEAF_SERIAL.to_owned(), "261101000000Z".to_owned()));
    ordered.revoked = revoked_ones;
    check("on it", rsa_ca(), &ordered, &revoked(None), "certificate revoked");
}
