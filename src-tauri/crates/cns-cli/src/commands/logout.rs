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
    let mut first_problem = None;
    for session in chosen(&vault, args.session.as_deref()).await? {
        // Both are tried whatever the other says: what one cannot end, the other still does.
        let forgotten = vault.forget(&session.handle).await;
        let told = HttpsPortal::for_session(&session).log_out(&session).await;
        match forgotten.and(told) {
            Ok(()) => ended.push(session.handle.0),
            Err(problem) => first_problem = first_problem.or(Some(problem)),
        }
    }
    match first_problem {
        Some(problem) => Err(problem),
        None => Ok(Report {
            text: format!("{}\n", output.say("Sei uscito.", "You are logged out.")),
            json: json!({"ended": ended}),
        }),
    }
}
