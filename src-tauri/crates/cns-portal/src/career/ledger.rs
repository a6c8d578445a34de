//! Writes periods as rows: cut at each new year, never more than a year holds.

use crate::career::{Kind, Management, NoteCode, Period};
use cns_portal_api::{Employer, Unit};
use std::collections::HashMap;
use time::{Date, Month};

/// What somebody did for a while.
pub(super) struct Work {
    pub(super) management: Management,
    pub(super) kind: Kind,
    /// Share of full time, in hundredths.
    pub(super) percent: u32,
    /// Pay of a full year at full time in 2026, in euro.
    pub(super) yearly_euro: u32,
    pub(super) employer: Option<Employer>,
}

/// The rows written so far, and how much of each year they use up.
pub(super) struct Ledger {
    rows: Vec<Period>,
    counted: HashMap<(Management, i32), u32>,
    /// Nothing is written after this day.
    until: Date,
    /// The year whose figures are not final.
    current_year: i32,
}

impl Ledger {
    pub(super) fn new(until: Date, current_year: i32) -> Self {
        Self {
            rows: Vec::new(),
            counted: HashMap::new(),
            until,
            current_year,
        }
    }

    /// Whether a day lies beyond what is known.
    pub(super) fn is_over(&self, day: Date) -> bool {
        day > self.until
    }

    /// Writes one row for each calendar year of the period.
    pub(super) fn write(&mut self, work: &Work, from: Date, to: Date) {
        let to = to.min(self.until);
        if to < from {
            return;
        }
        for year in from.year()..=to.year() {
            let first = first_of(year, Month::January).max(from);
            let last = last_of(year, Month::December).min(to);
            self.write_row(work, first, last);
        }
    }

    /// The rows in order of time.
    pub(super) fn rows(mut self) -> Vec<Period> {
        self.rows.sort_by_key(|row| (row.from, row.to, row.management));
        self.rows
    }

    fn write_row(&mut self, work: &Work, from: Date, to: Date) {
        let counted = self.counted.entry((work.management, from.year())).or_default();
        let days = u32::try_from((to - from).whole_days() + 1).unwrap_or(0);
        let for_right = units(work.management.unit(), from, to, days).min(work.management.year() - *counted);
        if for_right == 0 {
            return;
        }
        *counted += for_right;
        let mut notes = Vec::new();
        if work.percent < 100 {
            notes.push(NoteCode::PartTime);
        }
        if work.kind.is_figurative() {
            notes.push(NoteCode::Figurative);
        }
        if from.year() == self.current_year {
            notes.push(NoteCode::CurrentYear);
        }
        if work.management.unit() == Unit::Months {
            notes.push(NoteCode::ByIncome);
        }
        self.rows.push(Period {
            management: work.management,
            from,
            to,
            kind: work.kind,
            for_right,
            for_amount: (for_right * work.percent).div_ceil(100),
            pay_cents: (!work.kind.is_figurative()).then(|| pay_cents(work, from.year(), days)),
            employer: work.employer.clone(),
            notes,
        });
    }
}

/// How many units a period within one year is worth, rounded.
fn units(unit: Unit, from: Date, to: Date, days: u32) -> u32 {
    match unit {
        Unit::Weeks => (days * 52 + 182) / 365,
        Unit::Days => (days * 312 + 182) / 365,
        Unit::Months => u32::from(u8::from(to.month()) - u8::from(from.month())) + 1,
    }
}

/// Pay grows with the years: by about two per cent of 2026's a year, from next to nothing in 1976.
fn pay_cents(work: &Work, year: i32, days: u32) -> u32 {
    let hundredths = u32::try_from((year - 1976).clamp(2, 60) * 2).unwrap_or(4);
    let share =
        u64::from(work.yearly_euro) * u64::from(hundredths) * u64::from(work.percent) * u64::from(days);
    u32::try_from(share / (100 * 366)).unwrap_or(u32::MAX)
}

/// The first day of a month.
pub(super) fn first_of(year: i32, month: Month) -> Date {
    Date::from_calendar_date(year, month, 1).unwrap_or(Date::MIN)
}

/// The last day of a month.
pub(super) fn last_of(year: i32, month: Month) -> Date {
    Date::from_calendar_date(year, month, month.length(year)).unwrap_or(Date::MAX)
}
