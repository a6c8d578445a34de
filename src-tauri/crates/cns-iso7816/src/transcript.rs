//! A channel that knows one conversation by heart, byte for byte.
//!
//! It is the double for tests of a driver: each command must be the next one of the list, and gets its answer.
//! Cloning gives another handle on the same conversation, so that a test can ask it how things went.

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
        act(&mut Line(Arc::clone(&self.state)));
        self.state().endings.push(ending);
        Ok(())
    }
}

struct Line(Arc<Mutex<State>>);

impl Exchange for Line {
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
}
