//! Something that blocks, watched from outside.

use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

/// What a thread of its own is busy with.
pub(crate) struct Waiting<T>(Receiver<T>);

impl<T: Send + 'static> Waiting<T> {
    /// Begins with `act`.
    pub(crate) fn on(act: impl FnOnce() -> T + Send + 'static) -> Self {
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || tell.send(act()));
        Self(told)
    }

    /// What came of it within this time, if it ended.
    pub(crate) fn for_another(&self, at_most: Duration) -> Option<T> {
        self.0.recv_timeout(at_most).ok()
    }

    /// What came of it in the end.
    pub(crate) fn end(self) -> T {
        self.0.recv_timeout(LIMIT).expect("an end within the limit")
    }
}

const LIMIT: Duration = Duration::from_secs(20);
