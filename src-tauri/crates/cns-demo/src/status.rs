//! The example's authority says which of its cards were revoked. It answers inside the process: no socket is opened.

use cns_trust::{Answering, Clock, Fetch, FetchError, FetchPurpose, FetchRequest, Fetched, Pour, summary};
use cns_virtual_card::pki::Authority;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;

/// What the authority revoked so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Revoked(Arc<Mutex<Vec<Entry>>>);

/// A serial number, and since when it is revoked.
type Entry = (Vec<u8>, OffsetDateTime);

impl Revoked {
    /// Revokes a certificate.
    pub(crate) fn revoke(&self, certificate_der: &[u8], since: OffsetDateTime) {
        let Some(serial) = summary(certificate_der).and_then(|summary| bytes(&summary.serial)) else {
            return;
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((serial, since));
    }

    fn all(&self) -> Vec<Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The authority's revocation list, fetched. Nobody else is there.
pub(crate) struct ListInside {
    pub(crate) revoked: Revoked,
    pub(crate) clock: Arc<dyn Clock>,
}

impl ListInside {
    /// The list as of now, signed by the authority.
    fn list(&self) -> Option<Vec<u8>> {
        let authority = Authority::example().ok()?;
        authority
            .revocation_list(&self.revoked.all(), self.clock.now())
            .ok()
    }
}

impl Fetch for ListInside {
    fn fetch<'a>(
        &'a self,
        request: FetchRequest<'a>,
        body: &'a mut (dyn Pour + Send),
    ) -> Answering<'a, Result<Fetched, FetchError>> {
        Box::pin(async move {
            let host = HOST.to_owned();
            let is_ours = request.purpose == FetchPurpose::Crl && request.url == LIST;
            let Some(list) = is_ours.then(|| self.list()).flatten() else {
                return Err(FetchError::Unreachable { host });
            };
            match body.pour(&list) {
                ControlFlow::Continue(()) => Ok(Fetched {
                    host,
                    server_date: None,
                    bytes: list.len() as u64,
                }),
                ControlFlow::Break(()) => Err(FetchError::Stopped { host }),
            }
        })
    }
}

/// The bytes of a number in hexadecimal.
fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    let digits = hexadecimal.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// The host that the example cards name. It is nobody's (RFC 6761 §6.5).
const HOST: &str = "cns.sportello.example";
const LIST: &str = "http://cns.sportello.example/crl.crl";
