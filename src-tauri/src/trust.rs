//! Whom the window trusts, and whom it asks.

use crate::arguments::{Arguments, Revocation};
use cns_login::{Judge, OFFICIAL_LIST_VARIABLE, OfficialList, Problem};
use cns_tls::{AllowedHosts, JudgeSettings, RevocationAsked};
use cns_trust::revocation::RevocationKind;
use cns_trust::{Clock, TrustRoots};
use std::sync::Arc;

/// The judge of the real world, as the arguments say.
///
/// # Errors
/// A [`Problem`] that names the argument which cannot be used.
pub(crate) fn judge(arguments: &Arguments, clock: Arc<dyn Clock>) -> Result<Judge, Problem> {
    let administrator = std::env::var(OFFICIAL_LIST_VARIABLE).ok();
    let settings = JudgeSettings {
        roots: TrustRoots::of_paths(&arguments.trust_roots)?,
        list: OfficialList::of(
            &arguments.trust_list,
            administrator.as_deref(),
            !arguments.trust_roots.is_empty(),
        ),
        revocation: asked(&arguments.revocation),
        // Each was taken as a host when the arguments were read.
        allowed: AllowedHosts::parse(&arguments.allow_host).unwrap_or_default(),
        offline: arguments.offline,
    };
    Ok(cns_tls::judge(settings, clock))
}

/// Who is asked whether a certificate was revoked.
fn asked(ways: &[Revocation]) -> RevocationAsked {
    if ways.contains(&Revocation::Off) {
        return RevocationAsked::Nobody;
    }
    let kinds: Vec<RevocationKind> = ways
        .iter()
        .filter_map(|way| match way {
            Revocation::Off => None,
            Revocation::Ocsp => Some(RevocationKind::Ocsp),
            Revocation::Crl => Some(RevocationKind::Crl),
        })
        .collect();
    if kinds.is_empty() {
        RevocationAsked::UntilAnswered
    } else {
        RevocationAsked::All(kinds)
    }
}
