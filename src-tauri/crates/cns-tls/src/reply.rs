//! What a portal's API replies: yes with a body of a known shape, or no with a word for it.

use crate::explain::{explain, named, not_sent};
use crate::handshake::Witness;
use crate::{Limits, answer};
use cns_login::{Problem, ProblemCode};
use cns_portal_api::codes;
use reqwest::header::{ACCEPT, HeaderValue, RETRY_AFTER};
use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// An answer of the portal, read to its end.
pub(crate) struct Reply {
    pub(crate) host: String,
    pub(crate) status: StatusCode,
    /// Seconds after which the portal wants to be asked again.
    pub(crate) retry_after: Option<u64>,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

impl Reply {
    /// The body of an answer that says yes.
    pub(crate) fn success<T: DeserializeOwned>(self) -> Result<T, Problem> {
        if !self.status.is_success() {
            return Err(self.refusal());
        }
        serde_json::from_slice(&self.body).map_err(|_| named(ProblemCode::PortalAnswerMalformed, &self.host))
    }

    /// An answer that says no, with the portal's own word for it where it gave one.
    pub(crate) fn refusal(self) -> Problem {
        let refused = named(ProblemCode::PortalRefused, &self.host).with("status", self.status.as_str());
        match self.portal_code() {
            Some(code) => refused.with("portal_code", code),
            None => refused,
        }
    }

    /// An answer that says no about a PIN or in the area, by the name that its word has here.
    pub(crate) fn named_refusal(self) -> Problem {
        let said: Option<cns_portal_api::Problem> = serde_json::from_slice(&self.body).ok();
        let reasons = said
            .as_ref()
            .map(|said| said.reasons.as_slice())
            .unwrap_or_default();
        let reasons = reasons.iter().filter(|reason| is_a_word(reason));
        let reasons: Vec<_> = reasons.take(MOST_REASONS).map(String::as_str).collect();
        let Some(code) = said.as_ref().and_then(|said| own_name(&said.code)) else {
            return match self.status {
                StatusCode::UNAUTHORIZED => ProblemCode::SessionEnded.into(),
                _ => self.refusal(),
            };
        };
        let problem = named(code, &self.host);
        match (code, self.retry_after, reasons.first()) {
            (ProblemCode::TooManyRequests, Some(seconds), _) => problem.with("seconds", seconds.to_string()),
            (ProblemCode::PinNotAcceptable, _, Some(reason)) => problem.with("reason", *reason),
            (ProblemCode::RequestInvalid, _, Some(_)) => problem.with("fields", reasons.join(", ")),
            _ => problem,
        }
    }

    /// The body of an answer about a PIN or of the area.
    pub(crate) fn named_success<T: DeserializeOwned>(self) -> Result<T, Problem> {
        match self.status.is_success() {
            true => self.success(),
            false => Err(self.named_refusal()),
        }
    }

    /// An answer that says yes, whatever its body.
    pub(crate) fn done(self) -> Result<(), Problem> {
        match self.status.is_success() {
            true => Ok(()),
            false => Err(self.named_refusal()),
        }
    }

