//! The conversion of a PIN to dispositivo: a form, a document, somebody who looks at both.

use crate::iso_date;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

/// Where a conversion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConversionState {
    /// Begun, not sent.
    Bozza,
    /// Sent.
    Inviata,
    /// An operator is looking at it.
    InVerifica,
    /// Granted: the PIN is dispositivo.
    Accolta,
    /// Refused, with a reason.
    Respinta,
}

/// On which way the papers came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConversionChannel {
    /// Uploaded.
    Online,
    /// By fax.
    Fax,
    /// At the counter.
    Sportello,
}

/// The document that identifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Carta d'identità.
    CartaIdentita,
    /// Passport.
    Passaporto,
}

/// Begins a conversion.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewConversion {
    /// Kind of the document.
    pub document_kind: DocumentKind,
    /// Its number.
    pub document_number: String,
    /// Its last day of validity.
    #[serde(with = "iso_date")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub document_expiry: Date,
}

/// A page that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DocumentSide {
    /// Front of the document.
    Front,
    /// Back of the document.
    Back,
    /// The form, signed by hand.
    Form,
}

/// What is known of a page that was sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DocumentSeen {
    /// Which page.
    pub side: DocumentSide,
    /// Media type, by its content.
    pub media: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// A conversion.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Conversion {
    /// Its id.
    pub id: String,
    /// Where it is.
    pub state: ConversionState,
    /// On which way the papers came.
    pub channel: ConversionChannel,
    /// The pages sent so far.
    pub documents: Vec<DocumentSeen>,
    /// When it was begun.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub created_at: OffsetDateTime,
    /// When it was sent.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub submitted_at: Option<OffsetDateTime>,
    /// Why it was refused, for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

crate::redacted_debug!("[personal]": NewConversion, DocumentSeen, Conversion);
