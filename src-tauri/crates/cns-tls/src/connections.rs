//! The connections of one session: its requests, its token, its end.

use crate::explain::named;
use crate::handshake::Witness;
use crate::reply::{Reply, receive};
use crate::server_trust::ServerTrust;
use crate::{Limits, TlsVersions, client};
use cns_login::{Problem, ProblemCode, Token};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{RequestBuilder, StatusCode};
use url::Url;
use zeroize::Zeroizing;

/// A pool of connections to the API host, and what was seen of them.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    pub(crate) client: reqwest::Client,
    witness: Witness,
    limits: Limits,
}

impl Connections {
    /// A pool without a connection yet.
    pub(crate) fn new(trust: &ServerTrust, limits: Limits) -> Result<Self, Problem> {
        let witness = Witness::default();
        let client = client::without_card(trust, TlsVersions::Both, limits, &witness)?;
        Ok(Self {
            client,
            witness,
            limits,
        })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&self, request: RequestBuilder, host: &str) -> Result<Reply, Problem> {
        receive(request, self.limits, host, &self.witness).await
    }

    /// Sends a request in the name of the session.
    pub(crate) async fn send_as(
        &self,
        token: &Token,
        request: RequestBuilder,
        host: &str,
    ) -> Result<Reply, Problem> {
        let bearer = bearer(token).ok_or_else(|| named(ProblemCode::PortalAnswerMalformed, host))?;
        self.send(request.header(AUTHORIZATION, bearer), host).await
    }

    /// Ends the session on the portal; `url` is its address there.
    pub(crate) async fn end(&self, token: &Token, url: Url) -> Result<(), Problem> {
        let host = host_of(&url);
        let reply = self.send_as(token, self.client.delete(url), &host).await?;
        // A session that the portal does not know is as ended as it can be.
        if reply.status.is_success() || reply.status == StatusCode::UNAUTHORIZED {
            Ok(())
        } else {
            Err(reply.refusal())
        }
    }
}

/// The header that carries the token, never printed; nothing where the token is not one that HTTP can carry.
pub(crate) fn bearer(token: &Token) -> Option<HeaderValue> {
    let text = Zeroizing::new(format!("Bearer {}", token.reveal()));
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

pub(crate) fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_of_a_token_does_not_print_it() {
        let header = bearer(&Token::new("gettone".to_owned())).unwrap();
        assert_eq!(header, "Bearer gettone");
        assert_eq!(format!("{header:?}"), "Sensitive");
    }

    #[test]
    fn a_token_that_would_break_the_header_is_none() {
        assert_eq!(bearer(&Token::new("a\r\nHost: altrove.example".to_owned())), None);
    }
}
