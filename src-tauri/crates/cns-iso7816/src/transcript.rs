//! A channel that knows one conversation by heart, byte for byte.
//!
//! It is the double for tests of a driver: each command must be the next one of the list, and gets its answer.
//! Cloning gives another handle on the same conversation, so that a test can ask it how things went.
//!
//! A conversation may be written in a text:
//!
//! ```
//! let conversation = cns_iso7816::transcript::Transcript::parse("
//! ## A card without files.
//! atr 3B 80 80 01 01
//! > 00 A4 08 00 04
//!   11 00 11 01 00
//! < 6A 82
//! ")?;
//! # assert!(conversation.finished().is_err());
//! # Ok::<(), cns_iso7816::transcript::ParseError>(())
//! ```
//!
//! `>` is a command, `<` its answer with the status word, `#` begins words for people. A line that begins with a space
//! goes on with the bytes of the one before it.

use crate::{Atr, Channel, ChannelError, Ending, Exchange};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A conversation with a card, written down beforehand.
#[derive(Clone, Debug)]
pub struct Transcript {
    atr: Atr,
    state: Arc<Mutex<State>>,
}

type Answer = Result<Vec<u8>, ChannelError>;

#[derive(Debug, Default)]
struct State {
    ahead: VecDeque<(Vec<u8>, Answer)>,
    heard: usize,
    endings: Vec<Ending>,
    mismatch: Option<Mismatch>,
}

/// Where the conversation left the transcript.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("command {at}: expected {expected:02X?}, got {got:02X?}")]
pub struct Mismatch {
    /// Number of the command, from 0.
    pub at: usize,
    /// What the transcript expected; `None` at its end.
    pub expected: Option<Vec<u8>>,
    /// What was sent; `None` when the conversation ended too early.
    pub got: Option<Vec<u8>>,
}

impl Transcript {
    /// An empty conversation with a card of this ATR, in hexadecimal.
    pub fn new(atr: &str) -> Self {
        Self {
            atr: Atr::new(bytes_of(atr)),
            state: Arc::default(),
        }
    }

    /// Reads a conversation from a text, in the form that the module describes.
    ///
    /// # Errors
    /// [`ParseError`] with the number of the line.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let lines = lines_of(text)?;
        let mut lines = lines.into_iter();
        let transcript = match lines.next() {
            Some(Line {
                mark: Mark::Atr,
                bytes,
                ..
            }) => Self {
                atr: Atr::new(bytes),
                state: Arc::default(),
            },
            Some(Line { number, .. }) => return Err(ParseError { line: number }),
            None => return Err(ParseError { line: 1 }),
        };
        while let Some(command) = lines.next() {
            let answer = lines.next().filter(|answer| answer.mark == Mark::Answer);
            match answer {
                Some(answer) if command.mark == Mark::Command => {
                    transcript
                        .state()
                        .ahead
                        .push_back((command.bytes, Ok(answer.bytes)));
                }
                Some(_) | None => return Err(ParseError { line: command.number }),
            }
        }
        Ok(transcript)
    }

    /// Adds a command and its answer, in hexadecimal, status word included.
    #[must_use]
    pub fn answer(self, command: &str, answer: &str) -> Self {
        self.state()
            .ahead
            .push_back((bytes_of(command), Ok(bytes_of(answer))));
        self
    }

    /// Adds a command that gets no answer.
    #[must_use]
    pub fn fail(self, command: &str, error: ChannelError) -> Self {
        self.state().ahead.push_back((bytes_of(command), Err(error)));
        self
    }

    /// Says whether the whole conversation took place as written.
    ///
    /// # Errors
    /// The first [`Mismatch`].
    pub fn finished(&self) -> Result<(), Mismatch> {
        let state = self.state();
        if let Some(mismatch) = &state.mismatch {
            return Err(mismatch.clone());
        }
        match state.ahead.front() {
            None => Ok(()),
            Some((expected, _)) => Err(Mismatch {
                at: state.heard,
                expected: Some(expected.clone()),
                got: None,
            }),
        }
    }

    /// How the transactions so far were ended.
    pub fn endings(&self) -> Vec<Ending> {
        self.state().endings.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Channel for Transcript {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transaction(
        &mut self,
        ending: Ending,
        act: &mut dyn FnMut(&mut dyn Exchange),
    ) -> Result<(), ChannelError> {
        act(&mut Conversation(Arc::clone(&self.state)));
        self.state().endings.push(ending);
        Ok(())
    }
}

struct Conversation(Arc<Mutex<State>>);

impl Exchange for Conversation {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = state.heard;
        state.heard += 1;
        let next = state.ahead.pop_front();
        match next {
            Some((expected, answer)) if expected == command => answer,
            other => {
                let expected = other.map(|(expected, _)| expected);
                let mismatch = Mismatch {
                    at,
                    expected,
                    got: Some(command.to_vec()),
                };
                state.mismatch.get_or_insert(mismatch);
                Err(ChannelError::Transport { code: u32::MAX })
            }
        }
    }
}

