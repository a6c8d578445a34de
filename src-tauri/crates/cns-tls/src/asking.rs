//! One question to the portal: as nobody, or in the name of a session.

use crate::connections::host_of;
use crate::explain::named;
use crate::portal::HttpsPortal;
use crate::reply::Reply;
use cns_login::{Problem, ProblemCode, Session};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;

impl HttpsPortal {
    /// Sends a body as nobody. The connection is closed with the answer.
    pub(crate) async fn tell(&self, path: &str, body: &(impl Serialize + Sync)) -> Result<Reply, Problem> {
        let url = self.address(self.area()?, path)?;
        let host = host_of(&url);
        let connections = self.nobodys_connections()?;
        let request = connections.client.post(url).json(body);
        connections.send(request, &host).await
    }

    /// Reads what the portal tells everybody.
    pub(crate) async fn read_as_nobody<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        let url = self.address(self.area()?, path)?;
        let host = host_of(&url);
        let connections = self.nobodys_connections()?;
        let request = connections.client.get(url);
        connections.send(request, &host).await?.named_success()
    }

    /// Reads in the name of the session.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        session: &Session,
        path: &str,
    ) -> Result<T, Problem> {
        let reply = self.ask(session, Method::GET, path, |request| request).await?;
        reply.named_success()
    }

    /// Asks in the name of the session.
    pub(crate) async fn ask(
        &self,
        session: &Session,
        method: Method,
        path: &str,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Reply, Problem> {
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        let mut url = self.address(&session.api_url, path)?;
        url.set_query(query);
        let host = host_of(&url);
        let connections = self.connections()?;
        let request = with(connections.client.request(method, url));
        connections.send_as(&session.token, request, &host).await
    }

    /// A print of the portal, which is a PDF or nothing.
    pub(crate) async fn pdf(&self, session: &Session, path: &str) -> Result<Vec<u8>, Problem> {
        let accepts = |request: RequestBuilder| request.header(reqwest::header::ACCEPT, "application/pdf");
        let mut reply = self.ask(session, Method::GET, path, accepts).await?;
        if !reply.status.is_success() {
            return Err(reply.named_refusal());
        }
        if !reply.body.starts_with(b"%PDF-") {
            return Err(named(ProblemCode::PortalAnswerMalformed, &reply.host));
        }
        Ok(std::mem::take(&mut *reply.body))
    }
}

/// The path with one of its places filled, by what can be part of a path and nothing else.
///
/// # Errors
/// `not_found` for anything that the portal would not give as a name.
pub(crate) fn filled(template: &str, place: &str, name: &str) -> Result<String, Problem> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(good) {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(template.replace(&format!("{{{place}}}"), name))
}

const LONGEST_NAME: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_leave_its_place_in_the_path_is_not_found() {
        for name in ["", "..", "a/b", "a%2fb", "a?b", "a b", &"a".repeat(65)] {
            let filled = filled("/things/{id}/print", "id", name);
            assert_eq!(filled, Err(ProblemCode::NotFound.into()), "{name}");
        }
        assert_eq!(
            filled("/things/{id}/print", "id", "2026-01").unwrap(),
            "/things/2026-01/print"
        );
    }
}
