//! Income tax as the dated table of `data/taxes.toml` has it, and the Certificazione Unica made of a year's slips.

use crate::area::slips::{Line, Slip, share};
use crate::error::PortalError;
use cns_portal_api::{Money, Payer, TaxPoint};
use serde::Deserialize;
use std::sync::LazyLock;
use time::{Date, Month};

/// What a year's income owes, in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owed {
    pub(crate) gross_tax: i64,
    /// Never more than the tax.
    pub(crate) deduction: i64,
    pub(crate) regional: i64,
    pub(crate) municipal: i64,
    /// Of the next year's municipal surtax.
    pub(crate) advance: i64,
}

impl Owed {
    /// Reckons what a pension of so many months of a year owes.
    pub(crate) fn of(year: i32, income: i64, months: i64) -> Result<Self, PortalError> {
        let table = table()?;
        let mut gross_tax = 0;
        let mut from = 0;
        for bracket in &table.year(year)?.brackets {
            let to = bracket.up_to_euro.map_or(i64::MAX, |euro| euro * 100);
            gross_tax += (income.min(to) - from).max(0) * bracket.permille / 1000;
            from = to;
        }
        let deduction = (table.deduction.of(income) * months / 12).min(gross_tax);
        let surtax = &table.surtax;
        // Who owes no tax owes no surtax either.
        let taxed = if gross_tax > deduction { income } else { 0 };
        let municipal = taxed * surtax.municipal_permille / 1000;
        Ok(Self {
            gross_tax,
            deduction,
            regional: taxed * surtax.regional_permille / 1000,
            municipal,
            advance: municipal * surtax.municipal_advance_percent / 100,
        })
    }
}

/// What a month of a pension was in another year, given what it is in the last year of the table.
pub(crate) fn in_year(cents: i64, year: i32) -> Result<i64, PortalError> {
    let later = table()?.year.iter().filter(|row| row.year > year);
    Ok(later.fold(cents, |cents, row| {
        cents * 1000 / (1000 + row.revaluation_permille)
    }))
}

/// The first year of the table: before it nothing is known of taxes.
pub(crate) fn first_year() -> Result<i32, PortalError> {
    Ok(table()?.year.first().map_or(i32::MAX, |row| row.year))
}

/// The day from which the certificate of a year is there: it is due by 16 March of the next.
pub(crate) fn issued_on(year: i32) -> Date {
    Date::from_calendar_date(year + 1, Month::March, 16).unwrap_or(Date::MAX)
}

/// The points of a certificate, from the slips of its year.
pub(crate) fn points(year: i32, slips: &[Slip]) -> Result<Vec<TaxPoint>, PortalError> {
    let sum = |wanted: &[Line]| -> i64 {
        let lines = slips.iter().flat_map(|slip| &slip.lines);
        lines
            .filter(|(line, _)| wanted.contains(line))
            .map(|(_, cents)| *cents)
            .sum()
    };
    let months = i64::try_from(slips.len()).unwrap_or(0);
    let income = sum(&[Line::Month, Line::Thirteenth]);
    let owed = Owed::of(year, income, months)?;
    // Of every slip's month, all days.
    let days = slips
        .iter()
        .map(|slip| u16::from(slip.rata.month().length(slip.rata.year())))
        .sum();
    let advance = -sum(&[Line::MunicipalAdvance]);
    let names = &table()?.points;
    let amount = |name: &Point, cents: i64| TaxPoint {
        point: name.point,
        text: name.text.clone(),
        amount: Some(Money::signed_euro_cents(cents)),
        days: None,
    };
    Ok(vec![
        amount(&names.pension, income),
        TaxPoint {
            point: names.days.point,
            text: names.days.text.clone(),
            amount: None,
            days: Some(days),
        },
        amount(&names.withheld, -sum(&[Line::Tax, Line::Deduction])),
        amount(&names.regional, owed.regional),
        amount(&names.advance, advance),
        amount(&names.balance, owed.municipal - advance),
        amount(&names.next_advance, owed.advance),
        amount(&names.gross_tax, owed.gross_tax),
        amount(&names.deduction, owed.deduction),
    ])
}

