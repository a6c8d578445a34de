//! What a list that is old, or that was refused, leaves open.

use crate::check::CA;
use crate::listing::{CITIZEN, ISSUER, OTHER};
use crate::sources::{List, Told, list_facts};
use crate::support::*;
use cns_trust::{FindingCode, ListFacts, Outcome, Standing, TrustListError, WhichList, check};
use time::macros::datetime;

#[test]
fn a_list_that_is_stale_or_refused_says_nothing_against_whom_it_does_not_name() {
    let end = datetime!(2026-01-01 0:00 UTC);
    let stale = || {
        List::Used(ListFacts {
            next_update: Some(end),
            ..list_facts()
        })
    };
    let refused = || List::Unusable(TrustListError::Unsigned);
    let date = ("date", "2026-01-01".to_owned());
    let namesake = Ca::new(ISSUER);
    let without_identifier = CA.issue(|leaf| leaf.use_authority_key_identifier_extension = false);
    for (certificate, root, of_list, list, case_of_list) in [
        (&*CITIZEN, &*OTHER, "list_stale", stale(), "not_listed_stale"),
        (&*CITIZEN, &*OTHER, "list_unusable", refused(), "unsigned"),
        // Another key of that name may have come since.
        (
            &without_identifier,
            &namesake,
            "list_stale",
            stale(),
            "not_verified",
        ),
        (
            &without_identifier,
            &namesake,
            "list_unusable",
            refused(),
            "unsigned",
        ),
    ] {
        let verdict = check(
            certificate,
            None,
            &Told::one(root, Standing::Listed).with(list),
            NOW,
        );
        assert_in_table(&verdict);
        assert_eq!(
            case(&verdict, FindingCode::Signature),
            (Outcome::Unknown, of_list)
        );
        let finding = verdict.finding(FindingCode::TrustList).unwrap();
        assert_eq!((finding.outcome, finding.case), (Outcome::Unknown, case_of_list));
        if case_of_list == "not_listed_stale" {
            assert!(finding.facts.contains(&date), "{:?}", finding.facts);
            assert_eq!(finding.evidence.as_ref().unwrap().next_update, Some(end));
        }
        assert_eq!(verdict.outcome(), Outcome::Unknown);
        // A person may try; a server, for which nobody vouches, may not let them in.
        assert!(
            verdict
                .clone()
                .accept()
                .is_ok_and(|proof| !proof.signed_by_root())
        );
        assert!(verdict.accept_signed().is_err());
    }
    // The key that the certificate names did not sign it: no list can change that.
    let mut changed = CITIZEN.clone();
    *changed.last_mut().unwrap() ^= 1;
    for list in [stale(), refused(), List::Loading] {
        let verdict = check(&changed, None, &Told::one(&CA, Standing::Listed).with(list), NOW);
        assert_eq!(
            case(&verdict, FindingCode::Signature),
            (Outcome::Bad, "bad_signature")
        );
    }
}

#[test]
fn a_list_that_was_refused_is_named() {
    for (which, expected) in [
        (Some(WhichList::OfLists), "of_lists"),
        (Some(WhichList::Italian), "italian"),
        (None, "official"),
    ] {
        let error = match which {
            Some(which) => TrustListError::Of {
                which,
                reason: Box::new(TrustListError::Changed),
            },
            None => TrustListError::Changed,
        };
        assert_eq!(
            (error.case(), error.reason()),
            ("changed", &TrustListError::Changed)
        );
        assert_eq!(error.facts(), [("list", expected.to_owned())]);
    }
}
