//! Whom a certificate says to ask, and of which certificates that is believed.

use crate::check::CA;
use crate::support::*;
use cns_trust::revocation::{CrlPoint, Question, Source, Unchecked};
use cns_trust::{FetchError, TrustRoots, check};
use rcgen::{CertificateParams, CustomExtension};
use time::macros::datetime;

fn uri(url: &str) -> Vec<u8> {
    tlv(0x86, url.as_bytes())
}

/// An extension authorityInfoAccess with these OCSP addresses.
pub(crate) fn responders(urls: &[&str]) -> CustomExtension {
    let ocsp = [0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01];
    let descriptions: Vec<u8> = urls
        .iter()
        .flat_map(|url| sequence(&[&ocsp[..], &uri(url)].concat()))
        .collect();
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], sequence(&descriptions))
}

/// The DER of a DistributionPointName with these addresses.
pub(crate) fn full_name(urls: &[&str]) -> Vec<u8> {
    tlv(0xa0, &urls.iter().flat_map(|url| uri(url)).collect::<Vec<u8>>())
}

/// An extension cRLDistributionPoints; each point is the DER of its name and what follows it.
pub(crate) fn points(points: &[(Vec<u8>, Vec<u8>)]) -> CustomExtension {
    let points: Vec<u8> = points
        .iter()
        .flat_map(|(name, rest)| sequence(&[tlv(0xa0, name), rest.clone()].concat()))
        .collect();
    CustomExtension::from_oid_content(&[2, 5, 29, 31], sequence(&points))
}

fn question(extensions: Vec<CustomExtension>) -> Question {
    let der = CA.issue(|params| params.custom_extensions.extend(extensions));
    check(&der, None, &CA.roots(), NOW).question().unwrap().clone()
}

fn set_aside(question: &Question) -> Vec<(Option<&str>, &Unchecked)> {
    question
        .set_aside
        .iter()
        .map(|attempt| (attempt.source.host(), attempt.result.as_ref().unwrap_err()))
        .collect()
}

#[test]
fn it_names_the_certificate_its_issuer_and_the_addresses_in_their_order() {
    let asked = question(vec![
        responders(&["http://ocsp.example.it/a", "HTTP://due.example.it:8080"]),
        points(&[
            (full_name(&["http://crl.example.it/1.crl"]), vec![]),
            (
                full_name(&["http://crl.example.it/2.crl", "http://altro.example.it/2.crl"]),
                vec![],
            ),
        ]),
    ]);
    assert_eq!(
        asked.ocsp,
        ["http://ocsp.example.it/a", "HTTP://due.example.it:8080"]
    );
    let point = |url: &str, name: &[&str]| CrlPoint {
        url: url.to_owned(),
        name: full_name(name),
    };
    let both = ["http://crl.example.it/2.crl", "http://altro.example.it/2.crl"];
    assert_eq!(
        asked.crl,
        [
            point("http://crl.example.it/1.crl", &["http://crl.example.it/1.crl"]),
            point(both[0], &both),
            point(both[1], &both),
        ]
    );
    assert_eq!(asked.issuer_der, CA.der);
    assert!(asked.has_addresses() && asked.set_aside.is_empty());
    assert!(!format!("{asked:?}").contains(CODICE_FISCALE));
}

#[test]
fn a_certificate_without_addresses_has_a_question_that_nobody_can_be_asked() {
    let asked = question(vec![]);
    assert!(!asked.has_addresses() && asked.set_aside.is_empty());
}

#[test]
fn only_http_is_asked_and_every_other_address_is_told() {
    let (ldap, address) = (Unchecked::Ldap, Unchecked::Fetch(FetchError::Address));
    for (url, host, reason) in [
        (
            "ldap://ldap.example.it/cn=CA?certificateRevocationList",
            "ldap.example.it",
            &ldap,
        ),
        ("LDAPS://ldap.example.it:636/", "ldap.example.it", &ldap),
        ("https://sicuro.example.it/crl", "sicuro.example.it", &address),
        ("ftp://file.example.it/crl", "file.example.it", &address),
        ("file:///etc/passwd", "", &address),
        ("http:///senza-host", "", &address),
        ("http://mario@", "", &address),
        ("http://spazio.example.it/a b", "spazio.example.it", &address),
        ("crl.example.it/1.crl", "", &address),
        ("", "", &address),
    ] {
        let asked = question(vec![responders(&[url]), points(&[(full_name(&[url]), vec![])])]);
        assert!(!asked.has_addresses(), "{url}");
        assert_eq!(
            set_aside(&asked),
            [(Some(host), reason), (Some(host), reason)],
            "{url}"
        );
        assert!(matches!(asked.set_aside[0].source, Source::Ocsp { .. }));
        assert!(matches!(asked.set_aside[1].source, Source::Crl { .. }));
    }
    let long = format!("http://lungo.example.it/{}", "a".repeat(2048));
    assert_eq!(
        set_aside(&question(vec![responders(&[&long])])),
        [(Some("lungo.example.it"), &address)]
    );
}

