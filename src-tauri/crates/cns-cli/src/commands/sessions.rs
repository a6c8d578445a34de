//! `cns sessions`: what the keyring holds, without its secrets.

use crate::commands::card::rfc3339;
use crate::output::{Output, Report};
use cns_login::{Problem, ProblemCode, Session, Vault};
use cns_session::SessionVault;
use cns_trust::SystemClock;
use serde_json::json;
use std::sync::Arc;

pub(crate) async fn run(output: &Output) -> Result<Report, Problem> {
    let sessions = SessionVault::open(Arc::new(SystemClock)).sessions().await?;
    let listed: Vec<_> = sessions
        .iter()
        .map(|session| {
            json!({
                "session": session.handle.0,
                "portal": session.portal,
                "holder": session.holder_name,
                "expires_at": rfc3339(session.expires_at),
            })
        })
        .collect();
    let mut text: String = sessions
        .iter()
        .map(|session| {
            format!(
                "{}  {}  {}  {} {}\n",
                session.handle.0,
                session.portal,
                session.holder_name,
                output.say("fino a", "until"),
                output.moment(session.expires_at)
            )
        })
        .collect();
    if text.is_empty() {
        text = format!("{}\n", output.say("Nessuna sessione aperta.", "No open session."));
    }
    Ok(Report {
        json: json!({"sessions": listed}),
        text,
    })
}

/// The sessions that a command is about: the one it names, or all of them; the newest first.
///
/// # Errors
/// `no_session` when there is none.
pub(crate) async fn chosen(vault: &SessionVault, named: Option<&str>) -> Result<Vec<Session>, Problem> {
    let mut sessions = vault.sessions().await?;
    sessions.retain(|session| named.is_none_or(|handle| session.handle.0 == handle));
    sessions.sort_by_key(|session| std::cmp::Reverse(session.expires_at));
    if sessions.is_empty() {
        Err(ProblemCode::NoSession.into())
    } else {
        Ok(sessions)
    }
}
