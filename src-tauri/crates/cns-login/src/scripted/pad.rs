//! A reader with a PIN pad of its own, on which a scripted person types.

use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange, PadRequest, PinPad};
use cns_virtual_card::VirtualChannel;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// What the person does at the pad.
#[derive(Clone, Debug)]
pub(crate) enum Keys {
    /// Types these, each ended by the confirm key.
    Type(&'static [&'static str]),
    /// Something for which the reader has an answer of its own: 6400 time-out, 6401 cancelled, …
    Answer(u16),
}

/// The pad of one reader.
#[derive(Clone, Debug)]
pub(crate) struct Pad {
    said: PinPad,
    keys: Arc<Mutex<VecDeque<Keys>>>,
}

impl Pad {
    /// A pad of which the reader says this, and what will be done at it.
    pub(crate) fn new(said: PinPad, keys: impl IntoIterator<Item = Keys>) -> Self {
        Self {
            said,
            keys: Arc::new(Mutex::new(keys.into_iter().collect())),
        }
    }

    pub(crate) fn before(&self, channel: VirtualChannel) -> impl Channel + 'static {
        Padded {
            channel,
            pad: self.clone(),
        }
    }
}

struct Padded {
    channel: VirtualChannel,
    pad: Pad,
}

impl Channel for Padded {
    fn atr(&self) -> &Atr {
        self.channel.atr()
    }

    fn pin_pad(&self) -> PinPad {
        self.pad.said
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
        match self.pad.keys.lock().unwrap().pop_front() {
            None => Err(ChannelError::NoPinPad),
            Some(Keys::Answer(status)) => Ok(status.to_be_bytes().to_vec()),
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
