//! Whom the window trusts, and whom it asks.

use crate::arguments::{Arguments, Revocation};
use cns_login::{Judge, OFFICIAL_LIST_VARIABLE, OfficialList, Problem, packaged_list};
use cns_tls::{AllowedHosts, WebFetch};
use cns_trust::revocation::{NotAsked, Online, RevocationKind, RevocationSource};
use cns_trust::{Clock, Fetch, Pins, TrustAnchors, TrustRoots, TrustSource};
use std::sync::Arc;
use tokio::sync::watch;

/// The judge of the real world. The official list begins to load here, once, and nothing of it is written anywhere: a
/// card that comes earlier is judged by what is at hand, and again with the list.
///
/// # Errors
/// A [`Problem`] that names the argument which cannot be used.
pub(crate) fn judge(arguments: &Arguments, clock: Arc<dyn Clock>) -> Result<Judge, Problem> {
    // Each was taken as a host when the arguments were read.
    let web = WebFetch::new(AllowedHosts::parse(&arguments.allow_host).unwrap_or_default());
    let roots = TrustRoots::of_paths(&arguments.trust_roots)?;
    let administrator = std::env::var(OFFICIAL_LIST_VARIABLE).ok();
    let list = OfficialList::of(
        &arguments.trust_list,
        administrator.as_deref(),
        !arguments.trust_roots.is_empty(),
    );
    let revocation = revocation(arguments, web.clone());
    let anchors = TrustAnchors::new(roots);
    if list == OfficialList::Off {
        return Ok(Judge::new(Arc::new(anchors), revocation, clock));
    }
    let (loaded, later) = watch::channel(None);
    let at_hand = Arc::new(anchors.clone().awaiting_list());
    let web = (!arguments.offline).then_some(web);
    tokio::spawn(async move {
        let packaged = std::env::current_exe().ok();
        let packaged = packaged.as_deref().and_then(packaged_list);
        let web = web.as_ref().map(|web| web as &dyn Fetch);
        let anchors = match list.load(web, packaged.as_deref(), &Pins::built_in()).await {
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
        };
        let anchors: Arc<dyn TrustSource> = Arc::new(anchors);
        // Nobody listens any more when the window is gone.
        let _ = loaded.send(Some(anchors));
    });
    Ok(Judge::awaiting(at_hand, later, revocation, clock))
}

/// Whom to ask whether a certificate was revoked.
fn revocation(arguments: &Arguments, web: WebFetch) -> Arc<dyn RevocationSource> {
    if arguments.offline || arguments.revocation.contains(&Revocation::Off) {
        return Arc::new(NotAsked);
    }
    let ways: Vec<RevocationKind> = arguments
        .revocation
        .iter()
        .filter_map(|way| match way {
            Revocation::Off => None,
            Revocation::Ocsp => Some(RevocationKind::Ocsp),
            Revocation::Crl => Some(RevocationKind::Crl),
        })
        .collect();
    let online = Online::new(web);
    Arc::new(if ways.is_empty() {
        online
    } else {
        online.asking_all(ways)
    })
}
