//! Applications (domande): draft, submission, what becomes of them.

use crate::{Address, ContactKind, Level, Profile, iso_date};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

/// Where an application is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApplicationState {
    /// Begun, not sent.
    Bozza,
    /// Sent with an ordinario PIN: its date is safe, and it waits for the conversion.
    Trattenuta,
    /// Received, with a protocol number.
    Acquisita,
    /// Being checked.
    InIstruttoria,
    /// Something is missing: 60 days to bring it.
    InEvidenza,
    /// Suspended.
    Sospesa,
    /// Granted.
    Accolta,
    /// Refused.
    Respinta,
    /// Being looked at again, asked within 30 days of the refusal.
    InRiesame,
    /// Withdrawn.
    Annullata,
}

/// Kinds of application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApplicationKind {
    /// Assegno unico e universale (D.Lgs. 230/2021).
    AssegnoUnico,
    /// Assegno per il nucleo familiare, for families without children.
    AssegnoNucleo,
    /// Request of the ISEE.
    Isee,
    /// Change of the residence address.
    VariazioneIndirizzo,
    /// Change of a contact.
    VariazioneContatti,
}

/// What an application says, by its kind.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ApplicationForm {
    /// Assegno unico e universale.
    AssegnoUnico {
        /// The children, at most 12.
        children: Vec<Child>,
        /// The other parent's codice fiscale, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        other_parent: Option<String>,
        /// How it is shared.
        share: Share,
        /// IBAN of an account in the applicant's name.
        iban: String,
        /// The statements of responsibility, each accepted.
        statements_accepted: bool,
    },
    /// Assegno per il nucleo familiare.
    AssegnoNucleo {
        /// The members of the family besides the applicant, at most 12.
        members: Vec<FamilyMember>,
        /// Year of the income.
        income_year: u16,
        /// The family's income in that year, in cents.
        income_cents: u64,
        /// Name of the employer.
        employer: String,
        /// The statements of responsibility, each accepted.
        statements_accepted: bool,
    },
    /// Request of the ISEE.
    Isee {
        /// Members of the household, the applicant included, at most 12: codici fiscali.
        household: Vec<String>,
        /// Whether the household rents its home.
        rents: bool,
        /// The statements of responsibility, each accepted.
        statements_accepted: bool,
    },
    /// Change of the residence address.
    VariazioneIndirizzo {
        /// The new address.
        address: Address,
        /// Since when.
        #[serde(with = "iso_date")]
        #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
        since: Date,
    },
    /// Change of a contact; the old one is told.
    VariazioneContatti {
        /// Which.
        contact: ContactKind,
        /// Its new value.
        value: String,
    },
}

impl ApplicationForm {
    /// The kind that the form is of.
    pub fn kind(&self) -> ApplicationKind {
        match self {
            Self::AssegnoUnico { .. } => ApplicationKind::AssegnoUnico,
            Self::AssegnoNucleo { .. } => ApplicationKind::AssegnoNucleo,
            Self::Isee { .. } => ApplicationKind::Isee,
            Self::VariazioneIndirizzo { .. } => ApplicationKind::VariazioneIndirizzo,
            Self::VariazioneContatti { .. } => ApplicationKind::VariazioneContatti,
        }
    }
}

/// A child.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Child {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Whether the child has a disability.
    pub disability: bool,
}

/// How the assegno unico is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// All to the applicant.
    Whole,
    /// Half to each parent.
    Half,
}

/// A member of a family.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FamilyMember {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// What they are to the applicant.
    pub relation: Relation,
    /// Whether they have a disability.
    pub disability: bool,
}

/// What a member of the family is to the applicant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Husband, wife, or partner of a civil union.
    Coniuge,
    /// Brother or sister.
    FratelloSorella,
    /// Nephew, niece or grandchild.
    Nipote,
}

/// Begins an application, or replaces a draft.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewApplication {
    /// What it says so far.
    pub form: ApplicationForm,
}

/// Answers a request for something that is missing.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewIntegration {
    /// The answer, at most 2,000 characters.
    pub text: String,
}

/// An application.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Application {
    /// Its id.
    pub id: String,
    /// Its version, for `If-Match`.
    pub version: u32,
    /// Protocol number, once it is received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Profile under which it was made.
    pub profile: Profile,
    /// Where it is.
    pub state: ApplicationState,
    /// What it says.
    pub form: ApplicationForm,
    /// When it was filed. This date never changes, whatever is decided later.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub filed_at: Option<OffsetDateTime>,
    /// With what it was filed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The last day to answer what is missing.
    #[serde(default, with = "iso_date::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = Date))]
    pub due: Option<Date>,
    /// What happened, oldest first.
    pub events: Vec<ApplicationEvent>,
}

/// Something that happened to an application.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ApplicationEvent {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub at: OffsetDateTime,
    /// Where it was then.
    pub state: ApplicationState,
    /// For the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The holder's applications, newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Applications {
    /// All of them.
    pub items: Vec<Application>,
}

crate::redacted_debug!("[personal]": ApplicationForm, Child, FamilyMember, NewApplication, NewIntegration,
    Application, ApplicationEvent, Applications);
