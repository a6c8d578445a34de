//! The judge that the arguments ask for.

use crate::args::TrustArgs;
use cns_login::{Judge, OFFICIAL_LIST_VARIABLE, OfficialList, Problem, ProblemCode};
use cns_tls::{AllowedHosts, JudgeSettings};
use cns_trust::{Clock, TrustRoots, read_list_file};
use std::sync::Arc;

/// Builds it. The official list begins to load here, unless it is a file.
///
/// # Errors
/// A [`Problem`] that names the file of roots, or of a list, that cannot be used.
pub(crate) fn judge(args: &TrustArgs, clock: Arc<dyn Clock>) -> Result<Judge, Problem> {
    let administrator = std::env::var(OFFICIAL_LIST_VARIABLE).ok();
    let list = OfficialList::of(
        &args.trust_list,
        administrator.as_deref(),
        !args.trust_roots.is_empty(),
    );
    if let OfficialList::Named { files, .. } = &list {
        // What is in it is judged with the certificate; that it is there can be known now.
        for path in files {
            read_list_file(path).map_err(|_| {
                Problem::new(ProblemCode::FileUnusable).with("path", path.display().to_string())
            })?;
        }
    }
    let settings = JudgeSettings {
        roots: TrustRoots::of_paths(&args.trust_roots)?,
        list,
        revocation: args.revocation.clone().unwrap_or_default(),
        // Each was taken as a host when the arguments were read.
        allowed: AllowedHosts::parse(&args.allow_host).unwrap_or_default(),
        offline: args.offline,
    };
    Ok(cns_tls::judge(settings, clock))
}
