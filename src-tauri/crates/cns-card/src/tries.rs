//! The tries left, as the card itself told them in this insertion: never guessed, never invented.

use crate::Secret;
use crate::asking::Asking;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is known of the tries of one secret.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<Count>);

/// What a card has told of its tries: shared by every [`crate::Card`] that was opened with it.
#[derive(Clone, Debug, Default)]
pub struct ToldTries(pub(crate) Arc<AllTries>);

/// The tries of both secrets.
#[derive(Debug, Default)]
pub(crate) struct AllTries {
    pub(crate) pin: Tries,
    pub(crate) puk: Tries,
    asking: Mutex<Asking>,
}

impl AllTries {
    /// Those of one of them.
    pub(crate) fn of(&self, secret: Secret) -> &Tries {
        match secret {
            Secret::Pin => &self.pin,
            Secret::Puk => &self.puk,
        }
    }

    /// What the question for the tries has cost so far.
    pub(crate) fn asking(&self) -> MutexGuard<'_, Asking> {
        self.asking.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the answers so far say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// The number that the card told last, as long as nothing has happened that may have changed it.
    known: Option<u8>,
    /// More than these there cannot be. It outlives `known`: after a silence the count is not known, but it has not
    /// grown, and the last try is the last one still.
    at_most: Option<u8>,
    /// Fewer than these there are not, if every comparison whose verdict is not known was a wrong one.
    at_least: Option<u8>,
    /// Whether a comparison was sent whose verdict is not known.
    is_in_doubt: bool,
}

impl Count {
    /// What is left at least when one more try may be spent.
    ///
    /// Of a card that has told no number nobody knows how many it began with. It is taken for one of three tries, the
    /// fewest that a CNS is known to have: the first typing whose verdict is lost says nothing yet, after the second
    /// one the third may be the one that blocks.
    fn one_less_at_least(self) -> u8 {
        self.at_least.unwrap_or(FEWEST_IN_ALL).saturating_sub(1)
    }
}

impl Tries {
    /// The number to be shown; `None` is "not known".
    pub(crate) fn known(&self) -> Option<u8> {
        self.count().known
    }

    /// Whether a wrong typing may be the last one.
    pub(crate) fn are_down_to_the_last(&self) -> bool {
        let count = self.count();
        let none_is_left = count.at_most == Some(0);
        !none_is_left && count.at_least.is_some_and(|least| least <= 1)
    }

    /// Whether a comparison was sent whose verdict is not known, and no number was told since.
    pub(crate) fn are_in_doubt(&self) -> bool {
        self.count().is_in_doubt
    }

    /// The card has told the number.
    pub(crate) fn told(&self, tries_left: u8) {
        *self.count() = Count {
            known: Some(tries_left),
            at_most: Some(tries_left),
            at_least: Some(tries_left),
            is_in_doubt: false,
        };
    }

    /// The card has compared and found wrong, but told no number.
    pub(crate) fn spent(&self, before: Count) {
        *self.count() = Count {
            known: None,
            at_most: before.at_most.map(|most| most.saturating_sub(1)),
            at_least: Some(before.one_less_at_least()),
            is_in_doubt: before.is_in_doubt,
        };
    }

    /// A comparison is under way: until the card has answered, nobody knows. Returns what was known before.
    pub(crate) fn in_doubt(&self) -> Count {
        let mut count = self.count();
        let before = *count;
        *count = Count {
            known: None,
            at_most: before.at_most,
            at_least: Some(before.one_less_at_least()),
            is_in_doubt: true,
        };
        before
    }

    /// Nothing was compared after all.
    pub(crate) fn as_before(&self, before: Count) {
        *self.count() = before;
    }

    /// The counter is full again; how many that are, no card says.
    pub(crate) fn restored(&self) {
        *self.count() = Count::default();
    }

    fn count(&self) -> MutexGuard<'_, Count> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The fewest wrong typings in a row after which a CNS is known to block a PIN or a PUK.
const FEWEST_IN_ALL: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_try_stays_the_last_through_a_silence() {
        let tries = Tries::default();
        assert!(!tries.are_down_to_the_last());
        tries.told(1);
        tries.in_doubt();
        assert_eq!(tries.known(), None);
        assert!(tries.are_down_to_the_last());
        tries.restored();
        assert!(!tries.are_down_to_the_last());
        assert!(!tries.are_in_doubt());
    }

    #[test]
    fn after_a_silence_the_last_but_one_may_be_the_last() {
        let tries = Tries::default();
        tries.told(2);
        assert!(!tries.are_down_to_the_last());
        tries.in_doubt();
        assert!(tries.are_down_to_the_last());
        assert!(tries.are_in_doubt());
        tries.told(2);
        assert!(!tries.are_down_to_the_last());
        assert!(!tries.are_in_doubt());
    }

    #[test]
    fn where_no_number_was_told_two_silences_are_a_reason_for_care_and_one_is_not() {
        let tries = Tries::default();
        tries.in_doubt();
        assert!(!tries.are_down_to_the_last());
        tries.in_doubt();
        assert!(tries.are_down_to_the_last());
    }

    #[test]
    fn a_wrong_typing_without_a_number_leaves_one_try_less() {
        let tries = Tries::default();
        let before = tries.in_doubt();
        tries.spent(before);
        assert!(!tries.are_down_to_the_last(), "nothing was known before");
        assert!(!tries.are_in_doubt());
        tries.told(2);
        let before = tries.in_doubt();
        tries.spent(before);
        assert_eq!(tries.known(), None);
        assert!(tries.are_down_to_the_last());
    }

    #[test]
    fn a_verdict_without_a_number_leaves_the_doubt_of_an_earlier_one() {
        let tries = Tries::default();
        tries.told(5);
        tries.in_doubt();
        let before = tries.in_doubt();
        tries.spent(before);
        assert!(tries.are_in_doubt());
        assert!(!tries.are_down_to_the_last(), "three are left at least");
    }

    #[test]
    fn where_no_try_is_left_there_is_none_to_spare() {
        let tries = Tries::default();
        tries.told(0);
        assert!(!tries.are_down_to_the_last());
    }

    #[test]
    fn an_answer_to_which_nothing_was_compared_changes_nothing() {
        let tries = Tries::default();
        tries.told(2);
        let before = tries.in_doubt();
        tries.as_before(before);
        assert_eq!(tries.known(), Some(2));
        assert!(!tries.are_down_to_the_last());
        assert!(!tries.are_in_doubt());
    }
}
