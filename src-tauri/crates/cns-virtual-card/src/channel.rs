//! The channel from a driver to the card in a slot: what PC/SC is for a real one.

use crate::VirtualCardHandle;
use crate::handle::{Outcome, Slot};
use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange};
use std::sync::{Arc, PoisonError};

/// A channel to one insertion of a card: after the card has moved, it leads nowhere.
///
/// It ends as well when the service or the reader goes ([`crate::FaultKind`]); the next channel is a new connection.
#[derive(Debug)]
pub struct VirtualChannel {
    handle: VirtualCardHandle,
    atr: Atr,
    insertion: Option<u64>,
    connection: u64,
}

impl VirtualChannel {
    pub(crate) fn to(handle: &VirtualCardHandle) -> Self {
        let slot = handle.slot();
        Self {
            atr: slot.atr.clone(),
            insertion: slot.is_present.then_some(slot.movements),
            connection: slot.disconnections,
            handle: handle.clone(),
        }
    }

    /// Whether it still leads to its card.
    fn check(&self, slot: &Slot) -> Result<(), ChannelError> {
        if let Some(reason) = slot.lost.filter(|_| slot.disconnections != self.connection) {
            Err(reason)
        } else if slot.is_present && self.insertion == Some(slot.movements) {
            Ok(())
        } else {
            Err(ChannelError::Removed)
        }
    }
}

impl Channel for VirtualChannel {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transaction(
        &mut self,
        ending: Ending,
        act: &mut dyn FnMut(&mut dyn Exchange),
    ) -> Result<(), ChannelError> {
        let shared = Arc::clone(&self.handle.0);
        let is_taken = |slot: &mut Slot| slot.in_transaction;
        let mut slot = shared
            .changed
            .wait_while(self.handle.slot(), is_taken)
            .unwrap_or_else(PoisonError::into_inner);
        self.check(&slot)?;
        if slot.is_held_by_another() {
            return Err(ChannelError::Busy);
        }
        slot.in_transaction = true;
        let resets = slot.resets;
        drop(slot);

        let release = Release { handle: &self.handle };
        act(&mut Line {
            channel: self,
            resets,
        });
        let mut slot = self.handle.slot();
        let outcome = self.check(&slot);
        if outcome.is_ok() && ending == Ending::Reset {
            slot.card.reset();
        }
        drop(slot);
        drop(release);
        outcome
    }
}

/// Ends a transaction, even when the act panics.
struct Release<'a> {
    handle: &'a VirtualCardHandle,
}

impl Drop for Release<'_> {
    fn drop(&mut self) {
        self.handle.slot().in_transaction = false;
        self.handle.0.changed.notify_all();
    }
}

/// The inside of a transaction.
struct Line<'a> {
    channel: &'a VirtualChannel,
    resets: u64,
}

impl Exchange for Line<'_> {
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let slot = self.channel.handle.slot();
        self.channel.check(&slot)?;
        // As PC/SC does: until the next transaction, every command is told of the reset.
        if slot.resets != self.resets {
            return Err(ChannelError::Reset);
        }
        drop(slot);
        match self.channel.handle.transmit(command) {
            Outcome::Answer(answer) => Ok(answer),
            Outcome::Lost(reason) => Err(reason),
        }
    }
}
