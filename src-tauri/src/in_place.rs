//! Which cards are in the readers.

use cns_contract::CardOffered;
use cns_login::{CardPresence, ReadersSnapshot, Slot, inserted};

/// The card that holds open a session which was found: the one in its place, if there is just one.
///
/// Whose card it is is not asked. A session names its holder only as the portal spells the name, and a card that is
/// merely inserted proves nothing about who inserted it. What counts is the place: what lay in the reader when the
/// session was taken up has to stay there, and its removal or exchange ends the session. A card that comes later
/// neither keeps the session open nor ends it, and is not read before the session is over. Of two cards nobody can say
/// which one is meant: then it is none, and the screen promises nothing.
pub(crate) fn the_one_card(snapshot: &ReadersSnapshot) -> Option<Slot> {
    inserted(snapshot, None).ok().filter(|_| cards_in(snapshot) == 1)
}

/// Follows a change of the readers in a list of cards: what left goes, and what comes beside one that stays is not known
/// yet. A card that comes in the place of the only one is the one that the next journey is about.
pub(crate) fn follow(cards: &mut Vec<CardOffered>, before: &ReadersSnapshot, now: &ReadersSnapshot) {
    cards.retain(|card| is_there(now, card));
    let mut before_slots = before.slots.iter();
    let one_stays = before_slots.any(|slot| slot.card != CardPresence::Absent && now.slots.contains(slot));
    let new = now
        .slots
        .iter()
        .filter(|slot| slot.card == CardPresence::Present && one_stays && !before.slots.contains(slot));
    for slot in new {
        cards.push(CardOffered {
            reader: slot.reader.clone(),
            insertion: slot.insertion,
            holder_name: None,
            problem: None,
            may_be_meant: true,
        });
    }
}

/// Whether this card, which may be a mute one, is where it was.
pub(crate) fn is_there(now: &ReadersSnapshot, card: &CardOffered) -> bool {
    now.slots.iter().any(|slot| {
        slot.card != CardPresence::Absent && card.reader == slot.reader && card.insertion == slot.insertion
    })
}

/// How many cards there are, of those that speak and those that do not.
fn cards_in(snapshot: &ReadersSnapshot) -> usize {
    let slots = snapshot.slots.iter();
    slots.filter(|slot| slot.card != CardPresence::Absent).count()
}

/// Whether this very card is still where it was.
pub(crate) fn is_in_place(snapshot: &ReadersSnapshot, slot: &Slot) -> bool {
    snapshot.slots.iter().any(|now| {
        now.reader == slot.reader && now.insertion == slot.insertion && now.card == CardPresence::Present
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use CardPresence::{Absent, Mute, Present};

    fn readers(slots: &[(&str, CardPresence, u32)]) -> ReadersSnapshot {
        let slot = |(reader, card, insertion): &(&str, CardPresence, u32)| Slot {
            reader: (*reader).to_owned(),
            card: *card,
            insertion: *insertion,
        };
        ReadersSnapshot {
            service_running: true,
            slots: slots.iter().map(slot).collect(),
        }
    }

    #[test]
    fn the_list_of_the_others_follows_the_readers() {
        let mut others = Vec::new();
        let mut before = readers(&[("A", Present, 1), ("B", Absent, 0)]);
        let mut check = |now: &[(&str, CardPresence, u32)], expected: &[&str]| {
            let now = readers(now);
            follow(&mut others, &before, &now);
            before = now;
            let named: Vec<&str> = others.iter().map(|card| card.reader.as_str()).collect();
            assert_eq!(named, expected);
        };
        check(&[("A", Present, 1), ("B", Present, 1)], &["B"]);
        check(&[("A", Present, 1), ("B", Present, 1), ("C", Mute, 1)], &["B"]);
        check(&[("A", Present, 1), ("B", Absent, 1), ("C", Absent, 1)], &[]);
        check(&[("A", Present, 1), ("B", Present, 2)], &["B"]);
        check(&[("A", Absent, 1), ("B", Absent, 2)], &[]);
        check(&[("A", Present, 2), ("B", Absent, 2)], &[]);
        check(&[("A", Present, 3), ("B", Absent, 2)], &[]);
    }
}
