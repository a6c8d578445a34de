//! The tries left, as the card itself told them in this insertion: never guessed, never invented.

use crate::asking::Asking;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is known of the tries of one secret.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<Count>);

/// The tries of both secrets.
#[derive(Debug, Default)]
pub(crate) struct AllTries {
    pub(crate) pin: Tries,
    pub(crate) puk: Tries,
    asking: Mutex<Asking>,
}

impl AllTries {
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
}

impl Tries {
    /// The number to be shown; `None` is "not known".
    pub(crate) fn known(&self) -> Option<u8> {
        self.count().known
    }

    /// Whether a wrong typing would be the last one.
    pub(crate) fn are_down_to_the_last(&self) -> bool {
        self.count().at_most == Some(1)
    }

    /// The card has told the number.
    pub(crate) fn told(&self, tries_left: u8) {
        *self.count() = Count {
            known: Some(tries_left),
            at_most: Some(tries_left),
        };
    }

    /// The card has compared and found wrong, but told no number.
    pub(crate) fn spent(&self) {
        let mut count = self.count();
        *count = Count {
            known: None,
            at_most: count.at_most.map(|most| most.saturating_sub(1)),
        };
    }

    /// A comparison is under way: until the card has answered, nobody knows. Returns what was known before.
    pub(crate) fn in_doubt(&self) -> Count {
        let mut count = self.count();
        let before = *count;
        count.known = None;
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
    }

    #[test]
    fn a_wrong_typing_without_a_number_leaves_one_try_less_at_most() {
        let tries = Tries::default();
        tries.spent();
        assert!(!tries.are_down_to_the_last(), "nothing was known before");
        tries.told(2);
        tries.spent();
        assert_eq!(tries.known(), None);
        assert!(tries.are_down_to_the_last());
    }

    #[test]
    fn an_answer_to_which_nothing_was_compared_changes_nothing() {
        let tries = Tries::default();
        tries.told(2);
        let before = tries.in_doubt();
        tries.as_before(before);
        assert_eq!(tries.known(), Some(2));
    }
}
