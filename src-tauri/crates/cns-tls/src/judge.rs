//! The judge of the real world: whom it trusts, and whom it asks over the network.

use crate::{AllowedHosts, WebFetch};
use cns_login::{Judge, OfficialList, packaged_list};
use cns_trust::revocation::{NotAsked, Online, RevocationKind, RevocationSource};
use cns_trust::{Clock, Fetch, Pins, TrustAnchors, TrustRoots, TrustSource};
use rand::RngCore;
use std::sync::Arc;
use tokio::sync::watch;

/// What a person, or an administrator, said about trust.
#[derive(Clone, Debug, Default)]
pub struct JudgeSettings {
    /// The roots that they name.
    pub roots: TrustRoots,
    /// The official list that is consulted.
    pub list: OfficialList,
    /// Who is asked whether a certificate was revoked.
    pub revocation: RevocationAsked,
    /// The local hosts that may be visited all the same.
    pub allowed: AllowedHosts,
    /// Whether no network is used at all.
    pub offline: bool,
}

/// Who is asked whether a certificate was revoked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RevocationAsked {
    /// Nobody.
    Nobody,
    /// The responders first; the lists where those gave no answer.
    #[default]
    UntilAnswered,
    /// All of these, so that their answers can be compared.
    All(Vec<RevocationKind>),
}

/// The judge by these settings.
///
/// An official list begins to load here, once, and nothing of it is written anywhere: a card that comes earlier is judged
/// by what is at hand, and again with the list. Must be called within a tokio runtime.
pub fn judge(settings: JudgeSettings, clock: Arc<dyn Clock>) -> Judge {
    let web = (!settings.offline).then(|| WebFetch::new(settings.allowed));
    let revocation = asking(settings.revocation, web.clone());
    let anchors = TrustAnchors::new(settings.roots);
    if settings.list == OfficialList::Off {
        return Judge::new(Arc::new(anchors), revocation, clock);
    }
    let (loaded, later) = watch::channel(None);
    let at_hand = Arc::new(anchors.clone().awaiting_list());
    tokio::spawn(async move {
        let anchors: Arc<dyn TrustSource> = Arc::new(with_list(anchors, &settings.list, web).await);
        // Nobody listens any more when the program is about to end.
        let _ = loaded.send(Some(anchors));
    });
    Judge::awaiting(at_hand, later, revocation, clock)
}

async fn with_list(anchors: TrustAnchors, list: &OfficialList, web: Option<WebFetch>) -> TrustAnchors {
    let program = std::env::current_exe().ok();
    let packaged = program.as_deref().and_then(packaged_list);
    let web = web.as_ref().map(|web| web as &dyn Fetch);
    match list.load(web, packaged.as_deref(), &Pins::built_in()).await {
        Some(Ok(list)) => {
            let facts = list.facts();
            tracing::info!(sequence = facts.sequence, origin = %facts.origin, "the official list is in use");
            anchors.with_list(Ok(list))
        }
        Some(Err(error)) => {
            tracing::warn!(case = error.case(), "there is no usable official list");
            anchors.with_list(Err(error))
        }
        None => anchors,
    }
}

fn asking(asked: RevocationAsked, web: Option<WebFetch>) -> Arc<dyn RevocationSource> {
    let Some(web) = web else {
        return Arc::new(NotAsked);
    };
    let online = Online::new(web).with_nonce(nonce);
    match asked {
        RevocationAsked::Nobody => Arc::new(NotAsked),
        RevocationAsked::UntilAnswered => Arc::new(online),
        RevocationAsked::All(ways) => Arc::new(online.asking_all(ways)),
    }
}

/// What ties an OCSP answer to its request (RFC 9654).
fn nonce() -> [u8; 16] {
    let mut nonce = [0; 16];
    rand::thread_rng().fill_bytes(&mut nonce);
    nonce
}
