//! The operators' listener: people of the body who verify, decide, issue at the counter.

use crate::{
    Address, ApplicationState, ContactValue, ConversionState, DocumentSeen, ExpectedDelivery, NewContacts,
    PinState, Sex, iso_date,
};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use zeroize::ZeroizeOnDrop;

/// An operator's log-in. It wipes itself.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OperatorLogin {
    /// Name of the account.
    pub name: String,
    /// Its password.
    pub password: String,
}

/// An operator's session. The token wipes itself.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OperatorSession {
    /// For `Authorization: Bearer`.
    pub token: String,
    /// The instant at which the session ends.
    #[serde(with = "time::serde::rfc3339")]
    #[zeroize(skip)]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub expires_at: OffsetDateTime,
}

/// What waits for an operator, oldest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Cases {
    /// Requests to verify by a call.
    pub verifications: Vec<VerificationCase>,
    /// Conversions to decide.
    pub conversions: Vec<ConversionCase>,
    /// Applications to work.
    pub applications: Vec<ApplicationCase>,
}

/// A request to verify.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct VerificationCase {
    /// Id of the request.
    pub id: String,
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// What differs, as stable words such as `address`.
    pub reasons: Vec<String>,
    /// The number to call.
    pub call: String,
    /// Where it is.
    pub state: PinState,
}

/// A conversion to decide.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConversionCase {
    /// Id of the conversion.
    pub id: String,
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Where it is.
    pub state: ConversionState,
    /// The pages.
    pub documents: Vec<DocumentSeen>,
}

/// An application to work.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ApplicationCase {
    /// Id of the application.
    pub id: String,
    /// Codice fiscale of the applicant.
    pub codice_fiscale: String,
    /// Protocol number.
    pub protocol: String,
    /// Where it is.
    pub state: ApplicationState,
}

/// What came of the call.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// Whether the person confirmed.
    pub confirmed: bool,
}

/// Decides a conversion. Possible only to who has looked at the document.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConversionDecision {
    /// Whether it is granted.
    pub granted: bool,
    /// Why not, for the person; needed for a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Somebody identified at the counter, or papers that came by fax: who, and the document that was seen.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Identified {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Number of the document.
    pub document_number: String,
    /// Its last day of validity.
    #[serde(with = "iso_date")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub document_expiry: Date,
}

/// A PIN issued at the counter, or a request that came by phone.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CounterIssue {
    /// Who, and the document that was seen.
    pub identified: Identified,
    /// Surname.
    pub surname: String,
    /// Given name.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Day of birth.
    #[serde(with = "iso_date")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub birth_date: Date,
    /// Residence.
    pub address: Address,
    /// Contacts; they count as verified, the person is there.
    pub contacts: NewContacts,
}

/// The sealed envelope of the counter: it holds an active PIN dispositivo. It wipes itself.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CounterIssued {
    /// Name of the letter in the spool; the PIN itself is not in the answer.
    pub letter: String,
}

/// Letters with the first half for people without a PIN.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// Codici fiscali, at most 500; who has a PIN is left out.
    pub people: Vec<String>,
}

/// How many letters a campaign made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CampaignStarted {
    /// Letters made.
    pub letters: u32,
    /// People left out.
    pub left_out: u32,
}

/// Ends the PIN of somebody who was identified, and whose contacts may be dead.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RevocationAtDesk {
    /// Who, and the document that was seen.
    pub identified: Identified,
}

/// Moves an application on.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewApplicationEvent {
    /// Where to.
    pub state: ApplicationState,
    /// For the applicant; needed for a refusal and for what is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Adds or changes a contact for somebody on the phone who was identified.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContactChange {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// The contact.
    pub contact: ContactValue,
}

/// What leaves after an operator's act.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Ordered {
    /// What comes next.
    pub expected: Vec<ExpectedDelivery>,
}

crate::redacted_debug!("[secret]": OperatorLogin, OperatorSession, CounterIssued);
crate::redacted_debug!("[personal]": Cases, VerificationCase, ConversionCase, ApplicationCase, Verification,
    RevocationAtDesk, ConversionDecision, Identified, CounterIssue, Campaign, NewApplicationEvent, ContactChange, Ordered);
