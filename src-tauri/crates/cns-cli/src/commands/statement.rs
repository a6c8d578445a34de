//! `cns statement`: the estratto conto contributivo, as a table or as the portal's JSON.

use crate::args;
use crate::commands::sessions::{forgetting, newest};
use crate::output::{Output, Report};
use cns_login::{Portal, Problem};
use cns_portal_api::{ContributionPeriod, ContributionStatement, ManagementSection, Unit};
use cns_session::SessionVault;
use cns_trust::SystemClock;
use std::fmt::Write;
use std::sync::Arc;

pub(crate) async fn run(args: &args::OneSession, output: &Output) -> Result<Report, Problem> {
    let vault = SessionVault::open(Arc::new(SystemClock));
    let (session, portal) = newest(&vault, args.session.as_deref()).await?;
    let statement = forgetting(portal.statement(&session).await, &session, &vault).await?;
    Ok(report(&statement, output))
}

/// The statement for programs as the portal sent it, for people as one table per management.
pub(crate) fn report(statement: &ContributionStatement, output: &Output) -> Report {
    let mut text = format!(
        "{} {} ({})\n{}\n",
        statement.subject.name, statement.subject.surname, statement.subject.codice_fiscale, statement.notice
    );
    for section in &statement.sections {
        text.push_str(&table(section, output));
    }
    for note in &statement.notes {
        text.push_str(&format!("({}) {}\n", note.code, note.text));
    }
    Report {
        json: serde_json::to_value(statement).unwrap_or_default(),
        text,
    }
}

fn table(section: &ManagementSection, output: &Output) -> String {
    let unit = match section.unit {
        Unit::Weeks => output.say("settimane", "weeks"),
        Unit::Days => output.say("giorni", "days"),
        Unit::Months => output.say("mesi", "months"),
    };
    let mut rows = vec![[
        output.say("dal", "from").to_owned(),
        output.say("al", "to").to_owned(),
        output.say("tipo", "kind").to_owned(),
        output.say("diritto", "for right").to_owned(),
        output.say("calcolo", "for amount").to_owned(),
        output.say("retribuzione", "pay").to_owned(),
        output.say("datore di lavoro", "employer").to_owned(),
    ]];
    rows.extend(section.periods.iter().map(row));
    rows.push([
        output.say("totale", "total").to_owned(),
        String::new(),
        String::new(),
        section.totals.for_right.to_string(),
        section.totals.for_amount.to_string(),
        String::new(),
        String::new(),
    ]);
    let widths: [usize; 7] = std::array::from_fn(|column| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    });
    let mut text = format!("\n{} ({unit})\n", section.name);
    for row in &rows {
        for (cell, width) in row.iter().zip(widths) {
            // Writing into a String cannot fail.
            let _ = write!(text, "{cell:<width$}  ");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

fn row(period: &ContributionPeriod) -> [String; 7] {
    let notes: String = period.notes.iter().map(|note| format!(" ({note})")).collect();
    [
        period.from.to_string(),
        period.to.to_string(),
        format!("{}{notes}", period.kind),
        period.for_right.to_string(),
        period.for_amount.to_string(),
        period
            .pay
            .as_ref()
            .map(|pay| format!("{} {}", pay.amount, pay.currency))
            .unwrap_or_default(),
        period
            .employer
            .as_ref()
            .map(|employer| employer.name.clone())
            .unwrap_or_default(),
    ]
}
