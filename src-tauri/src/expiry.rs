//! The end of a session by time.

use cns_trust::Clock;
use std::time::Duration;
use time::OffsetDateTime;

/// Resolves when the clock has reached `end`.
pub(crate) async fn until(end: OffsetDateTime, clock: &dyn Clock) {
    while let Some(pause) = pause(end, clock) {
        tokio::time::sleep(pause).await;
    }
}

/// How long to sleep before the clock is asked again; none when the end is here.
///
/// One sleep until the end would be late after the lid was closed: a sleep stands still while the computer does, and
/// the portal's time does not.
fn pause(end: OffsetDateTime, clock: &dyn Clock) -> Option<Duration> {
    let left = Duration::try_from(end - clock.now()).unwrap_or_default();
    (!left.is_zero()).then_some(left.min(CLOCK_IS_ASKED_EVERY))
}

/// How long personal data may stay on the screen of a computer that wakes up after the end.
const CLOCK_IS_ASKED_EVERY: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;
    use cns_trust::FixedClock;
    use time::Duration as Span;

    #[test]
    fn a_computer_that_wakes_up_notices_the_end_within_half_a_minute() {
        let end = OffsetDateTime::UNIX_EPOCH + Span::hours(8);
        for (before_the_end, expected) in [
            (Span::hours(8), Some(Duration::from_secs(30))),
            (Span::seconds(31), Some(Duration::from_secs(30))),
            (Span::seconds(5), Some(Duration::from_secs(5))),
            (Span::ZERO, None),
            (Span::hours(-9), None),
        ] {
            assert_eq!(pause(end, &FixedClock(end - before_the_end)), expected);
        }
    }
}
