//! The slot that holds a card: inserting and removing, counting, and what goes wrong there.

use crate::{Fault, FaultKind, Link, VirtualCard, VirtualChannel};
use cns_iso7816::{Atr, ChannelError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A slot with a card in it or beside it. Cloning gives another handle on the same slot.
#[derive(Clone, Debug)]
pub struct VirtualCardHandle(pub(crate) Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    slot: Mutex<Slot>,
    pub(crate) changed: Condvar,
}

#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) card: VirtualCard,
    pub(crate) atr: Atr,
    pub(crate) is_present: bool,
    /// Grows at every insertion and every removal.
    pub(crate) movements: u64,
    pub(crate) in_transaction: bool,
    pub(crate) resets: u64,
    /// Grows when every open channel is lost at once, for this reason.
    pub(crate) disconnections: u64,
    pub(crate) lost: Option<ChannelError>,
    faults: Vec<Fault>,
    faults_clock: u64,
    link: Link,
    is_paused: bool,
    headers: Vec<[u8; 4]>,
    traffic: Traffic,
}

/// What went over the wire so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Commands.
    pub apdus: u64,
    /// Bytes of the commands.
    pub bytes_sent: u64,
    /// Bytes of the answers, status words included.
    pub bytes_received: u64,
}

/// How an APDU ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// These bytes came back.
    Answer(Vec<u8>),
    /// None came, for this reason.
    Lost(ChannelError),
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
            disconnections: 0,
            lost: None,
            faults: Vec::new(),
            faults_clock: 0,
            link: Link::default(),
            is_paused: false,
            headers: Vec::new(),
            traffic: Traffic::default(),
        };
        Self(Arc::new(Shared {
            slot: Mutex::new(slot),
            changed: Condvar::new(),
        }))
    }

    /// A channel to the card that is in the slot at this moment, or to none.
    pub fn channel(&self) -> VirtualChannel {
        VirtualChannel::to(self)
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
        self.slot().traffic.apdus
    }

    /// The APDUs and their bytes so far, since the count was last reset.
    pub fn traffic(&self) -> Traffic {
        self.slot().traffic
    }

    /// Begins counting and logging anew.
    pub fn reset_count(&self) {
        let mut slot = self.slot();
        slot.traffic = Traffic::default();
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

    /// Sets how long the card takes for its answers.
    pub fn set_link(&self, link: Link) {
        self.slot().link = link;
    }

    /// Holds every answer back until [`VirtualCardHandle::resume`], or until the card is pulled out.
    pub fn pause(&self) {
        self.slot().is_paused = true;
    }

    /// Lets the answers go again.
    pub fn resume(&self) {
        self.slot().is_paused = false;
        self.0.changed.notify_all();
    }

    /// Looks at the card, or changes it, while nobody speaks to it.
    pub fn with_card<T>(&self, look: impl FnOnce(&mut VirtualCard) -> T) -> T {
        look(&mut self.slot().card)
    }

    /// Sends one APDU past every channel, as the plug into pcscd does.
    pub(crate) fn transmit(&self, apdu: &[u8]) -> Outcome {
        let mut slot = self.slot();
        if !slot.is_present {
            return Outcome::Lost(ChannelError::Removed);
        }
        slot.traffic.apdus += 1;
        slot.traffic.bytes_sent += count(apdu);
        slot.headers.extend(apdu.first_chunk::<4>());
        let fault = slot.next_fault();
        let mut answer = match &fault {
            Some(FaultKind::Removal) => {
                drop(slot);
                self.remove();
                return Outcome::Lost(ChannelError::Removed);
            }
            Some(FaultKind::Reset) => {
                slot.card.reset();
                slot.resets += 1;
                return Outcome::Lost(ChannelError::Reset);
            }
            Some(FaultKind::ServiceGone) => return slot.disconnect(ChannelError::ServiceGone),
            Some(FaultKind::ReaderGone) => return slot.disconnect(ChannelError::ReaderGone),
            Some(FaultKind::Status(status)) => status.to_be_bytes().to_vec(),
            Some(FaultKind::Garbage(bytes)) => bytes.clone(),
            Some(FaultKind::Truncated(_) | FaultKind::Silence(_) | FaultKind::Busy(_)) | None => {
                slot.card.answer(apdu)
            }
        };
        if let Some(FaultKind::Truncated(length)) = fault {
            answer.truncate(length);
        }
        let silence = match fault {
            Some(FaultKind::Silence(duration)) => duration,
            _ => Duration::ZERO,
        };
        let delay = silence.saturating_add(slot.link.delay(apdu, &answer));
        self.deliver(slot, delay, answer)
    }

    /// Gives the answer after so long, unless the card goes before.
    fn deliver(&self, slot: MutexGuard<'_, Slot>, delay: Duration, answer: Vec<u8>) -> Outcome {
        let seen = slot.movements;
        let mut slot = slot;
        if !delay.is_zero() {
            let still = |slot: &mut Slot| slot.movements == seen;
            let waited = self.0.changed.wait_timeout_while(slot, delay, still);
            slot = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let held = |slot: &mut Slot| slot.is_paused && slot.movements == seen;
        let mut slot = self
            .0
            .changed
            .wait_while(slot, held)
            .unwrap_or_else(PoisonError::into_inner);
        if slot.movements != seen {
            return Outcome::Lost(ChannelError::Removed);
        }
        slot.traffic.bytes_received += count(&answer);
        Outcome::Answer(answer)
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

    pub(crate) fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// The fault that is due, while the clock goes on.
    fn next_fault(&mut self) -> Option<FaultKind> {
        let clock = self.faults_clock;
        self.faults_clock += 1;
        self.faults
            .iter()
            .find(|fault| fault.at == clock)
            .map(|fault| fault.kind.clone())
    }

    /// Whether another program holds the card, just when the transaction of the next APDU would begin.
    pub(crate) fn is_held_by_another(&mut self) -> bool {
        let clock = self.faults_clock;
        for fault in self.faults.iter_mut().filter(|fault| fault.at == clock) {
            if let FaultKind::Busy(times @ 1..) = &mut fault.kind {
                *times -= 1;
                return true;
            }
        }
        false
    }

    /// Every channel is lost, and the card loses its power.
    fn disconnect(&mut self, reason: ChannelError) -> Outcome {
        self.card.reset();
        self.disconnections += 1;
        self.lost = Some(reason);
        Outcome::Lost(reason)
    }
}

fn count(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
