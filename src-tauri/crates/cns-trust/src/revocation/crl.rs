//! CRL (RFC 5280 §5), read as it comes: memory does not grow with the list.

use crate::Pour;
use crate::revocation::{CrlPoint, Question, Status, Times, Unchecked};
use std::ops::ControlFlow;
use time::OffsetDateTime;

/// Reads one CRL piece by piece. Nothing of it counts until the last byte's signature is verified.
#[derive(Debug)]
pub struct CrlReader<'q> {
    _question: &'q Question,
    _point: &'q CrlPoint,
}

impl<'q> CrlReader<'q> {
    /// A reader that looks for the certificate of `question` in the list of `point`.
    pub fn new(question: &'q Question, point: &'q CrlPoint) -> Self {
        Self {
            _question: question,
            _point: point,
        }
    }

    /// What the whole list says, at the instant `at`.
    ///
    /// # Errors
    /// Why it does not count.
    pub fn finish(self, _at: OffsetDateTime) -> Result<(Status, Times), Unchecked> {
        Err(Unchecked::Malformed)
    }
}

impl Pour for CrlReader<'_> {
    fn pour(&mut self, _piece: &[u8]) -> ControlFlow<()> {
        ControlFlow::Break(())
    }
}
