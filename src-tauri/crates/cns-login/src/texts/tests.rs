use super::*;
use crate::headline::ALL_HEADLINES;
use crate::{Advice, ProblemCode, Rung};
use cns_trust::ALL_CASES;
use std::collections::BTreeSet;

mod refused;
mod sources;

fn raw(language: Language) -> Catalogue {
    let json = match language {
        Language::It => include_str!("../../texts/it.json"),
        Language::En => include_str!("../../texts/en.json"),
    };
    serde_json::from_str(json).expect("the catalogue is JSON of the right shape")
}

impl Catalogue {
    /// Every text but those of the findings, with its name.
    fn all(self) -> impl Iterator<Item = (String, String)> {
        let problems = self.problems.into_iter().flat_map(|(code, texts)| {
            texts
                .into_iter()
                .map(move |(key, text)| (format!("{code} {key}"), text))
        });
        problems.chain(self.advice).chain(self.headlines).chain(self.ends)
    }
}

fn places(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
        .collect()
}

#[test]
fn every_problem_says_what_it_is_what_it_means_and_what_to_do_in_both_languages() {
    for language in [Language::It, Language::En] {
        let texts = raw(language).problems;
        for code in ProblemCode::ALL {
            let parts = texts
                .get(code.name())
                .unwrap_or_else(|| panic!("{} has no text", code.name()));
            for part in ["what", "meaning", "next"] {
                assert!(!parts[part].trim().is_empty(), "{} {part}", code.name());
            }
        }
        assert_eq!(
            texts.len(),
            ProblemCode::ALL.len(),
            "a text belongs to no problem"
        );
    }
}

#[test]
fn every_finding_has_a_text_for_each_case_and_names_only_facts_it_gets() {
    for language in [Language::It, Language::En] {
        let texts = raw(language).findings;
        for (code, case, facts) in ALL_CASES {
            let text = &texts[code.name()][*case];
            for place in places(text) {
                assert!(facts.contains(&place), "{} {case} names {place}", code.name());
            }
        }
        assert_eq!(texts.values().map(BTreeMap::len).sum::<usize>(), ALL_CASES.len());
    }
}

#[test]
fn every_piece_of_advice_has_a_text_in_both_languages() {
    for language in [Language::It, Language::En] {
        let texts = raw(language).advice;
        for advice in Advice::ALL {
            let text = &texts[advice.name()];
            assert!(!text.trim().is_empty(), "{}", advice.name());
            assert_eq!(advice.text(language), text);
            assert!(places(text).is_empty(), "{} waits for a fact", advice.name());
        }
        assert_eq!(
            texts.len(),
            Advice::ALL.len(),
            "a text belongs to no piece of advice"
        );
    }
}

#[test]
fn every_headline_has_a_text_in_both_languages() {
    for language in [Language::It, Language::En] {
        let texts = raw(language).headlines;
        for case in ALL_HEADLINES {
            assert!(texts.contains_key(case), "{case}");
        }
        assert_eq!(texts.len(), ALL_HEADLINES.len(), "a text belongs to no headline");
    }
    let good = Headline {
        case: "good",
        facts: vec![("date", "2029-03-12".to_owned())],
    };
    assert_eq!(
        good.text(Language::It),
        "Tutto a posto. Il certificato vale fino al 12 marzo 2029."
    );
}

#[test]
fn every_rung_of_the_ladder_has_its_words() {
    for rung in [
        Rung::Within120,
        Rung::Within60,
        Rung::Within30,
        Rung::Within7,
        Rung::Over,
    ] {
        for language in [Language::It, Language::En] {
            assert_ne!(ends_text(rung.name(), &[], language), rung.name());
        }
    }
}

#[test]
fn the_two_languages_have_the_same_keys_and_places() {
    let (italian, english) = (raw(Language::It), raw(Language::En));
    for (one, other) in [
        (&italian.headlines, &english.headlines),
        (&italian.ends, &english.ends),
        (&italian.profile, &english.profile),
    ] {
        for (key, text) in one {
            assert_eq!(places(text), places(&other[key]), "{key}");
        }
        assert_eq!(one.len(), other.len());
    }
    for (one, other) in [
        (&italian.problems, &english.problems),
        (&italian.findings, &english.findings),
        (&italian.looks, &english.looks),
    ] {
        for (code, texts) in one {
            for (key, text) in texts {
                let twin = other.get(code).and_then(|texts| texts.get(key));
                let twin = twin.unwrap_or_else(|| panic!("{code} {key} is missing in one language"));
                assert_eq!(places(text), places(twin), "{code} {key}");
            }
            assert_eq!(texts.len(), other[code].len(), "{code}");
        }
    }
}

