//! Where a PIN is at an instant: what was written of it, and what follows from the date.

use crate::pin::hash::Kept;
use crate::pin::life::{self, PinEvent};
use crate::pin::rules::{MaxAge, PinRules};
use crate::store::credentials::Credential;
use crate::store::halves::Halves;
use cns_portal_api::PinState;
use time::{Date, Month, OffsetDateTime};

impl Credential {
    /// Where it is.
    pub(crate) fn standing(&self, rules: &PinRules, now: OffsetDateTime) -> PinState {
        let event = match self.state {
            PinState::Active if self.expires_at(rules).is_some_and(|at| at <= now) => PinEvent::Aged,
            PinState::Requested | PinState::FirstSent | PinState::SecondSent | PinState::Initial
                if self.halves_at.is_some_and(|at| at + rules.initial_life <= now) =>
            {
                if self.used_at.is_some() {
                    PinEvent::RestoreAged
                } else {
                    PinEvent::HalvesAged
                }
            }
            PinState::Requested
            | PinState::ToVerify
            | PinState::FirstSent
            | PinState::SecondSent
            | PinState::Initial
            | PinState::Active
            | PinState::Expired
            | PinState::Locked
            | PinState::Revoked => return self.state,
        };
        life::next(Some(self.state), event).unwrap_or(self.state)
    }

    /// When its holder must make another; `None` when there is no working PIN, or the rule knows no age.
    pub(crate) fn expires_at(&self, rules: &PinRules) -> Option<OffsetDateTime> {
        let (made, MaxAge { months }) = (self.changed_at?, rules.max_age?);
        Some(later_by_months(made, months))
    }

    /// Whether it is good for a log-in, if only into the change.
    pub(crate) fn opens(&self, rules: &PinRules, now: OffsetDateTime) -> bool {
        life::next(Some(self.standing(rules, now)), PinEvent::FiveWrong).is_some()
    }

    /// What a typed PIN is compared with: nothing where it could not open.
    pub(crate) fn kept(&self, halves: &Halves, rules: &PinRules, now: OffsetDateTime) -> Kept {
        let hash =
            |half: &Option<crate::store::halves::KeptHalf>| half.as_ref().and_then(|half| half.hash.clone());
        match self.standing(rules, now) {
            PinState::SecondSent | PinState::Initial => Kept {
                working: None,
                halves: (hash(&halves.first), hash(&halves.second)),
            },
            PinState::Active | PinState::Expired => Kept {
                working: self.hash.clone(),
                halves: (None, None),
            },
            PinState::Requested
            | PinState::ToVerify
            | PinState::FirstSent
            | PinState::Locked
            | PinState::Revoked => Kept::default(),
        }
    }

    /// Lets something happen to it. False, and nothing changed, where it cannot.
    #[must_use]
    pub(crate) fn happens(&mut self, event: PinEvent, rules: &PinRules, now: OffsetDateTime) -> bool {
        match life::next(Some(self.standing(rules, now)), event) {
            Some(state) => {
                self.state = state;
                true
            }
            None => false,
        }
    }
}

/// The same day so many months later, or the last of that month where there is no such day.
fn later_by_months(instant: OffsetDateTime, months: u8) -> OffsetDateTime {
    let (mut year, mut month) = (instant.year(), instant.month());
    for _ in 0..months {
        month = month.next();
        if month == Month::January {
            year += 1;
        }
    }
    let day = instant.day().min(month.length(year));
    Date::from_calendar_date(year, month, day).map_or(instant, |date| instant.replace_date(date))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn six_months_are_counted_on_the_calendar() {
        for (from, months, to) in [
            (
                datetime!(2026-11-22 12:00 UTC),
                6,
                datetime!(2027-05-22 12:00 UTC),
            ),
            (
                datetime!(2026-08-31 23:59 UTC),
                6,
                datetime!(2027-02-28 23:59 UTC),
            ),
            (
                datetime!(2027-08-31 00:00 UTC),
                6,
                datetime!(2028-02-29 00:00 UTC),
            ),
            (
                datetime!(2026-11-30 12:00 UTC),
                3,
                datetime!(2027-02-28 12:00 UTC),
            ),
            (
                datetime!(2026-11-22 12:00 UTC),
                60,
                datetime!(2031-11-22 12:00 UTC),
            ),
        ] {
            assert_eq!(later_by_months(from, months), to);
        }
    }
}
