//! The channel as the card's thread uses it: every step is a sign of life, and nothing is sent for somebody who has gone.

use crate::pulse::{Doing, Pulse};
use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange, PadRequest, PinPad};
use std::sync::Arc;

/// A channel whose steps are watched.
pub(crate) struct Attended {
    channel: Box<dyn Channel>,
    pulse: Arc<Pulse>,
    /// Whether the card was ever found reset by another program.
    was_reset: bool,
}

impl Attended {
    pub(crate) fn new(channel: Box<dyn Channel>, pulse: Arc<Pulse>) -> Self {
        Self {
            channel,
            pulse,
            was_reset: false,
        }
    }
}

impl Channel for Attended {
    fn atr(&self) -> &Atr {
        self.channel.atr()
    }

    fn pin_pad(&self) -> PinPad {
        self.channel.pin_pad()
    }

    fn transaction(
        &mut self,
        ending: Ending,
        act: &mut dyn FnMut(&mut dyn Exchange),
    ) -> Result<(), ChannelError> {
        if self.pulse.is_abandoned() {
            return Err(ChannelError::Abandoned);
        }
        let (pulse, was_reset) = (&self.pulse, &mut self.was_reset);
        pulse.beat(Doing::Beginning);
        let ended = self.channel.transaction(ending, &mut |line| {
            pulse.beat(Doing::Talking);
            // It stays so: the transaction in which it is first seen need not be the one that sends a PIN.
            *was_reset |= line.began_after_a_reset();
            act(&mut AttendedLine {
                line,
                pulse,
                was_reset: *was_reset,
            });
            pulse.beat(Doing::Talking);
        });
        pulse.beat(Doing::Resting);
        ended
    }
}

struct AttendedLine<'line> {
    line: &'line mut dyn Exchange,
    pulse: &'line Pulse,
    was_reset: bool,
}

impl AttendedLine<'_> {
    fn watched(
        &mut self,
        doing: Doing,
        exchange: impl FnOnce(&mut dyn Exchange) -> Result<Vec<u8>, ChannelError>,
    ) -> Result<Vec<u8>, ChannelError> {
        if self.pulse.is_abandoned() {
            return Err(ChannelError::Abandoned);
        }
        self.pulse.beat(doing);
        let answer = exchange(self.line);
        self.pulse.beat(Doing::Talking);
        answer
    }
}

impl Exchange for AttendedLine<'_> {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.watched(Doing::Talking, |line| line.exchange(command))
    }

    fn exchange_on_pad(&mut self, request: &PadRequest) -> Result<Vec<u8>, ChannelError> {
        self.watched(Doing::OnPad, |line| line.exchange_on_pad(request))
    }

    fn began_after_a_reset(&self) -> bool {
        self.was_reset
    }
}
