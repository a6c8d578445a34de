//! Tells one insertion from the next.

use cns_login::CardPresence;
use std::collections::HashMap;

/// How many insertions each reader has seen in this run.
///
/// PC/SC counts insertions and removals of a reader in the upper 16 bits of its event state. That count alone is not
/// enough: it wraps, it begins again when the reader is replugged or the service restarts, and some systems leave it at
/// zero. Joined to the presence that we saw, it shows a card swapped between two looks too, and ours never goes back.
#[derive(Debug, Default)]
pub(crate) struct Insertions {
    readers: HashMap<String, Seen>,
}

#[derive(Debug)]
struct Seen {
    insertion: u32,
    event_count: u32,
    card: CardPresence,
}

impl Insertions {
    /// Takes note of what is in `reader` and returns the number of its insertion.
    pub(crate) fn observe(&mut self, reader: &str, card: CardPresence, event_count: u32) -> u32 {
        let seen = self.readers.entry(reader.to_owned()).or_insert(Seen {
            insertion: 0,
            event_count,
            card: CardPresence::Absent,
        });
        let swapped = seen.card == CardPresence::Absent || seen.event_count != event_count;
        if card != CardPresence::Absent && swapped {
            seen.insertion = seen.insertion.saturating_add(1);
        }
        seen.event_count = event_count;
        seen.card = card;
        seen.insertion
    }

    /// Takes note that a reader is no more in sight: what it holds when it comes back is a new insertion.
    pub(crate) fn lose(&mut self, reader: &str) {
        if let Some(seen) = self.readers.get_mut(reader) {
            seen.card = CardPresence::Absent;
        }
    }

    /// Takes note that all readers are out of sight, as when the service stops.
    pub(crate) fn lose_all(&mut self) {
        for seen in self.readers.values_mut() {
            seen.card = CardPresence::Absent;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CardPresence::{Absent, Mute, Present};

    fn check(looks: &[(CardPresence, u32)], insertions: &[u32]) {
        let mut counter = Insertions::default();
        let counted: Vec<u32> = looks
            .iter()
            .map(|&(card, count)| counter.observe("R", card, count))
            .collect();
        assert_eq!(counted, insertions, "{looks:?}");
    }

    #[test]
    fn a_card_that_stays_is_one_insertion() {
        check(&[(Present, 7), (Present, 7), (Present, 7)], &[1, 1, 1]);
    }

    #[test]
    fn each_insertion_counts_even_where_the_system_counts_nothing() {
        check(
            &[(Absent, 0), (Present, 0), (Absent, 0), (Present, 0)],
            &[0, 1, 1, 2],
        );
    }

    #[test]
    fn a_swap_between_two_looks_is_seen() {
        check(&[(Present, 1), (Present, 3)], &[1, 2]);
    }

    #[test]
    fn a_mute_card_is_an_insertion_too() {
        check(
            &[(Absent, 0), (Mute, 1), (Absent, 2), (Present, 3)],
            &[0, 1, 1, 2],
        );
    }

    #[test]
    fn a_reader_that_comes_back_never_repeats_a_number() {
        let mut counter = Insertions::default();
        assert_eq!(counter.observe("R", Present, 1), 1);
        counter.lose("R");
        assert_eq!(counter.observe("R", Present, 1), 2);
        counter.lose_all();
        assert_eq!(counter.observe("R", Present, 1), 3);
    }

    #[test]
    fn readers_are_counted_apart() {
        let mut counter = Insertions::default();
        assert_eq!(counter.observe("R", Present, 1), 1);
        assert_eq!(counter.observe("S", Present, 1), 1);
        counter.lose("R");
        assert_eq!(counter.observe("S", Present, 1), 1);
    }
}
