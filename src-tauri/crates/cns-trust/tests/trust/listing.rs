//! What the official list says of the issuer, and what is said where there is no list.

use crate::check::CA;
use crate::sources::{List, Told, list_facts};
use crate::support::*;
use cns_trust::{
    FetchError, FindingCode, ListFacts, Outcome, Pins, Standing, TrustAnchors, TrustList, TrustListError,
    TrustRoots, TrustSource, check,
};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use time::OffsetDateTime;
use time::macros::datetime;

pub(crate) static CITIZEN: LazyLock<Vec<u8>> = LazyLock::new(|| CA.issue(|_| {}));
pub(crate) static OTHER: LazyLock<Ca> = LazyLock::new(|| Ca::new("Altra Regione - CA Cittadini"));

pub(crate) const ISSUER: &str = "Regione di Prova - CA Cittadini";

/// What the list says: the outcome, the case, and the facts beside the issuer's name.
fn listed(
    trust: &dyn TrustSource,
    at: OffsetDateTime,
) -> (Outcome, &'static str, Vec<(&'static str, String)>) {
    let verdict = check(&CITIZEN, None, trust, at);
    assert_in_table(&verdict);
    let finding = verdict.finding(FindingCode::TrustList).unwrap().clone();
    let (issuer, facts): (Vec<_>, Vec<_>) =
        finding.facts.into_iter().partition(|(name, _)| *name == "issuer");
    let facts = without_list(facts);
    assert!(issuer.iter().all(|(_, issuer)| issuer == ISSUER));
    assert_eq!(verdict.accept().is_ok(), finding.outcome != Outcome::Bad);
    (finding.outcome, finding.case, facts)
}

/// The facts beside the one that tells which of the two lists it is.
fn without_list(mut facts: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    facts.retain(|(name, _)| *name != "list");
    facts
}

#[test]
fn each_standing_of_the_signer_is_told_under_each_state_of_the_list() {
    let since = datetime!(2023-09-25 22:00 UTC);
    let deprecated = Standing::Deprecated { since };
    let used = || List::Used(list_facts());
    let refused = || List::Unusable(TrustListError::Unsigned);
    let date = |date: &str| vec![("date", date.to_owned())];
    let of_the_list = vec![("sequence", "211".to_owned()), ("date", "2026-11-01".to_owned())];
    for (standing, list, expected) in [
        (
            Standing::NamedByUser,
            List::None,
            (Outcome::Good, "named_by_user", vec![]),
        ),
        (
            Standing::NamedByUser,
            used(),
            (Outcome::Good, "named_by_user", vec![]),
        ),
        // Who asked for a list is told that there is none, even where another root vouches.
        (
            Standing::NamedByUser,
            List::Loading,
            (Outcome::Unknown, "loading", vec![]),
        ),
        (
            Standing::NamedByUser,
            refused(),
            (Outcome::Unknown, "unsigned", vec![]),
        ),
        (Standing::Listed, used(), (Outcome::Good, "good", of_the_list)),
        (Standing::Listed, List::None, (Outcome::Unknown, "none", vec![])),
        (
            deprecated,
            used(),
            (Outcome::Bad, "deprecated", date("2023-09-25")),
        ),
    ] {
        let name = format!("{standing:?}");
        assert_eq!(
            listed(&Told::one(&CA, standing).with(list), NOW),
            expected,
            "{name}"
        );
    }
}

#[test]
fn a_signer_who_is_on_no_list_is_told_so_and_a_wrong_signature_leaves_it_open() {
    let others = Told::one(&OTHER, Standing::Listed);
    assert_eq!(listed(&others, NOW), (Outcome::Bad, "not_listed", vec![]));
    let verdict = check(&CITIZEN, None, &others, NOW);
    assert_eq!(
        case(&verdict, FindingCode::Signature),
        (Outcome::Bad, "untrusted_issuer")
    );

    let mut changed = CITIZEN.clone();
    *changed.last_mut().unwrap() ^= 1;
    let verdict = check(&changed, None, &Told::one(&CA, Standing::Listed), NOW);
    assert_in_table(&verdict);
    assert_eq!(
        case(&verdict, FindingCode::TrustList),
        (Outcome::Unknown, "not_verified")
    );
    assert!(verdict.accept().is_err());
}

#[test]
fn a_root_whose_key_did_not_sign_says_nothing_while_the_list_may_name_its_namesake() {
    let namesake = Ca::new(ISSUER);
    let certificate = CA.issue(|leaf| leaf.use_authority_key_identifier_extension = false);
    let judged = |list| {
        let trust = Told::one(&namesake, Standing::NamedByUser).with(list);
        let verdict = check(&certificate, None, &trust, NOW);
        assert_in_table(&verdict);
        (verdict.outcome(), case(&verdict, FindingCode::Signature).1)
    };
    assert_eq!(judged(List::Loading), (Outcome::Unknown, "awaiting_list"));
    assert_eq!(judged(List::None), (Outcome::Bad, "bad_signature"));
}

