//! How a session ends: on the portal, in the vault, by its time.

use crate::area::Live;
use crate::expiry;
use crate::session::{WholePortal, World};
use cns_contract::{Closed, ProblemSeen};
use cns_login::{Readers, Session, Vault};

impl<R: Readers, D: WholePortal, V: Vault> World<'_, R, D, V> {
    /// Ends a session on the portal and in the vault.
    pub(crate) async fn close(&self, session: &Session) -> Closed {
        let (told, forgotten) =
            tokio::join!(self.portal.log_out(session), self.vault.forget(&session.handle));
        if let Err(problem) = &told {
            tracing::warn!(
                problem = problem.code.name(),
                "the portal could not be told of the end"
            );
        }
        Closed {
            portal_told: Some(told.is_ok()),
            left_behind: forgotten.as_ref().err().map(ProblemSeen::from),
        }
    }

    /// Ends a session that nobody was shown.
    pub(crate) async fn close_quietly(&self, session: &Session) {
        if let Err(problem) = self.portal.log_out(session).await {
            tracing::warn!(
                problem = problem.code.name(),
                "a session that was not kept stays open on the portal"
            );
        }
    }

    /// Resolves at the session's end; one that goes on under a new PIN may have a later one.
    pub(crate) async fn time_is_over(&self, live: &Live) {
        loop {
            let end = live.session().expires_at;
            expiry::until(end, self.clock).await;
            if live.session().expires_at <= end {
                return;
            }
        }
    }
}
