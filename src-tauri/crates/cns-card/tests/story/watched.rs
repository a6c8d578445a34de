//! A channel in between: it writes down what passes, and breaks one exchange of choice.

use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// What goes wrong with one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The card is taken out before it hears the command; it stays out.
    RemovedBefore,
    /// The card is taken out after it heard the command, before its answer is read; it stays out.
    RemovedAfter,
    /// Another program resets the card; the answer is lost.
    Reset,
    /// The reader's driver fails once.
    Transport,
    /// The answer is this instead.
    Answer(&'static [u8]),
    /// The answer's data are cut in half, the status word stays.
    HalfTheData,
    /// The card does what it is told, and its answer comes when the test lets it.
    AnswersLate,
    /// The command hangs in the driver until the test lets it go on to the card.
    HeardLate,
}

/// What passed.
#[derive(Default, Debug)]
pub(crate) struct Log {
    pub(crate) commands: Vec<Vec<u8>>,
    pub(crate) answers: Vec<Vec<u8>>,
    pub(crate) endings: Vec<Ending>,
    out: bool,
    strike: Option<(usize, Fault)>,
    /// Whether a transaction shall wait for the test before it begins.
    is_held: bool,
    /// Whether what hangs may go on.
    is_free: bool,
    /// Whether the driver has let go of the channel.
    is_closed: bool,
}

impl Log {
    /// VERIFYs that carried a PIN.
    pub(crate) fn verifies(&self) -> usize {
        self.commands
            .iter()
            .filter(|command| command[1] == 0x20 && command.len() > 5)
            .count()
    }

    /// Commands of this instruction.
    pub(crate) fn count(&self, instruction: u8) -> usize {
        self.commands
            .iter()
            .filter(|command| command[1] == instruction)
            .count()
    }

    /// VERIFYs that carried none: the question that some cards count as a try.
    pub(crate) fn empty_verifies(&self) -> usize {
        self.commands
            .iter()
            .filter(|command| command[1] == 0x20 && command.len() <= 5)
            .count()
    }
}

/// The channel; clones share one log.
#[derive(Clone, Default)]
pub(crate) struct Watch(Arc<(Mutex<Log>, Condvar)>);

impl Watch {
    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        self.0.0.lock().unwrap()
    }

    /// Has this go wrong with the exchange that comes after so many others.
    pub(crate) fn strike(&self, after: usize, fault: Fault) {
        let mut log = self.log();
        log.strike = Some((log.commands.len() + after, fault));
    }

    /// Has another program hold the card: no transaction begins until what hangs may go on.
    pub(crate) fn hold(&self) {
        let mut log = self.log();
        (log.is_held, log.is_free) = (true, false);
    }

    /// Lets whatever hangs go on.
    pub(crate) fn go_on(&self) {
        let mut log = self.log();
        (log.is_held, log.is_free) = (false, true);
        drop(log);
        self.0.1.notify_all();
    }

    /// Waits until the driver has let go of the channel, which its thread does when it ends.
    pub(crate) fn wait_until_closed(&self) {
        drop(self.0.1.wait_while(self.log(), |log| !log.is_closed).unwrap());
    }

    fn wait_until_free(&self) {
        drop(self.0.1.wait_while(self.log(), |log| !log.is_free).unwrap());
    }

    /// Puts the watch on a channel, with a fault at the exchange of this number or none.
    pub(crate) fn on(&self, channel: Box<dyn Channel>, fault: Option<(usize, Fault)>) -> Box<dyn Channel> {
        Box::new(Watched {
            channel,
            watch: self.clone(),
            fault,
        })
    }
}

struct Watched {
    channel: Box<dyn Channel>,
    watch: Watch,
    fault: Option<(usize, Fault)>,
}

impl Channel for Watched {
    fn atr(&self) -> &Atr {
        self.channel.atr()
    }

    fn transaction(
        &mut self,
        ending: Ending,
        act: &mut dyn FnMut(&mut dyn Exchange),
    ) -> Result<(), ChannelError> {
        if self.watch.log().out {
            return Err(ChannelError::Removed);
        }
        if self.watch.log().is_held {
            self.watch.wait_until_free();
        }
        let (watch, fault) = (&self.watch, self.fault);
        self.channel
            .transaction(ending, &mut |line| act(&mut Line { line, watch, fault }))?;
        let mut log = self.watch.log();
        log.endings.push(ending);
        if log.out {
            Err(ChannelError::Removed)
        } else {
            Ok(())
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.watch.log().is_closed = true;
        self.watch.0.1.notify_all();
    }
}

struct Line<'line> {
    line: &'line mut dyn Exchange,
    watch: &'line Watch,
    fault: Option<(usize, Fault)>,
}

impl Exchange for Line<'_> {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let mut log = self.watch.log();
        if log.out {
            return Err(ChannelError::Removed);
        }
        let number = log.commands.len();
        log.commands.push(without_secrets(command));
        let fault = log
            .strike
            .or(self.fault)
            .filter(|(at, _)| *at == number)
            .map(|(_, fault)| fault);
        if fault == Some(Fault::RemovedBefore) {
            log.out = true;
            return Err(ChannelError::Removed);
        }
        drop(log);
        if fault == Some(Fault::HeardLate) {
            self.watch.wait_until_free();
        }
        let mut answer = self.line.exchange(command)?;
        if fault == Some(Fault::AnswersLate) {
            self.watch.wait_until_free();
        }
        let mut log = self.watch.log();
        match fault {
            None | Some(Fault::AnswersLate | Fault::HeardLate) => {}
            Some(Fault::RemovedBefore | Fault::RemovedAfter) => {
                log.out = true;
                return Err(ChannelError::Removed);
            }
            Some(Fault::Reset) => return Err(ChannelError::Reset),
            Some(Fault::Transport) => return Err(ChannelError::Transport { code: 0x8010_0016 }),
            Some(Fault::Answer(bytes)) => answer = bytes.to_vec(),
            Some(Fault::HalfTheData) => {
                let data = answer.len() - 2;
                answer.drain(data / 2..data);
            }
        }
        log.answers.push(answer.clone());
        Ok(answer)
    }
}

/// A command as it is written down: what carries a PIN or a PUK is cut off after its first digit.
fn without_secrets(command: &[u8]) -> Vec<u8> {
    let shown = match command {
        [_, 0x20 | 0x24 | 0x2C, _, _, _, _, ..] => &command[..6],
        _ => command,
    };
    shown.to_vec()
}
