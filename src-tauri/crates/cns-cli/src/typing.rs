//! What is typed at a terminal or sent on standard input: secrets in memory that wipes itself, and plain answers.

use crate::output::Output;
use cns_login::{Problem, ProblemCode};
use std::fs::File;
use std::io::{IsTerminal, Read};
use zeroize::Zeroizing;

/// The lines of standard input, one secret each.
///
/// The handle of the system is read byte by byte: the buffer of `std::io::Stdin` would keep the secrets until the end.
pub(crate) struct Lines(File);

impl Lines {
    /// Takes standard input.
    pub(crate) fn of_stdin() -> Result<Self, Problem> {
        let stdin = std::io::stdin();
        #[cfg(unix)]
        let input = std::os::fd::AsFd::as_fd(&stdin).try_clone_to_owned();
        #[cfg(windows)]
        let input = std::os::windows::io::AsHandle::as_handle(&stdin).try_clone_to_owned();
        match input {
            Ok(input) => Ok(Self(File::from(input))),
            Err(_) => Err(ProblemCode::PinNotGiven.into()),
        }
    }

    /// The next line without its end; none when there is no more.
    pub(crate) fn next(&mut self) -> Option<Zeroizing<String>> {
        next_line(&mut self.0)
    }
}

fn next_line(input: &mut impl Read) -> Option<Zeroizing<String>> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    let mut byte = Zeroizing::new([0]);
    let mut anything = false;
    while matches!(input.read(&mut *byte), Ok(1)) {
        anything = true;
        if byte[0] == b'\n' {
            break;
        }
        // What lies beyond is no secret of ours; the line is kept long enough to be refused.
        if line.len() < LONGEST_LINE {
            line.push(byte[0]);
        }
    }
    while line.last() == Some(&b'\r') {
        line.pop();
    }
    if !anything {
        return None;
    }
    Some(match String::from_utf8(std::mem::take(&mut *line)) {
        Ok(text) => Zeroizing::new(text),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            Zeroizing::new(char::REPLACEMENT_CHARACTER.to_string())
        }
    })
}

/// Whether there is a person at the terminal who can be asked.
pub(crate) fn somebody_is_there() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks for a secret without echo. None when nobody is there, or nothing was typed: the person gave up.
pub(crate) fn secret(question: &str) -> Option<Zeroizing<String>> {
    if !somebody_is_there() {
        return None;
    }
    let typed = Zeroizing::new(rpassword::prompt_password(format!("{question}: ")).ok()?);
    (!typed.is_empty()).then_some(typed)
}

/// Asks for a secret without echo until it has the form of one, and says each time what was wrong; none when the person
/// gives up.
pub(crate) fn secret_read<T, P: Into<Problem>>(
    question: &str,
    output: &Output,
    read: impl Fn(&str) -> Result<T, P>,
) -> Option<T> {
    loop {
        match read(&secret(question)?) {
            Ok(secret) => return Some(secret),
            Err(problem) => output.note_problem(&problem.into()),
        }
    }
}

/// Asks a question with echo and gives what was typed, trimmed. None when nobody is there, or nothing was typed.
pub(crate) fn answer(output: &Output, question: &str) -> Option<String> {
    line(output, question).filter(|typed| !typed.is_empty())
}

/// Asks a question with echo until the answer can be read, and says each time what was wrong, in Italian and in English;
/// none when the person gives up.
pub(crate) fn answer_read<T>(
    question: &str,
    output: &Output,
    read: impl Fn(&str) -> Result<T, (&'static str, &'static str)>,
) -> Option<T> {
    loop {
        match read(&answer(output, question)?) {
            Ok(read) => return Some(read),
            Err((italian, english)) => output.warn(italian, english),
        }
    }
}

/// The same, where nothing but Enter is an answer too. None when nobody is there, or the terminal was closed.
pub(crate) fn line(output: &Output, question: &str) -> Option<String> {
    if !somebody_is_there() {
        return None;
    }
    output.ask(question);
    let typed = Lines::of_stdin().ok()?.next()?;
    Some(typed.trim().to_owned())
}

/// Asks for a word to be typed as the sign that the person has read what stands above.
pub(crate) fn confirmed_by(word: &str, output: &Output) -> bool {
    let question = match output.language {
        cns_login::Language::It => format!("Per andare avanti scrivi «{word}»: "),
        cns_login::Language::En => format!("To go on, type “{word}”: "),
    };
    answer(output, &question).is_some_and(|typed| typed.to_lowercase() == word)
}

/// More than any PIN, PUK or e-mail address (RFC 5321 §4.5.3.1.3).
const LONGEST_LINE: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_one_by_one_without_their_ends() {
        let long = "7".repeat(300);
        let mut input = std::io::Cursor::new(format!("12345\r\n\n{long}\nlast").into_bytes());
        let mut next = || next_line(&mut input).map(|line| line.to_string());
        assert_eq!(next().as_deref(), Some("12345"));
        assert_eq!(next().as_deref(), Some(""));
        assert_eq!(next(), Some("7".repeat(LONGEST_LINE)));
        assert_eq!(next().as_deref(), Some("last"));
        assert_eq!(next(), None);
    }

    #[test]
    fn what_is_no_text_is_no_pin() {
        let mut input = std::io::Cursor::new(b"\xFF12345\n".to_vec());
        let line = next_line(&mut input).unwrap();
        assert!(cns_card::CardPin::parse(&line).is_err());
    }
}
