//! What the institute pays, and the certificate of it: cedolino pensione, Certificazione Unica.

use crate::{Money, Person, iso_date};
use serde::{Deserialize, Serialize};
use time::Date;

/// A month of a pension (cedolino).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PensionSlip {
    /// `YYYY-MM`.
    pub month: String,
    /// Whose it is.
    pub subject: Person,
    /// Day of the payment.
    #[serde(with = "iso_date")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub value_date: Date,
    /// State of the payment.
    pub state: PaymentState,
    /// The account, masked.
    pub paid_to: String,
    /// The pensions paid together.
    pub pensions: Vec<Pension>,
    /// Lines; the net is their sum.
    pub lines: Vec<SlipLine>,
    /// Before what is taken off.
    pub gross: Money,
    /// What is taken off.
    pub withheld: Money,
    /// What is paid.
    pub net: Money,
    /// What the slip is not, such as a real one.
    pub notice: String,
}

/// State of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Ordered.
    Disposto,
    /// Paid.
    Pagato,
}

/// One pension of a slip.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Pension {
    /// Category, such as `VO`.
    pub category: String,
    /// Number.
    pub number: String,
    /// First day.
    #[serde(with = "iso_date")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub since: Date,
    /// Gross amount of the month.
    pub gross: Money,
}

/// A line of a slip: positive is paid, negative is taken off.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SlipLine {
    /// Stable word, by which two months are compared.
    pub code: String,
    /// For people.
    pub text: String,
    /// Signed.
    pub amount: Money,
}

/// The months that there are, newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PensionSlips {
    /// One row per month.
    pub items: Vec<PensionSlipRow>,
}

/// One month, in the list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PensionSlipRow {
    /// `YYYY-MM`.
    pub month: String,
    /// What was paid.
    pub net: Money,
    /// State of the payment.
    pub state: PaymentState,
}

/// Two months side by side.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PensionSlipComparison {
    /// The earlier month.
    pub first: String,
    /// The later month.
    pub second: String,
    /// Every line that is in one of them, in the order of the slip.
    pub lines: Vec<ComparedLine>,
    /// Net of both, and the difference.
    pub net: ComparedLine,
}

/// A line of two months.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ComparedLine {
    /// For people.
    pub text: String,
    /// In the earlier month; zero when it is not there.
    pub first: Money,
    /// In the later month; zero when it is not there.
    pub second: Money,
    /// Second less first.
    pub difference: Money,
}

/// The years for which there is a Certificazione Unica, newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TaxCertificates {
    /// Tax years.
    pub items: Vec<u16>,
}

/// Certificazione Unica of one tax year.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TaxCertificate {
    /// Tax year.
    pub year: u16,
    /// Number of the certificate in its year.
    pub number: u32,
    /// Who paid (sostituto d'imposta).
    pub payer: Payer,
    /// Who was paid.
    pub subject: Person,
    /// The fiscal points.
    pub points: Vec<TaxPoint>,
    /// What the certificate is not, such as a real one.
    pub notice: String,
}

/// Who paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Payer {
    /// Codice fiscale of the payer.
    pub codice_fiscale: String,
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
}

/// A numbered point of the certificate.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TaxPoint {
    /// Number on the form of that year.
    pub point: u16,
    /// For people.
    pub text: String,
    /// An amount, where the point is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Days, where the point counts days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
}

crate::redacted_debug!("[personal]": PensionSlip, Pension, SlipLine, PensionSlips, PensionSlipRow,
    PensionSlipComparison, ComparedLine, TaxCertificates, TaxCertificate, TaxPoint);
