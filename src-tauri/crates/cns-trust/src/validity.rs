//! Is it in date?

use crate::summary::day;
use crate::{Finding, FindingCode};
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;

/// Compares the instant with the validity, both ends included (RFC 5280 §4.1.2.5).
pub(crate) fn examine(certificate: &X509Certificate<'_>, at: OffsetDateTime) -> Finding {
    let validity = certificate.validity();
    let (from, until) = (
        validity.not_before.to_datetime(),
        validity.not_after.to_datetime(),
    );
    // The dates have whole seconds: the last one is valid to its end.
    if at.unix_timestamp() > until.unix_timestamp() {
        Finding::bad(FindingCode::Validity, "expired").with("date", day(until))
    } else if at < from {
        Finding::bad(FindingCode::Validity, "not_yet").with("date", day(from))
    } else {
        Finding::good(FindingCode::Validity).with("date", day(until))
    }
}
