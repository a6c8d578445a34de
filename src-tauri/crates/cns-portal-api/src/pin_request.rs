//! From the request of a PIN to its activation.
//!
//! A codice fiscale travels in upper case, a half without spaces.

use crate::{ContactKind, PinState, Sex, iso_date};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Where the applicant lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Residence {
    /// In Italy.
    Italy,
    /// Elsewhere: the data are verified by a call.
    Abroad,
}

/// First step of a request: is the code well formed. Whether the portal knows it is not said.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PinRequestCheck {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Where the applicant lives.
    pub residence: Residence,
}

/// A postal address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and house number.
    pub street: String,
    /// Town.
    pub town: String,
    /// Province, two letters; empty abroad.
    pub province: String,
    /// CAP, five digits; abroad, the country's own code.
    pub postal_code: String,
    /// Country (ISO 3166-1 alpha-2).
    pub country: String,
}

/// Ways to reach the applicant: at least one phone and one e-mail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewContacts {
    /// Mobile number, `+39…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    /// Landline number, `+39…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landline: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Certified e-mail address (PEC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pec: Option<String>,
}

/// When the applicant wants to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallSlot {
    /// 8:00 to 12:00.
    Morning,
    /// 12:00 to 16:00.
    Afternoon,
    /// 16:00 to 20:00.
    Evening,
}

/// A whole request, as it was reviewed.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPinRequest {
    /// 16 to 64 characters `A-Za-z0-9_-` that the client made: the same request sent twice is one request.
    pub idempotency_key: String,
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Where the applicant lives.
    pub residence: Residence,
    /// Surname.
    pub surname: String,
    /// Given name.
    pub name: String,
    /// Sex, as the codice fiscale has it.
    pub sex: Sex,
    /// Day of birth.
    #[serde(with = "iso_date")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub birth_date: Date,
    /// Town of birth, or country.
    pub birth_place: String,
    /// Residence: the letter goes there.
    pub address: Address,
    /// How to reach the applicant.
    pub contacts: NewContacts,
    /// The phone to call, if somebody must.
    pub preferred_phone: ContactKind,
    /// When to call.
    pub call_slot: CallSlot,
}

/// One of the two halves of an initial PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PinHalf {
    /// The first eight characters.
    First,
    /// The last eight.
    Second,
}

/// What will come, where, and by when.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExpectedDelivery {
    /// Which half.
    pub half: PinHalf,
    /// On which way it comes.
    pub by: ContactKind,
    /// Where to, masked, such as `···· 456` or `a···@example.org`.
    pub to: String,
    /// Hours within which it leaves. A promise of the body, not a rule of the protocol.
    pub within_hours: u32,
    /// Whether it has left already.
    pub sent: bool,
}

/// The portal has taken a request.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PinRequestReceived {
    /// Code to follow the request with: four groups of four. Who knows it sees the state of the request.
    pub receipt: String,
    /// What comes next.
    #[zeroize(skip)]
    pub expected: Vec<ExpectedDelivery>,
}

/// Asks how a request is going. The receipt is a secret, so it travels in a body.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PinRequestLookup {
    /// The receipt, with or without its hyphens.
    pub receipt: String,
}

/// How a request is going.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PinRequestStatus {
    /// Where the PIN is in its life.
    pub state: PinState,
    /// When the request was taken.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub received_at: OffsetDateTime,
    /// What comes next, and what has come.
    pub expected: Vec<ExpectedDelivery>,
}

/// Activates: who has the first half asks for the second.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PinActivation {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Number on the back of the tessera sanitaria, 20 digits.
    pub tessera_number: String,
    /// Expiry printed on it.
    #[serde(with = "iso_date")]
    #[zeroize(skip)]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub tessera_expiry: Date,
    /// The first half of the PIN.
    pub first_half: String,
}

/// The first half was right: the next step names contacts.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ActivationOpened {
    /// Good once, for the next step.
    pub activation: String,
    /// Seconds for which it is good.
    #[zeroize(skip)]
    pub expires_in: u64,
}

/// A mobile number, another contact, and where the second half goes.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ActivationContacts {
    /// From the step before.
    pub activation: String,
    /// Mobile number.
    #[zeroize(skip)]
    pub mobile: String,
    /// One more contact: e-mail, PEC, landline or fax.
    #[zeroize(skip)]
    pub other: ContactValue,
    /// Where the second half goes: the mobile, the e-mail, the PEC, or a letter.
    #[zeroize(skip)]
    pub send_second_to: ContactKind,
}

/// A contact, whole.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContactValue {
    /// What it is.
    pub kind: ContactKind,
    /// The number or address.
    pub value: String,
}

/// What is on its way after a step.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HalvesExpected {
    /// What comes next.
    pub expected: Vec<ExpectedDelivery>,
}

impl Zeroize for ContactValue {
    fn zeroize(&mut self) {
        self.value.zeroize();
    }
}

crate::redacted_debug!("[secret]": PinRequestReceived, PinRequestLookup, PinActivation, ActivationOpened, ActivationContacts);
crate::redacted_debug!("[personal]": PinRequestCheck, Address, NewContacts, NewPinRequest, ExpectedDelivery,
    PinRequestStatus, ContactValue, HalvesExpected);
