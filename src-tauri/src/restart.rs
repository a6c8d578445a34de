//! When a story that ended begins again by itself.

use cns_login::{CardPresence, Readers, ReadersSnapshot, Slot};

/// What was in the readers when a story ended: only what comes after it begins a new one.
pub(crate) struct Restart {
    service_running: bool,
    cards: Vec<(String, u32)>,
}

impl Restart {
    /// Remembers the readers as they are at the end of the story about `slot`. A card that is already in its place
    /// was put there after the story, and counts as new.
    pub(crate) fn after(readers: &impl Readers, slot: Option<&Slot>) -> Self {
        let now = readers.watch().borrow().clone();
        let cards = cards(&now)
            .filter(|card| {
                slot.is_none_or(|slot| slot.reader != card.reader || slot.insertion == card.insertion)
            })
            .map(|card| (card.reader.clone(), card.insertion))
            .collect();
        Self {
            service_running: now.service_running,
            cards,
        }
    }

    /// Resolves when a card is inserted, or when the service comes back.
    pub(crate) async fn wished(&self, readers: &impl Readers) {
        let mut watch = readers.watch();
        loop {
            if self.is_wished(&watch.borrow_and_update()) {
                return;
            }
            if watch.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    fn is_wished(&self, now: &ReadersSnapshot) -> bool {
        (now.service_running && !self.service_running)
            || cards(now).any(|card| {
                !self
                    .cards
                    .iter()
                    .any(|(reader, insertion)| *reader == card.reader && *insertion == card.insertion)
            })
    }
}

fn cards(snapshot: &ReadersSnapshot) -> impl Iterator<Item = &Slot> {
    snapshot
        .slots
        .iter()
        .filter(|slot| slot.card != CardPresence::Absent)
}
