//! One hop: a request, over a connection of its host, and what came of it.

use super::Way;
use super::jar::Jar;
use super::page::Form;
use crate::answer;
use crate::card_key::LentCard;
use crate::client;
use crate::connections::host_of;
use crate::explain::{named, not_sent, nothing_in_common};
use crate::handshake::{Facts, Witness};
#[cfg(feature = "renegotiation")]
use crate::{TlsVersions, renegotiating};
use cns_card::SignatureScheme;
use cns_login::{Problem, ProblemCode};
use reqwest::header::{
    ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, LOCATION, ORIGIN, REFRESH,
    SET_COOKIE, USER_AGENT,
};
use rustls::client::Resumption;
use std::collections::BTreeMap;
use url::Url;
use zeroize::Zeroizing;

/// One hop of the way, as it can be shown: nothing of what was sent, and no query, which may carry an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// What led here.
    pub by: HopBy,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Scheme, host, port and path.
    pub address: String,
    /// The host.
    pub host: String,
    /// HTTP status.
    pub status: u16,
    /// `1.2` or `1.3`.
    pub tls_version: String,
    /// The scheme in which the card signed for this hop, by its name in the TLS registry; none where it did not.
    pub signed: Option<String>,
}

/// What led to a hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HopBy {
    /// It is the first.
    Entry,
    /// An answer of HTTP that names another address (RFC 9110 §15.4).
    Redirect,
    /// A page that leads on.
    Refresh,
    /// A form that submits itself.
    Form,
}

/// A request that is to be made.
pub(crate) struct Request {
    pub(super) by: HopBy,
    pub(crate) url: Url,
    /// What is posted; none is a GET.
    pub(crate) body: Option<Zeroizing<String>>,
    /// The page that it comes from.
    pub(super) from: Option<Url>,
}

impl Request {
    pub(super) fn get(by: HopBy, url: Url, from: Option<Url>) -> Self {
        Self {
            by,
            url,
            body: None,
            from,
        }
    }

    /// What a browser makes of a form (HTML, "form submission").
    pub(super) fn of_form(form: Form, from: Url) -> Self {
        let Form {
            action: mut url,
            posts,
            body,
        } = form;
        if !posts {
            url.set_query(Some(&body));
            return Self::get(HopBy::Form, url, Some(from));
        }
        Self {
            by: HopBy::Form,
            url,
            body: Some(body),
            from: Some(from),
        }
    }

    pub(crate) fn method(&self) -> &'static str {
        if self.body.is_some() { "POST" } else { "GET" }
    }

    /// Its headers. Nothing tells where the person was before, but for the origin of a form, as browsers tell it.
    pub(super) fn headers(&self, jar: &Jar) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCEPT,
            HeaderValue::from_static("text/html,application/xhtml+xml,*/*;q=0.8"),
        );
        headers.insert(USER_AGENT, HeaderValue::from_static("Sportello"));
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("it,en;q=0.5"));
        let cookies = jar.header(&self.url, self.from.as_ref(), self.body.is_some());
        if let Some(mut value) = cookies.and_then(|cookies| HeaderValue::from_str(&cookies).ok()) {
            value.set_sensitive(true);
            headers.insert(COOKIE, value);
        }
        if self.body.is_some() {
            headers.insert(
                CONTENT_TYPE,
                HeaderValue::from_static("application/x-www-form-urlencoded"),
            );
            let origin = self.from.as_ref().map(|from| from.origin().ascii_serialization());
            if let Some(value) = origin.and_then(|origin| HeaderValue::from_str(&origin).ok()) {
                headers.insert(ORIGIN, value);
            }
        }
        headers
    }
}

/// What a host answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Zeroizing<Vec<u8>>,
    pub(crate) tls_version: String,
    /// The scheme in which the card signed while this was asked.
    pub(crate) signed: Option<SignatureScheme>,
    /// Whether the host asked for a certificate when the connection was opened.
    pub(crate) certificate_asked: bool,
}

impl Answer {
    pub(super) fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION)?.to_str().ok()
    }

    /// `Refresh`, which browsers take for the element of that name.
    pub(super) fn refresh(&self) -> Option<&str> {
        self.headers.get(REFRESH)?.to_str().ok()
    }

    pub(super) fn cookies(&self) -> impl Iterator<Item = &str> {
        let values = self.headers.get_all(SET_COOKIE).into_iter();
        values.filter_map(|value| value.to_str().ok())
    }

    /// The page, where it is one, in the encoding that it says it is in.
    pub(super) fn html(&self) -> Option<Zeroizing<String>> {
        let kind = self
            .headers
            .get(CONTENT_TYPE)?
            .to_str()
            .ok()?
            .to_ascii_lowercase();
        let (kind, parameters) = kind.split_once(';').unwrap_or((&kind, ""));
        if !matches!(kind.trim(), "text/html" | "application/xhtml+xml") {
            return None;
        }
        let label = parameters.trim().strip_prefix("charset=").unwrap_or("utf-8");
        let label = label.trim_matches('"').as_bytes();
        let encoding = encoding_rs::Encoding::for_label(label).unwrap_or(encoding_rs::UTF_8);
        Some(Zeroizing::new(encoding.decode(&self.body).0.into_owned()))
    }
}

/// The connections of one way, one for each host: a card signs once for each.
#[derive(Default)]
pub(super) struct Lines {
    open: BTreeMap<String, Line>,
    #[cfg(feature = "renegotiation")]
    late: BTreeMap<String, renegotiating::Line>,
}

