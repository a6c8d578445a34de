//! From the card's certificate to a session.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use zeroize::ZeroizeOnDrop;

/// Answer of the CNS host: a code that the API host takes once, within its time. It wipes itself.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CnsExchange {
    /// The one-time code.
    pub code: String,
    /// Seconds for which the code is good.
    #[zeroize(skip)]
    pub expires_in: u64,
}

/// Request to the API host: the one-time code. It wipes itself.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// The one-time code.
    pub code: String,
}

/// Answer of the API host: an opaque token for `Authorization: Bearer`. The token wipes itself.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionOpened {
    /// 256 random bits, base64url.
    pub token: String,
    /// The instant at which the session ends whatever happens.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    #[zeroize(skip)]
    pub expires_at: OffsetDateTime,
    /// Seconds without a request after which it ends earlier.
    #[zeroize(skip)]
    pub idle_timeout: u64,
    /// Whose it is.
    #[zeroize(skip)]
    pub me: Me,
    /// What it may do. A portal that does not say means everything.
    #[serde(default)]
    #[zeroize(skip)]
    pub scope: crate::Scope,
}

/// Whose session it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Me {
    /// Codice fiscale.
    pub codice_fiscale: String,
    /// Given name and surname, as the portal knows them.
    pub full_name: String,
    /// How the session was opened: `cns` or `pin`.
    pub method: String,
    /// Level of assurance, 1 to 3.
    pub level: u8,
    /// Kind of the PIN, where the session was opened by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<crate::PinKind>,
}

crate::redacted_debug!("[secret]": CnsExchange, NewSession, SessionOpened);
crate::redacted_debug!("[personal]": Me);

#[cfg(test)]
mod tests {
    use super::*;

    /// Compiles for types that wipe themselves.
    fn wipes_itself<T: ZeroizeOnDrop>() {}

    #[test]
    fn codes_and_tokens_wipe_themselves() {
        wipes_itself::<CnsExchange>();
        wipes_itself::<NewSession>();
        wipes_itself::<SessionOpened>();
    }
}
