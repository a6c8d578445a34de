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
    /// Codice fiscale and PIN do not go together, or the PIN is locked, ended or not there: which is not said.
    Credentials,
    /// Too many tries.
    TooMany {
        /// Seconds after which another is looked at.
        retry_after: u64,
    },
    /// The session may only make a new PIN.
    PinChangeRequired,
    /// The new PIN cannot be taken.
    PinNotAcceptable {
        /// Why, such as `used_before`.
        reasons: Vec<String>,
    },
    /// The body says something that cannot be; `reasons` names the fields, as JSON names them.
    Fields {
        /// Such as `contacts.email`.
        reasons: Vec<String>,
    },
    /// The portal has no PIN of its own.
    PinNotOffered,
    /// The holder's profiles do not include the service.
    NotYourService,
    /// The service asks for a PIN dispositivo or for the card.
    LevelTooLow,
    /// The thing is not in a state in which this can be done.
    Conflict,
    /// The PIN is dispositivo already.
    AlreadyDispositivo,
    /// A page is of no kind that is taken.
    PageKind,
    /// Whoever decides has not looked at every page.
    PagesNotSeen,
    /// The thing has changed since it was read.
    ChangedMeanwhile,
    /// The request does not say which version it changes.
    VersionRequired,
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
            Self::Credentials => (
                StatusCode::FORBIDDEN,
                codes::CREDENTIALS_REFUSED,
                "Codice fiscale e PIN del portale non corrispondono: dopo 5 errori il PIN si blocca",
            ),
            Self::TooMany { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                codes::TOO_MANY_REQUESTS,
                "Troppi tentativi: attendere prima di riprovare",
            ),
            Self::PinChangeRequired => (
                StatusCode::FORBIDDEN,
                codes::PIN_CHANGE_REQUIRED,
                "Prima di continuare occorre creare il nuovo PIN del portale",
            ),
            Self::PinNotAcceptable { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                codes::PIN_NOT_ACCEPTABLE,
                "Il PIN scelto non può essere accettato",
            ),
            Self::Fields { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                codes::INVALID_REQUEST,
                "La richiesta non è completa",
            ),
            Self::PinNotOffered => (
                StatusCode::FORBIDDEN,
                codes::PIN_NOT_OFFERED,
                "Questo portale non ha un PIN proprio",
            ),
            Self::NotYourService => (
                StatusCode::FORBIDDEN,
                codes::NOT_YOUR_SERVICE,
                "Il servizio non è previsto per il profilo",
            ),
            Self::LevelTooLow => (
                StatusCode::FORBIDDEN,
                codes::LEVEL_TOO_LOW,
                "Il servizio richiede il PIN dispositivo o la tessera",
            ),
            Self::Conflict => (
                StatusCode::CONFLICT,
                codes::CONFLICT,
                "Lo stato attuale non permette l'operazione",
            ),
            Self::AlreadyDispositivo => (
                StatusCode::CONFLICT,
                codes::ALREADY_DISPOSITIVO,
                "Il PIN è già dispositivo",
            ),
            Self::PageKind => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                codes::UNSUPPORTED_MEDIA_TYPE,
                "Il documento deve essere un'immagine JPEG o PNG, o un PDF",
            ),
            Self::PagesNotSeen => (
                StatusCode::CONFLICT,
                codes::PAGES_NOT_SEEN,
                "Prima di decidere occorre guardare tutte le pagine",
            ),
            Self::ChangedMeanwhile => (
                StatusCode::PRECONDITION_FAILED,
                codes::CHANGED_MEANWHILE,
                "I dati sono cambiati nel frattempo: rileggerli e riprovare",
            ),
            Self::VersionRequired => (
                StatusCode::PRECONDITION_REQUIRED,
                codes::VERSION_REQUIRED,
                "La richiesta deve indicare la versione che modifica",
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
        let retry_after = if let Self::TooMany { retry_after } = &self {
            Some(*retry_after)
        } else {
            (status == StatusCode::SERVICE_UNAVAILABLE).then_some(5)
        };
        let mut response = problem(status, code, title, self.reasons());
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        let extra = match status {
            // RFC 9110 §11.6.1 asks for the challenge, RFC 6750 §3 names it.
            StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            _ => None,
        };
        response.headers_mut().extend(extra);
        response
    }
}

impl Refusal {
    fn reasons(self) -> Vec<String> {
        if let Self::Certificate { reasons } | Self::PinNotAcceptable { reasons } | Self::Fields { reasons } =
            self
        {
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
