//! Asking over the network: OCSP first, CRL next.

use crate::revocation::crl::CrlReader;
use crate::revocation::ocsp::{CertIdHash, LARGEST_ANSWER, judge, request};
use crate::revocation::question::host;
use crate::revocation::{
    Answers, Attempt, CrlPoint, Question, RevocationSource, Source, Statement, Status, Times, Unchecked,
};
use crate::{Answering, Fetch, FetchError, FetchLimits, FetchPurpose, FetchRequest, Fetched};
use std::collections::HashSet;
use std::time::Duration;
use time::OffsetDateTime;

/// A way to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationKind {
    /// OCSP, RFC 6960.
    Ocsp,
    /// CRL, RFC 5280 §5.
    Crl,
}

/// Asks those whom the certificate names, over `fetch`: every OCSP address, then the CRLs where no responder said good
/// or revoked, until one list does. All of it together takes half a minute at most; whoever was not reached by then
/// gave no answer in time.
///
/// A delegated responder that may itself have been revoked ([`Unchecked::ResponderUnchecked`]) is not asked about in
/// turn: the CRL of the same issuer, read next, says the same of the certificate itself.
#[derive(Clone, Debug)]
pub struct Online<F> {
    fetch: F,
    kinds: Vec<RevocationKind>,
    all: bool,
    nonce: Option<Nonce>,
}

/// Makes 16 bytes that nobody can foresee.
type Nonce = fn() -> [u8; 16];

impl<F: Fetch> Online<F> {
    /// OCSP first; CRL where that gave no answer.
    pub fn new(fetch: F) -> Self {
        Self {
            fetch,
            kinds: vec![RevocationKind::Ocsp, RevocationKind::Crl],
            all: false,
            nonce: None,
        }
    }

    /// Only these ways, and every one of them, so that their answers can be compared.
    #[must_use]
    pub fn asking_all(mut self, kinds: Vec<RevocationKind>) -> Self {
        self.kinds = kinds;
        self.all = true;
        self
    }

    /// Sends a nonce with each OCSP request (RFC 9654), so that an old answer cannot stand in for a new one. `nonce`
    /// makes 16 bytes that nobody can foresee. A responder may answer without one; with another it is not believed.
    #[must_use]
    pub fn with_nonce(mut self, nonce: fn() -> [u8; 16]) -> Self {
        self.nonce = Some(nonce);
        self
    }

    async fn ask_all(&self, question: &Question, at: OffsetDateTime) -> Vec<Attempt> {
        let ends = self.fetch.elapsed().saturating_add(WHOLE_TIME);
        let mut attempts = Vec::new();
        if self.kinds.contains(&RevocationKind::Ocsp) {
            for url in question.ocsp.iter().take(MOST_RESPONDERS) {
                attempts.push(self.ask_responder(url, question, ends, at).await);
            }
        }
        if self.kinds.contains(&RevocationKind::Crl) {
            let mut visited = HashSet::new();
            for point in question.crl.iter().take(MOST_LISTS) {
                let is_settled = !self.all && attempts.iter().any(settles);
                if !is_settled && visited.insert(&point.url) {
                    attempts.push(self.read_list(point, question, ends, at).await);
                }
            }
        }
        attempts
    }

    /// What one request may take, of `most`: everything together ends at `ends`.
    fn time_left(&self, most: Duration, ends: Duration) -> Duration {
        most.min(ends.saturating_sub(self.fetch.elapsed()))
    }

    /// Asks by SHA-1, which every responder knows; one that knows the certificate by SHA-256 alone is asked once more,
    /// in what is left of the time. Of the two answers the telling one counts, and the first when neither is.
    async fn ask_responder(
        &self,
        url: &str,
        question: &Question,
        ends: Duration,
        at: OffsetDateTime,
    ) -> Attempt {
        let ends = self.fetch.elapsed().saturating_add(OCSP_TIME).min(ends);
        let left = self.time_left(OCSP_TIME, ends);
        if left.is_zero() {
            return out_of_time(url, |host| Source::Ocsp { host });
        }
        let first = self.post(url, question, CertIdHash::Sha1, left, at).await;
        let left = self.time_left(OCSP_TIME, ends);
        if !may_know_another_name(&first) || left.is_zero() {
            return first;
        }
        let second = self.post(url, question, CertIdHash::Sha256, left, at).await;
        let is_telling = settles(&second) || (second.result.is_ok() && first.result.is_err());
        if is_telling { second } else { first }
    }

