//! `cns login --with-pin`: the log-in with the portal's PIN, with a terminal for a window.

use super::offered;
use super::person::Person;
use crate::args::Login;
use crate::commands::login::{report, tell};
use crate::commands::pin_portal::portal_named;
use crate::output::{Failed, Output, Report};
use cns_login::{Kept, PinPorts, Portal, log_in_with_pin};
use cns_session::SessionVault;
use cns_trust::SystemClock;
use std::sync::Arc;

pub(crate) async fn run(args: &Login, output: &Output) -> Result<Report, Failed> {
    let (profile, portal) = portal_named(&args.portal, args.server_ca.clone())?;
    offered(&profile, output)?;
    let mut person = Person::of(args.stdin, output)?;
    let vault = SessionVault::open(Arc::new(SystemClock));
    let ports = PinPorts {
        person: &mut person,
        portal: &portal,
        vault: &vault,
    };
    let journey = log_in_with_pin(ports, &profile, &|progress| tell(&progress, output)).await;
    portal.settled().await;
    let made = person.made().cloned();
    let showing = |failed: Failed| match &made {
        // The PIN was made whatever came after: whoever asked for it must have it.
        Some(pin) => failed.showing("new_pin", pin.reveal().into(), ""),
        None => failed,
    };
    let logged_in = journey.map_err(|problem| showing(problem.into()))?;
    if logged_in.kept == Kept::Memory {
        // The memory of this process is about to go: a session that nobody could use or end would stay open.
        let ended = portal.log_out(&logged_in.session).await;
        ended.map_err(|problem| showing(problem.into()))?;
    }
    let mut report = report(&logged_in.session, logged_in.kept, output);
    if let (Some(pin), Some(object)) = (&made, report.json.as_object_mut()) {
        object.insert("new_pin".to_owned(), pin.reveal().into());
    }
    Ok(report)
}