#[test]
fn each_face_says_what_to_do_in_its_own_words() {
    let (italian, english) = (raw(Language::It).faces, raw(Language::En).faces);
    let keys = |face: &BTreeMap<String, String>| face.keys().cloned().collect::<Vec<_>>();
    for other in [&italian.window, &english.terminal, &english.window] {
        assert_eq!(keys(&italian.terminal), keys(other));
    }
    for language in [Language::It, Language::En] {
        let faces = raw(language).faces;
        for (face, foreign) in [
            (&faces.terminal, ["finestra", "pulsante", "window", "button"]),
            (&faces.window, ["«cns", "“cns", "--", "termina"]),
        ] {
            let mut named = 0;
            for (key, text) in raw(language).in_the_words_of(face).all() {
                for place in places(&text) {
                    assert!(!face.contains_key(place), "{key} keeps {{{place}}}");
                }
                for word in foreign {
                    assert!(!text.to_lowercase().contains(word), "{key} says {word}");
                }
                named += usize::from(face.values().any(|words| text.contains(words)));
            }
            assert!(named >= face.len());
        }
    }
    let blocked = Problem::new(ProblemCode::PinBlocked);
    assert!(blocked.next(Language::It).contains("«cns pin unblock»"));
    let several = Problem::new(ProblemCode::SeveralCards);
    assert!(several.next(Language::En).contains("“--reader”"));
}

#[test]
fn the_words_that_explain_nothing_are_banned() {
    let banned = [
        "inaspettat",
        "unexpected",
        "apdu",
        "middleware",
        "handshake",
        "slot",
        "token",
        "!",
    ];
    for language in [Language::It, Language::En] {
        for (key, text) in raw(language).all() {
            for word in banned {
                assert!(!text.to_lowercase().contains(word), "{key} says {word}");
            }
        }
    }
}

#[test]
fn every_sentence_is_short_enough_to_be_read_once() {
    for language in [Language::It, Language::En] {
        for (key, text) in raw(language).all() {
            let sentences = text.split_inclusive(['.', ':', ';', '?']);
            let longest = sentences
                .map(|sentence| sentence.split_whitespace().count())
                .max();
            assert!(longest <= Some(24), "{key}: {longest:?} words");
        }
    }
}

#[test]
fn a_wrong_pin_is_told_by_how_many_tries_are_left() {
    let told = |tries: Option<&str>| {
        let mut problem = Problem::new(ProblemCode::PinWrong);
        if let Some(tries) = tries {
            problem = problem.with("tries_left", tries);
        }
        problem.meaning(Language::En)
    };
    assert!(told(Some("2")).contains("2 tries left"));
    assert!(told(Some("1")).contains("only 1 try left"));
    assert!(told(None).contains("does not say how many"));
}

#[test]
fn every_answer_to_a_pin_has_a_meaning_and_a_next_step_of_its_own() {
    let codes = [
        ProblemCode::PinWrong,
        ProblemCode::PinWrongUncounted,
        ProblemCode::PinBlocked,
        ProblemCode::PinNotUsable,
        ProblemCode::PinNotFound,
        ProblemCode::PinNotAllowed,
        ProblemCode::PinLastTry,
    ];
    for language in [Language::It, Language::En] {
        let told = |part: fn(&Problem, Language) -> String| -> BTreeSet<String> {
            let told = codes.map(|code| part(&Problem::new(code).with("tries_left", "2"), language));
            told.into_iter().collect()
        };
        assert_eq!(told(Problem::meaning).len(), codes.len());
        assert_eq!(told(Problem::next).len(), codes.len());
    }
    let last = Problem::new(ProblemCode::PinWrong).with("tries_left", "1");
    assert!(last.next(Language::It).starts_with("Fermati"));
    assert!(last.next(Language::It).contains("PUK"));
    let inactive = Problem::new(ProblemCode::PinNotUsable).meaning(Language::It);
    assert!(inactive.contains("Non è un PIN sbagliato"));
}

