//! The portal's records, as the page shows them: facts, tables, texts.

use crate::door::word_of;
use cns_contract::{Cell, DoorSeen, FactSeen, PartSeen, RecordSeen, RowSeen};
use cns_portal_api::{
    Accesses, Applications, Contacts, Money, Notice, Notices, PensionSlip, PensionSlipComparison,
    PensionSlips, PinAbout, PinKind, TaxCertificate, TaxCertificates,
};
use serde::Serialize;
use std::collections::BTreeMap;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};

/// A record of which nothing is to be said.
pub(super) fn empty(name: &str) -> RecordSeen {
    record(name, Vec::new())
}

/// The months of a pension.
pub(super) fn slips(slips: PensionSlips) -> RecordSeen {
    let rows = slips.items.iter().map(|slip| RowSeen {
        cells: vec![month(&slip.month), euro(&slip.net), word(&slip.state)],
        opens: Some(format!("slip:{}", slip.month)),
    });
    let mut parts = vec![table("slips", &["month", "net", "state"], rows)];
    if let [newest, before, ..] = slips.items.as_slice() {
        let opens = format!("compare:{}:{}", before.month, newest.month);
        parts.push(doors([("compare", opens)]));
    }
    record("pension_slips", parts)
}

/// One month.
pub(super) fn slip(slip: PensionSlip) -> RecordSeen {
    let pensions = slip.pensions.iter().map(|pension| {
        row([
            text(&pension.category),
            text(&pension.number),
            day(pension.since),
            euro(&pension.gross),
        ])
    });
    let lines = slip
        .lines
        .iter()
        .map(|line| row([text(&line.text), euro(&line.amount)]));
    let facts = facts([
        ("value_date", day(slip.value_date)),
        ("state", word(&slip.state)),
        ("paid_to", text(&slip.paid_to)),
        ("gross", euro(&slip.gross)),
        ("withheld", euro(&slip.withheld)),
        ("net", euro(&slip.net)),
    ]);
    let parts = vec![
        facts,
        table("pensions", &["category", "number", "since", "gross"], pensions),
        table("lines", &["text", "amount"], lines),
    ];
    RecordSeen {
        about: about([("month", slip.month.clone())]),
        notice: Some(slip.notice.clone()),
        may_print: true,
        ..record("pension_slip", parts)
    }
}

/// Two months side by side.
pub(super) fn compared(compared: PensionSlipComparison) -> RecordSeen {
    let lines = compared.lines.iter().chain([&compared.net]);
    let rows = lines.map(|line| {
        row([
            text(&line.text),
            euro(&line.first),
            euro(&line.second),
            euro(&line.difference),
        ])
    });
    let parts = vec![table(
        "compared",
        &["text", "first", "second", "difference"],
        rows,
    )];
    RecordSeen {
        about: about([
            ("first", compared.first.clone()),
            ("second", compared.second.clone()),
        ]),
        ..record("slip_comparison", parts)
    }
}

/// The years with a Certificazione Unica.
pub(super) fn taxes(certificates: TaxCertificates) -> RecordSeen {
    let rows = certificates.items.iter().map(|year| RowSeen {
        cells: vec![text(&year.to_string())],
        opens: Some(format!("tax:{year}")),
    });
    record("tax_certificates", vec![table("years", &["year"], rows)])
}

/// The Certificazione Unica of one year.
pub(super) fn tax(certificate: TaxCertificate) -> RecordSeen {
    let rows = certificate.points.iter().map(|point| {
        row([
            Cell::Number(point.point.into()),
            text(&point.text),
            point.amount.as_ref().map_or(Cell::Empty, euro),
            point.days.map_or(Cell::Empty, |days| Cell::Number(days.into())),
        ])
    });
    let facts = facts([
        ("certificate_number", Cell::Number(certificate.number)),
        ("payer", text(&certificate.payer.name)),
        ("payer_code", text(&certificate.payer.codice_fiscale)),
    ]);
    let parts = vec![
        facts,
        table("points", &["point", "about", "amount", "days"], rows),
    ];
    RecordSeen {
        about: about([("year", certificate.year.to_string())]),
        notice: Some(certificate.notice.clone()),
        may_print: true,
        ..record("tax_certificate", parts)
    }
}

/// The notices.
pub(super) fn notices(notices: Notices) -> RecordSeen {
    let rows = notices.items.iter().map(|notice| RowSeen {
        cells: vec![
            text(&notice.title),
            word(&notice.kind),
            moment(notice.created_at),
            notice.due.map_or(Cell::Empty, day),
            Cell::Word(if notice.read { "read" } else { "to_read" }.to_owned()),
        ],
        opens: Some(format!("notice:{}", notice.id)),
    });
    let columns = ["title", "kind", "at", "due", "read"];
    record("notices", vec![table("notices", &columns, rows)])
}

