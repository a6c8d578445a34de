//! Days, as text that sorts by time in every database.

use crate::error::PortalError;
use time::Date;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// A day as it is stored: `YYYY-MM-DD`.
pub(super) fn text(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}

/// A day as it was stored.
pub(super) fn read(column: &'static str, text: &str) -> Result<Date, PortalError> {
    Date::parse(text, DAY).map_err(|_| PortalError::Stored { column })
}

const DAY: &[BorrowedFormatItem<'static>] = format_description!("[year]-[month]-[day]");