#[test]
fn each_kind_of_card_that_is_no_cns_has_its_own_name_meaning_and_next_step() {
    let kinds = [
        "cie",
        "health_professional",
        "signature",
        "bank",
        "sim",
        "passport",
    ];
    for language in [Language::It, Language::En] {
        let plain = Problem::new(ProblemCode::NotACns);
        for kind in kinds {
            let named = Problem::new(ProblemCode::NotACns).with("kind", kind);
            for part in [Problem::what, Problem::meaning, Problem::next] {
                assert_ne!(part(&named, language), part(&plain, language), "{kind}");
            }
        }
    }
}

#[test]
fn a_weak_new_pin_is_told_by_what_makes_it_weak() {
    for language in [Language::It, Language::En] {
        let plain = Problem::new(ProblemCode::NewPinWeak).meaning(language);
        for weakness in cns_card::Weakness::ALL {
            let told = Problem::new(ProblemCode::NewPinWeak).with("reason", weakness.name());
            assert_ne!(told.meaning(language), plain, "{}", weakness.name());
        }
    }
}

#[test]
fn a_table_of_cards_that_breaks_a_rule_is_told_by_the_rule_and_the_row() {
    for language in [Language::It, Language::En] {
        let plain = Problem::new(ProblemCode::CardProfilesUnusable).meaning(language);
        for rule in cns_card::BrokenRule::ALL {
            let row = "a-row".to_owned();
            let told = Problem::from(cns_card::ProfilesError::Rule { row, rule }).meaning(language);
            assert_ne!(told, plain, "{}", rule.name());
            assert!(told.contains("a-row"), "{}: {told}", rule.name());
        }
    }
}

#[test]
fn a_report_that_was_declined_is_not_called_a_step_that_costs_a_try() {
    let declined = Problem::new(ProblemCode::ReportDeclined);
    for untrue in ["annullare", "tentativo"] {
        assert!(!declined.meaning(Language::It).contains(untrue), "{untrue}");
    }
}

#[test]
fn a_blocked_pin_may_be_one_that_was_never_activated() {
    assert!(
        Problem::new(ProblemCode::PinBlocked)
            .next(Language::It)
            .contains("forse non è ancora attivata")
    );
}

#[test]
fn who_holds_the_card_is_named_where_that_is_known() {
    let known = Problem::new(ProblemCode::CardBusy).with("owner", "GnuPG");
    assert!(
        known
            .meaning(Language::It)
            .starts_with("Forse la sta usando GnuPG.")
    );
    assert!(known.next(Language::En).starts_with("Close GnuPG"));
    let unknown = Problem::new(ProblemCode::CardBusy);
    assert!(!unknown.meaning(Language::It).contains("Forse"));
    assert!(unknown.next(Language::En).starts_with("Close the other programs"));
}

#[test]
fn a_text_whose_fact_is_missing_falls_back_to_its_bare_form() {
    assert_eq!(
        Problem::new(ProblemCode::ReaderFailed).what(Language::It),
        "Il lettore non è riuscito a parlare con la tessera"
    );
}

#[test]
fn a_day_is_written_in_letters() {
    let expired = |language| {
        let roots = cns_trust::TrustRoots::default();
        let at = time::macros::datetime!(2026-11-22 12:00 UTC);
        let person = cns_virtual_card::pki::identity("citizen-expired", at).unwrap();
        let verdict = cns_trust::check(&person.certificate_der, None, &roots, at);
        finding_text(
            verdict.finding(cns_trust::FindingCode::Validity).unwrap(),
            language,
        )
    };
    assert_eq!(
        expired(Language::It),
        "Il certificato è scaduto il 21 novembre 2025."
    );
    assert_eq!(
        expired(Language::En),
        "The certificate expired on 21 November 2025."
    );
}

#[test]
fn a_day_that_begins_with_a_vowel_takes_the_short_article() {
    let text = "il {date} al {date} dal {date} del {date}";
    let on = |day: &str, language| filled(text, &[("date", day.to_owned())], language);
    for (day, expected) in [
        (
            "2029-05-08",
            "l'8 maggio 2029 all'8 maggio 2029 dall'8 maggio 2029 dell'8 maggio 2029",
        ),
        (
            "2029-05-11",
            "l'11 maggio 2029 all'11 maggio 2029 dall'11 maggio 2029 dell'11 maggio 2029",
        ),
        (
            "2029-05-18",
            "il 18 maggio 2029 al 18 maggio 2029 dal 18 maggio 2029 del 18 maggio 2029",
        ),
    ] {
        assert_eq!(on(day, Language::It).as_deref(), Some(expected));
    }
    assert!(
        on("2029-05-08", Language::En)
            .unwrap()
            .starts_with("il 8 May 2029 al 8 May")
    );
}
