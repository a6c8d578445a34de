//! Texts that rest on the word of others.

use super::raw;
use crate::texts::{Language, finding_text};
use cns_trust::{Finding, FindingCode, Outcome, TrustListError, WhichList};

#[test]
fn what_rests_on_others_names_them_in_both_languages() {
    for language in [Language::It, Language::En] {
        let texts = raw(language).findings;
        for (case, text) in &texts["revocation"] {
            let is_said_by_somebody = ["good", "suspended", "never_activated"].contains(&case.as_str())
                || case.starts_with("revoked");
            assert_eq!(text.contains("{host} ({way})"), is_said_by_somebody, "{case}");
        }
        let lists = raw(language).lists;
        for (list, words) in [
            (Some(WhichList::OfLists), &lists["of_lists"]),
            (Some(WhichList::Italian), &lists["italian"]),
            (None, &lists["official"]),
        ] {
            let reason = TrustListError::Changed;
            let error = match list {
                Some(which) => TrustListError::Of {
                    which,
                    reason: Box::new(reason),
                },
                None => reason,
            };
            let finding = Finding {
                code: FindingCode::TrustList,
                outcome: Outcome::Unknown,
                case: error.case(),
                facts: error.facts(),
                evidence: None,
            };
            let told = finding_text(&finding, language);
            assert!(told.contains(words.as_str()), "{told}");
        }
        assert_eq!(lists.len(), 3);
    }
}

#[test]
fn what_is_said_of_a_chosen_instant_leaves_the_clock_out() {
    for language in [Language::It, Language::En] {
        let texts = raw(language).findings;
        for (code, case, with_clock) in [
            ("revocation", "later_answer", "future_answer"),
            ("validity", "not_yet_then", "not_yet"),
        ] {
            let blames = |case: &str| {
                let text = texts[code][case].to_lowercase();
                text.contains("orologio") || text.contains("clock")
            };
            assert!(blames(with_clock) && !blames(case), "{case}");
        }
    }
}