/// A text that is not a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not as a conversation is written")]
pub struct ParseError {
    /// Number of the line, from 1.
    pub line: usize,
}

#[derive(PartialEq, Eq)]
enum Mark {
    Atr,
    Command,
    Answer,
}

/// A line with the lines that go on with it.
struct Line {
    number: usize,
    mark: Mark,
    bytes: Vec<u8>,
}

fn lines_of(text: &str) -> Result<Vec<Line>, ParseError> {
    let mut lines: Vec<Line> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let malformed = ParseError { line: number };
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(more) = line.strip_prefix(' ') {
            let begun = lines.last_mut().ok_or(malformed)?;
            begun.bytes.extend(strict_bytes_of(more).ok_or(malformed)?);
            continue;
        }
        let (mark, hex) = line.split_once(' ').ok_or(malformed)?;
        let mark = match mark {
            "atr" => Mark::Atr,
            ">" => Mark::Command,
            "<" => Mark::Answer,
            _ => return Err(malformed),
        };
        let bytes = strict_bytes_of(hex).ok_or(malformed)?;
        lines.push(Line { number, mark, bytes });
    }
    Ok(lines)
}

/// The bytes of hexadecimal text in pairs of digits, with spaces between pairs as one likes.
fn strict_bytes_of(hex: &str) -> Option<Vec<u8>> {
    let well_formed = hex
        .split_ascii_whitespace()
        .all(|word| word.len() % 2 == 0 && word.bytes().all(|digit| digit.is_ascii_hexdigit()));
    well_formed
        .then(|| bytes_of(hex))
        .filter(|bytes| !bytes.is_empty())
}

/// The bytes of hexadecimal text; everything that is not a hexadecimal digit is left out, and so is half a byte.
pub fn bytes_of(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex
        .chars()
        .filter_map(|character| character.to_digit(16))
        .collect();
    digits
        .chunks_exact(2)
        .filter_map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_command_out_of_turn_is_named() {
        let mut transcript = Transcript::new("3B 00").answer("00 A4", "90 00");
        let other = transcript.clone();
        transcript
            .transaction(Ending::Reset, &mut |exchange| {
                assert_eq!(
                    exchange.exchange(&[0, 0xB0]),
                    Err(ChannelError::Transport { code: u32::MAX })
                );
            })
            .unwrap();
        let mismatch = Mismatch {
            at: 0,
            expected: Some(vec![0, 0xA4]),
            got: Some(vec![0, 0xB0]),
        };
        assert_eq!(other.finished(), Err(mismatch));
        assert_eq!(other.endings(), [Ending::Reset]);
    }

    #[test]
    fn a_conversation_that_ends_too_early_is_named() {
        let transcript = Transcript::new("3B 00").answer("00 A4", "90 00");
        assert_eq!(
            transcript.finished(),
            Err(Mismatch {
                at: 0,
                expected: Some(vec![0, 0xA4]),
                got: None
            })
        );
    }

    #[test]
    fn a_conversation_is_read_from_a_text() {
        let text = "# words\n\natr 3B 80\n> 00 A4 08 00 04\n  1100 1101 00\n< 6A82\n> 00\n< 90 00";
        let mut transcript = Transcript::parse(text).unwrap();
        assert_eq!(transcript.atr().as_bytes(), [0x3B, 0x80]);
        let mut answers = Vec::new();
        transcript
            .transaction(Ending::Leave, &mut |line| {
                for command in ["00 A4 08 00 04 11 00 11 01 00", "00"] {
                    answers.push(line.exchange(&bytes_of(command)).unwrap());
                }
            })
            .unwrap();
        assert_eq!(answers, [[0x6A, 0x82], [0x90, 0x00]]);
        transcript.finished().unwrap();
    }

    #[test]
    fn what_is_not_a_conversation_is_refused_with_its_line() {
        let rows = [
            ("", 1),
            ("# words", 1),
            ("> 00\n< 90 00", 1),
            (" 00", 1),
            ("atr", 1),
            ("atr 3B 0", 1),
            ("atr 3B\nverify 00", 2),
            ("atr 3B\n> 00 A4\n> 00 B0", 2),
            ("atr 3B\n> 00 A4\n", 2),
            ("atr 3B\n< 90 00", 2),
            ("atr 3B\n> 0x\n< 90 00", 2),
            ("atr 3B\n> 00\n< 90 00\natr 3B", 4),
        ];
        for (text, line) in rows {
            assert_eq!(
                Transcript::parse(text).err(),
                Some(ParseError { line }),
                "{text:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "([>< #a-f0-9atr]|\\PC|\n){0,80}") {
            let _ = Transcript::parse(&text);
        }
    }
}
