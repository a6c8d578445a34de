//! How long an act has lasted. What time it is, nobody asks here.

use std::time::{Duration, Instant};

/// The time of an act, without what a person needed for theirs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    began: Instant,
    /// When the last sign of life came.
    last: Instant,
}

impl Work {
    /// An act begins.
    pub(crate) fn begins() -> Self {
        Self::begins_at(Instant::now())
    }

    /// A sign of life comes; `by_a_person` says whose time it was since the one before.
    pub(crate) fn went_on(&mut self, by_a_person: bool) {
        self.went_on_until(Instant::now(), by_a_person);
    }

    /// How long it has lasted.
    pub(crate) fn lasts(&self) -> Duration {
        self.lasts_until(Instant::now())
    }

    fn begins_at(now: Instant) -> Self {
        Self {
            began: now,
            last: now,
        }
    }

    fn went_on_until(&mut self, now: Instant, by_a_person: bool) {
        if by_a_person {
            self.began += now.saturating_duration_since(self.last);
        }
        self.last = now;
    }

    fn lasts_until(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.began)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_needs_at_the_pad_is_not_the_cards_time() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut work = Work::begins_at(start);
        work.went_on_until(after(2), false);
        work.went_on_until(after(3), false);
        work.went_on_until(after(93), true);
        work.went_on_until(after(95), false);
        assert_eq!(work.lasts_until(after(96)), Duration::from_secs(6));
    }
}
