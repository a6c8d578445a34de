//! The records of the reserved area: estratto conto, cedolino, Certificazione Unica, the receipt of an application.

use crate::document::{Block, Language, Print, Table};
use crate::words::{day, euro, month_of};
use cns_portal_api::{
    ContributionStatement, ManagementSection, PaymentState, PensionSlip, Person, TaxCertificate, Unit,
};
use time::Date;

/// The estratto conto contributivo: a table for each management, its totals, and what the notes mean.
pub fn statement(statement: &ContributionStatement) -> Print {
    let mut blocks = subject(&statement.subject);
    blocks.push(Block::Facts(vec![(
        "Aggiornato al".to_owned(),
        day(statement.updated_at.date()),
    )]));
    blocks.push(Block::Text(statement.notice.clone()));
    blocks.extend(statement.sections.iter().flat_map(section));
    if !statement.notes.is_empty() {
        blocks.push(heading("Note"));
        let notes = statement
            .notes
            .iter()
            .map(|note| (note.code.clone(), note.text.clone()));
        blocks.push(Block::Facts(notes.collect()));
    }
    record("Estratto conto contributivo", blocks)
}

fn section(section: &ManagementSection) -> [Block; 3] {
    let unit = match section.unit {
        Unit::Weeks => "settimane",
        Unit::Days => "giorni",
        Unit::Months => "mesi",
    };
    let rows = section.periods.iter().map(|period| {
        vec![
            numbers(period.from),
            numbers(period.to),
            period.kind.clone(),
            period.for_right.to_string(),
            period.for_amount.to_string(),
            period.pay.as_ref().map(euro).unwrap_or_default(),
            period
                .employer
                .as_ref()
                .map(|employer| employer.name.clone())
                .unwrap_or_default(),
            period.notes.join(" "),
        ]
    });
    let columns = [
        "Dal",
        "Al",
        "Tipo",
        "Diritto",
        "Calcolo",
        "Retribuzione",
        "Datore di lavoro",
        "Note",
    ];
    let totals = section.totals;
    [
        heading(&format!("{} ({})", section.name, section.code)),
        Block::Table(Table {
            summary: format!("Periodi, contributi in {unit}"),
            columns: columns.map(str::to_owned).to_vec(),
            numbers: vec![3, 4, 5],
            rows: rows.collect(),
        }),
        Block::Facts(vec![
            (
                "Totale per il diritto".to_owned(),
                format!("{} {unit}", totals.for_right),
            ),
            (
                "Totale per il calcolo".to_owned(),
                format!("{} {unit}", totals.for_amount),
            ),
        ]),
    ]
}

/// A month of a pension.
pub fn pension_slip(slip: &PensionSlip) -> Print {
    let mut blocks = subject(&slip.subject);
    let state = match slip.state {
        PaymentState::Disposto => "disposto",
        PaymentState::Pagato => "pagato",
    };
    let mut about = vec![
        ("Rata".to_owned(), month_of(&slip.month)),
        ("Data del pagamento".to_owned(), day(slip.value_date)),
        ("Pagamento".to_owned(), format!("{state}, {}", slip.paid_to)),
    ];
    for pension in &slip.pensions {
        let of = format!(
            "{} {}, dal {}, {}",
            pension.category,
            pension.number,
            day(pension.since),
            euro(&pension.gross)
        );
        about.push(("Pensione".to_owned(), of));
    }
    blocks.push(Block::Facts(about));
    blocks.push(heading("Voci"));
    blocks.push(Block::Table(Table {
        summary: "Voci della rata, quanto si aggiunge e quanto si toglie".to_owned(),
        columns: ["Voce", "Importo"].map(str::to_owned).to_vec(),
        numbers: vec![1],
        rows: slip
            .lines
            .iter()
            .map(|line| vec![line.text.clone(), euro(&line.amount)])
            .collect(),
    }));
    blocks.push(Block::Facts(vec![
        ("Lordo".to_owned(), euro(&slip.gross)),
        ("Trattenute".to_owned(), euro(&slip.withheld)),
        ("Netto".to_owned(), euro(&slip.net)),
    ]));
    blocks.push(Block::Text(slip.notice.clone()));
    record("Cedolino della pensione", blocks)
}

/// The Certificazione Unica of a tax year.
pub fn tax_certificate(certificate: &TaxCertificate) -> Print {
    let mut blocks = vec![
        Block::Facts(vec![
            ("Anno d'imposta".to_owned(), certificate.year.to_string()),
            ("Numero".to_owned(), certificate.number.to_string()),
        ]),
        heading("Chi ha pagato"),
        Block::Facts(vec![
            ("Denominazione".to_owned(), certificate.payer.name.clone()),
            (
                "Codice fiscale".to_owned(),
                certificate.payer.codice_fiscale.clone(),
            ),
            ("Indirizzo".to_owned(), certificate.payer.address.clone()),
        ]),
        heading("Chi ha ricevuto"),
    ];
    blocks.extend(subject(&certificate.subject));
    blocks.push(heading("Dati fiscali"));
    let rows = certificate.points.iter().map(|point| {
        let days = || {
            point
                .days
                .map(|days| format!("{days} giorni"))
                .unwrap_or_default()
        };
        let value = point.amount.as_ref().map_or_else(days, euro);
        vec![point.point.to_string(), point.text.clone(), value]
    });
    blocks.push(Block::Table(Table {
        summary: "Punti del modello, con il loro valore".to_owned(),
        columns: ["Punto", "Che cosa è", "Valore"].map(str::to_owned).to_vec(),
        numbers: vec![2],
        rows: rows.collect(),
    }));
    blocks.push(Block::Text(certificate.notice.clone()));
    record("Certificazione Unica", blocks)
}

/// The receipt of an application: when it was filed, and what becomes of it.
pub fn application_receipt(
    service: &str,
    protocol: Option<&str>,
    filed_on: Option<Date>,
    state: &str,
    facts: Vec<(String, String)>,
    events: Vec<(Date, String)>,
) -> Print {
    let mut about = vec![("Servizio".to_owned(), service.to_owned())];
    if let Some(protocol) = protocol {
        about.push(("Protocollo".to_owned(), protocol.to_owned()));
    }
    if let Some(filed_on) = filed_on {
        about.push(("Presentata il".to_owned(), day(filed_on)));
    }
    about.push(("Stato".to_owned(), state.to_owned()));
    let happened = events.into_iter().map(|(on, what)| (day(on), what)).collect();
    record(
        "Ricevuta della domanda",
        vec![
            Block::Facts(about),
            heading("Che cosa chiede"),
            Block::Facts(facts),
            heading("Che cosa è successo"),
            Block::Facts(happened),
        ],
    )
}

fn subject(person: &Person) -> Vec<Block> {
    vec![Block::Facts(vec![
        (
            "Cognome e nome".to_owned(),
            format!("{} {}", person.surname, person.name),
        ),
        ("Codice fiscale".to_owned(), person.codice_fiscale.clone()),
        ("Data di nascita".to_owned(), day(person.birth_date)),
    ])]
}

/// `25/01/2018`: a column of days is read down.
fn numbers(date: Date) -> String {
    format!("{:02}/{:02}/{}", date.day(), u8::from(date.month()), date.year())
}

fn record(title: &str, blocks: Vec<Block>) -> Print {
    Print {
        title: title.to_owned(),
        language: Language::Italian,
        example: true,
        blocks,
    }
}

fn heading(text: &str) -> Block {
    Block::Heading(2, text.to_owned())
}
