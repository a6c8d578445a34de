//! The slot that holds a card: inserting and removing, counting, and the channels that lead there.

use crate::{Fault, FaultKind, VirtualCard};
use cns_iso7816::{Atr, Channel, ChannelError, Ending, Exchange};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A slot with a card in it or beside it. Cloning gives another handle on the same slot.
#[derive(Clone, Debug)]
pub struct VirtualCardHandle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    slot: Mutex<Slot>,
    changed: Condvar,
}

#[derive(Debug)]
struct Slot {
    card: VirtualCard,
    atr: Atr,
    is_present: bool,
    /// Grows at every insertion and every removal.
    movements: u64,
    in_transaction: bool,
    resets: u64,
    faults: Vec<Fault>,
    faults_clock: u64,
    headers: Vec<[u8; 4]>,
    apdus: u64,
}

/// How an APDU ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// These bytes came back.
    Answer(Vec<u8>),
    /// The card is not there, or not there any more.
    Removed,
    /// The card was reset by somebody else.
    Reset,
}

impl VirtualCardHandle {
    /// A slot with this card in it.
    pub fn inserted(card: VirtualCard) -> Self {
        let handle = Self::beside(card);
        handle.insert();
        handle
    }

    /// An empty slot, and this card beside it.
    pub fn beside(card: VirtualCard) -> Self {
        let atr = Atr::new(card.personality().atr_bytes());
        let slot = Slot {
            card,
            atr,
            is_present: false,
            movements: 0,
            in_transaction: false,
            resets: 0,
            faults: Vec::new(),
            faults_clock: 0,
            headers: Vec::new(),
            apdus: 0,
        };
        Self(Arc::new(Shared {
            slot: Mutex::new(slot),
            changed: Condvar::new(),
        }))
    }

    /// A channel to the card that is in the slot at this moment, or to none.
    pub fn channel(&self) -> VirtualChannel {
        let slot = self.slot();
        VirtualChannel {
            atr: slot.atr.clone(),
            insertion: slot.is_present.then_some(slot.movements),
            handle: self.clone(),
        }
    }

    /// The answer to reset of the card.
    pub fn atr(&self) -> Atr {
        self.slot().atr.clone()
    }

    /// Puts the card in.
    pub fn insert(&self) {
        self.move_card(true);
    }

    /// Pulls the card out; whoever waits for an answer of it gets none.
    pub fn remove(&self) {
        self.move_card(false);
    }

    /// Puts another card into the slot, as a person does: the old one out, the new one in.
    pub fn replace(&self, card: VirtualCard) {
        self.remove();
        let mut slot = self.slot();
        slot.atr = Atr::new(card.personality().atr_bytes());
        slot.card = card;
        drop(slot);
        self.insert();
    }

    /// Whether the card is in.
    pub fn is_present(&self) -> bool {
        self.slot().is_present
    }

    /// How often the card went in or out so far.
    pub fn movements(&self) -> u64 {
        self.slot().movements
    }

    /// Waits until the card has moved since `seen`, at most so long, and returns the movements so far.
    pub fn wait_for_movement(&self, seen: u64, at_most: Duration) -> u64 {
        let still = |slot: &mut Slot| slot.movements == seen;
        let waited = self.0.changed.wait_timeout_while(self.slot(), at_most, still);
        waited.unwrap_or_else(PoisonError::into_inner).0.movements
    }

    /// Resets the card as another program would: its PIN is forgotten, and open channels learn of it.
    pub fn reset(&self) {
        let mut slot = self.slot();
        slot.card.reset();
        slot.resets += 1;
    }

    /// The APDUs so far, since the count was last reset.
    pub fn apdus(&self) -> u64 {
        self.slot().apdus
    }

    /// Begins counting and logging anew.
    pub fn reset_count(&self) {
        let mut slot = self.slot();
        slot.apdus = 0;
        slot.headers.clear();
    }

    /// The headers (CLA INS P1 P2) of the APDUs so far; their data are never kept.
    pub fn headers(&self) -> Vec<[u8; 4]> {
        self.slot().headers.clone()
    }

    /// Sets what shall go wrong, counted from the next APDU, in place of what was set before.
    pub fn set_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        let mut slot = self.slot();
        slot.faults = faults.into_iter().collect();
        slot.faults_clock = 0;
    }

    /// Looks at the card, or changes it, while nobody speaks to it.
    pub fn with_card<T>(&self, look: impl FnOnce(&mut VirtualCard) -> T) -> T {
        look(&mut self.slot().card)
    }

    /// Sends one APDU past every channel, as the plug into pcscd does.
    pub(crate) fn transmit(&self, apdu: &[u8]) -> Outcome {
        let mut slot = self.slot();
        if !slot.is_present {
            return Outcome::Removed;
        }
        slot.apdus += 1;
        slot.headers.extend(apdu.first_chunk::<4>());
        let clock = slot.faults_clock;
        slot.faults_clock += 1;
        match slot
            .faults
            .iter()
            .find(|fault| fault.at == clock)
            .map(|fault| fault.kind.clone())
        {
            None => Outcome::Answer(slot.card.answer(apdu)),
            Some(FaultKind::Removal) => {
                drop(slot);
                self.remove();
                Outcome::Removed
            }
            Some(FaultKind::Reset) => {
                slot.card.reset();
                slot.resets += 1;
                Outcome::Reset
            }
            Some(FaultKind::Status(status)) => Outcome::Answer(status.to_be_bytes().to_vec()),
            Some(FaultKind::Truncated(length)) => {
                let mut answer = slot.card.answer(apdu);
                answer.truncate(length);
                Outcome::Answer(answer)
            }
            Some(FaultKind::Garbage(bytes)) => Outcome::Answer(bytes),
            Some(FaultKind::Silence(duration)) => {
                let answer = slot.card.answer(apdu);
                let seen = slot.movements;
                let still = |slot: &mut Slot| slot.movements == seen;
                let waited = self.0.changed.wait_timeout_while(slot, duration, still);
                let (_slot, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
                if timeout.timed_out() {
                    Outcome::Answer(answer)
                } else {
                    Outcome::Removed
                }
            }
        }
    }

    fn move_card(&self, is_present: bool) {
        let mut slot = self.slot();
        if slot.is_present != is_present {
            slot.is_present = is_present;
            slot.movements += 1;
            slot.card.reset();
        }
        drop(slot);
        self.0.changed.notify_all();
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A channel to one insertion of a card: after the card has moved, it leads nowhere.
#[derive(Debug)]
pub struct VirtualChannel {
    handle: VirtualCardHandle,
    atr: Atr,
    insertion: Option<u64>,
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
        if !self.leads_to(&slot) {
            return Err(ChannelError::Removed);
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
        let is_there = self.leads_to(&slot);
        if is_there && ending == Ending::Reset {
            slot.card.reset();
        }
        drop(slot);
        drop(release);
        if is_there {
            Ok(())
        } else {
            Err(ChannelError::Removed)
        }
    }
}

impl VirtualChannel {
    fn leads_to(&self, slot: &Slot) -> bool {
        slot.is_present && self.insertion == Some(slot.movements)
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
        if !self.channel.leads_to(&slot) {
            return Err(ChannelError::Removed);
        }
        // As PC/SC does: until the next transaction, every command is told of the reset.
        if slot.resets != self.resets {
            return Err(ChannelError::Reset);
        }
        drop(slot);
        match self.channel.handle.transmit(command) {
            Outcome::Answer(answer) => Ok(answer),
            Outcome::Removed => Err(ChannelError::Removed),
            Outcome::Reset => Err(ChannelError::Reset),
        }
    }
}
