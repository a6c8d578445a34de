//! `cns check --ics`: the reminder for a calendar.

use crate::check::check;
use journeys::issuer::Issuer;
use journeys::place::Place;
use std::fs;

#[test]
fn another_program_reads_the_reminder() {
    let place = Place::new();
    let issuer = Issuer::new(&place);
    let leaf = issuer.issue("-startdate 20250101000000Z -enddate 20290312120000Z");
    let calendar = place.file("scadenza.ics");
    let file = calendar.display().to_string();
    check(&place, &leaf, &issuer.root(), &["--offline", "--ics", &file]).done();
    let text = fs::read_to_string(&calendar).unwrap();
    let read: icalendar::Calendar = text.parse().expect("a calendar");
    let events: Vec<&icalendar::Event> = read
        .components
        .iter()
        .filter_map(icalendar::CalendarComponent::as_event)
        .collect();
    use icalendar::{Component, DatePerhapsTime};
    assert_eq!(events.len(), 1, "{text}");
    let start = match events[0].get_start() {
        Some(DatePerhapsTime::Date(day)) => day.to_string(),
        other => panic!("not a whole day: {other:?}"),
    };
    assert!(
        events[0].get_summary().is_some_and(|summary| !summary.is_empty()),
        "{text}"
    );
    assert_eq!(start, "2029-03-12", "{text}");
    assert_eq!(
        check(&place, &leaf, &issuer.root(), &["--offline", "--ics", &file]).problem(),
        "report_not_written"
    );
    // Of what is no certificate there is no end to remember; it is the file's fault, and no card's.
    let noise = place
        .write("noise.pem", "nessun certificato")
        .display()
        .to_string();
    let other = place.file("altro.ics").display().to_string();
    let ended = check(&place, &noise, &issuer.root(), &["--offline", "--ics", &other]);
    assert_eq!(ended.problem(), "file_unusable");
    let what = ended.json()["problem"]["what"].to_string();
    assert!(what.contains(&noise), "{what}");
}