/// One notice.
pub(super) fn notice(notice: Notice) -> RecordSeen {
    let mut known = vec![
        ("created_at", moment(notice.created_at)),
        ("kind", word(&notice.kind)),
    ];
    known.extend(notice.due.map(|due| ("due", day(due))));
    let mut parts = vec![
        PartSeen::Words {
            words: notice.title.clone(),
        },
        PartSeen::Words {
            words: notice.text.clone(),
        },
        facts(known),
    ];
    if let Some(id) = &notice.application {
        parts.push(doors([("application", format!("application:{id}"))]));
    }
    record("notice", parts)
}

/// Who came in.
pub(super) fn accesses(accesses: Accesses) -> RecordSeen {
    let rows = accesses.items.iter().map(|access| {
        let outcome = if access.succeeded { "succeeded" } else { "refused" };
        row([
            moment(access.at),
            Cell::Word(access.method.clone()),
            Cell::Word(outcome.to_owned()),
            access.kind.as_ref().map_or(Cell::Empty, word),
        ])
    });
    let columns = ["at", "method", "outcome", "pin_kind"];
    record("accesses", vec![table("accesses", &columns, rows)])
}

/// The contacts, masked by the portal.
pub(super) fn contacts(contacts: Contacts) -> RecordSeen {
    let rows = contacts.items.iter().map(|contact| {
        let verified = if contact.verified { "yes" } else { "no" };
        row([
            word(&contact.kind),
            text(&contact.masked),
            Cell::Word(verified.to_owned()),
            moment(contact.since),
        ])
    });
    let columns = ["contact", "masked", "verified", "since_when"];
    let change = doors([("change_contact", "variazione_contatti".to_owned())]);
    record("contacts", vec![table("contacts", &columns, rows), change])
}

/// The applications.
pub(super) fn applications(applications: Applications) -> RecordSeen {
    let rows = applications.items.iter().map(|application| RowSeen {
        cells: vec![
            word(&application.form.kind()),
            word(&application.state),
            application.filed_at.map_or(Cell::Empty, moment),
        ],
        opens: Some(format!("application:{}", application.id)),
    });
    record(
        "applications",
        vec![table("applications", &["kind", "state", "filed"], rows)],
    )
}

/// What the holder may know of the PIN.
pub(super) fn pin(pin: &PinAbout) -> RecordSeen {
    let how = if pin.may_choose { "chosen" } else { "generated" };
    let mut known = vec![("state", word(&pin.state)), ("kind", word(&pin.kind))];
    known.extend(pin.changed_at.map(|at| ("changed_at", moment(at))));
    known.extend(pin.expires_at.map(|at| ("expires_at", moment(at))));
    known.push(("may_choose", Cell::Word(how.to_owned())));
    let mut ways = vec![("change_pin", "change_pin".to_owned())];
    match (&pin.conversion, pin.kind) {
        (Some(id), _) => ways.push(("conversion", format!("conversion:{id}"))),
        (None, PinKind::Ordinario) => ways.push(("convert", "convert".to_owned())),
        (None, PinKind::Dispositivo) => {}
    }
    record("portal_pin", vec![facts(known), doors(ways)])
}

fn record(name: &str, parts: Vec<PartSeen>) -> RecordSeen {
    RecordSeen {
        name: name.to_owned(),
        about: BTreeMap::new(),
        notice: None,
        parts,
        may_print: false,
        saved_in: None,
        refused: None,
    }
}

fn about<const N: usize>(facts: [(&str, String); N]) -> BTreeMap<String, String> {
    facts.map(|(name, value)| (name.to_owned(), value)).into()
}

fn facts<'a>(facts: impl IntoIterator<Item = (&'a str, Cell)>) -> PartSeen {
    let fact = |(name, value): (&str, Cell)| FactSeen {
        name: name.to_owned(),
        value,
    };
    PartSeen::Facts {
        facts: facts.into_iter().map(fact).collect(),
    }
}

fn table(name: &str, columns: &[&str], rows: impl Iterator<Item = RowSeen>) -> PartSeen {
    PartSeen::Table {
        name: name.to_owned(),
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        rows: rows.collect(),
    }
}

fn doors<'a>(doors: impl IntoIterator<Item = (&'a str, String)>) -> PartSeen {
    let door = |(name, opens): (&str, String)| DoorSeen {
        name: name.to_owned(),
        opens,
    };
    PartSeen::Doors {
        doors: doors.into_iter().map(door).collect(),
    }
}

fn row<const N: usize>(cells: [Cell; N]) -> RowSeen {
    RowSeen {
        cells: cells.into(),
        opens: None,
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn word(word: &impl Serialize) -> Cell {
    Cell::Word(word_of(word))
}

fn euro(money: &Money) -> Cell {
    Cell::Euro(money.amount.clone())
}

fn day(day: Date) -> Cell {
    Cell::Day(day.to_string())
}

fn month(month: &str) -> Cell {
    Cell::Month(month.to_owned())
}

fn moment(at: OffsetDateTime) -> Cell {
    Cell::Moment(at.format(&Rfc3339).unwrap_or_default())
}
