//! What answers are worth together.
//!
//! Every verified statement becomes a finding of its own, the strictest first: two that disagree are both shown, and
//! the stricter decides. Tries that failed count for nothing beside a statement; without any, the one that came nearest
//! to an answer says why nothing is known.

use crate::finding::Evidence;
use crate::listing::CLOCKS_MAY_DIFFER;
use crate::revocation::{Answers, Attempt, Reason, Source, Statement, Status, Unchecked};
use crate::summary::day;
use crate::{FetchError, Finding, FindingCode};
use time::macros::format_description;
use time::{Duration, OffsetDateTime};

impl Answers {
    /// The findings on revocation: one for each statement, the strictest first; or one that tells why there is none.
    pub fn findings(&self) -> Vec<Finding> {
        let mut statements: Vec<(&Attempt, &Statement)> = self
            .attempts
            .iter()
            .filter_map(|attempt| Some((attempt, attempt.result.as_ref().ok()?)))
            .collect();
        statements.sort_by_key(|(_, statement)| leniency(&statement.status));
        let found: Vec<Finding> = statements
            .into_iter()
            .map(|(attempt, _)| self.finding_of(attempt))
            .collect();
        match found.is_empty() {
            true => vec![self.nothing_known()],
            false => found,
        }
    }

    /// The finding that one try would be by itself: for the list of all tries, beside the findings that count.
    pub fn finding_of(&self, attempt: &Attempt) -> Finding {
        let source = attempt.source.host().unwrap_or_default();
        let statement = match &attempt.result {
            Ok(statement) => statement,
            Err(reason) => {
                let mut finding = unknown(reason, source);
                if self.is_of_a_chosen_instant {
                    finding.leave_the_clock_out();
                }
                return finding;
            }
        };
        let way = attempt.source.name();
        let said_by = |finding: Finding| finding.with("host", source).with("way", way.to_uppercase());
        let code = FindingCode::Revocation;
        let finding = match &statement.status {
            Status::Good => said_by(Finding::good(code)),
            Status::UnknownToResponder => said_by(Finding::unknown(code, "unknown_to_responder")),
            Status::Revoked { at, reason } => {
                let finding = Finding::bad(code, self.revoked_case(*at, *reason));
                said_by(finding.with("date", day(*at)))
            }
        };
        finding.resting_on(Evidence {
            source: source.to_owned(),
            checked_at: self.asked_at,
            produced_at: Some(statement.times.produced_at),
            next_update: statement.times.next_update,
        })
    }

    /// This computer's clock, if it seems wrong beside those of the servers: the one that comes nearest to it counts,
    /// since one server's clock can be wrong too. Nobody vouches for any of them, so this is a hint and no more.
    pub fn clock_finding(&self) -> Option<Finding> {
        let nearest = self
            .attempts
            .iter()
            .filter_map(|attempt| Some((attempt.server_date?, attempt.source.host()?)))
            .min_by_key(|(date, _)| (*date - self.asked_at).abs());
        let (date, host) = nearest?;
        let case = match date - self.asked_at {
            ahead if ahead > CLOCKS_MAY_DIFFER => "behind_server",
            behind if behind < -CLOCKS_MAY_DIFFER => "ahead_of_server",
            _ => return None,
        };
        let date = date.to_offset(time::UtcOffset::UTC);
        let time = date.format(format_description!("[hour]:[minute] UTC"));
        Some(
            Finding::unknown(FindingCode::Clock, case)
                .with("date", day(date))
                .with("time", time.unwrap_or_default())
                .with("host", host),
        )
    }

    /// A card that was never activated is suspended from the day on which its certificate was made.
    fn revoked_case(&self, at: OffsetDateTime, reason: Option<Reason>) -> &'static str {
        match reason {
            Some(Reason::CertificateHold) if (at - self.not_before()).abs() <= Duration::DAY => {
                "never_activated"
            }
            Some(Reason::CertificateHold) => "suspended",
            Some(Reason::KeyCompromise | Reason::CaCompromise | Reason::AaCompromise) => {
                "revoked_compromised"
            }
            Some(Reason::Superseded) => "revoked_replaced",
            Some(Reason::CessationOfOperation) => "revoked_ended",
            None
            | Some(
                Reason::Unspecified
                | Reason::AffiliationChanged
                | Reason::RemoveFromCrl
                | Reason::PrivilegeWithdrawn,
            ) => "revoked",
        }
    }

    fn nothing_known(&self) -> Finding {
        let failed = || {
            self.attempts
                .iter()
                .filter_map(|attempt| Some((attempt, attempt.result.as_ref().err()?)))
        };
        // The first of those that are equally near.
        let nearest = failed().min_by_key(|(_, reason)| distance(reason));
        match nearest {
            _ if self.is_unasked() => unknown(&Unchecked::NotAsked, ""),
            Some((_, Unchecked::Ldap)) => unknown(&Unchecked::OnlyLdap, ""),
            Some((attempt, reason)) => unknown(reason, attempt.source.host().unwrap_or_default()),
            None => unknown(&Unchecked::NoAddress, ""),
        }
    }
}

