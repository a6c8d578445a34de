//! A secret on its way to the card, which the one who typed it can take back until it has been sent.

use crate::CardError;
use cns_iso7816::ChannelError;
use std::sync::{Arc, Mutex, PoisonError};

/// Lends `secret` to the card's thread. It is wiped when either of the two goes: a thread that hangs in a driver
/// keeps no secret of somebody who has stopped waiting.
pub(crate) fn entrust<T>(secret: T) -> (Lender<T>, Entrusted<T>) {
    let shared = Arc::new(Mutex::new(Some(secret)));
    (Lender(Arc::clone(&shared)), Entrusted(shared))
}

/// The end of whoever typed the secret; dropping it takes the secret back.
pub(crate) struct Lender<T>(Arc<Mutex<Option<T>>>);

/// The end of the card's thread; dropping it says that the secret is not needed any more.
pub(crate) struct Entrusted<T>(Arc<Mutex<Option<T>>>);

impl<T> Entrusted<T> {
    /// Looks at the secret, if it has not been taken back.
    ///
    /// # Errors
    /// [`ChannelError::Abandoned`] when it has.
    pub(crate) fn with<R>(&self, look: impl FnOnce(&T) -> R) -> Result<R, CardError> {
        let secret = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*secret {
            Some(secret) => Ok(look(secret)),
            None => Err(ChannelError::Abandoned.into()),
        }
    }
}

impl<T> Drop for Lender<T> {
    fn drop(&mut self) {
        wipe(&self.0);
    }
}

impl<T> Drop for Entrusted<T> {
    fn drop(&mut self) {
        wipe(&self.0);
    }
}

fn wipe<T>(shared: &Mutex<Option<T>>) {
    drop(shared.lock().unwrap_or_else(PoisonError::into_inner).take());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_was_taken_back_is_gone_for_the_thread_too() {
        let secret = Arc::new(());
        let (lender, entrusted) = entrust(Arc::clone(&secret));
        assert_eq!(entrusted.with(|_| ()), Ok(()));
        drop(lender);
        assert_eq!(Arc::strong_count(&secret), 1);
        assert_eq!(entrusted.with(|_| ()), Err(ChannelError::Abandoned.into()));
    }

    #[test]
    fn a_secret_that_was_used_is_gone_though_its_owner_waits() {
        let secret = Arc::new(());
        let (lender, entrusted) = entrust(Arc::clone(&secret));
        drop(entrusted);
        assert_eq!(Arc::strong_count(&secret), 1);
        drop(lender);
    }
}
