//! Times in a CRL, and whether a list holds at an instant.

use super::crl_der::{GENERALIZED_TIME, UTC_TIME};
use crate::der::Element;
use crate::revocation::{Times, Unchecked};
use time::{Date, Duration, Month, OffsetDateTime, Time};

/// Reads a `Time` in the one form that RFC 5280 §5.1.2.4-6 allows each of its types: with seconds, without fractions,
/// in UTC. A GeneralizedTime before 2050 says what it means, and is read too.
pub(super) fn read(element: &Element<'_>) -> Result<OffsetDateTime, Unchecked> {
    let (year, rest) = match (element.tag, element.content.len()) {
        (UTC_TIME, 13) => {
            let (year, rest) = two_digits(element.content)?;
            (if year < 50 { 2000 } else { 1900 } + i32::from(year), rest)
        }
        (GENERALIZED_TIME, 15) => {
            let (century, rest) = two_digits(element.content)?;
            let (year, rest) = two_digits(rest)?;
            (i32::from(century) * 100 + i32::from(year), rest)
        }
        _ => return Err(Unchecked::Malformed),
    };
    let (month, rest) = two_digits(rest)?;
    let (day, rest) = two_digits(rest)?;
    let (hour, rest) = two_digits(rest)?;
    let (minute, rest) = two_digits(rest)?;
    let (second, rest) = two_digits(rest)?;
    let month = Month::try_from(month).map_err(|_| Unchecked::Malformed)?;
    let date = Date::from_calendar_date(year, month, day).map_err(|_| Unchecked::Malformed)?;
    let time = Time::from_hms(hour, minute, second).map_err(|_| Unchecked::Malformed)?;
    match rest {
        b"Z" => Ok(OffsetDateTime::new_utc(date, time)),
        _ => Err(Unchecked::Malformed),
    }
}

/// Checks that a list of these times holds at the instant `at`. Clocks differ: five minutes each way.
pub(super) fn hold(times: &Times, at: OffsetDateTime) -> Result<(), Unchecked> {
    let produced_at = times.produced_at;
    if produced_at > at.saturating_add(SKEW) {
        return Err(Unchecked::FromTheFuture { produced_at });
    }
    match times.next_update {
        Some(next_update) if at > next_update.saturating_add(SKEW) => Err(Unchecked::Expired { next_update }),
        Some(_) => Ok(()),
        None => Err(Unchecked::Malformed),
    }
}

fn two_digits(bytes: &[u8]) -> Result<(u8, &[u8]), Unchecked> {
    match bytes {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => Ok(((tens - b'0') * 10 + (ones - b'0'), rest)),
        _ => Err(Unchecked::Malformed),
    }
}

const SKEW: Duration = Duration::minutes(5);
