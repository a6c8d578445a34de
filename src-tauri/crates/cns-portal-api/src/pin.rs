//! The portal's PIN: its life, log-in, change, restore, revocation.
//!
//! It is not the card's PIN. A codice fiscale travels in upper case, a PIN without spaces.

use crate::iso_date;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use zeroize::ZeroizeOnDrop;

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

crate::redacted_debug!("[secret]": PinLogin, PinChange, PinChanged, PinConfirmation);
crate::redacted_debug!("[personal]": PinRestore, PinRevocation, PinAbout);
