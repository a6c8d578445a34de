//! The catalogue of texts: one file per language, the same keys in each. The window reads the same files.
//!
//! A text may have cases: `next_linux` is taken before `next` when one of the facts that may choose has the value `linux`, and
//! `meaning_bare` when a fact that `meaning` names is not known.
//!
//! What to do is done differently in the window and in the terminal: a text that says how has a place for it, such as
//! `{unblock}`, which `faces` fills. The texts here are those of the terminal; the page fills in the words of the window.

use crate::{Headline, Problem};
use cns_trust::Finding;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use time::Date;
use time::macros::format_description;

/// A language of the catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Italian, the language whose text counts.
    #[default]
    It,
    /// English.
    En,
}

/// The text of a finding. A case without a text is answered with the finding's code and case.
pub fn finding_text(finding: &Finding, language: Language) -> String {
    let code = finding.code.name();
    match catalogue(language)
        .findings
        .get(code)
        .and_then(|cases| cases.get(finding.case))
    {
        Some(text) => {
            let facts = with_lists_in_words(&finding.facts, language);
            filled(text, &facts, language).unwrap_or_else(|| text.clone())
        }
        None => format!("{code} {}", finding.case),
    }
}

/// The fact that tells which of the two lists it is, in words.
fn with_lists_in_words(facts: &[(&'static str, String)], language: Language) -> Vec<(&'static str, String)> {
    let lists = &catalogue(language).lists;
    let in_words = |(name, value): &(&'static str, String)| match (*name, lists.get(value)) {
        ("list", Some(words)) => (*name, words.clone()),
        _ => (*name, value.clone()),
    };
    facts.iter().map(in_words).collect()
}

/// The one sentence above the findings.
pub(crate) fn headline_text(headline: &Headline, language: Language) -> String {
    let text = catalogue(language).headlines.get(headline.case);
    text.and_then(|text| filled(text, &headline.facts, language))
        .unwrap_or_else(|| headline.case.to_owned())
}

/// What is said of a card's ends by this name, such as `within30` or `chip`, with its places filled.
pub fn ends_text(name: &str, facts: &[(&'static str, String)], language: Language) -> String {
    let text = catalogue(language).ends.get(name);
    text.and_then(|text| filled(text, facts, language))
        .unwrap_or_else(|| name.to_owned())
}

/// The text of one part of a problem: `what`, `meaning` or `next`.
pub(crate) fn problem_text(problem: &Problem, part: &str, language: Language) -> String {
    let Some(texts) = catalogue(language).problems.get(problem.code.name()) else {
        return problem.code.name().to_owned();
    };
    let by_fact = SELECTING
        .iter()
        .filter_map(|name| problem.fact(name))
        .find_map(|value| texts.get(&format!("{part}_{value}")));
    by_fact
        .or_else(|| texts.get(part))
        .and_then(|text| filled(text, &problem.facts, language))
        .or_else(|| texts.get(&format!("{part}_bare")).cloned())
        .unwrap_or_else(|| problem.code.name().to_owned())
}

/// The text of a piece of advice, by its name.
pub(crate) fn advice_text(name: &'static str, language: Language) -> &'static str {
    catalogue(language).advice.get(name).map_or(name, String::as_str)
}

/// What is said of a part of a portal's profile.
pub(crate) fn profile_text(name: &'static str, language: Language) -> &'static str {
    catalogue(language).profile.get(name).map_or(name, String::as_str)
}

/// What a look at a portal found: one case of a code.
pub(crate) fn look_text(
    code: &str,
    case: &str,
    facts: &[(&'static str, String)],
    language: Language,
) -> String {
    let text = catalogue(language)
        .looks
        .get(code)
        .and_then(|cases| cases.get(case));
    text.and_then(|text| filled(text, facts, language))
        .unwrap_or_else(|| format!("{code} {case}"))
}

/// A day as people write it, such as `12 marzo 2029`.
pub fn day_in_letters(day: Date, language: Language) -> String {
    let months = match language {
        Language::It => ITALIAN_MONTHS,
        Language::En => ENGLISH_MONTHS,
    };
    let month = months
        .get(usize::from(u8::from(day.month())) - 1)
        .copied()
        .unwrap_or_default();
    format!("{} {month} {}", day.day(), day.year())
}

/// Italian says `l'8 marzo` and `fino all'11 marzo`: otto and undici begin with a vowel. The page does the same.
fn elide_before(text: &mut String, day: Date) {
    if ![8, 11].contains(&day.day()) {
        return;
    }
    let articles = [
        ("dal ", "dall'"),
        ("del ", "dell'"),
        (" al ", " all'"),
        ("il ", "l'"),
    ];
    if let Some((full, elided)) = articles.iter().find(|(full, _)| text.ends_with(full)) {
        text.truncate(text.len() - full.len());
        text.push_str(elided);
    }
}

/// Puts the facts into their `{places}`, days in letters; `None` when a place has no fact.
fn filled(text: &str, facts: &[(&'static str, String)], language: Language) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let (_, value) = facts.iter().find(|(fact, _)| *fact == name)?;
        out.push_str(before);
        match Date::parse(value, format_description!("[year]-[month]-[day]")) {
            Ok(day) => {
                if language == Language::It {
                    elide_before(&mut out, day);
                }
                out.push_str(&day_in_letters(day, language));
            }
            Err(_) => out.push_str(value),
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

fn catalogue(language: Language) -> &'static Catalogue {
    match language {
        Language::It => &ITALIAN,
        Language::En => &ENGLISH,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    faces: Faces,
    problems: BTreeMap<String, BTreeMap<String, String>>,
    advice: BTreeMap<String, String>,
    lists: BTreeMap<String, String>,
    headlines: BTreeMap<String, String>,
    ends: BTreeMap<String, String>,
    findings: BTreeMap<String, BTreeMap<String, String>>,
    profile: BTreeMap<String, String>,
    looks: BTreeMap<String, BTreeMap<String, String>>,
}

/// How each face names what a person can do there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Faces {
    terminal: BTreeMap<String, String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "the page reads it from the file"))]
    window: BTreeMap<String, String>,
}

impl Catalogue {
    /// A file that does not parse gives an empty catalogue, whose texts are the codes; a test keeps that from shipping.
    fn parse(json: &str) -> Self {
        let catalogue: Self = serde_json::from_str(json).unwrap_or_default();
        let terminal = catalogue.faces.terminal.clone();
        catalogue.in_the_words_of(&terminal)
    }

    /// The texts with the words of one face in their places.
    fn in_the_words_of(mut self, face: &BTreeMap<String, String>) -> Self {
        let tables = self.problems.values_mut().chain(self.findings.values_mut());
        let texts = tables
            .flat_map(BTreeMap::values_mut)
            .chain(self.advice.values_mut());
        for text in texts {
            for (place, words) in face {
                *text = text.replace(&format!("{{{place}}}"), words);
            }
        }
        self
    }
}

static ITALIAN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(include_str!("../texts/it.json")));
static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(include_str!("../texts/en.json")));

/// The facts whose value may choose a case of a text, the first of them first; what a server says never does.
const SELECTING: [&str; 7] = ["clock", "case", "check", "kind", "reason", "system", "tries_left"];
const ITALIAN_MONTHS: [&str; 12] = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests;
