//! The cedolino of a pension, month by month: invented from what the archive has of the pension and from the tax table.

use crate::area::tax::{self, Owed};
use crate::area::{PensionHeld, Registered};
use crate::career::Dice;
use crate::error::PortalError;
use std::fmt;
use time::{Date, Duration, Month, Weekday};

/// A month in which something is paid (rata).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rata {
    year: i32,
    month: Month,
}

impl Rata {
    pub(crate) fn new(year: i32, month: Month) -> Self {
        Self { year, month }
    }

    pub(crate) fn of(day: Date) -> Self {
        Self::new(day.year(), day.month())
    }

    /// Reads `YYYY-MM`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits =
            |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
        Some(Self::new(year.parse().ok()?, month))
    }

    pub(crate) fn year(self) -> i32 {
        self.year
    }

    pub(crate) fn month(self) -> Month {
        self.month
    }

    pub(crate) fn next(self) -> Self {
        let year = self.year + i32::from(self.month == Month::December);
        Self::new(year, self.month.next())
    }

    fn number(self) -> i64 {
        i64::from(u8::from(self.month))
    }
}

impl fmt::Display for Rata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, u8::from(self.month))
    }
}

/// A line of a slip, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Line {
    Month,
    Thirteenth,
    Tax,
    Deduction,
    Regional,
    Municipal,
    MunicipalAdvance,
    ExOnpi,
}

impl Line {
    pub(crate) const ALL: [Self; 8] = [
        Self::Month,
        Self::Thirteenth,
        Self::Tax,
        Self::Deduction,
        Self::Regional,
        Self::Municipal,
        Self::MunicipalAdvance,
        Self::ExOnpi,
    ];

    /// Its stable word, and its text for people.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Month => ("rata", "Rata lorda del mese"),
            Self::Thirteenth => ("tredicesima", "Tredicesima mensilità"),
            Self::Tax => ("irpef", "Irpef lorda"),
            Self::Deduction => ("detrazioni", "Detrazioni per pensione"),
            Self::Regional => (
                "addizionale_regionale",
                "Addizionale regionale dell'anno precedente",
            ),
            Self::Municipal => (
                "addizionale_comunale",
                "Addizionale comunale: saldo dell'anno precedente",
            ),
            Self::MunicipalAdvance => ("acconto_comunale", "Addizionale comunale: acconto dell'anno"),
            Self::ExOnpi => ("ex_onpi", "Contributo ex Onpi"),
        }
    }

    /// Whether it is part of the gross amount.
    pub(crate) fn is_gross(self) -> bool {
        matches!(self, Self::Month | Self::Thirteenth)
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|line| line.words().0 == code)
    }
}

/// A month of a pension.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Slip {
    pub(crate) rata: Rata,
    pub(crate) value_date: Date,
    /// The account, masked.
    pub(crate) paid_to: String,
    pub(crate) category: String,
    pub(crate) number: String,
    pub(crate) since: Date,
    /// Of the month alone.
    pub(crate) gross_cents: i64,
    /// Signed cents; the net is their sum.
    pub(crate) lines: Vec<(Line, i64)>,
}

/// The months that there are on a day: from the first year of the tax table, or of the pension, to this month; from the
/// twentieth on the next month is ordered already.
pub(crate) fn months(pension: &PensionHeld, today: Date) -> Result<(Rata, Rata), PortalError> {
    let first = Rata::of(pension.since).max(Rata::new(tax::first_year()?, Month::January));
    let this = Rata::of(today);
    let last = if today.day() >= ORDERED_ON {
        this.next()
    } else {
        this
    };
    Ok((first, last))
}