#[test]
fn without_roots_and_without_a_list_nothing_is_claimed() {
    assert_eq!(
        listed(&TrustRoots::default(), NOW),
        (Outcome::Unknown, "none", vec![])
    );
}

#[test]
fn a_list_past_its_next_update_is_used_and_called_stale() {
    let until = datetime!(2027-04-30 10:00 UTC);
    let facts = |next_update| {
        List::Used(ListFacts {
            next_update,
            ..list_facts()
        })
    };
    for (at, next_update, expected) in [
        (until, Some(until), "good"),
        (until + time::Duration::SECOND, Some(until), "stale"),
        (NOW, None, "stale"),
    ] {
        let trust = Told::one(&CA, Standing::Listed).with(facts(next_update));
        let (outcome, case, facts) = listed(&trust, at);
        assert_eq!(case, expected, "{at}");
        assert_eq!(outcome == Outcome::Good, expected == "good");
        if let ("stale", Some(_)) = (case, next_update) {
            assert_eq!(facts, [("date", "2027-04-30".to_owned())]);
        }
    }
    // A list that is stale still refuses whom it no longer trusts.
    let stale = || facts(Some(datetime!(2026-01-01 0:00 UTC)));
    let since = datetime!(2023-09-25 22:00 UTC);
    let withdrawn = Told::one(&CA, Standing::Deprecated { since }).with(stale());
    assert_eq!(listed(&withdrawn, NOW).1, "deprecated");
}

#[test]
fn what_rests_on_the_list_says_which_list_and_how_old_it_is() {
    let verdict = check(&CITIZEN, None, &Told::one(&CA, Standing::Listed), NOW);
    let evidence = verdict
        .finding(FindingCode::TrustList)
        .unwrap()
        .evidence
        .clone()
        .unwrap();
    assert_eq!(evidence.source, "elenco.example.it");
    assert_eq!(evidence.checked_at, NOW);
    assert_eq!(evidence.produced_at, Some(list_facts().issued));
    assert_eq!(evidence.next_update, list_facts().next_update);
    assert_eq!(evidence.age(), Some(NOW - list_facts().issued));
    for trust in [
        Told::one(&CA, Standing::NamedByUser),
        Told::one(&CA, Standing::Listed).with(List::None),
        Told::one(&CA, Standing::Listed).with(List::Unusable(TrustListError::Changed)),
    ] {
        let verdict = check(&CITIZEN, None, &trust, NOW);
        assert!(
            verdict
                .finding(FindingCode::TrustList)
                .unwrap()
                .evidence
                .is_none()
        );
    }
}

#[test]
fn every_reason_for_refusing_a_list_has_its_own_finding_which_leaves_the_certificate_alone() {
    let at = datetime!(2026-05-01 8:00 UTC);
    let host = || "elenco.example.it".to_owned();
    let text = |name: &'static str, value: &str| vec![(name, value.to_owned())];
    for (error, expected, facts) in [
        (TrustListError::TooLarge { limit: 9 }, "too_large", vec![]),
        (TrustListError::TooManyElements, "too_large", vec![]),
        (TrustListError::Malformed, "malformed", vec![]),
        (TrustListError::Dtd, "malformed", vec![]),
        (
            TrustListError::Version {
                version: "4".to_owned(),
            },
            "version",
            text("version", "4"),
        ),
        (TrustListError::Unsigned, "unsigned", vec![]),
        (TrustListError::Wrapped, "wrapped", vec![]),
        (TrustListError::Changed, "changed", vec![]),
        (TrustListError::BadSignature, "bad_signature", vec![]),
        (
            TrustListError::Algorithm {
                algorithm: "rsa-md5".to_owned(),
            },
            "algorithm",
            text("algorithm", "rsa-md5"),
        ),
        (
            TrustListError::SignerNotPinned {
                sha256: "00".to_owned(),
            },
            "signer_not_pinned",
            vec![],
        ),
        (TrustListError::CertificateDigest, "certificate_digest", vec![]),
        (
            TrustListError::RolledBack {
                sequence: 187,
                floor: 194,
            },
            "rolled_back",
            vec![("sequence", "187".to_owned()), ("floor", "194".to_owned())],
        ),
        (
            TrustListError::WrongList {
                territory: "FR".to_owned(),
            },
            "wrong_list",
            text("territory", "FR"),
        ),
        (
            TrustListError::SignerOutOfDate { issued: at },
            "signer_out_of_date",
            text("date", "2026-05-01"),
        ),
        (
            TrustListError::NotFetched(FetchError::Timeout { host: host() }),
            "not_fetched",
            text("host", "elenco.example.it"),
        ),
        (
            TrustListError::NotFetched(FetchError::TooLarge {
                host: host(),
                limit: 9,
            }),
            "too_large",
            vec![],
        ),
        (
            TrustListError::NotFetched(FetchError::Address),
            "address_unusable",
            vec![],
        ),
        (
            TrustListError::Unreadable {
                path: "lista.xml".to_owned(),
            },
            "unreadable",
            text("path", "lista.xml"),
        ),
    ] {
        let told = (error.case(), without_list(error.facts()));
        assert_eq!(told, (expected, facts.clone()));
        let trust = Told::one(&CA, Standing::Listed).with(List::Unusable(error));
        assert_eq!(
            listed(&trust, NOW),
            (Outcome::Unknown, expected, facts),
            "{expected}"
        );
        let without_roots = Told::all(&[]).with(trust.list);
        let verdict = check(&CITIZEN, None, &without_roots, NOW);
        assert_eq!(
            case(&verdict, FindingCode::Signature),
            (Outcome::Unknown, "no_roots")
        );
        assert_eq!(case(&verdict, FindingCode::TrustList).1, expected);
    }
}

