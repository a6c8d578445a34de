//! `cns sessions`: what the keyring holds, without its secrets.

use crate::commands::card::rfc3339;
use crate::output::{Output, Report};
use cns_login::{Method, PinKind, Problem, ProblemCode, Session, Vault};
use cns_session::SessionVault;
use cns_tls::HttpsPortal;
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
                "masked_code": session.masked_code,
                "method": session.method,
                "kind": session.kind,
                "scope": session.scope,
                "expires_at": rfc3339(session.expires_at),
            })
        })
        .collect();
    let mut text: String = sessions
        .iter()
        .map(|session| {
            format!(
                "{}  {}  {}  {}  {} {}\n",
                session.handle.0,
                session.portal,
                whose(session),
                by_what(session, output),
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

/// The holder by name and masked code: two people of one name are two.
pub(crate) fn whose(session: &Session) -> String {
    match &session.masked_code {
        Some(code) => format!("{} ({code})", session.holder_name),
        None => session.holder_name.clone(),
    }
}

/// How the session was opened, in words.
pub(crate) fn by_what(session: &Session, output: &Output) -> &'static str {
    match (session.method, session.kind) {
        (Method::Cns, _) => output.say("con la tessera", "with the card"),
        (Method::Pin, Some(PinKind::Dispositivo)) => output.say(
            "con il PIN del portale, dispositivo",
            "with the portal's PIN, dispositivo",
        ),
        (Method::Pin, Some(PinKind::Ordinario)) => output.say(
            "con il PIN del portale, ordinario",
            "with the portal's PIN, ordinario",
        ),
        (Method::Pin, None) => output.say("con il PIN del portale", "with the portal's PIN"),
    }
}

/// The session that a command is about: the one it names, or the newest; with the way to its portal.
///
/// # Errors
/// `no_session` when there is none; `several_people` when sessions of more than one person are open and none is named.
pub(crate) async fn newest(
    vault: &SessionVault,
    named: Option<&str>,
) -> Result<(Session, HttpsPortal), Problem> {
    let session = of_one_person(chosen(vault, named).await?)?;
    let portal = HttpsPortal::for_session(&session);
    Ok((session, portal))
}

/// The newest of these sessions, if all are of one person.
pub(crate) fn of_one_person(sessions: Vec<Session>) -> Result<Session, Problem> {
    let mut sessions = sessions.into_iter();
    let newest = sessions.next().ok_or(ProblemCode::NoSession)?;
    // A card and an archive may tell the parts of a name in another order.
    let whose = |session: &Session| {
        let name = session.holder_name.to_uppercase();
        let mut parts: Vec<_> = name.split_whitespace().map(str::to_owned).collect();
        parts.sort();
        (session.masked_code.clone(), parts)
    };
    match sessions.all(|session| whose(&session) == whose(&newest)) {
        true => Ok(newest),
        false => Err(ProblemCode::SeveralPeople.into()),
    }
}

/// Forgets a session that the portal no longer knows, and gives the problem on.
pub(crate) async fn forgetting<T>(
    asked: Result<T, Problem>,
    session: &Session,
    vault: &SessionVault,
) -> Result<T, Problem> {
    if asked
        .as_ref()
        .is_err_and(|problem| problem.code == ProblemCode::SessionEnded)
    {
        vault.forget(&session.handle).await?;
    }
    asked
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
