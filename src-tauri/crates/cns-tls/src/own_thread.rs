//! A thread that may wait for a card.
//!
//! rustls asks for the signature in the middle of a poll and wants it before the poll returns, and a card takes
//! a second. On a shared async worker that second would be everybody's; on this thread it is nobody's.

use cns_login::{Problem, ProblemCode};
use std::future::Future;
use std::thread;
use tokio::runtime;
use tokio::sync::oneshot;

/// Runs what `start` returns to its end on a thread of its own.
///
/// Dropping the returned future drops the work too, and with it its connection and its card: at once, or when a
/// signature that is being made has come back.
///
/// # Errors
/// What the work gives; `tls_failed` when the thread cannot be had.
pub(crate) async fn run<T, F, W>(start: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce() -> W + Send + 'static,
    W: Future<Output = Result<T, Problem>>,
{
    finish(start).await.unwrap_or_else(|| Err(no_thread()))
}

/// The same for work that ends in anything; `None` when the thread cannot be had.
pub(crate) async fn finish<T, F, W>(start: F) -> Option<T>
where
    T: Send + 'static,
    F: FnOnce() -> W + Send + 'static,
    W: Future<Output = T>,
{
    let (mut outcome_to, outcome) = oneshot::channel();
    let spawned = thread::Builder::new().name("cns-tls".to_owned()).spawn(move || {
        let Ok(runtime) = runtime::Builder::new_current_thread().enable_all().build() else {
            return;
        };
        let finished = runtime.block_on(async {
            tokio::select! {
                outcome = start() => Some(outcome),
                () = outcome_to.closed() => None,
            }
        });
        // A name look-up that hangs lives in the runtime's blocking pool: it is left behind, not waited for.
        runtime.shutdown_background();
        if let Some(outcome) = finished {
            // A caller that left needs no answer.
            drop(outcome_to.send(outcome));
        }
    });
    match spawned {
        Ok(_) => outcome.await.ok(),
        Err(_) => None,
    }
}

fn no_thread() -> Problem {
    Problem::new(ProblemCode::TlsFailed).with("reason", "no_thread")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// Says through a channel that it was dropped.
    struct Told(mpsc::Sender<()>);

    impl Drop for Told {
        fn drop(&mut self) {
            self.0.send(()).ok();
        }
    }

    #[tokio::test]
    async fn the_work_gives_its_result_to_the_caller() {
        assert_eq!(run(|| async { Ok(7) }).await, Ok(7));
    }

    #[tokio::test]
    async fn dropping_the_caller_drops_work_that_would_never_end() {
        let (started, has_started) = oneshot::channel();
        let (told, dropped) = mpsc::channel();
        let caller = tokio::spawn(run(move || async move {
            let _told = Told(told);
            started.send(()).ok();
            std::future::pending::<Result<(), Problem>>().await
        }));
        has_started.await.unwrap();
        caller.abort();
        tokio::task::spawn_blocking(move || dropped.recv().unwrap())
            .await
            .unwrap();
    }
}