/// Invents a month. `None` where nothing was paid yet.
pub(crate) fn invent(person: &Registered, rata: Rata) -> Result<Option<Slip>, PortalError> {
    let Some(pension) = &person.traits.pension else {
        return Ok(None);
    };
    if rata < Rata::of(pension.since) {
        return Ok(None);
    }
    let this = Income::of(pension, rata.year)?;
    let owed = this.owed()?;
    let is_december = rata.month == Month::December;
    let thirteenth = if is_december { this.thirteenth() } else { 0 };
    let mut lines = vec![(Line::Month, this.gross), (Line::Thirteenth, thirteenth)];
    // The year's tax, spread over what each month pays.
    let before = this.gross * (rata.number() - this.first_month);
    let after = before + this.gross + thirteenth;
    let spread = |total| share(total, after, this.whole()) - share(total, before, this.whole());
    lines.push((Line::Tax, -spread(owed.gross_tax)));
    lines.push((Line::Deduction, spread(owed.deduction)));
    // Surtaxes of the last year are paid from January to November, the advance of this year's from March.
    let last = Income::of(pension, rata.year - 1)?;
    let last_owed = last.owed()?;
    let balance = last_owed.municipal - last.advance_paid()?;
    lines.push((Line::Regional, -part(last_owed.regional, rata, Month::January)));
    lines.push((Line::Municipal, -part(balance, rata, Month::January)));
    lines.push((
        Line::MunicipalAdvance,
        -part(this.advance_paid()?, rata, Month::March),
    ));
    lines.push((Line::ExOnpi, -1));
    lines.retain(|(_, cents)| *cents != 0);
    Ok(Some(Slip {
        rata,
        value_date: value_date(rata),
        paid_to: paid_to(person),
        category: pension.category.clone(),
        number: pension.number.clone(),
        since: pension.since,
        gross_cents: this.gross,
        lines,
    }))
}

/// What a pension pays in a year.
struct Income<'a> {
    pension: &'a PensionHeld,
    year: i32,
    /// Gross, of one month.
    gross: i64,
    first_month: i64,
    months: i64,
}

impl<'a> Income<'a> {
    fn of(pension: &'a PensionHeld, year: i32) -> Result<Self, PortalError> {
        let since = Rata::of(pension.since);
        let first_month = match year.cmp(&since.year) {
            std::cmp::Ordering::Less => 13,
            std::cmp::Ordering::Equal => since.number(),
            std::cmp::Ordering::Greater => 1,
        };
        Ok(Self {
            pension,
            year,
            gross: tax::in_year(pension.cents, year)?,
            first_month,
            months: 13 - first_month,
        })
    }

    /// A twelfth of a month for each month of the year.
    fn thirteenth(&self) -> i64 {
        self.gross * self.months / 12
    }

    fn whole(&self) -> i64 {
        self.gross * self.months + self.thirteenth()
    }

    fn owed(&self) -> Result<Owed, PortalError> {
        Owed::of(self.year, self.whole(), self.months)
    }

    /// What is paid in this year in advance of its municipal surtax: a share of the last year's.
    fn advance_paid(&self) -> Result<i64, PortalError> {
        Ok(Self::of(self.pension, self.year - 1)?.owed()?.advance)
    }
}

/// A part of a whole that is paid every month from `first` to November.
fn part(total: i64, rata: Rata, first: Month) -> i64 {
    let first = i64::from(u8::from(first));
    let (month, parts) = (rata.number() - first, 12 - first);
    if !(0..parts).contains(&month) {
        return 0;
    }
    share(total, month + 1, parts) - share(total, month, parts)
}

/// `total × part ÷ whole`; 0 of nothing.
pub(crate) fn share(total: i64, part: i64, whole: i64) -> i64 {
    let product = i128::from(total) * i128::from(part);
    match whole {
        0 => 0,
        whole => i64::try_from(product / i128::from(whole)).unwrap_or(0),
    }
}

/// The first day on which banks work; in January the second.
fn value_date(rata: Rata) -> Date {
    let first = Date::from_calendar_date(rata.year, rata.month, 1).unwrap_or(Date::MIN);
    let mut works = (0..10)
        .map(|days| first.saturating_add(Duration::days(days)))
        .filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
        .filter(|day| !HOLIDAYS.contains(&(day.month(), day.day())));
    let is_january = rata.month == Month::January;
    works.nth(usize::from(is_january)).unwrap_or(first)
}