    /// The `code` of a problem body (RFC 9457); a page of a proxy on the way has none.
    pub(crate) fn portal_code(&self) -> Option<String> {
        let problem: cns_portal_api::Problem = serde_json::from_slice(&self.body).ok()?;
        Some(problem.code)
    }
}

/// The problem that a word of the portal names.
fn own_name(code: &str) -> Option<ProblemCode> {
    let rows = [
        (codes::SESSION_ENDED, ProblemCode::SessionEnded),
        (codes::CREDENTIALS_REFUSED, ProblemCode::CredentialsRefused),
        (codes::TOO_MANY_REQUESTS, ProblemCode::TooManyRequests),
        (codes::PIN_CHANGE_REQUIRED, ProblemCode::PinChangeRequired),
        (codes::PIN_NOT_ACCEPTABLE, ProblemCode::PinNotAcceptable),
        (codes::PIN_NOT_OFFERED, ProblemCode::PinNotOffered),
        (codes::CODE_REFUSED, ProblemCode::PortalCodeRefused),
        (codes::NOT_YOUR_SERVICE, ProblemCode::NotYourService),
        (codes::LEVEL_TOO_LOW, ProblemCode::LevelTooLow),
        (codes::CONFLICT, ProblemCode::PortalConflict),
        (codes::ALREADY_DISPOSITIVO, ProblemCode::AlreadyDispositivo),
        (codes::CHANGED_MEANWHILE, ProblemCode::ChangedMeanwhile),
        (codes::INVALID_REQUEST, ProblemCode::RequestInvalid),
        (codes::NOT_FOUND, ProblemCode::NotFound),
        (codes::UNSUPPORTED_MEDIA_TYPE, ProblemCode::DocumentRefused),
        (codes::BODY_TOO_LARGE, ProblemCode::DocumentTooLarge),
        (codes::UNAVAILABLE, ProblemCode::PortalUnavailable),
    ];
    rows.iter().find(|(word, _)| *word == code).map(|(_, name)| *name)
}

/// Whether it is a word for programs, such as `contacts.email`, and not a text that a server would have shown.
fn is_a_word(text: &str) -> bool {
    text.len() <= LONGEST_WORD
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._".contains(&byte))
}

const MOST_REASONS: usize = 8;
const LONGEST_WORD: usize = 40;

/// Sends the request and reads the whole answer.
///
/// # Errors
/// Whatever can happen to a connection; a refusal is a reply, not an error.
pub(crate) async fn receive(
    request: RequestBuilder,
    limits: Limits,
    host: &str,
    witness: &Witness,
) -> Result<Reply, Problem> {
    let (client, request) = request.build_split();
    let mut request = request.map_err(|error| explain(&error, &witness.facts(), host, limits))?;
    let accepted = request.headers_mut().entry(ACCEPT);
    accepted.or_insert(HeaderValue::from_static("application/json"));
    let url = request.url().clone();
    let response = match client.execute(request).await {
        Ok(response) => response,
        Err(error) => return Err(not_sent(&error, &witness.facts(), &url, limits).await),
    };
    let status = response.status();
    let retry_after = response.headers().get(RETRY_AFTER);
    let retry_after = retry_after.and_then(|seconds| seconds.to_str().ok()?.parse().ok());
    let body = answer::body(response, limits, host, witness).await?;
    Ok(Reply {
        host: host.to_owned(),
        status,
        retry_after,
        body,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cns_portal_api::{CnsExchange, ContributionStatement, SessionOpened};
    use proptest::prelude::*;

    fn reply(status: u16, body: &[u8]) -> Reply {
        let status = StatusCode::from_u16(status).unwrap();
        Reply {
            host: "localhost".to_owned(),
            status,
            retry_after: None,
            body: Zeroizing::new(body.to_vec()),
        }
    }

    #[track_caller]
    fn check_named<T: DeserializeOwned>(body: &[u8]) {
        if let Err(problem) = reply(200, body).success::<T>() {
            assert_eq!(problem, named(ProblemCode::PortalAnswerMalformed, "localhost"));
        }
        assert_eq!(reply(500, body).refusal().code, ProblemCode::PortalRefused);
    }

    #[test]
    fn each_word_of_the_portal_has_a_name_here() {
        let says = |code: &str, reasons: &str| {
            let body =
                format!(r#"{{"type":"a","title":"t","status":403,"code":"{code}","reasons":{reasons}}}"#);
            reply(403, body.as_bytes()).named_refusal()
        };
        let wait = Reply {
            retry_after: Some(4),
            ..reply(
                429,
                br#"{"type":"a","title":"t","status":429,"code":"too_many_requests"}"#,
            )
        };
        assert_eq!(wait.named_refusal().fact("seconds"), Some("4"));
        let simple = says("pin_not_acceptable", r#"["too_simple"]"#);
        assert_eq!(simple.fact("reason"), Some("too_simple"));
        let fields = says(
            "invalid_request",
            r#"["contacts.email","Call 899 now!","birth_date"]"#,
        );
        assert_eq!(fields.fact("fields"), Some("contacts.email, birth_date"));
        let unknown = says("of_tomorrow", "[]");
        assert_eq!(unknown.code, ProblemCode::PortalRefused);
        assert_eq!(unknown.fact("portal_code"), Some("of_tomorrow"));
        assert_eq!(reply(401, b"").named_refusal().code, ProblemCode::SessionEnded);
    }

    proptest! {
        #[test]
        fn any_body_is_understood_or_named(
            body in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..200),
                r#"\{("[a-z_]{1,12}":(\{\}|\[\]|"[^"]{0,9}"|-?[0-9]{1,30}|null),?){0,8}\}"#.prop_map(String::into_bytes),
                "[\\[{]{0,300}".prop_map(String::into_bytes),
            ]
        ) {
            check_named::<CnsExchange>(&body);
            check_named::<SessionOpened>(&body);
            check_named::<ContributionStatement>(&body);
            let refused = reply(422, &body).named_refusal();
            prop_assert_eq!(refused.fact("host"), Some("localhost"));
        }
    }
}
