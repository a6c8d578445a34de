//! The end of a visit to a portal of pages.

use super::Way;
use super::jar::HandedCookie;
use super::walk::Walk;
use cns_login::Problem;

/// Ends the session on the portal: its log-out is called with these cookies, and followed where it leads. True when there is a
/// log-out that was called, false when the profile knows none.
///
/// # Errors
/// Whatever can happen on a way; the session may then still be open on the portal.
pub async fn leave(way: &Way, cookies: &[HandedCookie]) -> Result<bool, Problem> {
    let Some(url) = &way.web.log_out_url else {
        return Ok(false);
    };
    let mut walk = Walk::begin_at(url, way.clone(), |_| {})?.carrying(cookies);
    // Whoever would want the card now is not asked: the session is over by then.
    walk.go().await?;
    Ok(true)
}
