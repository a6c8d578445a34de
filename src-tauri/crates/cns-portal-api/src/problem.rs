//! Errors of the API (RFC 9457).

use serde::{Deserialize, Serialize};

/// The body of an `application/problem+json` answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI that names the kind of problem; `about:blank` when the status says it all.
    #[serde(rename = "type")]
    pub kind: String,
    /// One line for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// A stable word for programs, one of [`codes`].
    pub code: String,
    /// What is particular to this occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Which checks of a certificate failed, as `check.case`, such as `validity.expired`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

impl Problem {
    /// The media type of the body (RFC 9457 §3).
    pub const MEDIA_TYPE: &str = "application/problem+json";
}

/// The words of [`Problem::code`]. A word keeps its meaning for as long as the API keeps its version.
pub mod codes {
    /// The portal looked at the card's certificate and does not take it; `reasons` says why.
    pub const CERTIFICATE_REFUSED: &str = "certificate_refused";
    /// The one-time code is unknown, used, or too old: which of them is not said.
    pub const CODE_REFUSED: &str = "code_refused";
    /// There is no session behind the token, or there is no token: which of them is not said.
    pub const SESSION_ENDED: &str = "session_ended";
    /// The body is not JSON.
    pub const MALFORMED_REQUEST: &str = "malformed_request";
    /// The body is JSON of another shape.
    pub const INVALID_REQUEST: &str = "invalid_request";
    /// The body is not declared as `application/json`.
    pub const UNSUPPORTED_MEDIA_TYPE: &str = "unsupported_media_type";
    /// The body is larger than the portal reads.
    pub const BODY_TOO_LARGE: &str = "body_too_large";
    /// There is nothing at this path.
    pub const NOT_FOUND: &str = "not_found";
    /// The path exists, the method does not.
    pub const METHOD_NOT_ALLOWED: &str = "method_not_allowed";
    /// The request took longer than the portal waits.
    pub const REQUEST_TIMEOUT: &str = "request_timeout";
    /// Codice fiscale and PIN do not go together, or the PIN is locked, ended or not there: which of them is not said.
    pub const CREDENTIALS_REFUSED: &str = "credentials_refused";
    /// Too many tries: `Retry-After` says when to come back.
    pub const TOO_MANY_REQUESTS: &str = "too_many_requests";
    /// This session may only make a new PIN.
    pub const PIN_CHANGE_REQUIRED: &str = "pin_change_required";
    /// The new PIN cannot be taken; `reasons` says why, such as `used_before`.
    pub const PIN_NOT_ACCEPTABLE: &str = "pin_not_acceptable";
    /// The holder's profiles do not include this service.
    pub const NOT_YOUR_SERVICE: &str = "not_your_service";
    /// The service asks for a PIN dispositivo or for the card.
    pub const LEVEL_TOO_LOW: &str = "level_too_low";
    /// The thing is not in a state in which this can be done.
    pub const CONFLICT: &str = "conflict";
    /// The PIN is dispositivo already: there is nothing to convert (R-63).
    pub const ALREADY_DISPOSITIVO: &str = "already_dispositivo";
    /// An operator decides what they have not looked at (R-62).
    pub const PAGES_NOT_SEEN: &str = "pages_not_seen";
    /// The thing has changed since it was read (`If-Match`).
    pub const CHANGED_MEANWHILE: &str = "changed_meanwhile";
    /// The request must say which version it changes (`If-Match`).
    pub const VERSION_REQUIRED: &str = "version_required";
    /// The answer would have to be of a media type that the client does not take.
    pub const NOT_ACCEPTABLE: &str = "not_acceptable";
    /// The portal has no PIN of its own.
    pub const PIN_NOT_OFFERED: &str = "pin_not_offered";
    /// The portal cannot answer at the moment.
    pub const UNAVAILABLE: &str = "unavailable";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_without_the_optional_members_is_read() {
        let text = r#"{"type":"about:blank","title":"t","status":404,"code":"not_found"}"#;
        let problem: Problem = serde_json::from_str(text).unwrap();
        assert_eq!(problem.code, codes::NOT_FOUND);
        assert_eq!(serde_json::to_string(&problem).unwrap(), text);
    }

    #[test]
    fn members_that_a_newer_portal_adds_are_skipped() {
        let text = r#"{"type":"about:blank","title":"t","status":404,"code":"x","instance":"/1"}"#;
        assert!(serde_json::from_str::<Problem>(text).is_ok());
    }
}
