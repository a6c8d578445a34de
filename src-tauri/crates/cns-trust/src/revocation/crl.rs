//! CRL (RFC 5280 §5), read as it comes: memory does not grow with the list.
//!
//! A list of the issuer itself, complete, in DER and to the profile is what counts: version 2, with a number. An
//! indirect or a delta one is refused by name, and so is PEM, which RFC 5280 §4.2.1.13 does not allow at an address. A
//! list that covers some reasons only can say that a certificate is revoked, and no more.

use super::crl_list::ListRead;
use crate::Pour;
use crate::revocation::{CrlPoint, Question, Status, Times, Unchecked};
use std::ops::ControlFlow;
use time::OffsetDateTime;

/// Reads one CRL piece by piece. Nothing of it counts until the last byte's signature is verified.
pub struct CrlReader<'q> {
    /// What was read, or why the list is refused already.
    list: Result<ListRead<'q>, Unchecked>,
}

impl<'q> CrlReader<'q> {
    /// A reader that looks for the certificate of `question` in the list of `point`.
    pub fn new(question: &'q Question, point: &'q CrlPoint) -> Self {
        Self {
            list: ListRead::new(question, point),
        }
    }

    /// What the whole list says, at the instant `at`. [`Status::Good`] means: not on a list that is complete, in
    /// scope, in date and verified.
    ///
    /// # Errors
    /// Why it does not count; [`Unchecked::Malformed`] also where the list breaks off.
    pub fn finish(self, at: OffsetDateTime) -> Result<(Status, Times), Unchecked> {
        self.list?.finish(at)
    }

    /// How many bytes of the list it keeps, with the room for more.
    pub fn held_bytes(&self) -> usize {
        self.list.as_ref().map_or(0, ListRead::held_bytes)
    }
}

impl Pour for CrlReader<'_> {
    fn pour(&mut self, piece: &[u8]) -> ControlFlow<()> {
        for chunk in piece.chunks(CHUNK) {
            let Ok(list) = &mut self.list else {
                return ControlFlow::Break(());
            };
            if let Err(why) = list.take(chunk) {
                self.list = Err(why);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}

impl std::fmt::Debug for CrlReader<'_> {
    /// Leaves the list out, and the certificate, whose number is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CrlReader")
            .field("refused", &self.list.as_ref().err())
            .finish_non_exhaustive()
    }
}

/// A piece of any size is taken in by such parts, so that what is kept does not depend on it.
const CHUNK: usize = 16 * 1024;
