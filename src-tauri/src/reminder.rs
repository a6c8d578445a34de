//! A reminder of the certificate's end, for any calendar (RFC 5545). It says nothing of the person.

use cns_contract::EndSeen;
use cns_login::Language;
use time::macros::format_description;
use time::{Date, OffsetDateTime, UtcOffset};

/// The text of the file; none when the day is not one of the calendar.
pub(crate) fn text(end: &EndSeen, now: OffsetDateTime, language: Language) -> Option<String> {
    let day = Date::parse(&end.date, format_description!("[year]-[month]-[day]")).ok()?;
    let in_figures = format_description!("[year][month][day]");
    let begins = day.format(in_figures).ok()?;
    let ends = day.next_day()?.format(in_figures).ok()?;
    let stamp = now
        .to_offset(UtcOffset::UTC)
        .format(format_description!("[year][month][day]T[hour][minute][second]Z"))
        .ok()?;
    let (summary, description) = match language {
        Language::It => (
            "Ultimo giorno del certificato della tessera sanitaria",
            "Da domani non si entra nei portali con questa tessera. La tessera nuova di solito arriva da sola; se non \
             è arrivata, chiedila alla tua ASL. La tessera nuova può non avere il chip: allora serve un altro modo \
             per entrare, come la carta d'identità elettronica.",
        ),
        Language::En => (
            "Last day of the health card's certificate",
            "From tomorrow on, portals let nobody in with this card. The new card usually comes by itself; if it has \
             not come, ask your local health authority (ASL). The new card may have no chip: then you need another \
             way in, such as the electronic identity card.",
        ),
    };
    let mut lines: Vec<String> = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Sportello//Sportello//IT".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{begins}-{stamp}@sportello.invalid"),
        format!("DTSTAMP:{stamp}"),
        format!("DTSTART;VALUE=DATE:{begins}"),
        format!("DTEND;VALUE=DATE:{ends}"),
        format!("SUMMARY:{}", escaped(summary)),
        format!("DESCRIPTION:{}", escaped(description)),
        "TRANSP:TRANSPARENT".to_owned(),
    ];
    for days in DAYS_BEFORE {
        lines.extend([
            "BEGIN:VALARM".to_owned(),
            "ACTION:DISPLAY".to_owned(),
            format!("DESCRIPTION:{}", escaped(summary)),
            format!("TRIGGER:-P{days}D"),
            "END:VALARM".to_owned(),
        ]);
    }
    lines.extend(["END:VEVENT".to_owned(), "END:VCALENDAR".to_owned()]);
    Some(lines.iter().map(|line| folded(line)).collect())
}

/// A text as a value (RFC 5545 §3.3.11).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,")
}

/// A line in pieces of 75 octets at most, ended as the format asks (RFC 5545 §3.1).
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + line.len() / LONGEST_LINE * 3 + 2);
    let mut length = 0;
    for character in line.chars() {
        if length + character.len_utf8() > LONGEST_LINE {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(character);
        length += character.len_utf8();
    }
    out.push_str("\r\n");
    out
}

/// When a calendar warns: the rungs on which something can still be done.
const DAYS_BEFORE: [u16; 4] = [120, 60, 30, 7];
const LONGEST_LINE: usize = 75;

#[cfg(test)]
mod tests {
    use super::*;
    use cns_contract::RungSeen;
    use time::macros::datetime;

    #[test]
    fn a_reminder_is_a_calendar_of_one_day_that_names_nobody() {
        let end = EndSeen {
            date: "2029-03-31".to_owned(),
            days_left: 860,
            rung: RungSeen::Far,
        };
        for language in [Language::It, Language::En] {
            let text = text(&end, datetime!(2026-11-22 12:00 +1), language).unwrap();
            let lines: Vec<&str> = text.split_terminator("\r\n").collect();
            assert!(
                lines
                    .iter()
                    .all(|line| line.len() <= 75 && !line.contains(['\r', '\n']))
            );
            assert_eq!(
                (lines[0], lines[lines.len() - 1]),
                ("BEGIN:VCALENDAR", "END:VCALENDAR")
            );
            assert!(lines.contains(&"DTSTART;VALUE=DATE:20290331"));
            assert!(lines.contains(&"DTEND;VALUE=DATE:20290401"));
            assert!(lines.contains(&"DTSTAMP:20261122T110000Z"));
            assert_eq!(lines.iter().filter(|line| **line == "BEGIN:VALARM").count(), 4);
            let whole = text.replace("\r\n ", "");
            assert!(whole.contains("chip") && whole.contains("\\, "), "{whole}");
        }
    }
}
