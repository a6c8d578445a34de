//! The one place that prints: for people, or as one JSON object.

use cns_login::{Language, Problem};
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;

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

    /// Tells a person what is going on, on standard error; programs hear nothing.
    pub(crate) fn note(&self, italian: &str, english: &str) {
        if !self.json {
            let _ = writeln!(std::io::stderr(), "{}", self.say(italian, english));
        }
    }

    /// Prints the end of the command and gives its exit code.
    pub(crate) fn finish(&self, ended: Result<Report, Problem>) -> ExitCode {
        let (code, written) = match ended {
            Ok(report) if self.json => (ExitCode::SUCCESS, writeln!(std::io::stdout(), "{}", report.json)),
            Ok(report) => (ExitCode::SUCCESS, write!(std::io::stdout(), "{}", report.text)),
            Err(problem) if self.json => (
                ExitCode::FAILURE,
                writeln!(std::io::stdout(), "{}", self.problem_json(&problem)),
            ),
            Err(problem) => (
                ExitCode::FAILURE,
                write!(std::io::stderr(), "{}", self.problem_text(&problem)),
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
