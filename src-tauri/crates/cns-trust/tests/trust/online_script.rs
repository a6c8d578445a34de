//! A network that says what a test wrote down, and keeps what it was asked.

use crate::ocsp_maker::Answer;
use crate::support::NOW;
use cns_trust::revocation::{Attempt, Online, Question, RevocationSource, Source, Status, Unchecked};
use cns_trust::{Answering, Fetch, FetchError, FetchPurpose, FetchRequest, Fetched, Pour};
use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use time::OffsetDateTime;
use time::macros::datetime;

pub(crate) const SERVER_DATE: OffsetDateTime = datetime!(2026-11-22 11:59 UTC);

/// What a server does with one request, and how long it takes for it.
pub(crate) struct Reply(pub(crate) Result<Vec<u8>, FetchError>, pub(crate) Duration);

impl Reply {
    pub(crate) fn answer(answer: &Answer) -> Self {
        Self::body(answer.der())
    }

    pub(crate) fn status(number: u8) -> Self {
        Self::body(vec![0x30, 3, 0x0a, 1, number])
    }

    pub(crate) fn body(body: Vec<u8>) -> Self {
        Self(Ok(body), Duration::from_secs(1))
    }

    pub(crate) fn timeout() -> Self {
        let host = "lento.example".to_owned();
        Self(Err(FetchError::Timeout { host }), Duration::from_secs(5))
    }
}

/// One request, as it came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) url: String,
    pub(crate) post: Option<Vec<u8>>,
    pub(crate) purpose: FetchPurpose,
    /// Body, the whole, connecting.
    pub(crate) limits: (u64, Duration, Duration),
}

/// Replies in the order that a test writes; a request beyond them fails the test.
pub(crate) struct Script {
    replies: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<Seen>>,
    time: Mutex<Duration>,
}

impl Fetch for &Script {
    fn fetch<'a>(
        &'a self,
        request: FetchRequest<'a>,
        body: &'a mut (dyn Pour + Send),
    ) -> Answering<'a, Result<Fetched, FetchError>> {
        self.seen.lock().unwrap().push(Seen {
            url: request.url.to_owned(),
            post: request.post.map(<[u8]>::to_vec),
            purpose: request.purpose,
            limits: (request.limits.body, request.limits.whole, request.limits.connect),
        });
        let reply = self.replies.lock().unwrap().pop_front();
        let Reply(reply, took) = reply.unwrap_or_else(|| panic!("nobody expects {}", request.url));
        *self.time.lock().unwrap() += took;
        Box::pin(async move {
            let (host, bytes) = ("risponde.example".to_owned(), reply?);
            for piece in bytes.chunks(100) {
                if body.pour(piece).is_break() {
                    return Err(FetchError::Stopped { host });
                }
            }
            Ok(Fetched {
                host,
                server_date: Some(SERVER_DATE),
                bytes: bytes.len() as u64,
            })
        })
    }

    fn elapsed(&self) -> Duration {
        *self.time.lock().unwrap()
    }
}

/// Asks, and gives the attempts and the requests. The script must be used up.
pub(crate) fn ask_with(
    question: &Question,
    replies: Vec<Reply>,
    change: impl FnOnce(Online<&Script>) -> Online<&Script>,
) -> (Vec<Attempt>, Vec<Seen>) {
    let script = Script {
        replies: Mutex::new(replies.into()),
        seen: Mutex::default(),
        time: Mutex::default(),
    };
    let online = change(Online::new(&script));
    let answers = match pin!(online.ask(question, NOW)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answers) => answers,
        Poll::Pending => panic!("a script never waits"),
    };
    assert_eq!(answers.asked_at, NOW);
    assert_eq!(script.replies.into_inner().unwrap().len(), 0, "too few requests");
    (answers.attempts, script.seen.into_inner().unwrap())
}

pub(crate) fn ask(question: &Question, replies: Vec<Reply>) -> (Vec<Attempt>, Vec<Seen>) {
    ask_with(question, replies, |online| online)
}

/// What the attempts came to: who, and the status or the reason.
pub(crate) fn told(attempts: &[Attempt]) -> Vec<(&'static str, Result<Status, Unchecked>)> {
    let kind = |attempt: &Attempt| match attempt.source {
        Source::Ocsp { .. } => "ocsp",
        Source::Crl { .. } => "crl",
        Source::Nobody => "nobody",
    };
    let status = |attempt: &Attempt| attempt.result.clone().map(|statement| statement.status);
    attempts
        .iter()
        .map(|attempt| (kind(attempt), status(attempt)))
        .collect()
}

pub(crate) fn urls(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(|seen| seen.url.as_str()).collect()
}
