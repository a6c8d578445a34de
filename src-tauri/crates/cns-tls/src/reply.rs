//! What a portal's API replies: yes with a body of a known shape, or no with a word for it.

use crate::explain::{explain, named};
use crate::handshake::Witness;
use crate::{Limits, answer};
use cns_login::{Problem, ProblemCode};
use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// An answer of the portal, read to its end.
pub(crate) struct Reply {
    pub(crate) host: String,
    pub(crate) status: StatusCode,
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

    /// The `code` of a problem body (RFC 9457); a page of a proxy on the way has none.
    pub(crate) fn portal_code(&self) -> Option<String> {
        let problem: cns_portal_api::Problem = serde_json::from_slice(&self.body).ok()?;
        Some(problem.code)
    }
}

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
    let sent = request
        .header(reqwest::header::ACCEPT, "application/json")
        .send()
        .await;
    let response = sent.map_err(|error| explain(&error, &witness.facts(), host, limits))?;
    let status = response.status();
    let body = answer::body(response, limits, host, witness).await?;
    Ok(Reply {
        host: host.to_owned(),
        status,
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
        }
    }
}
