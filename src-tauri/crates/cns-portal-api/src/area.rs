//! Around the services: who the holder is to the portal, what they may do, how they are reached, what they are told.

use crate::{PinKind, iso_date};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

/// Sex, as the codice fiscale has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Sex {
    /// Female.
    F,
    /// Male.
    M,
}

/// A way to reach somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// Mobile phone: calls and SMS.
    Mobile,
    /// Landline: calls.
    Landline,
    /// E-mail.
    Email,
    /// Certified e-mail (posta elettronica certificata).
    Pec,
    /// Fax.
    Fax,
    /// A letter to the residence.
    Letter,
}

/// A contact as the portal shows it, masked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Contact {
    /// What it is.
    pub kind: ContactKind,
    /// Masked, such as `···· 456` or `a···@example.org`.
    pub masked: String,
    /// Whether the holder is known to be reached there: only such contacts restore a PIN.
    pub verified: bool,
    /// Since when the portal has it.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub since: OffsetDateTime,
}

/// The holder's contacts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Contacts {
    /// All of them.
    pub items: Vec<Contact>,
}

/// A group of services made for one category of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Everybody.
    Cittadino,
    /// Draws a pension.
    Pensionato,
    /// Employee of a private employer.
    LavoratorePrivato,
    /// Employee of the public administration.
    LavoratorePubblico,
    /// Performing arts and sports.
    SpettacoloSport,
    /// Gestione separata.
    GestioneSeparata,
    /// Craftspeople and shopkeepers.
    ArtigianoCommerciante,
    /// A company.
    Azienda,
    /// A tax assistance centre.
    Caf,
    /// A welfare office.
    Patronato,
    /// A certifying doctor, or a local health authority.
    MedicoCertificatore,
}

/// What an operation asks of the way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A PIN of any kind, or the card.
    Ordinario,
    /// A PIN that was converted, or the card. What is filed with less waits.
    Dispositivo,
    /// The card.
    Cns,
}

/// A service of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Service {
    /// Stable word, such as `estratto_conto`; what `return_to` names.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// One line about it.
    pub about: String,
    /// What it asks of the way in.
    pub level: Level,
    /// Whose it is.
    pub profiles: Vec<Profile>,
    /// Whether it can be used here. Of some services this portal only has the place.
    pub operable: bool,
}

/// The catalogue, or the part of it that the holder sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Services {
    /// Profiles of the holder; empty before log-in.
    pub profiles: Vec<Profile>,
    /// The services.
    pub items: Vec<Service>,
}

/// Something that the holder is told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Notice {
    /// Its id.
    pub id: String,
    /// Kind.
    pub kind: NoticeKind,
    /// One line.
    pub title: String,
    /// All of it.
    pub text: String,
    /// When it was written.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub created_at: OffsetDateTime,
    /// The last day to do something about it, where there is one.
    #[serde(default, with = "iso_date::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = Date))]
    pub due: Option<Date>,
    /// Whether it was read.
    pub read: bool,
    /// The application it is about, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
}

/// Kind of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// To know.
    Avviso,
    /// To do by a day.
    Scadenza,
    /// About a case.
    Comunicazione,
    /// About who may come in.
    Sicurezza,
}

/// The holder's notices, newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Notices {
    /// All of them.
    pub items: Vec<Notice>,
}

/// One access to the holder's area.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Access {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub at: OffsetDateTime,
    /// `cns` or `pin`.
    pub method: String,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// Kind of the PIN, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PinKind>,
}

/// Accesses to the holder's area, newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Accesses {
    /// The last hundred.
    pub items: Vec<Access>,
}

crate::redacted_debug!("[personal]": Contact, Contacts, Notice, Notices, Access, Accesses);
