//! What is read of a list that is signed as it should be.

use crate::list_maker::*;
use crate::support::Ca;
use cns_trust::{ListFacts, ListedCa, ListedStanding, Lotl, TrustListError};
use time::OffsetDateTime;
use time::macros::datetime;

/// Signs the list of the maker, changed so, and reads it.
fn changed(part: &str, other: &str) -> Result<(ListFacts, Vec<ListedCa>), TrustListError> {
    let list = read(SIGNER.sign(&with(&italian_list(), part, other)))?;
    Ok((list.facts().clone(), list.cas().to_vec()))
}

/// The list of the maker with these services alone.
fn of_services(services: &[String]) -> Result<Vec<ListedCa>, TrustListError> {
    let list = italian_list();
    let services_there = between(&list, "<TSPServices>", "</TSPServices>");
    let services = format!("<TSPServices>{}</TSPServices>", services.concat());
    Ok(read(SIGNER.sign(&with(&list, &services_there, &services)))?
        .cas()
        .to_vec())
}

#[test]
fn versions_5_and_6_are_known() {
    for (version, expected) in [
        ("5", Some(5)),
        (" 6 ", Some(6)),
        ("4", None),
        ("7", None),
        ("05", None),
        ("", None),
        ("5.0", None),
        ("-5", None),
    ] {
        let read = changed(
            "Identifier>5</TSLVersion",
            &format!("Identifier>{version}</TSLVersion"),
        );
        match (read, expected) {
            (Ok((facts, _)), Some(expected)) => assert_eq!(facts.version, expected),
            (Err(error), None) => assert_eq!(
                error,
                TrustListError::Version {
                    version: version.to_owned()
                }
            ),
            (other, _) => panic!("{version}: {other:?}"),
        }
    }
}

#[test]
fn the_list_of_another_country_or_of_another_kind_is_refused() {
    let wrong = |territory: &str| TrustListError::WrongList {
        territory: territory.to_owned(),
    };
    assert_eq!(
        changed("Territory>IT<", "Territory>FR<").unwrap_err(),
        wrong("FR")
    );
    assert_eq!(
        changed("Territory>IT<", "Territory>it<").unwrap_err(),
        wrong("it")
    );
    assert_eq!(
        changed("TSLType/EUgeneric", "TSLType/CClist").unwrap_err(),
        wrong("IT")
    );
    assert_eq!(
        changed("TSLType/EUgeneric", "TSLType/EUlistofthelists").unwrap_err(),
        wrong("IT")
    );
    let lotl = SIGNER.sign(&list_of_lists(&[&SIGNER]));
    assert_eq!(read(&lotl).unwrap_err(), wrong("EU"));
    let italian = SIGNER.sign(&italian_list());
    assert_eq!(
        Lotl::read(italian.as_bytes(), &[SIGNER.pin()], 0).unwrap_err(),
        wrong("IT")
    );
}

#[test]
fn numbers_do_not_go_back() {
    for (sequence, expected) in [
        ("195", Ok(195)),
        ("196", Ok(196)),
        ("18446744073709551615", Ok(u64::MAX)),
        (
            "194",
            Err(TrustListError::RolledBack {
                sequence: 194,
                floor: 195,
            }),
        ),
        (
            "0",
            Err(TrustListError::RolledBack {
                sequence: 0,
                floor: 195,
            }),
        ),
        ("18446744073709551616", Err(TrustListError::Malformed)),
        ("-1", Err(TrustListError::Malformed)),
        ("195.0", Err(TrustListError::Malformed)),
        ("1 95", Err(TrustListError::Malformed)),
        ("", Err(TrustListError::Malformed)),
    ] {
        let read = changed(">195<", &format!(">{sequence}<")).map(|(facts, _)| facts.sequence);
        assert_eq!(read, expected, "{sequence}");
    }
}

/// The signer's certificate is valid from 1 February 2024 to the end of January 2030.
#[test]
fn a_list_is_issued_while_its_signers_certificate_is_valid() {
    let out_of_date = |issued| Err(TrustListError::SignerOutOfDate { issued });
    for (issued, expected) in [
        ("2026-06-01T01:00:00Z", Ok(datetime!(2026-06-01 1:00 UTC))),
        (
            "2026-06-01T01:00:00.250Z",
            Ok(datetime!(2026-06-01 1:00:00.25 UTC)),
        ),
        ("2026-06-01T01:00:00", Ok(datetime!(2026-06-01 1:00 UTC))),
        ("2026-06-01T03:00:00+02:00", Ok(datetime!(2026-06-01 1:00 UTC))),
        ("2024-02-01T00:00:00Z", Ok(datetime!(2024-02-01 0:00 UTC))),
        (
            "2024-01-31T23:59:59Z",
            out_of_date(datetime!(2024-01-31 23:59:59 UTC)),
        ),
        (
            "2030-02-01T00:00:00Z",
            out_of_date(datetime!(2030-02-01 0:00 UTC)),
        ),
        ("2026-06-01", Err(TrustListError::Malformed)),
        ("2026-13-01T00:00:00Z", Err(TrustListError::Malformed)),
        ("", Err(TrustListError::Malformed)),
    ] {
        let read = changed(
            "IssueDateTime>2026-06-01T01:00:00Z",
            &format!("IssueDateTime>{issued}"),
        );
        assert_eq!(read.map(|(facts, _)| facts.issued), expected, "{issued}");
    }
}

