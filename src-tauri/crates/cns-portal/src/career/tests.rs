//! The rules of an estratto conto, over many invented people.

use super::*;
use crate::tests::people::codice_fiscale;
use cns_trust::CodiceFiscale;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use time::macros::date;

const TODAY: Date = date!(2026 - 11 - 22);

fn career(person: &CodiceFiscale, today: Date) -> Vec<Period> {
    invent(
        person,
        crate::person::birth_date(person, today),
        Walk::of(person),
        today,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_row_keeps_the_rules(letters in "[A-Z]{6}", born in 1930_i32..2026, day in 0_i64..365, female: bool, later in 0_i64..800) {
        let today = TODAY + time::Duration::days(later);
        let born = first_day(born) + time::Duration::days(day);
        let career = career(&codice_fiscale(&letters, born, female), today);
        let mut years = BTreeMap::<(Management, i32), u32>::new();
        for row in &career {
            prop_assert!(row.from <= row.to);
            prop_assert!(row.to < today);
            prop_assert_eq!(row.from.year(), row.to.year());
            prop_assert!(row.for_right > 0);
            prop_assert!(row.for_amount <= row.for_right);
            prop_assert_eq!(row.pay_cents.is_none(), row.kind.is_figurative());
            prop_assert!(row.for_amount == row.for_right || row.notes.contains(&NoteCode::PartTime));
            *years.entry((row.management, row.from.year())).or_default() += row.for_right;
        }
        for ((management, year), counted) in years {
            prop_assert!(counted <= management.year(), "{} {year}: {counted}", management.code());
        }
        prop_assert!(career.is_sorted_by_key(|row| row.from));
    }

    #[test]
    fn who_has_worked_for_ten_years_has_two_managements_and_several_kinds(
        letters in "[A-Z]{6}", born in 1930_i32..1998, day in 0_i64..365, female: bool,
    ) {
        let born = first_day(born) + time::Duration::days(day);
        let career = career(&codice_fiscale(&letters, born, female), TODAY);
        let managements: BTreeSet<_> = career.iter().map(|row| row.management).collect();
        let kinds: BTreeSet<_> = career.iter().map(|row| row.kind).collect();
        prop_assert!(managements.len() >= 2);
        prop_assert!(kinds.len() >= 4);
        prop_assert!(career.iter().any(|row| row.kind.is_figurative()));
    }

    #[test]
    fn a_career_is_the_same_each_time(letters in "[A-Z]{6}", born in 1930_i32..2026, female: bool) {
        let person = codice_fiscale(&letters, first_day(born), female);
        prop_assert!(career(&person, TODAY) == career(&person, TODAY));
    }
}

#[test]
fn part_time_counts_whole_for_the_right_and_by_its_share_for_the_amount() {
    let whole_years = (1950..1990)
        .flat_map(|born| career(&codice_fiscale("RSSMRA", first_day(born), false), TODAY))
        .filter(|row| row.management == Management::Employees && row.for_right == 52)
        .map(|row| row.for_amount)
        .collect::<BTreeSet<_>>();
    assert_eq!(whole_years, BTreeSet::from([26, 32, 39, 52]));
}

#[test]
fn a_child_has_no_career() {
    assert!(career(&codice_fiscale("RSSMRA", first_day(2015), false), TODAY).is_empty());
}

#[test]
fn two_people_have_two_careers() {
    let [mario, maria] = [false, true].map(|female| codice_fiscale("RSSMRA", first_day(1980), female));
    assert!(career(&mario, TODAY) != career(&maria, TODAY));
}

#[test]
fn a_first_job_that_begins_next_month_is_not_there_yet() {
    // Every day of the year in which somebody turns nineteen.
    for day in 1..=365 {
        let today = Date::from_ordinal_date(2026, day).unwrap();
        let career = career(&codice_fiscale("RSSMRA", first_day(2007), false), today);
        assert!(career.iter().all(|row| row.from <= row.to && row.to < today));
    }
}

#[test]
fn a_walk_is_read_back_as_it_was_stored() {
    for text in ["GS FPLD CPDEL CPDEL", "- - - -", "- FPLD FPLS COM"] {
        assert_eq!(Walk::parse(text).map(Walk::code).as_deref(), Some(text));
    }
    for text in ["", "GS FPLD FPLD", "GS FPLD FPLD FPLD FPLD", "GS FPLD FPLD XXX"] {
        assert_eq!(Walk::parse(text), None);
    }
}

#[test]
fn who_was_always_in_one_management_has_rows_of_that_one_only() {
    let person = codice_fiscale("VRDBRN", first_day(1988), false);
    let rows = invent(
        &person,
        first_day(1988),
        Walk::parse("- - CPDEL CPDEL").unwrap(),
        TODAY,
    );
    assert!(rows.len() > 10);
    assert!(rows.iter().all(|row| row.management == Management::LocalBodies));
}

fn first_day(year: i32) -> Date {
    Date::from_ordinal_date(year, 1).unwrap()
}
