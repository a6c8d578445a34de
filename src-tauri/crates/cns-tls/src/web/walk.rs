//! The walk: hop by hop from the entry to the area, the card offered to the hosts that the profile names and to no other.

use super::Way;
use super::hop::{Answer, Hop, HopBy, Lines, Request};
use super::jar::{HandedCookie, Jar};
use super::page::{self, Page};
use crate::card_key::{CardSigner, LentCard};
use crate::connections::host_of;
use crate::explain::{at, named};
use crate::own_thread;
use cns_card::UnlockedCard;
use cns_login::{Doorstep, Problem, ProblemCode, WayIn, host_matches};
use cns_trust::CheckedCertificate;
use std::fmt;
use std::sync::Arc;
use url::Url;

/// A way in that is being walked. Dropped, its connections close and its cookies are gone.
pub struct Walk {
    way: Way,
    jar: Jar,
    lines: Lines,
    next: Request,
    hops: Vec<Hop>,
    card: Option<LentCard>,
    tell: Tell,
}

impl Arrival {
    /// The address of the last page, as it can be shown.
    pub fn address(&self) -> String {
        shown(&self.url)
    }
}

/// Who hears of each hop as it comes.
type Tell = Arc<dyn Fn(&Hop) + Send + Sync>;

/// The end of the walk.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The address of the last page.
    pub url: Url,
    /// Whether the area has begun. Else the page wants something of the person, and a window has to show it.
    pub inside: bool,
    /// Every hop, in order.
    pub hops: Vec<Hop>,
    /// The cookies, for the window that goes on.
    pub cookies: Vec<HandedCookie>,
    /// The size of the last page, in bytes.
    pub page_length: usize,
}

impl fmt::Debug for Walk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk")
            .field("hops", &self.hops.len())
            .field("next", &host_of(&self.next.url))
            .finish_non_exhaustive()
    }
}

impl Walk {
    /// Stands before the entry. Nothing is sent yet; `tell` will hear of each hop as it comes.
    ///
    /// # Errors
    /// `not_https`, `host_not_allowed`.
    pub fn begin(way: Way, tell: impl Fn(&Hop) + Send + Sync + 'static) -> Result<Self, Problem> {
        Self::begin_at(&way.web.entry_url.clone(), way, tell)
    }

