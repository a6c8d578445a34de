//! A session with a portal.

use cns_portal_api::{PinKind, Scope};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use time::OffsetDateTime;
use url::Url;
use zeroize::Zeroizing;

/// An open session. Its token prints as `[secret]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The portal's id, from its profile.
    pub portal: String,
    /// Base address of the portal's API, so that a later run can use the session without the profile's file.
    pub api_url: Url,
    /// The PEM file that vouches for the portal's server, where the person named one.
    pub server_ca: Option<PathBuf>,
    /// A random name for this session; never the codice fiscale.
    pub handle: SessionHandle,
    /// Bearer token.
    pub token: Token,
    /// Whose session it is, as the portal names them.
    pub holder_name: String,
    /// The codice fiscale, masked: two people of one name are told apart by it. None in a session kept long ago.
    #[serde(default)]
    pub masked_code: Option<String>,
    /// How it was opened.
    #[serde(default)]
    pub method: Method,
    /// What the PIN allows, where it was opened by one.
    #[serde(default)]
    pub kind: Option<PinKind>,
    /// What it may do.
    #[serde(default)]
    pub scope: Scope,
    /// The instant at which the portal ends it.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// How a session was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// With the card.
    #[default]
    Cns,
    /// With the portal's PIN.
    Pin,
}

/// A codice fiscale of which only the first three signs and the last one are shown, such as `RSS············Z`.
pub fn masked_code(codice_fiscale: &str) -> String {
    let length = codice_fiscale.chars().count();
    let shown = |place: usize| length > SHOWN && (place < SHOWN - 1 || place + 1 == length);
    let signs = codice_fiscale.chars().enumerate();
    signs
        .map(|(place, sign)| if shown(place) { sign } else { '·' })
        .collect()
}

/// A random name for a session: 128 bits, hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SessionHandle(pub String);

/// A bearer token: wipes itself, prints as `[secret]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Takes the token as the portal gave it.
    pub fn new(token: String) -> Self {
        Self(Zeroizing::new(token))
    }

    /// The token, for the `Authorization` header and the vault alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl Serialize for Token {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(String::deserialize(deserializer)?))
    }
}

/// The signs of a masked code that are not masked: three in front, one behind.
const SHOWN: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_shown_by_its_first_three_signs_and_its_last() {
        for (code, masked) in [
            ("RSSMRA85T10A562S", "RSS············S"),
            ("12345678901", "123·······1"),
            ("RSSM", "····"),
            ("", ""),
            ("àèìòù", "àèì·ù"),
        ] {
            assert_eq!(masked_code(code), masked);
        }
    }

    #[test]
    fn a_session_that_was_kept_before_portals_had_a_pin_is_still_read() {
        let kept = r#"{"portal":"riferimento","api_url":"https://localhost:8444/","server_ca":null,
            "handle":"00","token":"t","holder_name":"MARIA ROSSI","expires_at":"2026-11-22T12:00:00Z"}"#;
        let session: Session = serde_json::from_str(kept).unwrap();
        assert_eq!(
            (session.method, session.scope, session.masked_code),
            (Method::Cns, Scope::Full, None)
        );
    }
}
