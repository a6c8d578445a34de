//! `cns logout`: the end of a session on the portal, in the keyring, and of every connection.

use crate::args;
use crate::commands::sessions::chosen;
use crate::output::{Output, Report};
use cns_login::{Portal, Problem, Vault};
use cns_session::SessionVault;
use cns_tls::HttpsPortal;
use cns_trust::SystemClock;
use serde_json::json;
use std::sync::Arc;

pub(crate) async fn run(args: &args::OneSession, output: &Output) -> Result<Report, Problem> {
    let vault = SessionVault::open(Arc::new(SystemClock));
    let mut ended = Vec::new();
    let mut not_told = None;
    for session in chosen(&vault, args.session.as_deref()).await? {
        // The keyring forgets first: whatever the portal says, nothing of the session stays here.
        vault.forget(&session.handle).await?;
        match HttpsPortal::for_session(&session).log_out(&session).await {
            Ok(()) => ended.push(session.handle.0),
            Err(problem) => not_told = Some(problem),
        }
    }
    match not_told {
        Some(problem) => Err(problem),
        None => Ok(Report {
            text: format!("{}\n", output.say("Sei uscito.", "You are logged out.")),
            json: json!({"ended": ended}),
        }),
    }
}
