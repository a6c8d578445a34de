//! An example reader: one slot, whose card goes in and out by a call.

use cns_iso7816::Channel;
use cns_login::{CardPresence, Problem, ProblemCode, Readers, ReadersSnapshot, Slot};
use cns_virtual_card::{VirtualCard, VirtualCardHandle};
use tokio::sync::watch;

/// The reader of the example, with the example card.
pub struct DemoReaders {
    card: VirtualCardHandle,
    snapshots: watch::Sender<ReadersSnapshot>,
}

impl DemoReaders {
    /// A reader with the card in it.
    pub(crate) fn with(card: VirtualCardHandle) -> Self {
        let slot = Slot {
            reader: READER_NAME.to_owned(),
            card: CardPresence::Present,
            insertion: 1,
        };
        let snapshot = ReadersSnapshot {
            service_running: true,
            slots: vec![slot],
        };
        Self {
            card,
            snapshots: watch::Sender::new(snapshot),
        }
    }

    /// Takes the card out.
    pub fn remove(&self) {
        self.card.remove();
        self.show(CardPresence::Absent);
    }

    /// Puts the card in again.
    pub fn insert(&self) {
        self.card.insert();
        self.show(CardPresence::Present);
    }

    /// Takes the card out and puts another one in.
    pub(crate) fn exchange(&self, card: VirtualCard) {
        self.remove();
        self.card.replace(card);
        self.show(CardPresence::Present);
    }

    fn show(&self, card: CardPresence) {
        self.snapshots.send_modify(|snapshot| {
            for slot in &mut snapshot.slots {
                slot.insertion += u32::from(card == CardPresence::Present);
                slot.card = card;
            }
        });
    }
}

impl std::fmt::Debug for DemoReaders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoReaders")
            .field("snapshot", &*self.snapshots.borrow())
            .finish_non_exhaustive()
    }
}

impl Readers for DemoReaders {
    fn watch(&self) -> watch::Receiver<ReadersSnapshot> {
        self.snapshots.subscribe()
    }

    async fn open(&self, reader: &str) -> Result<Box<dyn Channel>, Problem> {
        if reader != READER_NAME {
            return Err(Problem::new(ProblemCode::ReaderNotFound).with("reader", reader));
        }
        if !self.card.is_present() {
            return Err(ProblemCode::CardRemoved.into());
        }
        Ok(Box::new(self.card.channel()))
    }
}

/// What the example reader is called.
const READER_NAME: &str = "Lettore di esempio";
