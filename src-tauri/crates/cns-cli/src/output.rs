//! The one place that prints: for people, or as one JSON object.

use crate::paper::laid_out;
use cns_login::{Advice, Language, Problem, day_in_letters};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::process::ExitCode;
use time::{OffsetDateTime, UtcOffset};
use zeroize::Zeroizing;

/// What a command has to say: the same facts twice, for programs and for people.
pub(crate) struct Report {
    /// One JSON object.
    pub(crate) json: Value,
    /// Lines for people.
    pub(crate) text: String,
}

/// Why a command did not come to its end, and what it has to show nevertheless.
pub(crate) struct Failed {
    problem: Problem,
    json: Map<String, Value>,
    text: String,
}

impl Failed {
    /// Shows something beside the problem: under `name` for programs, as lines for people.
    pub(crate) fn showing(mut self, name: &str, json: Value, text: &str) -> Self {
        self.json.insert(name.to_owned(), json);
        self.text.push_str(text);
        self
    }
}

impl<P: Into<Problem>> From<P> for Failed {
    fn from(problem: P) -> Self {
        Self {
            problem: problem.into(),
            json: Map::new(),
            text: String::new(),
        }
    }
}

/// How the caller wants to read the answer.
#[derive(Clone, Copy)]
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
            self.warn(italian, english);
        }
    }

    /// Tells a person something that must be known before a question; at the terminal, also beside `--json`.
    pub(crate) fn warn(&self, italian: &str, english: &str) {
        let text = laid_out(&harmless(self.say(italian, english)), &std::io::stderr());
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// The same with a text of the catalogue.
    pub(crate) fn advise(&self, advice: Advice) {
        let text = advice.text(self.language);
        self.warn(text, text);
    }

    /// Puts a question on standard error, without an end of line.
    pub(crate) fn ask(&self, question: &str) {
        let mut terminal = std::io::stderr();
        let question = laid_out(&harmless(question), &terminal);
        let _ = write!(terminal, "{question}").and_then(|()| terminal.flush());
    }

    /// Tells a person what a problem is and means, and what to do now, before they try again.
    pub(crate) fn note_problem(&self, problem: &Problem) {
        for text in [
            format!("{}.", problem.what(self.language)),
            problem.meaning(self.language),
            problem.next(self.language),
        ] {
            self.warn(&text, &text);
        }
    }

    /// Prints what people asked to see while the command goes on; programs get it in the one object at the end.
    pub(crate) fn show(&self, text: &str) {
        if !self.json {
            // It may be the one time that a new PIN is shown.
            let text = Zeroizing::new(harmless(text));
            let _ = write!(std::io::stdout(), "{}", *text);
        }
    }

    /// Whether the caller is a program.
    pub(crate) fn for_programs(&self) -> bool {
        self.json
    }

    /// Prints the end of the command and gives its exit code.
    pub(crate) fn finish(&self, ended: Result<Report, Failed>) -> ExitCode {
        let (code, written) = match ended {
            Ok(report) if self.json => (ExitCode::SUCCESS, writeln!(std::io::stdout(), "{}", report.json)),
            Ok(report) => (
                ExitCode::SUCCESS,
                write!(
                    std::io::stdout(),
                    "{}",
                    laid_out(&harmless(&report.text), &std::io::stdout())
                ),
            ),
            Err(failed) if self.json => (
                ExitCode::FAILURE,
                writeln!(std::io::stdout(), "{}", self.failed_json(failed)),
            ),
            Err(failed) => (
                ExitCode::FAILURE,
                write!(
                    std::io::stderr(),
                    "{}",
                    laid_out(&harmless(&self.failed_text(&failed)), &std::io::stderr())
                ),
            ),
        };
        // A reader of our output that went away is not a problem of ours.
        drop(written);
        code
    }

    fn failed_json(&self, failed: Failed) -> Value {
        let problem = &failed.problem;
        let told = json!({
            "code": problem.code.name(),
            "retriable": problem.retriable(),
            "what": problem.what(self.language),
            "meaning": problem.meaning(self.language),
            "next": problem.next(self.language),
        });
        let mut object = failed.json;
        object.insert("problem".to_owned(), told);
        Value::Object(object)
    }

    fn failed_text(&self, failed: &Failed) -> String {
        let problem = &failed.problem;
        format!(
            "{}.\n{}\n{}\n{}[{}]\n",
            problem.what(self.language),
            problem.meaning(self.language),
            problem.next(self.language),
            failed.text,
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
    fn what_was_seen_stands_beside_the_problem() {
        let output = Output::new(true, Language::It);
        let failed = || {
            Failed::from(cns_login::ProblemCode::UnknownCard).showing(
                "seen",
                json!({"atr": "3B 00"}),
                "ATR: 3B 00\n",
            )
        };
        let json = output.failed_json(failed());
        assert_eq!(
            (&json["problem"]["code"], &json["seen"]["atr"]),
            (&json!("unknown_card"), &json!("3B 00"))
        );
        assert!(
            output
                .failed_text(&failed())
                .ends_with("ATR: 3B 00\n[unknown_card]\n")
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
