//! The portal's PIN: request, activation, log-in, change, restore, revocation.
//!
//! It is not the card's PIN. A codice fiscale travels in upper case, a PIN and its halves without spaces.

use crate::{ContactKind, Sex, iso_date};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Where a PIN is in its life. Who holds it reads the Italian word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PinState {
    /// Asked for; nothing has been sent.
    #[serde(rename = "richiesto")]
    Requested,
    /// Something given differs from the archive: somebody will call.
    #[serde(rename = "da_verificare")]
    ToVerify,
    /// The first half has left.
    #[serde(rename = "prima_parte_inviata")]
    FirstSent,
    /// The second half has left too.
    #[serde(rename = "seconda_parte_inviata")]
    SecondSent,
    /// Both halves are good for one thing: making the working PIN.
    #[serde(rename = "iniziale")]
    Initial,
    /// Opens the area.
    #[serde(rename = "attivo")]
    Active,
    /// Too old: good for making a new one only.
    #[serde(rename = "scaduto")]
    Expired,
    /// Too many wrong tries: a restore opens it.
    #[serde(rename = "bloccato")]
    Locked,
    /// Ended for good.
    #[serde(rename = "revocato")]
    Revoked,
}

/// What a PIN allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PinKind {
    /// Looks things up; what it files waits.
    Ordinario,
    /// Files too.
    Dispositivo,
}

/// What a session may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everything that the holder may.
    #[default]
    Full,
    /// Making a new PIN, and nothing else.
    ChangePin,
}

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

/// Log-in with the portal's PIN. It wipes itself.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PinLogin {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Eight characters, or sixteen for an initial PIN.
    pub pin: String,
}

/// Makes a new working PIN. It wipes itself.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PinChange {
    /// The PIN as it is. It may be left out only in a session whose scope is `change_pin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// The new PIN, where the portal lets people choose; without it one is generated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
}

/// A PIN was made; the session goes on with a new token, and every other session by PIN has ended.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PinChanged {
    /// The new PIN where it was generated; told once, and never again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_pin: Option<String>,
    /// The session, from now on.
    pub session: crate::SessionOpened,
}

/// Asks for new halves. The answer is the same for everybody; a confirmation code goes to the first contact.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PinRestore {
    /// Codice fiscale.
    pub codice_fiscale: String,
}

/// Confirms a restore or a revocation with the code that came. It wipes itself.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PinConfirmation {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// The code that came by SMS, e-mail, PEC or letter.
    pub code: String,
}

/// Asks that the PIN end. The answer is the same for everybody.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PinRevocation {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Number on the back of the tessera sanitaria.
    pub tessera_number: String,
    /// Expiry printed on it.
    #[serde(with = "iso_date")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub tessera_expiry: Date,
    /// Whether the contacts are lost, so that the code must go by letter.
    #[serde(default)]
    pub contacts_lost: bool,
}

/// What the holder may know of the PIN.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PinAbout {
    /// Where it is in its life.
    pub state: PinState,
    /// What it allows.
    pub kind: PinKind,
    /// When it was made.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub changed_at: Option<OffsetDateTime>,
    /// When it must be changed.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub expires_at: Option<OffsetDateTime>,
    /// Whether the portal lets people choose it.
    pub may_choose: bool,
    /// The conversion under way, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion: Option<String>,
}

/// The 32 symbols of PINs, halves, receipts and codes: without `0`, `1`, `I` and `O`, which are mistaken for others.
pub const PIN_ALPHABET: &str = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

impl Zeroize for ContactValue {
    fn zeroize(&mut self) {
        self.value.zeroize();
    }
}

crate::redacted_debug!("[secret]": PinRequestReceived, PinRequestLookup, PinActivation, ActivationOpened,
    ActivationContacts, PinLogin, PinChange, PinChanged, PinConfirmation);
crate::redacted_debug!("[personal]": PinRequestCheck, Address, NewContacts, NewPinRequest, ExpectedDelivery,
    PinRequestStatus, ContactValue, HalvesExpected, PinRestore, PinRevocation, PinAbout);