/// Who pays: an institute that does not exist.
pub(crate) fn payer() -> Payer {
    Payer {
        codice_fiscale: "00000000000".to_owned(),
        name: "Istituto di esempio".to_owned(),
        address: "Via delle Prove 1, 99999 Borgo Esempio (ZZ)".to_owned(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    year: Vec<Year>,
    deduction: Deduction,
    surtax: Surtax,
    points: Points,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i32,
    brackets: Vec<Bracket>,
    revaluation_permille: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bracket {
    up_to_euro: Option<i64>,
    permille: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deduction {
    #[serde(rename = "source")]
    _source: String,
    points: Vec<Corner>,
    extra: Extra,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Corner {
    income_euro: i64,
    euro: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extra {
    over_euro: i64,
    up_to_euro: i64,
    euro: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Surtax {
    #[serde(rename = "source")]
    _source: String,
    regional_permille: i64,
    municipal_permille: i64,
    municipal_advance_percent: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Points {
    pension: Point,
    days: Point,
    withheld: Point,
    regional: Point,
    advance: Point,
    balance: Point,
    next_advance: Point,
    gross_tax: Point,
    deduction: Point,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    point: u16,
    text: String,
}

impl Table {
    /// The row of a year, or the last one before it.
    fn year(&self, year: i32) -> Result<&Year, PortalError> {
        let known = self.year.iter().rev().find(|row| row.year <= year);
        known.or(self.year.first()).ok_or(UNREADABLE)
    }
}

impl Deduction {
    /// The deduction of a whole year, in cents.
    fn of(&self, income: i64) -> i64 {
        let corners = || {
            self.points
                .iter()
                .map(|corner| (corner.income_euro * 100, corner.euro * 100))
        };
        let before = corners().take_while(|(at, _)| *at < income).last();
        let after = corners().find(|(at, _)| *at >= income);
        let plain = match (before, after) {
            (None, Some((_, cents))) => cents,
            (Some((low, from)), Some((high, to))) => from - share(from - to, income - low, high - low),
            (_, None) => 0,
        };
        let extra = (self.extra.over_euro * 100 < income && income <= self.extra.up_to_euro * 100)
            .then_some(self.extra.euro * 100);
        plain + extra.unwrap_or(0)
    }
}

fn table() -> Result<&'static Table, PortalError> {
    static TABLE: LazyLock<Option<Table>> =
        LazyLock::new(|| toml::from_str(include_str!("../../data/taxes.toml")).ok());
    TABLE.as_ref().ok_or(UNREADABLE)
}

const UNREADABLE: PortalError = PortalError::Stored {
    column: "data/taxes.toml",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_its_years_follow_each_other() {
        let table = table().unwrap();
        assert!(table.year.windows(2).all(|pair| pair[1].year == pair[0].year + 1));
        for year in &table.year {
            assert!(year.brackets.last().unwrap().up_to_euro.is_none());
            assert!(year.brackets.is_sorted_by_key(|bracket| bracket.permille));
        }
    }

    #[test]
    fn tax_is_reckoned_bracket_by_bracket() {
        // Reckoned by hand.
        for (year, euro, tax, deduction) in [
            (2024, 8_000, 1_840, 1_840),
            (2024, 28_000, 6_440, 750),
            (2025, 50_000, 14_140, 0),
            (2026, 50_000, 13_700, 0),
            (2026, 60_000, 18_000, 0),
            (2030, 60_000, 18_000, 0),
            (2026, 18_250, 4_197, 1_327),
        ] {
            let owed = Owed::of(year, euro * 100, 12).unwrap();
            assert_eq!(
                (owed.gross_tax / 100, owed.deduction / 100),
                (tax, deduction),
                "{year} {euro}"
            );
            assert_eq!(owed.regional == 0, owed.gross_tax == owed.deduction);
        }
    }

    #[test]
    fn a_pension_was_less_in_the_years_before() {
        assert_eq!(in_year(101_400, 2026).unwrap(), 101_400);
        assert_eq!(in_year(101_400, 2025).unwrap(), 100_000);
        assert!(in_year(101_400, 2024).unwrap() < 100_000);
        assert_eq!(in_year(101_400, 2031).unwrap(), 101_400);
    }
}
