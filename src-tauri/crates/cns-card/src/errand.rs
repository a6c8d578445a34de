//! Something that is asked of a card's thread: answered once, by the thread or by whoever lost patience with it.

use crate::CardError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Whoever asked.
pub(crate) trait Asker: Send + Sync {
    /// Whether nobody waits for the answer any more.
    fn is_gone(&self) -> bool;

    /// Answers with this error, unless the answer has been given; what is still to be done is then not done.
    fn give_up(&self, error: CardError);

    /// Walks away without an answer.
    fn leave(&self);
}

/// Gives an answer to whoever waits for it.
pub(crate) type Reply<T> = Box<dyn FnOnce(Result<T, CardError>) + Send>;

/// One thing asked.
pub(crate) struct Errand<T> {
    is_gone: AtomicBool,
    reply: Mutex<Option<Reply<T>>>,
}

impl<T> Errand<T> {
    pub(crate) fn new(reply: Reply<T>) -> Arc<Self> {
        Arc::new(Self {
            is_gone: AtomicBool::new(false),
            reply: Mutex::new(Some(reply)),
        })
    }

    fn answer(&self, outcome: Result<T, CardError>) {
        let reply = self.reply.lock().unwrap_or_else(PoisonError::into_inner).take();
        // An answer that nobody takes is dropped here: an unlocked card is locked again by it.
        if let Some(reply) = reply {
            reply(outcome);
        }
    }
}

impl<T> Asker for Errand<T> {
    fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::SeqCst)
    }

    fn give_up(&self, error: CardError) {
        self.is_gone.store(true, Ordering::SeqCst);
        self.answer(Err(error));
    }

    fn leave(&self) {
        self.is_gone.store(true, Ordering::SeqCst);
        drop(self.reply.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// The thread's end of an errand: it is answered in any case, even by a thread that ends.
pub(crate) struct Job<T> {
    errand: Arc<Errand<T>>,
    otherwise: CardError,
}

impl<T> Job<T> {
    /// `otherwise` is the answer when nobody gives another.
    pub(crate) fn new(errand: Arc<Errand<T>>, otherwise: CardError) -> Self {
        Self { errand, otherwise }
    }

    pub(crate) fn asker(&self) -> &Arc<Errand<T>> {
        &self.errand
    }

    pub(crate) fn answer(self, outcome: Result<T, CardError>) {
        self.errand.answer(outcome);
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.errand.answer(Err(self.otherwise.clone()));
    }
}
