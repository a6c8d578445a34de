//! Parts of a request that have meaning of their own: the version it changes, a file, the values in its path.

use crate::problem::Refusal;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use serde::de::DeserializeOwned;

/// The version that a request says it changes: `If-Match` (RFC 9110 §13.1.1). None where it says nothing.
pub(crate) struct KnownVersion(pub(crate) Option<u32>);

impl KnownVersion {
    /// The version, for what is changed only by who knows it.
    pub(crate) fn demanded(self) -> Result<u32, Refusal> {
        self.0.ok_or(Refusal::VersionRequired)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for KnownVersion {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        let mut values = parts.headers.get_all(header::IF_MATCH).iter();
        let Some(value) = values.next() else {
            return Ok(Self(None));
        };
        // One tag: a list or a `*` says that the client does not know what it changes.
        let version = value
            .to_str()
            .ok()
            .and_then(|value| value.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok())
            .filter(|_| values.next().is_none());
        version
            .map(|version| Self(Some(version)))
            .ok_or(Refusal::ChangedMeanwhile)
    }
}

/// A version as its tag.
pub(crate) fn tag(version: u32) -> HeaderValue {
    // Digits in quotes can stand in a header.
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"0\""))
}

/// A body that is a file.
pub(crate) struct File(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for File {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match Bytes::from_request(request, state).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Refusal::BodyTooLarge)
            }
            Err(_) => Err(Refusal::Malformed),
        }
    }
}

/// The values in a path. What does not fit its template is nowhere.
pub(crate) struct Place<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Place<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(place)) => Ok(Self(place)),
            Err(_) => Err(Refusal::NotFound),
        }
    }
}