    async fn post(
        &self,
        url: &str,
        question: &Question,
        hash: CertIdHash,
        whole: Duration,
        at: OffsetDateTime,
    ) -> Attempt {
        let nonce = self.nonce.map(|make| make());
        let source = |host| Source::Ocsp { host };
        let request = match request(question, hash, nonce) {
            Ok(request) => request,
            Err(reason) => return attempt(source(host(url)), Err(reason), None),
        };
        let mut answer = Vec::new();
        let order = FetchRequest {
            url,
            purpose: FetchPurpose::Ocsp,
            post: Some(&request),
            limits: limits(LARGEST_ANSWER as u64, whole),
        };
        match self.fetch.fetch(order, &mut answer).await {
            Ok(fetched) => attempt(
                source(fetched.host),
                judge(&answer, question, nonce, at),
                fetched.server_date,
            ),
            Err(error) => failed(error, url, source),
        }
    }

    async fn read_list(
        &self,
        point: &CrlPoint,
        question: &Question,
        ends: Duration,
        at: OffsetDateTime,
    ) -> Attempt {
        let source = |host| Source::Crl { host };
        let left = self.time_left(CRL_TIME, ends);
        if left.is_zero() {
            return out_of_time(&point.url, source);
        }
        let mut reader = CrlReader::new(question, point);
        let order = FetchRequest {
            url: &point.url,
            purpose: FetchPurpose::Crl,
            post: None,
            limits: limits(LARGEST_LIST, left),
        };
        match self.fetch.fetch(order, &mut reader).await {
            Ok(Fetched {
                host, server_date, ..
            }) => attempt(source(host), reader.finish(at), server_date),
            // The reader wanted no more, and knows why.
            Err(FetchError::Stopped { host }) => attempt(source(host), reader.finish(at), None),
            Err(error) => failed(error, &point.url, source),
        }
    }
}

impl<F: Fetch> RevocationSource for Online<F> {
    fn ask<'a>(&'a self, question: &'a Question, at: OffsetDateTime) -> Answering<'a, Answers> {
        Box::pin(async move { Answers::new(question, self.ask_all(question, at).await, at) })
    }

    /// Who names the ways to ask wants the answers, whatever else is wrong.
    fn asks_of_bad_ones(&self) -> bool {
        self.all
    }
}

/// Whether nobody else has to be asked.
fn settles(attempt: &Attempt) -> bool {
    match &attempt.result {
        Ok(statement) => match statement.status {
            Status::Good | Status::Revoked { .. } => true,
            Status::UnknownToResponder => false,
        },
        Err(_) => false,
    }
}

/// Whether the responder may know the certificate after all, under the other hash.
fn may_know_another_name(attempt: &Attempt) -> bool {
    match &attempt.result {
        Ok(statement) => statement.status == Status::UnknownToResponder,
        Err(Unchecked::ResponderSays { status }) => ["unauthorized", "malformedRequest"].contains(status),
        Err(reason) => *reason == Unchecked::OtherCertificate,
    }
}

fn attempt(
    source: Source,
    judged: Result<(Status, Times), Unchecked>,
    server_date: Option<OffsetDateTime>,
) -> Attempt {
    Attempt {
        source,
        result: judged.map(|(status, times)| Statement { status, times }),
        server_date,
    }
}

fn failed(error: FetchError, url: &str, source: impl FnOnce(String) -> Source) -> Attempt {
    let host = error.host().map_or_else(|| host(url), str::to_owned);
    attempt(source(host), Err(Unchecked::Fetch(error)), None)
}

/// One that was not asked any more, because the others had used up the time.
fn out_of_time(url: &str, source: impl FnOnce(String) -> Source) -> Attempt {
    let host = host(url);
    let error = FetchError::Timeout { host: host.clone() };
    attempt(source(host), Err(Unchecked::Fetch(error)), None)
}

fn limits(body: u64, whole: Duration) -> FetchLimits {
    FetchLimits {
        body,
        whole,
        connect: CONNECT_TIME.min(whole),
    }
}

/// Of the addresses in a certificate no more than these are asked.
const MOST_RESPONDERS: usize = 3;
const MOST_LISTS: usize = 4;

/// For all that is asked about one certificate: somebody who typed a PIN is waiting.
const WHOLE_TIME: Duration = Duration::from_secs(30);
/// For all requests to one responder.
const OCSP_TIME: Duration = Duration::from_secs(5);
const CRL_TIME: Duration = Duration::from_secs(20);
const CONNECT_TIME: Duration = Duration::from_secs(3);

const LARGEST_LIST: u64 = 32 * 1024 * 1024;
