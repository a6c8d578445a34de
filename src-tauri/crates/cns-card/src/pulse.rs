//! The signs of life of a card's thread, and the one who gives up waiting when they stop.
//!
//! PC/SC has calls that never return: another program's transaction may not end, a driver may die. A watching thread
//! exists while somebody waits, and depends on no clock of an async runtime.

use crate::clock::Work;
use crate::errand::Asker;
use crate::{CardError, Patience};
use cns_iso7816::ChannelError;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What the card's thread is doing, and who waits for it.
pub(crate) struct Pulse {
    patience: Patience,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Grows with every sign of life.
    beats: u64,
    doing: Doing,
    /// For whom the thread works at this moment.
    current: Option<Arc<dyn Asker>>,
    /// How long it has worked for them.
    work: Work,
    waiting: Vec<Arc<dyn Asker>>,
    is_watched: bool,
}

impl State {
    /// What is left of the time for the present act, if somebody waits for it and it is the card that takes its time.
    fn left_for_the_act(&self, most: Duration) -> Option<Duration> {
        let is_work = !matches!(self.doing, Doing::OnPad | Doing::Serving);
        let is_waited_for = self
            .current
            .as_ref()
            .is_some_and(|current| self.waiting.iter().any(|asker| Arc::ptr_eq(asker, current)));
        (is_work && is_waited_for).then(|| most.saturating_sub(self.work.lasts()))
    }
}

/// What a sign of life says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Nothing: the next act is about to be taken up.
    Resting,
    /// A transaction is being begun, which waits for whoever has the card.
    Beginning,
    /// The card is spoken to, or let go.
    Talking,
    /// A person types on the reader's pad.
    OnPad,
    /// An unlocked card waits for its next signature.
    Serving,
}

impl Pulse {
    pub(crate) fn new(patience: Patience) -> Arc<Self> {
        Arc::new(Self {
            patience,
            state: Mutex::new(State {
                beats: 0,
                doing: Doing::Resting,
                current: None,
                work: Work::begins(),
                waiting: Vec::new(),
                is_watched: false,
            }),
            changed: Condvar::new(),
        })
    }

    pub(crate) fn patience(&self) -> Patience {
        self.patience
    }

    /// A sign of life.
    pub(crate) fn beat(&self, doing: Doing) {
        let mut state = self.state();
        let until_now = state.doing;
        state.work.went_on(until_now == Doing::OnPad);
        state.doing = doing;
        state.beats = state.beats.wrapping_add(1);
        drop(state);
        self.changed.notify_all();
    }

    /// The thread takes up what `asker` wants. What it still did for another is over.
    pub(crate) fn attend(&self, asker: Arc<dyn Asker>) {
        let mut state = self.state();
        state.work = Work::begins();
        let earlier = state.current.replace(asker);
        drop(state);
        drop(earlier);
    }

    /// Whether the one for whom the thread works has gone.
    pub(crate) fn is_abandoned(&self) -> bool {
        let current = self.state().current.clone();
        current.is_some_and(|asker| asker.is_gone())
    }

    /// Has `asker` told when patience runs out before its answer comes, until the result is dropped.
    pub(crate) fn wait_for(self: &Arc<Self>, asker: Arc<dyn Asker>) -> Waiting {
        let mut state = self.state();
        state.waiting.push(Arc::clone(&asker));
        let watch = !state.is_watched;
        state.is_watched = true;
        drop(state);
        if watch {
            let pulse = Arc::clone(self);
            let watching = std::thread::Builder::new()
                .name("card watch".into())
                .spawn(move || pulse.watch());
            if let Err(error) = watching {
                tracing::error!(%error, "no thread to watch the card");
                self.state().is_watched = false;
                asker.give_up(CardError::ThreadGone);
            }
        }
        Waiting {
            pulse: Arc::clone(self),
            asker,
        }
    }

    fn watch(&self) {
        let mut state = self.state();
        while !state.waiting.is_empty() {
            let seen = state.beats;
            let (patience, error) = self.limit(state.doing);
            let act = state
                .left_for_the_act(self.patience.act)
                .filter(|left| *left < patience);
            let waited = self
                .changed
                .wait_timeout_while(state, act.unwrap_or(patience), |state| {
                    state.beats == seen && !state.waiting.is_empty()
                });
            let timeout;
            (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            if timeout.timed_out() {
                // A card that answers, though slowly, is at work for one; one that does not is so for nobody.
                let (overdue, error) = match (act, state.current.clone()) {
                    (Some(_), Some(current)) => {
                        state.waiting.retain(|asker| !Arc::ptr_eq(asker, &current));
                        (vec![current], ChannelError::Silent)
                    }
                    _ => (std::mem::take(&mut state.waiting), error),
                };
                tracing::debug!(doing = ?state.doing, "nobody waits for the card any longer");
                // Telling them runs code of theirs.
                drop(state);
                for asker in overdue {
                    asker.give_up(error.into());
                }
                state = self.state();
            }
        }
        state.is_watched = false;
    }

    fn limit(&self, doing: Doing) -> (Duration, ChannelError) {
        match doing {
            Doing::Resting | Doing::Beginning | Doing::Serving => (self.patience.begin, ChannelError::Busy),
            Doing::Talking => (self.patience.answer, ChannelError::Silent),
            Doing::OnPad => (self.patience.pad, ChannelError::Silent),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits; dropping it is walking away, whether or not the answer has come.
pub(crate) struct Waiting {
    pulse: Arc<Pulse>,
    asker: Arc<dyn Asker>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.asker.leave();
        let mut state = self.pulse.state();
        state.waiting.retain(|asker| !Arc::ptr_eq(asker, &self.asker));
        drop(state);
        self.pulse.changed.notify_all();
    }
}