fn paid_to(person: &Registered) -> String {
    let mut dice = Dice::new(&format!("{} account", person.codice_fiscale.as_str()));
    format!("Banca di Esempio, IBAN IT·· ···· {:04}", dice.between(0, 9_999))
}

/// Day of the month from which the next payment is ordered.
const ORDERED_ON: u8 = 20;

/// Holidays that the first bank days of a month can meet.
const HOLIDAYS: [(Month, u8); 4] = [
    (Month::January, 1),
    (Month::May, 1),
    (Month::June, 2),
    (Month::November, 1),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::people::codice_fiscale;
    use proptest::prelude::*;
    use time::macros::date;

    const TODAY: Date = date!(2026 - 11 - 22);

    fn slips(person: &Registered) -> Vec<Slip> {
        let pension = person.traits.pension.as_ref().unwrap();
        let (first, last) = months(pension, TODAY).unwrap();
        std::iter::successors(Some(first), |rata| Some(rata.next()))
            .take_while(|rata| *rata <= last)
            .map(|rata| invent(person, rata).unwrap().unwrap())
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_year_adds_up(letters in "[A-Z]{6}", cents in 30_000_i64..900_000, year in 2020_i32..2026, month in 1_u8..=12) {
            let mut person = Registered::invent(&codice_fiscale(&letters, date!(1950 - 06 - 01), true), None, TODAY);
            let since = Date::from_calendar_date(year, Month::try_from(month).unwrap(), 1).unwrap();
            person.traits.pension = Some(PensionHeld { category: "VO".to_owned(), number: "1".to_owned(), since, cents });
            let slips = slips(&person);
            for slip in &slips {
                let gross: i64 = slip.lines.iter().filter(|(line, _)| line.is_gross()).map(|(_, cents)| cents).sum();
                let net: i64 = slip.lines.iter().map(|(_, cents)| cents).sum();
                prop_assert!(0 < net && net <= gross);
                let december = slip.rata.month() == Month::December;
                prop_assert_eq!(december, slip.lines.iter().any(|(line, _)| *line == Line::Thirteenth));
                prop_assert!(slip.lines.iter().map(|(line, _)| line).is_sorted());
            }
            for year in 2024..=2025 {
                let year_slips: Vec<Slip> = slips.iter().filter(|slip| slip.rata.year() == year).cloned().collect();
                if year_slips.is_empty() {
                    continue;
                }
                let points = tax::points(year, &year_slips).unwrap();
                let cents = |point: u16| {
                    let found = points.iter().find(|row| row.point == point).unwrap();
                    found.amount.as_ref().unwrap().amount.replace('.', "").parse::<i64>().unwrap()
                };
                prop_assert_eq!(cents(21), cents(361) - cents(367));
                prop_assert!(cents(27) >= 0 || cents(26) > 0);
            }
        }
    }

    #[test]
    fn a_month_is_paid_on_the_first_day_on_which_banks_work() {
        for (rata, expected) in [
            ("2026-11", date!(2026 - 11 - 02)),
            ("2026-01", date!(2026 - 01 - 05)),
            ("2025-05", date!(2025 - 05 - 02)),
            ("2024-06", date!(2024 - 06 - 03)),
            ("2025-01", date!(2025 - 01 - 03)),
        ] {
            assert_eq!(value_date(Rata::parse(rata).unwrap()), expected, "{rata}");
        }
    }

    #[test]
    fn only_a_year_and_a_month_name_a_month() {
        assert_eq!(Rata::parse("2026-11").unwrap().to_string(), "2026-11");
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "2026-1",
            "26-11",
            "2026-11-01",
            "+026-11",
            "2026-+1",
            "२०२६-११",
        ] {
            assert_eq!(Rata::parse(text), None, "{text}");
        }
    }
}