#[test]
fn the_first_and_the_last_of_all_days_are_judged_like_any_other() {
    let trust = Told::one(&CA, Standing::Listed);
    for at in [time::PrimitiveDateTime::MIN, time::PrimitiveDateTime::MAX] {
        for hours in [-12, 0, 12] {
            let offset = time::UtcOffset::from_hms(hours, 0, 0).unwrap();
            let verdict = check(&CITIZEN, None, &trust, at.assume_offset(offset));
            assert_in_table(&verdict);
            assert_eq!(verdict.outcome(), Outcome::Bad);
        }
    }
}

#[test]
fn a_clock_before_the_list_is_suspected_before_the_validity_is_judged() {
    let issued = list_facts().issued;
    for (at, suspected) in [
        (issued, false),
        (issued - time::Duration::MINUTE * 10, false),
        (issued - time::Duration::MINUTE * 11, true),
        (datetime!(2001-01-01 0:00 UTC), true),
    ] {
        let verdict = check(&CITIZEN, None, &Told::one(&CA, Standing::Listed), at);
        assert_in_table(&verdict);
        let clock = verdict
            .findings
            .iter()
            .position(|finding| finding.code == FindingCode::Clock);
        let validity = verdict
            .findings
            .iter()
            .position(|finding| finding.code == FindingCode::Validity);
        assert_eq!(clock.is_some(), suspected, "{at}");
        if let Some(clock) = clock {
            assert!(Some(clock) < validity);
            let finding = &verdict.findings[clock];
            assert_eq!((finding.outcome, finding.case), (Outcome::Unknown, "before_list"));
            assert_eq!(finding.facts, [("date", "2026-11-01".to_owned())]);
        }
    }
    // It softens nothing: the certificate is not yet valid on that day.
    let verdict = check(
        &CITIZEN,
        None,
        &Told::one(&CA, Standing::Listed),
        datetime!(2001-01-01 0:00 UTC),
    );
    assert_eq!(case(&verdict, FindingCode::Validity), (Outcome::Bad, "not_yet"));
    assert!(verdict.accept().is_err());
}

#[test]
fn the_real_list_speaks_for_each_ca_that_it_names() {
    let file = shared_data("tsl").join("TSL-IT-seq194-20230926.xml");
    let list = TrustList::read(&std::fs::read(file).unwrap(), &Pins::built_in().italy, 194).unwrap();
    let anchors = TrustAnchors::default().with_list(Ok(list));
    let in_date = datetime!(2024-01-01 0:00 UTC);
    let before_it_was_withdrawn = datetime!(2023-09-01 0:00 UTC);
    for (at, expected) in [
        (in_date, [("deprecated", 1), ("good", 169)]),
        (NOW, [("deprecated", 1), ("stale", 169)]),
        (before_it_was_withdrawn, [("good", 170), ("good", 170)]),
    ] {
        let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
        for der in anchors.roots() {
            // Read as if it were a leaf: what its own key signed, or that of the CA above the two of the CIE.
            let verdict = check(der, None, &anchors, at);
            assert_in_table(&verdict);
            let finding = verdict.finding(FindingCode::TrustList).unwrap();
            *counted.entry(finding.case).or_default() += 1;
            assert_eq!(verdict.question().is_none(), finding.case == "deprecated");
            let clock = verdict.finding(FindingCode::Clock).map(|finding| finding.case);
            assert_eq!(clock, (at == before_it_was_withdrawn).then_some("before_list"));
        }
        assert_eq!(counted, BTreeMap::from(expected), "{at}");
    }
}
