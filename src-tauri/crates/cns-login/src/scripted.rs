//! Readers of a test: virtual cards in them, moved by a call.

mod pad;
mod pin_portal;

pub(crate) use pad::{Keys, Pad};
pub(crate) use pin_portal::ScriptedPinPortal;

use crate::{CardPresence, Problem, ProblemCode, Readers, ReadersSnapshot, Slot};
use cns_iso7816::Channel;
use cns_virtual_card::{EXAMPLE_PIN, Personality, VirtualCard, VirtualCardHandle, pki};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::sync::watch;

/// The day of every test.
pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

/// Some readers, each with a card beside or in it.
pub(crate) struct ScriptedReaders {
    readers: Vec<ScriptedReader>,
    snapshots: watch::Sender<ReadersSnapshot>,
    opened: AtomicU32,
}

struct ScriptedReader {
    name: &'static str,
    card: VirtualCardHandle,
    /// What opening it ends with; none when it works.
    refusal: Mutex<Option<Problem>>,
    pad: Mutex<Option<Pad>>,
}

impl ScriptedReaders {
    /// A card of the year 2021 in reader `A`.
    pub(crate) fn one(identity: &str) -> Self {
        Self::with(&[("A", "classic-st2021", identity)])
    }

    /// These readers, with a card of this kind for this person in each.
    pub(crate) fn with(readers: &[(&'static str, &str, &str)]) -> Self {
        let readers: Vec<_> = readers
            .iter()
            .map(|(name, kind, identity)| {
                let kind = Personality::named(kind).unwrap();
                let identity = pki::identity(identity, NOW).unwrap();
                let card = VirtualCard::new(kind, identity, EXAMPLE_PIN).unwrap();
                ScriptedReader {
                    name,
                    card: VirtualCardHandle::inserted(card),
                    refusal: Mutex::default(),
                    pad: Mutex::default(),
                }
            })
            .collect();
        let slot = |reader: &ScriptedReader| Slot {
            reader: reader.name.to_owned(),
            card: CardPresence::Present,
            insertion: 1,
        };
        let snapshot = ReadersSnapshot {
            service_running: true,
            slots: readers.iter().map(slot).collect(),
        };
        Self {
            readers,
            snapshots: watch::Sender::new(snapshot),
            opened: AtomicU32::new(0),
        }
    }

    /// What is in a reader from now on; each time is a movement of its own.
    pub(crate) fn move_card(&self, reader: &str, presence: CardPresence) {
        match presence {
            CardPresence::Present => self.card(reader).insert(),
            CardPresence::Absent | CardPresence::Mute => self.card(reader).remove(),
        }
        self.snapshots.send_modify(|snapshot| {
            let slot = snapshot
                .slots
                .iter_mut()
                .find(|slot| slot.reader == reader)
                .unwrap();
            slot.card = presence;
            slot.insertion += 1;
        });
    }

    /// The card of a reader.
    pub(crate) fn card(&self, reader: &str) -> &VirtualCardHandle {
        &self.reader(reader).card
    }

    /// What is in a reader now.
    pub(crate) fn slot(&self, reader: &str) -> Slot {
        let snapshot = self.snapshots.borrow();
        snapshot
            .slots
            .iter()
            .find(|slot| slot.reader == reader)
            .unwrap()
            .clone()
    }

    /// Has every opening of a reader end like this, or work again.
    pub(crate) fn refuse(&self, reader: &str, with: Option<ProblemCode>) {
        *self.reader(reader).refusal.lock().unwrap() = with.map(Problem::new);
    }

    /// Gives a reader a PIN pad, for the cards that are opened from now on.
    pub(crate) fn give_pad(&self, reader: &str, pad: Pad) {
        *self.reader(reader).pad.lock().unwrap() = Some(pad);
    }

    /// How often a card was opened so far.
    pub(crate) fn opened(&self) -> u32 {
        self.opened.load(Ordering::Relaxed)
    }

    /// How many PINs were sent to a card so far, and questions for its tries.
    pub(crate) fn verifies(&self, reader: &str) -> usize {
        let headers = self.card(reader).headers();
        headers.iter().filter(|header| header[1] == 0x20).count()
    }

    pub(crate) fn tries_left(&self, reader: &str) -> u8 {
        self.card(reader).with_card(|card| card.tries_left())
    }

    fn reader(&self, name: &str) -> &ScriptedReader {
        self.readers.iter().find(|reader| reader.name == name).unwrap()
    }
}

impl Readers for ScriptedReaders {
    fn watch(&self) -> watch::Receiver<ReadersSnapshot> {
        self.snapshots.subscribe()
    }

    async fn open(&self, reader: &str) -> Result<Box<dyn Channel>, Problem> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        // Real readers take a while, in which somebody else may ask.
        tokio::task::yield_now().await;
        let reader = self.reader(reader);
        if let Some(refusal) = &*reader.refusal.lock().unwrap() {
            return Err(refusal.clone());
        }
        let channel = reader.card.channel();
        match &*reader.pad.lock().unwrap() {
            Some(pad) => Ok(Box::new(pad.before(channel))),
            None => Ok(Box::new(channel)),
        }
    }

    fn likely_owner(&self) -> Option<String> {
        Some("GnuPG".to_owned())
    }
}
