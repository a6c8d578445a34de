//! What happens around every request: an id, a time-out, headers, one log line; and how bodies and tokens are read.

use crate::portal::{LiveSession, Portal};
use crate::problem::Refusal;
use crate::secret::{Secret, random_id};
use crate::throttle::{self, PeerAddress};
use axum::body::Bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use cns_portal_api::Scope;
use std::convert::Infallible;
use time::format_description::well_known::Rfc3339;

/// Header that carries the request's id back, for whoever has to look it up in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers within the time, never from a cache, and leaves one log line without personal data: the path is the
/// route's template, the query and the headers are not there.
pub(crate) async fn around(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let id = random_id();
    let method = known_method(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let began = portal.clock().now();

    // On a task of its own: a client that hangs up drops what waits here, and a statement dropped between BEGIN and
    // COMMIT gives its connection back with the transaction open.
    let answering = tokio::spawn(throttle::told(next.run(request), Response::headers_mut));
    let mut response = match tokio::time::timeout(portal.limits().request, answering).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Refusal::Unavailable.into_response(),
        Err(_) => Refusal::Timeout.into_response(),
    };

    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    let took = portal.clock().now() - began;
    portal.metrics().answered(
        method,
        route.as_ref().map_or("unmatched", |route| route.as_str()),
        response.status().as_u16(),
        took.try_into().unwrap_or_default(),
    );
    tracing::info!(
        target: "request",
        at = began.format(&Rfc3339).unwrap_or_default(),
        method,
        route = route.as_ref().map_or("unmatched", |route| route.as_str()),
        status = response.status().as_u16(),
        milliseconds = u64::try_from(took.whole_milliseconds()).unwrap_or(0),
        request_id = id,
    );
    response
}

/// A method is any word that the other side likes: only those we know are written down.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// A JSON body, whose rejection is a problem that repeats nothing of the body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: serde::de::DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        let body = match Bytes::from_request(whole, state).await {
            Ok(body) => body,
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(Refusal::BodyTooLarge);
            }
            Err(_) => return Err(Refusal::Malformed),
        };
        let has_nul = spells_nul(&body);
        match axum::Json::from_request(Request::from_parts(parts, body.into()), state).await {
            Ok(_) if has_nul => Err(Refusal::Invalid),
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::JsonDataError(_)) => Err(Refusal::Invalid),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Refusal::MediaType),
            Err(_) => Err(Refusal::Malformed),
        }
    }
}

/// Whether a text in the JSON has U+0000, which PostgreSQL keeps in no text. JSON can only spell it as an escape.
fn spells_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(at + 1..).unwrap_or_default();
        if escape.starts_with(b"u0000") {
            return true;
        }
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

/// The token of `Authorization: Bearer` (RFC 6750 §2.1). It is accepted nowhere else, in no query and no body.
pub(crate) struct Bearer(pub(crate) Secret);

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(Refusal::Session);
        };
        let (scheme, token) = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .ok_or(Refusal::Session)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::Session);
        }
        Secret::parse(token.trim()).map(Self).ok_or(Refusal::Session)
    }
}

/// A session that is alive at this request and may do everything that its holder may. Handlers that take it cannot be
/// reached without one.
impl FromRequestParts<Portal> for LiveSession {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Refusal> {
        let PinChangeSession(session) = PinChangeSession::from_request_parts(parts, portal).await?;
        match session.scope {
            Scope::Full => Ok(session),
            Scope::ChangePin => Err(Refusal::PinChangeRequired),
        }
    }
}

/// A session that is alive and may make a new PIN, even where it may do nothing else.
pub(crate) struct PinChangeSession(pub(crate) LiveSession);

impl FromRequestParts<Portal> for PinChangeSession {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Refusal> {
        let Bearer(token) = Bearer::from_request_parts(parts, portal).await?;
        let session = portal.live_session(&token).await?;
        session.map(Self).ok_or(Refusal::Session)
    }
}

/// The address that a request came from.
impl<S: Send + Sync> FromRequestParts<S> for PeerAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_escape_that_is_one_spells_nul() {
        for (json, spelled) in [
            (r#"{"a":"\u0000"}"#, true),
            (r#"{"a":"\\\u0000"}"#, true),
            (r#"{"a":"\\u0000"}"#, false),
            (r#"{"a":"u0000 \u00001"}"#, true),
            (r#"{"a":"\u0001"}"#, false),
            (r#"{"a":"\"#, false),
            ("", false),
        ] {
            assert_eq!(spells_nul(json.as_bytes()), spelled, "{json}");
        }
    }
}
