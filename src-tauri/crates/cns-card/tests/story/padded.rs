//! A reader with a PIN pad, scripted: the card behind it is whatever channel it is put on.

use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange, PadRequest, PinPad};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};

/// What a person does at the pad.
#[derive(Clone, Debug)]
pub(crate) enum Keys {
    /// Types this, and then OK.
    Type(&'static [&'static str]),
    /// Something else: the reader answers by itself.
    Answer(u16),
    /// Nothing, and the reader does not give up either, until the test lets it.
    Never,
}

/// A reader with a pad, and what was asked of it.
#[derive(Clone, Default)]
pub(crate) struct Pad {
    keys: Arc<Mutex<VecDeque<Keys>>>,
    asked: Arc<Mutex<Vec<PadRequest>>>,
    gives_up: Arc<(Mutex<bool>, Condvar)>,
    only_verifies: bool,
}

impl Pad {
    /// Puts the pad on a channel.
    pub(crate) fn on(&self, channel: Box<dyn Channel>) -> Box<dyn Channel> {
        Box::new(Padded {
            channel,
            pad: self.clone(),
        })
    }

    /// A pad at which somebody will do this.
    pub(crate) fn will(keys: impl IntoIterator<Item = Keys>) -> Self {
        Self {
            keys: Arc::new(Mutex::new(keys.into_iter().collect())),
            ..Self::default()
        }
    }

    /// A pad that cannot ask for a new PIN.
    pub(crate) fn that_only_verifies() -> Self {
        Self {
            only_verifies: true,
            ..Self::default()
        }
    }

    /// Somebody will do this next, whatever was left undone before.
    pub(crate) fn somebody(&self, does: Keys) {
        let mut keys = self.keys.lock().unwrap();
        keys.clear();
        keys.push_back(does);
    }

    /// Lets a pad at which nobody types give up.
    pub(crate) fn give_up(&self) {
        *self.gives_up.0.lock().unwrap() = true;
        self.gives_up.1.notify_all();
    }

    /// What was asked of it.
    pub(crate) fn asked(&self) -> Vec<PadRequest> {
        self.asked.lock().unwrap().clone()
    }
}

struct Padded {
    channel: Box<dyn Channel>,
    pad: Pad,
}

impl Channel for Padded {
    fn atr(&self) -> &Atr {
        self.channel.atr()
    }

    fn pin_pad(&self) -> PinPad {
        PinPad::Present {
            changes: !self.pad.only_verifies,
        }
    }

    fn transaction(
        &mut self,
        ending: Ending,
        act: &mut dyn FnMut(&mut dyn Exchange),
    ) -> Result<(), ChannelError> {
        let pad = &self.pad;
        self.channel
            .transaction(ending, &mut |line| act(&mut PaddedLine { line, pad }))
    }
}

struct PaddedLine<'line> {
    line: &'line mut dyn Exchange,
    pad: &'line Pad,
}

impl Exchange for PaddedLine<'_> {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.line.exchange(command)
    }

    fn exchange_on_pad(&mut self, request: &PadRequest) -> Result<Vec<u8>, ChannelError> {
        self.pad.asked.lock().unwrap().push(*request);
        match self.pad.keys.lock().unwrap().pop_front() {
            None => Err(ChannelError::NoPinPad),
            Some(Keys::Answer(status)) => Ok(status.to_be_bytes().to_vec()),
            Some(Keys::Never) => {
                let (gives_up, changed) = &*self.pad.gives_up;
                drop(
                    changed
                        .wait_while(gives_up.lock().unwrap(), |gives_up| !*gives_up)
                        .unwrap(),
                );
                Ok(vec![0x64, 0x00])
            }
            Some(Keys::Type(typed)) => {
                let mut command = request.template();
                for (block, typed) in command[5..].chunks_mut(8).zip(typed) {
                    block[..typed.len()].copy_from_slice(typed.as_bytes());
                }
                self.line.exchange(&command)
            }
        }
    }
}