    /// The same before another address.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub(super) fn begin_at(
        address: &Url,
        way: Way,
        tell: impl Fn(&Hop) + Send + Sync + 'static,
    ) -> Result<Self, Problem> {
        let next = Request::get(HopBy::Entry, address.clone(), None);
        let walk = Self {
            way,
            jar: Jar::default(),
            lines: Lines::default(),
            next,
            hops: Vec::new(),
            card: None,
            tell: Arc::new(tell),
        };
        walk.allowed(&walk.next.url)?;
        Ok(walk)
    }

    /// The same with these cookies, as they were handed to a window.
    pub(super) fn carrying(mut self, cookies: &[HandedCookie]) -> Self {
        self.jar = Jar::of(cookies);
        self
    }

    /// Walks on with a card that nobody has judged, to see what the hosts think of it; else as
    /// [`with_card`](WayIn::with_card).
    ///
    /// # Errors
    /// As there.
    pub async fn with_any_card(mut self, card: impl CardSigner + 'static) -> Result<Arrival, Problem> {
        let host = host_of(&self.next.url);
        self.card = Some(LentCard::new(card));
        own_thread::run(move || async move {
            match self.go().await? {
                Doorstep::Arrived(arrival) => Ok(arrival),
                // With the card there, nothing stops before a host.
                Doorstep::Card { host } => Err(named(ProblemCode::TlsFailed, &host)),
            }
        })
        .await
        .map_err(|problem| at(&host, problem))
    }

    pub(super) async fn go(&mut self) -> Result<Doorstep<Arrival>, Problem> {
        loop {
            let request = &self.next;
            let host = host_of(&request.url);
            if self.card.is_none() && self.way.web.asks_for_card(&host) {
                return Ok(Doorstep::Card { host });
            }
            if self.hops.len() >= HOPS {
                return Err(named(ProblemCode::WalkTooLong, &host).with("hops", HOPS.to_string()));
            }
            let answer = self
                .lines
                .ask(request, &self.jar, &self.way, self.card.as_ref())
                .await?;
            self.jar.take(answer.cookies(), &request.url);
            let hop = hop(request, &answer);
            tracing::info!(%host, status = answer.status, tls = answer.tls_version, "hop");
            (self.tell)(&hop);
            self.hops.push(hop);
            match self.leads_to(&answer)? {
                Some(next) => {
                    self.allowed(&next.url)?;
                    self.next = next;
                }
                None => return Ok(Doorstep::Arrived(self.arrival(&answer))),
            }
        }
    }

    /// Where an answer leads; nowhere is the end of the way.
    fn leads_to(&self, answer: &Answer) -> Result<Option<Request>, Problem> {
        let url = &self.next.url;
        match answer.status {
            301 | 302 | 303 | 307 | 308 => self.redirected(answer).map(Some),
            200..=299 if self.way.web.is_area(url) => Ok(None),
            200..=299
                if let Some(to) = answer.refresh().and_then(|refresh| page::refreshed(refresh, url)) =>
            {
                Ok(Some(Request::get(HopBy::Refresh, to, Some(url.clone()))))
            }
            200..=299 => Ok(answer.html().and_then(|html| match page::read(&html, url) {
                Page::Refresh(to) => Some(Request::get(HopBy::Refresh, to, Some(url.clone()))),
                Page::Form(form) => Some(Request::of_form(form, url.clone())),
                Page::Waits => None,
            })),
            _ => Err(self.refused(answer)),
        }
    }

    /// RFC 9110 §15.4: 307 and 308 keep what was posted, the others make a GET of it, as browsers do.
    fn redirected(&self, answer: &Answer) -> Result<Request, Problem> {
        let from = &self.next.url;
        let malformed = || named(ProblemCode::PortalAnswerMalformed, &host_of(from));
        let to = answer.location().ok_or_else(malformed)?;
        let to = from.join(to).map_err(|_| malformed())?;
        // Who redirects is not where the person comes from: that stays the page before (Fetch, "redirect").
        let mut request = Request::get(HopBy::Redirect, to, Some(from.clone()));
        if matches!(answer.status, 307 | 308) {
            request.body.clone_from(&self.next.body);
        }
        Ok(request)
    }

    fn refused(&self, answer: &Answer) -> Problem {
        let (url, status) = (&self.next.url, answer.status.to_string());
        let host = host_of(url);
        let about_card = answer.signed.is_some() && matches!(answer.status, 400 | 401 | 403);
        let code = if about_card {
            ProblemCode::PortalRefusedCard
        } else {
            ProblemCode::PageRefused
        };
        named(code, &host).with("status", status)
    }

    fn allowed(&self, url: &Url) -> Result<(), Problem> {
        if url.scheme() != "https" {
            let shown = format!("{}://{}", url.scheme(), host_of(url));
            return Err(Problem::new(ProblemCode::NotHttps).with("url", shown));
        }
        if host_matches(&self.way.hosts, &host_of(url)) {
            Ok(())
        } else {
            Err(named(ProblemCode::HostNotAllowed, &host_of(url)))
        }
    }

    fn arrival(&self, answer: &Answer) -> Arrival {
        Arrival {
            url: self.next.url.clone(),
            inside: self.way.web.is_area(&self.next.url),
            hops: self.hops.clone(),
            cookies: self.jar.handed(),
            page_length: answer.body.len(),
        }
    }
}

impl WayIn for Walk {
    type Area = Arrival;

    async fn to_the_card(&mut self) -> Result<Doorstep<Arrival>, Problem> {
        self.go().await
    }

    /// The card signs once for each host that asks for it, and is let go of at the end; dropping the future closes the
    /// connections.
    ///
    /// # Errors
    /// The card's own problem where it did not sign; `host_not_allowed` and `not_https` before anything is sent there;
    /// `walk_too_long`, `page_refused`, `portal_refused_card`, `late_certificate`, `renegotiation_refused`, and whatever can
    /// happen to a connection.
    async fn with_card(
        self,
        card: UnlockedCard,
        certificate: &CheckedCertificate,
    ) -> Result<Arrival, Problem> {
        // The proof of one card opens no door for another.
        if !certificate.is_for(card.certificate_der()) {
            return Err(ProblemCode::CertificateRefused.into());
        }
        self.with_any_card(card).await
    }
}

fn hop(request: &Request, answer: &Answer) -> Hop {
    Hop {
        by: request.by,
        method: request.method(),
        host: host_of(&request.url),
        address: shown(&request.url),
        status: answer.status,
        tls_version: answer.tls_version.clone(),
        signed: answer.signed.map(|scheme| scheme.name().to_owned()),
    }
}

/// An address without what may be a secret in it.
fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // In an address with a host, these succeed.
    shown
        .set_username("")
        .and_then(|()| shown.set_password(None))
        .unwrap_or_default();
    shown.into()
}

/// The most hops of a way in.
const HOPS: usize = 20;
