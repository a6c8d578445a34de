//! Dates and amounts, as a person in Italy reads them.

use cns_portal_api::Money;
use time::{Date, Month};

/// `25 gennaio 2018`.
pub(crate) fn day(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date.month()), date.year())
}

/// `novembre 2026`, of `2026-11`; what is no month stays as it is.
pub(crate) fn month_of(year_and_month: &str) -> String {
    let read = || {
        let (year, number) = year_and_month.split_once('-')?;
        let number = Month::try_from(number.parse::<u8>().ok()?).ok()?;
        Some(format!("{} {year}", month(number)))
    };
    read().unwrap_or_else(|| year_and_month.to_owned())
}

fn month(month: Month) -> &'static str {
    match month {
        Month::January => "gennaio",
        Month::February => "febbraio",
        Month::March => "marzo",
        Month::April => "aprile",
        Month::May => "maggio",
        Month::June => "giugno",
        Month::July => "luglio",
        Month::August => "agosto",
        Month::September => "settembre",
        Month::October => "ottobre",
        Month::November => "novembre",
        Month::December => "dicembre",
    }
}

/// `1.234,05 €`, of `1234.05`.
pub(crate) fn euro(money: &Money) -> String {
    let (sign, amount) = match money.amount.strip_prefix('-') {
        Some(amount) => ("-", amount),
        None => ("", money.amount.as_str()),
    };
    let (whole, cents) = amount.split_once('.').unwrap_or((amount, "00"));
    let mut grouped = String::new();
    for (position, digit) in whole.chars().enumerate() {
        let left = whole.chars().count() - position;
        if position > 0 && left.is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    let currency = if money.currency == "EUR" {
        "€"
    } else {
        money.currency.as_str()
    };
    format!("{sign}{grouped},{cents} {currency}")
}

/// Four symbols, a space, four symbols: easier to copy than eight.
pub(crate) fn in_groups(code: &str) -> String {
    let symbols: Vec<char> = code.chars().filter(|symbol| !symbol.is_whitespace()).collect();
    let groups: Vec<String> = symbols.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn dates_and_amounts_read_as_in_italy() {
        assert_eq!(day(date!(2018 - 01 - 25)), "25 gennaio 2018");
        assert_eq!(month_of("2026-11"), "novembre 2026");
        assert_eq!(month_of("2026-13"), "2026-13");
        for (cents, expected) in [
            (0, "0,00 €"),
            (5, "0,05 €"),
            (123_405, "1.234,05 €"),
            (-123_456_789, "-1.234.567,89 €"),
            (99_900, "999,00 €"),
        ] {
            assert_eq!(euro(&Money::signed_euro_cents(cents)), expected);
        }
        assert_eq!(in_groups("ABCDEFGH"), "ABCD EFGH");
        assert_eq!(in_groups("ABC"), "ABC");
    }
}