struct Line {
    client: reqwest::Client,
    witness: Witness,
}

impl Lines {
    /// Asks, and reads the whole answer. The card is offered where the way says so, once it is there.
    pub(super) async fn ask(
        &mut self,
        request: &Request,
        jar: &Jar,
        way: &Way,
        card: Option<&LentCard>,
    ) -> Result<Answer, Problem> {
        let host = host_of(&request.url);
        let card = card.filter(|_| way.web.asks_for_card(&host));
        if let Some(card) = card.filter(|_| way.web.renegotiates(&host)) {
            let asked = named(ProblemCode::RenegotiationAsked, &host);
            return self.late(request, jar, way, card, asked).await;
        }
        let answered = self.at_once(request, jar, way, card).await;
        let Some(card) = card else { return answered };
        match answered {
            // Over TLS 1.2 the host asked for the card after it had read the request, and gave nothing of it.
            Err(problem) if problem.code == ProblemCode::RenegotiationAsked => {
                self.late(request, jar, way, card, problem).await
            }
            // Over TLS 1.3 it would ask by an extension that nobody here offers (RFC 8446 §4.6.2), so it refused.
            Ok(answer) if answer.status == FORBIDDEN && !answer.certificate_asked => {
                let asked = named(ProblemCode::LateCertificate, &host);
                self.late(request, jar, way, card, asked).await
            }
            answered => answered,
        }
    }

    /// Over a connection that rustls opens.
    async fn at_once(
        &mut self,
        request: &Request,
        jar: &Jar,
        way: &Way,
        card: Option<&LentCard>,
    ) -> Result<Answer, Problem> {
        let host = host_of(&request.url);
        let Line { client, witness } = self.line(request, way, card)?;
        let before = witness.facts().signatures;
        let mut asked = match &request.body {
            None => client.get(request.url.clone()),
            Some(body) => client.post(request.url.clone()).body(body.as_bytes().to_vec()),
        };
        asked = asked.headers(request.headers(jar));
        let sent = asked.send().await;
        let response = match sent {
            Ok(response) => response,
            Err(error) => return Err(not_sent(&error, &witness.facts(), &request.url, way.limits).await),
        };
        let facts = witness.facts();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if (400..500).contains(&status) && facts.nothing_in_common() {
            return Err(nothing_in_common(&facts, &host));
        }
        let body = answer::body(response, way.limits, &host, witness).await?;
        Ok(Answer {
            status,
            headers,
            body,
            tls_version: facts.version_text().to_owned(),
            signed: signed_since(before, &facts),
            certificate_asked: facts.certificate_asked,
        })
    }

    /// Over the second TLS, where this build has it; else `why` it would be needed is the problem.
    #[cfg(feature = "renegotiation")]
    async fn late(
        &mut self,
        request: &Request,
        jar: &Jar,
        way: &Way,
        card: &LentCard,
        why: Problem,
    ) -> Result<Answer, Problem> {
        if way.tls == TlsVersions::Tls13 {
            return Err(why);
        }
        let origin = request.url.origin().ascii_serialization();
        let mut line = match self.late.remove(&origin).filter(renegotiating::Line::is_open) {
            Some(line) => line,
            None => {
                tracing::info!(host = %host_of(&request.url), "the card is asked for in the middle");
                let opened = renegotiating::Line::open(&request.url, way, card).await;
                // A host without TLS 1.2 cannot be reached so: what it wants is still what it wanted.
                opened.map_err(|problem| match problem.fact("reason") {
                    Some("protocol_version") => why,
                    _ => problem,
                })?
            }
        };
        let answer = line.ask(request, request.headers(jar), way).await?;
        self.late.insert(origin, line);
        Ok(answer)
    }

    #[cfg(not(feature = "renegotiation"))]
    #[expect(clippy::unused_async, reason = "the other has something to wait for")]
    async fn late(
        &mut self,
        _request: &Request,
        _jar: &Jar,
        _way: &Way,
        _card: &LentCard,
        why: Problem,
    ) -> Result<Answer, Problem> {
        Err(why)
    }

    fn line(&mut self, request: &Request, way: &Way, card: Option<&LentCard>) -> Result<&Line, Problem> {
        let origin = request.url.origin().ascii_serialization();
        if !self.open.contains_key(&origin) {
            let witness = Witness::default();
            // A host that hangs up after each answer gets the next hop without a second signature: what is resumed is this
            // card's at this host.
            let resumption = Resumption::in_memory_sessions(SESSIONS_OF_A_HOST);
            let client = match card {
                Some(card) => {
                    let card = card.clone();
                    client::with_card(card, &way.trust, way.tls, way.limits, &witness, resumption)?
                }
                None => client::without_card(&way.trust, way.tls, way.limits, &witness)?,
            };
            self.open.insert(origin.clone(), Line { client, witness });
        }
        let lost = || named(ProblemCode::PortalUnreachable, &host_of(&request.url));
        self.open.get(&origin).ok_or_else(lost)
    }
}

fn signed_since(before: u32, facts: &Facts) -> Option<SignatureScheme> {
    facts.chosen.filter(|_| facts.signatures > before)
}

/// Tickets that a host may hand out on one way.
const SESSIONS_OF_A_HOST: usize = 4;
const FORBIDDEN: u16 = 403;
