//! Ends the thread that waits for the readers.

use pcsc::Context;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Shared by the thread that waits and by whoever may end it.
#[derive(Default)]
pub(crate) struct Stop {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    asked: bool,
    ended: bool,
    waiting_on: Option<Context>,
}

impl Stop {
    /// Asks the thread to end, waits for that two seconds at most, and says whether it has ended.
    ///
    /// `SCardCancel` wakes only a call that already waits, so one that comes just before it is lost: it is repeated
    /// until the thread says that it has ended.
    pub(crate) fn ask(&self) -> bool {
        let mut state = self.lock();
        state.asked = true;
        self.changed.notify_all();
        for _ in 0..CANCEL_ATTEMPTS {
            if state.ended {
                return true;
            }
            if let Some(context) = &state.waiting_on
                && let Err(error) = context.cancel()
            {
                tracing::debug!(?error, "the wait for readers could not be cancelled");
            }
            state = self.wait(state, CANCEL_INTERVAL);
        }
        state.ended
    }

    /// Whether the thread has been asked to end.
    pub(crate) fn asked(&self) -> bool {
        self.lock().asked
    }

    /// Waits for `pause`, or until the thread is asked to end.
    pub(crate) fn pause(&self, pause: Duration) {
        let state = self.lock();
        if !state.asked {
            drop(self.wait(state, pause));
        }
    }

    /// Says on which context the thread is about to wait.
    pub(crate) fn waits_on(&self, context: Option<Context>) {
        // The old context is released outside the lock: that may take the service a while.
        let old = std::mem::replace(&mut self.lock().waiting_on, context);
        drop(old);
    }

    /// Says that the thread has ended.
    pub(crate) fn ended(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, at_most: Duration) -> MutexGuard<'a, State> {
        self.changed
            .wait_timeout(state, at_most)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const CANCEL_ATTEMPTS: u32 = 40;
const CANCEL_INTERVAL: Duration = Duration::from_millis(50);
