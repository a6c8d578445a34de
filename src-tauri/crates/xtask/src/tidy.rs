//! `cargo xtask tidy`: the repository's own rules. Each rule is a test as well.

mod catalogues;
mod knowledge;
mod manifest;
mod publiccode;
mod requirements;
mod words;

use crate::Failure;

/// A rule: says what breaks it, one line each.
type Rule = fn() -> Result<Vec<String>, Failure>;

/// Holds the repository to every rule.
pub(crate) fn tidy() -> Result<(), Failure> {
    let mut findings = Vec::new();
    for (name, rule) in RULES {
        let broken = rule()?;
        println!("{} {name}", if broken.is_empty() { "kept  " } else { "broken" });
        findings.extend(broken);
    }
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Failure::Untidy { findings })
    }
}

const RULES: &[(&str, Rule)] = &[
    (
        "the map says who may know whom",
        knowledge::the_map_says_who_may_know_whom,
    ),
    (
        "each outside crate has its only users",
        knowledge::each_outside_crate_has_its_only_users,
    ),
    (
        "every line of the manifest says why",
        manifest::every_line_says_why,
    ),
    ("files are short", words::files_are_short),
    ("nothing is left for later", words::nothing_is_left_for_later),
    ("one file may be unsafe", words::one_file_may_be_unsafe),
    (
        "only clocks ask for the time",
        words::only_clocks_ask_for_the_time,
    ),
    ("publiccode.yml is valid", publiccode::is_valid),
    (
        "the languages say the same",
        catalogues::the_languages_say_the_same,
    ),
    (
        "each requirement has its test",
        requirements::each_requirement_has_its_test,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: Rule) {
        let findings = rule().expect("the rule can be checked");
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }

    #[test]
    fn the_map_says_who_may_know_whom() {
        check(knowledge::the_map_says_who_may_know_whom);
    }

    #[test]
    fn each_outside_crate_has_its_only_users() {
        check(knowledge::each_outside_crate_has_its_only_users);
    }

    #[test]
    fn every_line_of_the_manifest_says_why() {
        check(manifest::every_line_says_why);
    }

    #[test]
    fn files_are_short() {
        check(words::files_are_short);
    }

    #[test]
    fn nothing_is_left_for_later() {
        check(words::nothing_is_left_for_later);
    }

    #[test]
    fn one_file_may_be_unsafe() {
        check(words::one_file_may_be_unsafe);
    }

    #[test]
    fn only_clocks_ask_for_the_time() {
        check(words::only_clocks_ask_for_the_time);
    }

    #[test]
    fn publiccode_is_valid() {
        check(publiccode::is_valid);
    }

    #[test]
    fn the_languages_say_the_same() {
        check(catalogues::the_languages_say_the_same);
    }

    #[test]
    fn each_requirement_has_its_test() {
        check(requirements::each_requirement_has_its_test);
    }
}
