//! Where the card's PIN is typed in a terminal: one line of standard input, or a prompt without echo.

use crate::args::PinSource;
use crate::output::Output;
use cns_card::CardPin;
use cns_login::{CardChoice, OfferedCard, PinAnswer, PinEntry, PinRefusal, PinRequest, Problem, ProblemCode};
use std::io::{IsTerminal, Read};
use zeroize::Zeroizing;

/// The PIN of this run.
pub(crate) enum TerminalPin<'a> {
    /// Given once, on standard input; there is nobody to ask again.
    Given(Option<CardPin>),
    /// Asked at a prompt.
    Prompt(&'a Output),
}

impl<'a> TerminalPin<'a> {
    /// Reads the PIN from standard input if that is where it comes from, before any card is touched.
    pub(crate) fn from(source: PinSource, output: &'a Output) -> Result<Self, Problem> {
        if !source.pin_stdin {
            return Ok(Self::Prompt(output));
        }
        let line = first_line().map_err(|_| ProblemCode::PinNotGiven)?;
        if line.is_empty() {
            return Err(ProblemCode::PinNotGiven.into());
        }
        let typed = std::str::from_utf8(&line).map_err(|_| ProblemCode::PinFormat)?;
        Ok(Self::Given(Some(CardPin::parse(
            typed.trim_end_matches(['\r', '\n']),
        )?)))
    }
}

impl PinEntry for TerminalPin<'_> {
    async fn ask(&mut self, request: PinRequest) -> Option<PinAnswer> {
        match self {
            Self::Given(pin) => pin.take(),
            Self::Prompt(output) => prompt(output, &request),
        }
        .map(PinAnswer::Typed)
    }
}

impl CardChoice for TerminalPin<'_> {
    async fn choose(&mut self, _offered: &[OfferedCard]) -> Option<usize> {
        None
    }
}

/// The first line of standard input, without its end, in memory that wipes itself.
///
/// The handle of the system is read byte by byte: the buffer of `std::io::Stdin` would keep the PIN until the end.
fn first_line() -> std::io::Result<Zeroizing<Vec<u8>>> {
    #[cfg(unix)]
    let input = std::os::fd::AsFd::as_fd(&std::io::stdin()).try_clone_to_owned()?;
    #[cfg(windows)]
    let input = std::os::windows::io::AsHandle::as_handle(&std::io::stdin()).try_clone_to_owned()?;
    let mut input = std::fs::File::from(input);
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    let mut byte = Zeroizing::new([0]);
    while line.len() < LONGEST_LINE && input.read(&mut *byte)? == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    Ok(line)
}

/// Asks until the typing has the form of a PIN; an empty line gives up. Blocking is right here: nothing else goes on.
fn prompt(output: &Output, request: &PinRequest) -> Option<CardPin> {
    if !std::io::stdin().is_terminal() {
        return None;
    }
    if request.refused == Some(PinRefusal::Wrong) {
        let problem = match request.tries_left {
            Some(left) => Problem::new(ProblemCode::PinWrong).with("tries_left", left.to_string()),
            None => ProblemCode::PinWrong.into(),
        };
        output.note(&problem.what(output.language), &problem.what(output.language));
        output.note(
            &problem.meaning(output.language),
            &problem.meaning(output.language),
        );
    }
    let question = format!(
        "{} ({}): ",
        output.say("PIN della carta", "PIN of the card"),
        request.host
    );
    loop {
        let typed = Zeroizing::new(rpassword::prompt_password(&question).ok()?);
        if typed.is_empty() {
            return None;
        }
        match CardPin::parse(&typed) {
            Ok(pin) => return Some(pin),
            Err(format) => {
                let problem = Problem::from(format);
                output.note(&problem.what(output.language), &problem.what(output.language));
            }
        }
    }
}

/// More than any PIN; what lies beyond is not read.
const LONGEST_LINE: usize = 64;
