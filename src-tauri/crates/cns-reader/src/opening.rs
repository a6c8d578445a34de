//! Opening a card within a bound.

use cns_login::{Problem, ProblemCode};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Turn, oneshot};

/// The attempts to open a card, one at a time for each reader.
///
/// pcsc-lite lets whoever connects wait, without end and without a way to call it off, while another program is in a
/// transaction. So each attempt has a thread of its own, which may be left behind: when it gets through after all, it
/// lets go of the card at once. Whoever tries again waits for that, so that no more than one thread hangs on a reader.
#[derive(Default)]
pub(crate) struct Openings {
    turns: Mutex<HashMap<String, Arc<Turn<()>>>>,
}

impl Openings {
    /// Opens the card in `reader` by `connect`, which may block.
    ///
    /// # Errors
    /// `card_busy` after [`AT_MOST`], else what `connect` fails with.
    pub(crate) async fn open<T: Send + 'static>(
        &self,
        reader: &str,
        connect: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = self.turn(reader);
        let opened = tokio::time::timeout(AT_MOST, async move {
            let turn = turn.lock_owned().await;
            let (tell, told) = oneshot::channel();
            let thread = std::thread::Builder::new()
                .name(THREAD_NAME.to_owned())
                .spawn(move || {
                    // Nobody may be waiting any more; what was opened is then closed here, before the next one's turn.
                    drop(tell.send(connect()));
                    drop(turn);
                });
            if let Err(error) = thread {
                tracing::error!(%error, "no thread to open the card");
            }
            told.await
                .unwrap_or_else(|_| Err(ProblemCode::ReaderFailed.into()))
        });
        opened
            .await
            .unwrap_or_else(|_elapsed| Err(ProblemCode::CardBusy.into()))
    }

    fn turn(&self, reader: &str) -> Arc<Turn<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        // Readers come and go under new names; a turn that nobody holds is not kept.
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(turns.entry(reader.to_owned()).or_default())
    }
}

const THREAD_NAME: &str = "open-card";
/// A card that another program holds for itself is given up after three seconds; this is for one that is being spoken
/// to in a transaction, and for a card that is slow to answer its reset.
const AT_MOST: Duration = Duration::from_secs(4);

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// What was opened; tells when it is closed.
    struct Opened(mpsc::Sender<()>);

    impl Drop for Opened {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }

    #[tokio::test]
    async fn what_opens_or_fails_in_time_is_handed_on() {
        let openings = Openings::default();
        assert_eq!(openings.open("R", || Ok(7)).await, Ok(7));
        let failed = openings
            .open("R", || Err::<(), _>(ProblemCode::NoCard.into()))
            .await;
        assert_eq!(failed, Err(ProblemCode::NoCard.into()));
        let panicked: Result<(), Problem> = openings.open("R", || panic!("a fault of ours")).await;
        assert_eq!(panicked, Err(ProblemCode::ReaderFailed.into()));
        assert_eq!(openings.open("R", || Ok(8)).await, Ok(8));
        assert_eq!(openings.turns.lock().unwrap().len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_in_vain_is_told_and_what_opens_later_is_closed_at_once() {
        let openings = Openings::default();
        let (let_go, held) = mpsc::channel::<()>();
        let (closed, was_closed) = mpsc::channel();
        let busy = openings
            .open("R", move || {
                let _ = held.recv();
                Ok(Opened(closed))
            })
            .await;
        assert_eq!(busy.err(), Some(ProblemCode::CardBusy.into()));
        // The same reader hangs, and no second thread is sent after the first; another reader does not.
        let untried = openings.open("R", || panic!("not its turn")).await;
        assert_eq!(untried.map(|()| 0), Err(ProblemCode::CardBusy.into()));
        tokio::time::resume();
        assert_eq!(openings.open("S", || Ok(1)).await, Ok(1));
        let_go.send(()).unwrap();
        was_closed.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(openings.open("R", || Ok(2)).await, Ok(2));
    }
}
