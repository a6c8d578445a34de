//! The estratto conto contributivo, as the page shows it.

use cns_portal_api as api;
use serde::Serialize;
use ts_rs::TS;

/// A citizen's contributions, one section per management (gestione).
///
/// The subject's codice fiscale and birthday stay behind: the screen shows whose session it is by name.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct Statement {
    /// When the figures were last brought up to date, `YYYY-MM-DD`.
    pub updated_on: String,
    /// What the statement is not; shown above it.
    pub notice: String,
    /// One section per management.
    pub sections: Vec<Section>,
    /// The legend of the notes.
    pub notes: Vec<Note>,
}

/// One management: its periods and their totals.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct Section {
    /// Short code.
    pub code: String,
    /// Name for people.
    pub name: String,
    /// What contributions are counted in.
    pub unit: Unit,
    /// The periods, in order of time.
    pub periods: Vec<Period>,
    /// Sum of what counts for the right to a pension.
    pub total_for_right: u32,
    /// Sum of what counts for its amount.
    pub total_for_amount: u32,
}

/// What contributions are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 52 a year.
    Weeks,
    /// 312 a year.
    Days,
    /// 12 a year.
    Months,
}

/// One row.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct Period {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, `YYYY-MM-DD`.
    pub to: String,
    /// Kind of contribution, for people.
    pub kind: String,
    /// What counts for the right to a pension.
    pub for_right: u32,
    /// What counts for its amount.
    pub for_amount: u32,
    /// Pay or income in euro, such as `1234.50`.
    pub pay: Option<String>,
    /// Employer.
    pub employer: Option<Employer>,
    /// Codes of the notes.
    pub notes: Vec<String>,
}

/// An employer.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct Employer {
    /// Name.
    pub name: String,
    /// Number under which the institute knows it.
    pub number: Option<String>,
}

/// One line of the legend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Note {
    /// Code, as the rows name it.
    pub code: String,
    /// Text.
    pub text: String,
}

impl From<&api::ContributionStatement> for Statement {
    fn from(statement: &api::ContributionStatement) -> Self {
        Self {
            updated_on: statement.updated_at.date().to_string(),
            notice: statement.notice.clone(),
            sections: statement.sections.iter().map(Section::from).collect(),
            notes: statement
                .notes
                .iter()
                .map(|note| Note {
                    code: note.code.clone(),
                    text: note.text.clone(),
                })
                .collect(),
        }
    }
}

impl From<&api::ManagementSection> for Section {
    fn from(section: &api::ManagementSection) -> Self {
        Self {
            code: section.code.clone(),
            name: section.name.clone(),
            unit: match section.unit {
                api::Unit::Weeks => Unit::Weeks,
                api::Unit::Days => Unit::Days,
                api::Unit::Months => Unit::Months,
            },
            periods: section.periods.iter().map(Period::from).collect(),
            total_for_right: section.totals.for_right,
            total_for_amount: section.totals.for_amount,
        }
    }
}

impl From<&api::ContributionPeriod> for Period {
    fn from(period: &api::ContributionPeriod) -> Self {
        Self {
            from: period.from.to_string(),
            to: period.to.to_string(),
            kind: period.kind.clone(),
            for_right: period.for_right,
            for_amount: period.for_amount,
            pay: period.pay.as_ref().map(|money| money.amount.clone()),
            employer: period.employer.as_ref().map(|employer| Employer {
                name: employer.name.clone(),
                number: employer.number.clone(),
            }),
            notes: period.notes.clone(),
        }
    }
}

personal_debug!(Statement, Section, Period, Employer);
