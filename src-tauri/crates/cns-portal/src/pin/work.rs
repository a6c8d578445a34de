//! What the portal does about PINs when nobody waits for an answer: it looks at requests, carries out orders, makes
//! halves, and tells of locks. Each is one transaction; several portals on one database share the work.

use crate::error::PortalError;
use crate::portal::Portal;
use crate::store::{accesses, pin_codes};
use crate::throttle;
use std::time::Duration;
use tokio::sync::watch;

/// Works until the other end of `stop` is dropped.
pub(crate) async fn run(portal: Portal, mut stop: watch::Receiver<()>) {
    let mut wake = portal.post();
    let mut sweep_at = portal.now();
    loop {
        wake.mark_unchanged();
        if sweep_at <= portal.now() {
            sweep_at = portal.now() + SWEEP;
            if let Err(error) = portal.sweep().await {
                tracing::warn!(target: "portal", %error, "what has ended is still kept");
            }
        }
        let done = portal.work_on_pins().await;
        let pause = if done > 0 { Duration::ZERO } else { POLL };
        tokio::select! {
            biased;
            gone = stop.changed() => if gone.is_err() { return },
            _ = wake.changed() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

impl Portal {
    /// Does what is to be done, and says how much of it went well. What fails waits for the next round, and keeps
    /// nothing else waiting.
    pub(crate) async fn work_on_pins(&self) -> usize {
        let mut done = 0;
        let mut note = |outcome: Result<(), PortalError>| match outcome {
            Ok(()) => done += 1,
            Err(error) => {
                tracing::error!(target: "portal", %error, source = ?std::error::Error::source(&error), "the work on PINs stands still");
            }
        };
        for id in self.listed(self.store().unexamined_requests().await) {
            note(self.examine_request(&id).await);
        }
        for id in self.listed(self.store().orders().await) {
            note(self.carry_out(id).await);
        }
        for (id, half) in self.listed(self.store().due_halves().await) {
            note(self.make_half(id, half).await);
        }
        for id in self.listed(self.store().untold_locks().await) {
            note(self.tell_lock(id).await);
        }
        done
    }

    /// Forgets what is too old to count or to tell: tries, codes, activations, refused log-ins, sessions.
    pub(crate) async fn sweep(&self) -> Result<(), PortalError> {
        let now = self.now();
        let mut tx = self.store().writing().await?;
        throttle::sweep(&mut tx, now).await?;
        pin_codes::forget_expired(&mut tx, now).await?;
        accesses::forget_refused(&mut tx, now - REFUSED).await?;
        tx.commit().await?;
        let idle_since = now - self.limits().session_idle;
        self.store().forget_ended_sessions(now, idle_since).await
    }

    fn listed<T>(&self, list: Result<Vec<T>, PortalError>) -> Vec<T> {
        list.unwrap_or_else(|error| {
            tracing::error!(target: "portal", %error, "the work on PINs cannot be read");
            Vec::new()
        })
    }
}

/// How long a person is told of refused log-ins: a year. Those of people whom nobody knows go with them.
const REFUSED: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How often what has ended is forgotten.
const SWEEP: Duration = Duration::from_secs(60 * 60);

/// How long nobody looks: another portal may have left something.
const POLL: Duration = Duration::from_secs(2);
