//! What is asked about a citizen's certificate, and what comes of it.

use crate::authority::Authority;
use crate::fetch::{here, now};
use crate::peers::Peer;
use cns_trust::revocation::{Answers, Online, Reason, RevocationSource, Source, Status, Unchecked};
use cns_trust::{Clock, SystemClock};
use time::{Duration, OffsetDateTime};

/// What an attempt came to: good, revoked and why, unknown; or why it does not count.
pub(crate) type Told = Result<(&'static str, Option<Reason>), Unchecked>;

pub(crate) const GOOD: Told = Ok(("good", None));
pub(crate) const UNKNOWN: Told = Ok(("unknown", None));

/// Revoked for this reason.
pub(crate) fn revoked(reason: Reason) -> Told {
    Ok(("revoked", Some(reason)))
}

/// What each attempt came to, with an `o` for a responder and a `c` for a list.
pub(crate) fn ask_of(
    source: &dyn RevocationSource,
    authority: &Authority,
    at: OffsetDateTime,
) -> Vec<(char, Told)> {
    let verdict = authority.verdict();
    let question = verdict.question().expect("a verified certificate");
    told_of(&now(source.ask(question, at)))
}

pub(crate) fn told_of(answers: &Answers) -> Vec<(char, Told)> {
    answers
        .attempts
        .iter()
        .cloned()
        .map(|attempt| {
            let kind = match attempt.source {
                Source::Ocsp { .. } => 'o',
                Source::Crl { .. } => 'c',
                Source::Nobody => '-',
            };
            let told = attempt.result.map(|statement| match statement.status {
                Status::Good => ("good", None),
                Status::Revoked { at: since, reason } => {
                    // It was taken back in this test, a moment ago.
                    assert!((Duration::ZERO..Duration::HOUR).contains(&(SystemClock.now() - since)));
                    ("revoked", reason)
                }
                Status::UnknownToResponder => ("unknown", None),
            });
            (kind, told)
        })
        .collect()
}

/// The same for one who asks as the program does.
pub(crate) fn ask(authority: &Authority, at: OffsetDateTime) -> Vec<(char, Told)> {
    ask_of(&Online::new(here()), authority, at)
}

pub(crate) fn address(responder: &Peer) -> String {
    format!("http://127.0.0.1:{}/ocsp", responder.port())
}

/// Has the responder look at its register again, as it does whenever it has answered somebody.
pub(crate) fn reread(authority: &Authority, responder: &Peer) {
    let url = address(responder);
    authority.openssl(&format!("ocsp -issuer ca.pem -cert ca.pem -noverify -url {url}"));
}
