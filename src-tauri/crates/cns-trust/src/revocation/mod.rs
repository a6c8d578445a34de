//! Has its issuer taken the certificate back?
//!
//! A [`Question`] comes out of a verdict whose signature was verified, so no address of an unverified certificate is
//! ever asked. A [`RevocationSource`] answers it; [`Online`] does so over OCSP (RFC 6960), then CRL (RFC 5280 §5).

mod answer;
mod cert_id;
pub mod crl;
mod crl_algorithm;
mod crl_der;
mod crl_entry;
mod crl_extension;
mod crl_issuer;
mod crl_list;
mod crl_scope;
mod crl_signature;
mod crl_time;
pub mod ocsp;
mod online;
mod outcome;
mod question;
mod responder;

pub use answer::{Answers, Attempt, NotAsked, Reason, Recorded, Source, Statement, Status, Times, Unchecked};
pub use online::{Online, RevocationKind};
pub use question::{CrlPoint, Question};

use crate::Answering;
use time::OffsetDateTime;

/// Asks whether a certificate was revoked.
pub trait RevocationSource: Send + Sync {
    /// Asks as of the instant `at`. Never fails: what could not be asked is in the answers too.
    fn ask<'a>(&'a self, question: &'a Question, at: OffsetDateTime) -> Answering<'a, Answers>;

    /// Whether it asks anybody at all.
    fn asks(&self) -> bool {
        true
    }

    /// Whether it was told to ask about a certificate that is bad already, too.
    fn asks_of_bad_ones(&self) -> bool {
        false
    }
}