/// How old is too old is for the check to say, which knows the time.
#[test]
fn a_list_past_its_next_update_is_read() {
    let next_update = |date: &str| {
        let read = changed("<dateTime>2026-12-01T00:00:00Z</dateTime>", date);
        read.map(|(facts, _)| facts.next_update)
    };
    let past: Option<OffsetDateTime> = Some(datetime!(2026-06-02 0:00 UTC));
    assert_eq!(next_update("<dateTime>2026-06-02T00:00:00Z</dateTime>"), Ok(past));
    assert_eq!(next_update(""), Ok(None));
    assert_eq!(
        next_update("<dateTime>soon</dateTime>"),
        Err(TrustListError::Malformed)
    );
}

#[test]
fn a_list_of_another_shape_is_refused() {
    let list = italian_list();
    let scheme = between(&list, "<SchemeInformation>", "</SchemeInformation>");
    let providers = between(&list, "<TrustServiceProviderList>", "</TrustServiceProviderList>");
    let elsewhere = |element: &str| element.replacen('>', " xmlns=\"urn:elsewhere\">", 1);
    let number = between(&list, "<TSLSequenceNumber>", "</TSLSequenceNumber>");
    let first = between(&list, "<ServiceInformation>", "</ServiceInformation>");
    let once = |part: &str, other: &str| list.replacen(part, other, 1);
    for (name, list) in [
        (
            "another root",
            list.replace("TrustServiceStatusList", "TrustServiceList"),
        ),
        (
            "another name's space",
            list.replace(
                "http://uri.etsi.org/02231/v2#\"",
                "http://uri.etsi.org/02231/v1#\"",
            ),
        ),
        ("no scheme", with(&list, &scheme, "")),
        ("two schemes", with(&list, &scheme, &format!("{scheme}{scheme}"))),
        ("a scheme of elsewhere", with(&list, &scheme, &elsewhere(&scheme))),
        (
            "a scheme further down",
            with(&list, &scheme, &format!("<a>{scheme}</a>")),
        ),
        ("no providers", with(&list, &providers, "")),
        ("no number", with(&list, &number, "")),
        ("two numbers", with(&list, &number, &format!("{number}{number}"))),
        (
            "a number with something in it",
            with(&list, ">195<", "><a>195</a><"),
        ),
        ("a service without information", once(&first, "")),
        ("a service with two", once(&first, &format!("{first}{first}"))),
        (
            "two statuses",
            once(
                "<ServiceStatus>",
                "<ServiceStatus>a</ServiceStatus><ServiceStatus>",
            ),
        ),
        (
            "a status with something in it",
            once("<ServiceStatus>", "<ServiceStatus><a/>"),
        ),
        (
            "no status",
            once(&between(&list, "<ServiceStatus>", "</ServiceStatus>"), ""),
        ),
        ("a status of no day", once("2016-06-30T22:00:00Z", "always")),
        (
            "a certificate that is no base64",
            once("<X509Certificate>M", "<X509Certificate>?"),
        ),
    ] {
        match read(SIGNER.sign(&list)) {
            Err(error) => assert_eq!(error, TrustListError::Malformed, "{name}"),
            Ok(_) => panic!("accepted: {name}"),
        }
    }
}

#[test]
fn only_services_of_type_idv_are_read_and_only_their_status_of_today() {
    let ca = Ca::new("Ente di Prova - CA 2");
    let since = "2020-01-01T00:00:00Z";
    let read = of_services(&[
        service("CA/QC", &CAS[0].der, "granted", since),
        service("IdV/nothing", &CAS[0].der, "recognisedatnationallevel", since),
        service("IdV", &CAS[1].der, "granted", since),
        service("IdV", &ca.der, "recognisedatnationallevel", since),
        service("IdV", b"no certificate", "recognisedatnationallevel", since),
    ])
    .unwrap();
    let found: Vec<_> = read.iter().map(|ca| (ca.der.as_slice(), &ca.standing)).collect();
    let other = ListedStanding::Other(format!("{STATUS}granted"));
    assert_eq!(
        found,
        [
            (CAS[1].der.as_slice(), &other),
            (&ca.der, &ListedStanding::Recognised)
        ]
    );
    assert!(of_services(&[]).unwrap().is_empty());
}

