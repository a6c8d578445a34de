//! The terminal face, as a person or a script starts it.

use crate::patience;
use crate::place::Place;
use crate::process::Process;
use crate::programs;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// How one run of `cns` ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit status.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ended {
    /// The one JSON object on standard output.
    ///
    /// # Panics
    /// When standard output is anything else than one JSON object.
    #[track_caller]
    pub fn json(&self) -> Value {
        let value: Value = serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("not one JSON value ({error}):\n{}\n{}", self.out, self.err));
        assert!(value.is_object(), "not an object: {value}");
        value
    }

    /// The same, of a run that must have ended well.
    ///
    /// # Panics
    /// When the exit status is not 0.
    #[track_caller]
    pub fn done(&self) -> Value {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self.json()
    }

    /// The code of the problem of a run that must have ended with one.
    ///
    /// # Panics
    /// When the exit status is not 1, or the problem lacks one of its parts.
    #[track_caller]
    pub fn problem(&self) -> String {
        assert_eq!(self.code, 1, "{}\n{}", self.out, self.err);
        let problem = &self.json()["problem"];
        assert!(problem["retriable"].is_boolean(), "{problem}");
        for part in ["what", "meaning", "next"] {
            assert!(
                problem[part].as_str().is_some_and(|text| !text.is_empty()),
                "{part}: {problem}"
            );
        }
        problem["code"].as_str().expect("a code").to_owned()
    }
}

/// A `cns` command of this person, with `--json`.
pub fn cns(place: &Place, words: &[&str]) -> Command {
    let mut command = place.command(programs::built("cns"));
    command.arg("--json").args(at_home(words));
    command
}

/// The words, and that no network is to be used, where a certificate would be asked about: the cards of the tests name
/// addresses that are nobody's. A story about the network says itself whom it may visit, or in which way. Where a portal is
/// named by `--portal FILE`, the person has read that file; a story about the reading writes `--portal=FILE`.
fn at_home<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut words = words.to_vec();
    let about_portals = words.contains(&"portal");
    let asks = !about_portals && words.iter().any(|word| ["check", "login"].contains(word));
    let says_itself = ["--allow-host", "--revocation", "--offline"];
    if asks && !words.iter().any(|word| says_itself.contains(word)) {
        words.push("--offline");
    }
    if words.contains(&"--portal") && !words.contains(&"--profile-read") {
        words.push("--profile-read");
    }
    words
}

/// A `cns` command of this person, for a person to read.
pub fn in_words(place: &Place, words: &[&str]) -> Command {
    let mut command = place.command(programs::built("cns"));
    command.args(at_home(words));
    command
}

/// Runs a command to its end, with this on its standard input.
///
/// # Panics
/// When it cannot be started.
pub fn run(command: &mut Command, stdin: &str) -> Ended {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut input = child.stdin.take().unwrap();
    // A program that reads nothing has closed its end: that is not an error of the story.
    let _closed = input.write_all(stdin.as_bytes());
    drop(input);
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().unwrap();
    Ended {
        code: status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&stdout).into_owned(),
        err: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

/// The same command, started by another program that takes it as its last words.
pub fn wrapped<'a>(by: &'a mut Command, command: &Command) -> &'a mut Command {
    by.arg(command.get_program()).args(command.get_args());
    by.env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            by.env(name, value);
        }
    }
    by
}

/// Starts `cns` with these words, without `--json`, at a terminal of its own: it sees a person there, and asks.
///
/// The terminal is that of `script`, which every Debian has. What the program says on either output is what the person
/// sees, with the line ends of a terminal.
pub fn at_a_terminal(lead: impl FnOnce(&mut Command), place: &Place, words: &[&str]) -> Process {
    let quoted: Vec<String> = at_home(words)
        .iter()
        .map(|word| format!("'{}'", word.replace('\'', r"'\''")))
        .collect();
    let line = format!("exec '{}' {}", programs::built("cns").display(), quoted.join(" "));
    let mut command = place.command("script");
    command.args(["--quiet", "--flush", "--return", "--command", &line, "/dev/null"]);
    command.env("SHELL", "/bin/sh").env("TERM", "dumb");
    lead(&mut command);
    Process::start_spoken_to(command)
}

/// Waits until this was asked at the terminal so many times.
#[track_caller]
pub fn asked(process: &mut Process, question: &str, count: usize) {
    process.wait_for(question, |said| {
        (said.matches(question).count() >= count).then_some(())
    });
}

/// Answers a question that was asked at the terminal, for everybody to see.
#[track_caller]
pub fn answer(process: &mut Process, question: &str, count: usize, answer: &str) {
    asked(process, question, count);
    process.type_line(answer);
}

/// The same where nobody may see the answer.
#[track_caller]
pub fn answer_unseen(process: &mut Process, question: &str, count: usize, answer: &str) {
    asked(process, question, count);
    patience::until(
        || format!("a terminal that does not show the answer to: {question}"),
        || types_unseen(process).then_some(()),
    );
    process.type_line(answer);
}

/// Whether what is typed at the terminal of [`at_a_terminal`] is not shown just now.
pub fn types_unseen(process: &Process) -> bool {
    let script = process.id();
    let children = format!("/proc/{script}/task/{script}/children");
    let cns = fs::read_to_string(children).unwrap_or_default();
    let terminal = format!("/proc/{}/fd/0", cns.trim());
    let settings = Command::new("stty").args(["-a", "-F", &terminal]).output();
    settings.is_ok_and(|output| {
        let settings = String::from_utf8_lossy(&output.stdout).into_owned();
        settings.split_whitespace().any(|setting| setting == "-echo")
    })
}

/// Starts a command that the story speaks with while it runs.
pub fn start(command: Command) -> Process {
    Process::start_spoken_to(command)
}
