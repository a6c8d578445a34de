//! Refusals, as `application/problem+json` (RFC 9457).

use crate::error::PortalError;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cns_portal_api::{Problem, codes};
use cns_trust::{Outcome, Verdict};

/// Everything that the portal answers other than success.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The certificate was judged bad.
    Certificate {
        /// The checks that failed, as `check.case`.
        reasons: Vec<String>,
    },
    /// The one-time code is unknown, used or too old.
    Code,
    /// There is no session behind the token, or no token.
    Session,
    /// The body is not JSON.
    Malformed,
    /// The body is JSON of another shape.
    Invalid,
    /// The body is not declared as JSON.
    MediaType,
    /// The body is too large.
    BodyTooLarge,
    /// There is nothing at this path.
    NotFound,
    /// The path does not know the method.
    MethodNotAllowed,
    /// It took too long.
    Timeout,
    /// The portal itself is at fault.
    Unavailable,
}

impl Refusal {
    /// Names the failed checks of a verdict. They say nothing of the person.
    pub(crate) fn certificate(verdict: &Verdict) -> Self {
        let reasons = verdict
            .findings
            .iter()
            .filter(|finding| finding.outcome == Outcome::Bad)
            .map(|finding| format!("{}.{}", finding.code.name(), finding.case))
            .collect();
        Self::Certificate { reasons }
    }

    fn row(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Certificate { .. } => (
                StatusCode::FORBIDDEN,
                codes::CERTIFICATE_REFUSED,
                "Il certificato della tessera non è accettato",
            ),
            Self::Code => (
                StatusCode::FORBIDDEN,
                codes::CODE_REFUSED,
                "Il codice monouso non è valido: ripetere l'accesso",
            ),
            Self::Session => (
                StatusCode::UNAUTHORIZED,
                codes::SESSION_ENDED,
                "La sessione è terminata: ripetere l'accesso",
            ),
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                codes::MALFORMED_REQUEST,
                "La richiesta non è leggibile",
            ),
            Self::Invalid => (
                StatusCode::UNPROCESSABLE_ENTITY,
                codes::INVALID_REQUEST,
                "La richiesta non è completa",
            ),
            Self::MediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                codes::UNSUPPORTED_MEDIA_TYPE,
                "La richiesta deve essere in formato JSON",
            ),
            Self::BodyTooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                codes::BODY_TOO_LARGE,
                "La richiesta è troppo grande",
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, codes::NOT_FOUND, "L'indirizzo non esiste"),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                codes::METHOD_NOT_ALLOWED,
                "L'operazione non è prevista",
            ),
            Self::Timeout => (
                StatusCode::REQUEST_TIMEOUT,
                codes::REQUEST_TIMEOUT,
                "La richiesta ha richiesto troppo tempo",
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                codes::UNAVAILABLE,
                "Il portale non è disponibile: riprovare più tardi",
            ),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, title) = self.row();
        let mut response = problem(status, code, title, self.reasons());
        let extra = match status {
            // RFC 9110 §11.6.1 asks for the challenge, RFC 6750 §3 names it.
            StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            StatusCode::SERVICE_UNAVAILABLE => Some((header::RETRY_AFTER, HeaderValue::from_static("5"))),
            _ => None,
        };
        response.headers_mut().extend(extra);
        response
    }
}

impl Refusal {
    fn reasons(self) -> Vec<String> {
        if let Self::Certificate { reasons } = self {
            reasons
        } else {
            Vec::new()
        }
    }
}

impl From<PortalError> for Refusal {
    /// The cause goes into the log, with nothing of the person in it; the answer only says that it is the portal's.
    fn from(error: PortalError) -> Self {
        tracing::error!(target: "portal", %error, source = ?std::error::Error::source(&error), "a request failed");
        Self::Unavailable
    }
}

/// Writes a problem+json answer.
pub(crate) fn problem(status: StatusCode, code: &str, title: &str, reasons: Vec<String>) -> Response {
    let problem = Problem {
        kind: format!("urn:sportello:problem:{code}"),
        title: title.to_owned(),
        status: status.as_u16(),
        code: code.to_owned(),
        detail: None,
        reasons,
    };
    let mut response = (status, axum::Json(problem)).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(Problem::MEDIA_TYPE),
    );
    response.map(Body::new)
}