impl Source {
    /// The way of asking, as it is shown: `ocsp`, `crl`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ocsp { .. } => "ocsp",
            Self::Crl { .. } => "crl",
            Self::Nobody => "nobody",
        }
    }
}

/// Revoked for good, suspended, not known, good.
fn leniency(status: &Status) -> u8 {
    match status {
        Status::Revoked {
            reason: Some(Reason::CertificateHold),
            ..
        } => 1,
        Status::Revoked { .. } => 0,
        Status::UnknownToResponder => 2,
        Status::Good => 3,
    }
}

/// How far a try was from an answer that counts.
fn distance(reason: &Unchecked) -> u8 {
    match reason {
        // A sound answer that does not hold now, or whose signer could not be checked to the end.
        Unchecked::Expired { .. } | Unchecked::FromTheFuture { .. } | Unchecked::ResponderUnchecked => 0,
        // An answer that proves nothing.
        Unchecked::WeakSignature { .. }
        | Unchecked::BadSignature
        | Unchecked::WrongResponder
        | Unchecked::WrongIssuer
        | Unchecked::OtherCertificate
        | Unchecked::Nonce => 1,
        // An answer to another question.
        Unchecked::Scope | Unchecked::Indirect | Unchecked::Delta | Unchecked::CriticalExtension { .. } => 2,
        // Something came.
        Unchecked::ResponderSays { .. } | Unchecked::Malformed | Unchecked::FieldTooLarge => 3,
        Unchecked::Fetch(FetchError::Address) => 7,
        Unchecked::Fetch(FetchError::Unreachable { .. } | FetchError::Timeout { .. }) => 5,
        Unchecked::Fetch(_) => 4,
        // Somebody could have been asked; nobody could.
        Unchecked::NotAsked => 6,
        Unchecked::Ldap | Unchecked::OnlyLdap => 8,
        Unchecked::NoAddress => 9,
    }
}

fn unknown(reason: &Unchecked, host: &str) -> Finding {
    let bare = |case| Finding::unknown(FindingCode::Revocation, case);
    let finding = |case| bare(case).with("host", host);
    match reason {
        Unchecked::NoAddress => bare("no_address"),
        Unchecked::OnlyLdap => bare("only_ldap"),
        Unchecked::NotAsked => bare("not_asked"),
        Unchecked::Ldap => finding("ldap_ignored"),
        Unchecked::Fetch(error) => not_fetched(error, host),
        Unchecked::Malformed | Unchecked::FieldTooLarge => finding("malformed"),
        Unchecked::ResponderSays { status } => finding("responder_says").with("status", *status),
        Unchecked::WrongResponder => finding("wrong_responder"),
        Unchecked::ResponderUnchecked => finding("responder_unchecked"),
        Unchecked::BadSignature => finding("bad_signature"),
        Unchecked::WeakSignature { algorithm } => finding("weak_signature").with("algorithm", algorithm),
        Unchecked::OtherCertificate => finding("other_certificate"),
        Unchecked::Nonce => finding("nonce"),
        Unchecked::Expired { next_update } => finding("expired_answer").with("date", day(*next_update)),
        Unchecked::FromTheFuture { .. } => finding("future_answer"),
        Unchecked::Scope => finding("scope"),
        Unchecked::Indirect => finding("indirect"),
        Unchecked::Delta => finding("delta"),
        Unchecked::CriticalExtension { oid } => finding("critical_extension").with("oid", oid),
        Unchecked::WrongIssuer => finding("wrong_issuer"),
    }
}

fn not_fetched(error: &FetchError, asked: &str) -> Finding {
    let finding =
        |case| Finding::unknown(FindingCode::Revocation, case).with("host", error.host().unwrap_or(asked));
    match error {
        FetchError::Address => finding("address_unusable"),
        FetchError::HostNotAllowed { .. } => finding("address_not_allowed"),
        FetchError::Unreachable { .. } | FetchError::Timeout { .. } | FetchError::ServerUntrusted { .. } => {
            finding("no_answer")
        }
        FetchError::Status { status, .. } => finding("http_status").with("status", status.to_string()),
        FetchError::TooLarge { limit, .. } => finding("too_large").with("limit", limit.to_string()),
        FetchError::Redirected { .. } => finding("redirected"),
        FetchError::Stopped { .. } => finding("malformed"),
    }
}
