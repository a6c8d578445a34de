//! The one place that asks what time it is.

use time::OffsetDateTime;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The instant now, UTC.
    fn now(&self) -> OffsetDateTime;

    /// Whether this is the time of this computer: only then can it be wrong beside what others say.
    fn is_this_computers(&self) -> bool {
        true
    }
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

/// A clock that stands still, at an instant that somebody chose.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub OffsetDateTime);

impl Clock for FixedClock {
    fn now(&self) -> OffsetDateTime {
        self.0
    }

    fn is_this_computers(&self) -> bool {
        false
    }
}
