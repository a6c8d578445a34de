//! Errors of the API (RFC 9457).

use serde::{Deserialize, Serialize};

/// The body of an `application/problem+json` answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
