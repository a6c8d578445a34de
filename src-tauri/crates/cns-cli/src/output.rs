//! The one place that prints: for people, or as one JSON object.

use cns_login::{Language, Problem, day_in_letters};
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;
use time::{OffsetDateTime, UtcOffset};

/// What a command has to say: the same facts twice, for programs and for people.
pub(crate) struct Report {
    /// One JSON object.
    pub(crate) json: Value,
    /// Lines for people.
    pub(crate) text: String,
}

/// How the caller wants to read the answer.
pub(crate) struct Output {
    json: bool,
    pub(crate) language: Language,
}

impl Output {
    pub(crate) fn new(json: bool, language: Language) -> Self {
        Self { json, language }
    }

    /// Picks the text of the caller's language.
    pub(crate) fn say<'a>(&self, italian: &'a str, english: &'a str) -> &'a str {
        match self.language {
            Language::It => italian,
            Language::En => english,
        }
    }

    /// An instant as a person reads it. In UTC, and said so: the terminal of a help desk may be anywhere.
    pub(crate) fn moment(&self, instant: OffsetDateTime) -> String {
        let instant = instant.to_offset(UtcOffset::UTC);
        let day = day_in_letters(instant.date(), self.language);
        format!("{day}, {:02}:{:02} UTC", instant.hour(), instant.minute())
    }

    /// Tells a person what is going on, on standard error; programs hear nothing.
    pub(crate) fn note(&self, italian: &str, english: &str) {
        if !self.json {
            let _ = writeln!(std::io::stderr(), "{}", harmless(self.say(italian, english)));
        }
    }

    /// Prints the end of the command and gives its exit code.
    pub(crate) fn finish(&self, ended: Result<Report, Problem>) -> ExitCode {
        let (code, written) = match ended {
            Ok(report) if self.json => (ExitCode::SUCCESS, writeln!(std::io::stdout(), "{}", report.json)),
            Ok(report) => (
                ExitCode::SUCCESS,
                write!(std::io::stdout(), "{}", harmless(&report.text)),
            ),
            Err(problem) if self.json => (
                ExitCode::FAILURE,
                writeln!(std::io::stdout(), "{}", self.problem_json(&problem)),
            ),
            Err(problem) => (
                ExitCode::FAILURE,
                write!(std::io::stderr(), "{}", harmless(&self.problem_text(&problem))),
            ),
        };
        // A reader of our output that went away is not a problem of ours.
        drop(written);
        code
    }

    fn problem_json(&self, problem: &Problem) -> Value {
        json!({"problem": {
            "code": problem.code.name(),
            "retriable": problem.retriable(),
            "what": problem.what(self.language),
            "meaning": problem.meaning(self.language),
            "next": problem.next(self.language),
        }})
    }

    fn problem_text(&self, problem: &Problem) -> String {
        format!(
            "{}.\n{}\n{}\n[{}]\n",
            problem.what(self.language),
            problem.meaning(self.language),
            problem.next(self.language),
            problem.code.name()
        )
    }
}

/// The text without what a terminal would obey: a card, a certificate or a server may have put it there.
fn harmless(text: &str) -> String {
    text.chars()
        .map(|sign| {
            if sign.is_control() && sign != '\n' {
                char::REPLACEMENT_CHARACTER
            } else {
                sign
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_for_people_in_utc() {
        let instant = time::macros::datetime!(2026-11-23 04:05:59.4 +1);
        assert_eq!(
            Output::new(false, Language::It).moment(instant),
            "23 novembre 2026, 03:05 UTC"
        );
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_and_not_sent() {
        assert_eq!(
            harmless("MARIA\u{1b}]52;c;eA==\u{7}\n\u{9b}2J\r"),
            "MARIA\u{fffd}]52;c;eA==\u{fffd}\n\u{fffd}2J\u{fffd}"
        );
    }
}
