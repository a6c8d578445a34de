//! The estratto conto contributivo.

use crate::{Money, iso_date};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

/// A citizen's contributions, grouped by management (gestione).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ContributionStatement {
    /// Whose statement it is.
    pub subject: Person,
    /// When the figures were last brought up to date.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub updated_at: OffsetDateTime,
    /// What the statement is not, such as a certified one; shown above it.
    pub notice: String,
    /// One section per management.
    pub sections: Vec<ManagementSection>,
    /// Texts of the notes that periods refer to.
    pub notes: Vec<Note>,
}

/// A person, as a document names them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Person {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Surname.
    pub surname: String,
    /// Given name.
    pub name: String,
    /// Day of birth, `YYYY-MM-DD`.
    #[serde(with = "iso_date")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub birth_date: Date,
}

/// One management of the institute: its periods and their totals.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ManagementSection {
    /// Short code, such as `FPLD`.
    pub code: String,
    /// Name for people.
    pub name: String,
    /// Unit in which contributions are counted.
    pub unit: Unit,
    /// The periods, in order of time.
    pub periods: Vec<ContributionPeriod>,
    /// Sums over the periods.
    pub totals: Totals,
}

/// Unit in which a management counts contributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 52 a year.
    Weeks,
    /// 312 a year.
    Days,
    /// 12 a year.
    Months,
}

/// One row: a period within one calendar year.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ContributionPeriod {
    /// First day.
    #[serde(with = "iso_date")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub from: Date,
    /// Last day.
    #[serde(with = "iso_date")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub to: Date,
    /// Kind of contribution, for people.
    pub kind: String,
    /// Contributions that count for the right to a pension.
    pub for_right: u32,
    /// Contributions that count for its amount.
    pub for_amount: u32,
    /// Pay or income; none on figurative rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay: Option<Money>,
    /// Employer, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employer: Option<Employer>,
    /// Codes of the notes.
    pub notes: Vec<String>,
}

/// An employer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Employer {
    /// Name.
    pub name: String,
    /// Number under which the institute knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// Sums of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Totals {
    /// For the right to a pension.
    pub for_right: u32,
    /// For its amount.
    pub for_amount: u32,
}

/// The text behind a note's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Note {
    /// Code, as the rows name it.
    pub code: String,
    /// Text.
    pub text: String,
}

crate::redacted_debug!("[personal]": ContributionStatement, Person, ManagementSection, ContributionPeriod, Employer);

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn period(pay: Option<Money>) -> ContributionPeriod {
        ContributionPeriod {
            from: date!(2020 - 01 - 01),
            to: date!(2020 - 12 - 31),
            kind: "Lavoro dipendente".to_owned(),
            for_right: 52,
            for_amount: 26,
            pay,
            employer: None,
            notes: Vec::new(),
        }
    }

    #[test]
    fn days_are_iso_dates_and_lists_are_never_null() {
        let json = serde_json::to_value(period(Some(Money::euro_cents(1_234_050)))).unwrap();
        assert_eq!(json["from"], "2020-01-01");
        assert_eq!(json["pay"]["amount"], "12340.50");
        assert!(json["notes"].is_array());
    }

    #[test]
    fn a_row_without_pay_says_nothing_of_pay() {
        let json = serde_json::to_string(&period(None)).unwrap();
        assert!(!json.contains("pay") && !json.contains("employer"), "{json}");
        assert!(serde_json::from_str::<ContributionPeriod>(&json).unwrap() == period(None));
    }

    #[test]
    fn debug_output_names_nobody() {
        assert_eq!(format!("{:?}", period(None)), "ContributionPeriod([personal])");
    }
}