#[test]
fn no_more_than_three_responders_and_four_lists_are_asked() {
    let urls: Vec<String> = (0..6)
        .map(|number| format!("http://{number}.example.it/"))
        .collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let asked = question(vec![responders(&urls), points(&[(full_name(&urls), vec![])])]);
    assert_eq!(asked.ocsp, urls[..3]);
    assert_eq!(
        asked
            .crl
            .iter()
            .map(|point| point.url.as_str())
            .collect::<Vec<_>>(),
        urls[..4]
    );
    assert_eq!(asked.set_aside.len(), 5);
    assert!(
        set_aside(&asked)
            .iter()
            .all(|(_, reason)| **reason == Unchecked::NotAsked)
    );
    // The same responder twice is one; a thousand addresses are not remembered.
    assert_eq!(question(vec![responders(&[urls[0], urls[0]])]).ocsp.len(), 1);
    assert_eq!(
        question(vec![responders(&vec!["ldap://l.example.it"; 200])])
            .set_aside
            .len(),
        16
    );
}

#[test]
fn lists_of_another_issuer_and_lists_of_some_reasons_are_set_aside() {
    let url = "http://crl.example.it/1.crl";
    let issuer = tlv(0xa2, &tlv(0xa4, &subject_of(&CA.der)));
    let other = tlv(0xa2, &tlv(0xa4, &subject_of(&Ca::new("Altra CA").der)));
    let reasons = tlv(0x81, &[0x06, 0x40]);
    let (scope, indirect) = (Some(&Unchecked::Scope), Some(&Unchecked::Indirect));
    for (rest, expected) in [
        (vec![], None),
        (issuer.clone(), None),
        (other.clone(), indirect),
        (reasons.clone(), scope),
        ([reasons.clone(), issuer].concat(), scope),
        ([reasons, other].concat(), indirect),
    ] {
        let asked = question(vec![points(&[(full_name(&[url]), rest.clone())])]);
        let reason = asked
            .set_aside
            .first()
            .map(|attempt| attempt.result.as_ref().unwrap_err());
        assert_eq!(reason, expected, "{rest:02x?}");
        assert_eq!(asked.crl.len(), usize::from(expected.is_none()), "{rest:02x?}");
    }
}

#[test]
fn a_name_relative_to_the_issuer_is_no_address() {
    let relative = tlv(
        0xa1,
        &sequence(&[&[0x06, 0x03, 0x55, 0x04, 0x03][..], &[0x0c, 1, b'a']].concat()),
    );
    let asked = question(vec![points(&[
        (relative, vec![]),
        (full_name(&["http://crl.example.it/1.crl"]), vec![]),
    ])]);
    assert_eq!((asked.crl.len(), asked.set_aside.len()), (1, 0));
}

#[test]
fn no_bytes_in_the_extensions_make_it_panic() {
    let whole = CA.issue(|params| {
        params
            .custom_extensions
            .push(responders(&["http://ocsp.example.it/"]));
        params.custom_extensions.push(points(&[(
            full_name(&["http://crl.example.it/1.crl"]),
            tlv(0x81, &[0x06, 0x40]),
        )]));
    });
    for position in 0..whole.len() {
        for value in [0x00, 0x30, 0x7f, 0x80, 0xa0, 0xff] {
            let mut der = whole.clone();
            der[position] = value;
            let _ = Question::new(&der, &CA.der);
        }
    }
    assert!(Question::new(b"nothing", &CA.der).is_none() && Question::new(&CA.der, b"nothing").is_none());
}

#[test]
fn nobody_is_asked_about_a_certificate_whose_signature_was_not_verified() {
    let named = |params: &mut CertificateParams| {
        params
            .custom_extensions
            .push(responders(&["http://ocsp.example.it/"]));
    };
    let der = CA.issue(named);
    assert!(check(&der, None, &CA.roots(), NOW).question().is_some());
    // Expired, or of an issuer that has ended since: the signature is verified all the same.
    for at in [datetime!(2035-01-01 0:00 UTC), datetime!(2045-01-01 0:00 UTC)] {
        assert!(check(&der, None, &CA.roots(), at).question().is_some());
    }
    let mut changed = der.clone();
    *changed.last_mut().unwrap() ^= 1;
    let other = Ca::new("Altra CA");
    for (der, roots) in [
        (&der, TrustRoots::default()),
        (&der, other.roots()),
        (&changed, CA.roots()),
        (&b"nothing".to_vec(), CA.roots()),
    ] {
        assert!(check(der, None, &roots, NOW).question().is_none());
    }
}
