//! A session with a portal.

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
    /// The instant at which the portal ends it.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
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