#[test]
fn of_a_certificate_that_is_listed_twice_the_later_word_counts() {
    let der = &CAS[0].der;
    let old = service("IdV", der, "recognisedatnationallevel", "2020-01-01T00:00:00Z");
    let new = service("IdV", der, "deprecatedatnationallevel", "2021-01-01T00:00:00Z");
    for services in [[old.clone(), new.clone()], [new, old]] {
        let read = of_services(&services).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].standing, ListedStanding::Deprecated);
        assert_eq!(read[0].since, datetime!(2021-01-01 0:00 UTC));
    }
}

/// Self-signed is what its own key has signed, not what says so.
#[test]
fn a_certificate_is_self_signed_when_its_own_key_has_signed_it() {
    let ca = &CAS[0];
    let same_name = Ca::new("Regione di Prova - CA Cittadini");
    let issuer = rcgen::Issuer::from_params(&ca.params, &ca.key);
    let namesake = same_name
        .params
        .signed_by(&same_name.key, &issuer)
        .unwrap()
        .der()
        .to_vec();
    let below = Ca::new("Ente di Prova - CA 3");
    let sub_ca = below
        .params
        .signed_by(&below.key, &issuer)
        .unwrap()
        .der()
        .to_vec();
    let since = "2020-01-01T00:00:00Z";
    let services =
        [&ca.der, &namesake, &sub_ca].map(|der| service("IdV", der, "recognisedatnationallevel", since));
    let read = of_services(&services).unwrap();
    let self_signed: Vec<bool> = read.iter().map(|ca| ca.self_signed).collect();
    assert_eq!(self_signed, [true, false, false]);
}

#[test]
fn the_list_of_lists_says_where_the_italian_list_is_and_who_signs_it() {
    let other = SIGNER.with_certificate(other_certificate());
    let list = list_of_lists(&[&SIGNER, &other]);
    let read = |list: &str| Lotl::read(SIGNER.sign(list).as_bytes(), &[SIGNER.pin()], 333);
    let lotl = read(&list).unwrap();
    let signers: Vec<[u8; 32]> = lotl.italy().iter().map(|pin| pin.sha256).collect();
    assert_eq!(signers, [SIGNER.pin().sha256, other.pin().sha256]);
    assert_eq!((lotl.location(), lotl.facts().sequence), (ITALY_AT, 333));
    let pointers: Vec<&str> = list.split("<OtherTSLPointer>").collect();
    let to_italy = format!(
        "<OtherTSLPointer>{}",
        pointers[3].split("</PointersToOtherTSL>").next().unwrap()
    );
    let change = |part: &str, other: &str| with(&list, &to_italy, &with(&to_italy, part, other));
    let territory = "<SchemeTerritory>IT</SchemeTerritory>";
    for (name, list) in [
        ("no pointer", with(&list, &to_italy, "")),
        (
            "no pointers",
            without(&list, "<PointersToOtherTSL>", "</PointersToOtherTSL>"),
        ),
        (
            "another country",
            change(territory, "<SchemeTerritory>AT</SchemeTerritory>"),
        ),
        (
            "two countries",
            change(
                territory,
                &format!("{territory}<SchemeTerritory>AT</SchemeTerritory>"),
            ),
        ),
        ("no country", change(territory, "")),
        ("another kind", change("EUgeneric", "EUlistofthelists")),
        (
            "for people",
            change("application/vnd.etsi.tsl+xml", "application/pdf"),
        ),
        (
            "a kind of file of elsewhere",
            change(
                "ns3:MimeType>application/vnd.etsi.tsl+xml</ns3:",
                "MimeType>application/vnd.etsi.tsl+xml</",
            ),
        ),
        (
            "no place",
            change(&format!("<TSLLocation>{ITALY_AT}</TSLLocation>"), ""),
        ),
    ] {
        assert_eq!(read(&list).unwrap_err(), TrustListError::Malformed, "{name}");
    }
    let error = Lotl::read(SIGNER.sign(&list).as_bytes(), &[SIGNER.pin()], 334).unwrap_err();
    assert_eq!(
        error,
        TrustListError::RolledBack {
            sequence: 333,
            floor: 334
        }
    );
}

/// The fuzzer's door says whether, and never what.
#[test]
fn what_is_not_signed_could_be_read_if_it_were() {
    for (list, expected) in [
        (italian_list(), true),
        (list_of_lists(&[&SIGNER]), true),
        (SIGNER.sign(&italian_list()), true),
        (italian_list().replace("TSLSequenceNumber>", "TSLNumber>"), false),
        (String::new(), false),
    ] {
        assert_eq!(cns_trust::could_be_read_if_signed(list.as_bytes()), expected);
    }
}
