//! Waiting for several things at once.

use std::future::{Future, poll_fn};
use std::task::Poll;

/// Runs all of them at once and gives what came of each, in their order.
pub(crate) async fn together<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures
        .into_iter()
        .map(|future| (Box::pin(future), None))
        .collect();
    poll_fn(|context| {
        let mut all_are_done = true;
        for (future, output) in running.iter_mut().filter(|(_, output)| output.is_none()) {
            match future.as_mut().poll(context) {
                Poll::Ready(ready) => *output = Some(ready),
                Poll::Pending => all_are_done = false,
            }
        }
        if !all_are_done {
            return Poll::Pending;
        }
        Poll::Ready(
            running
                .iter_mut()
                .filter_map(|(_, output)| output.take())
                .collect(),
        )
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::Barrier;

    #[tokio::test]
    async fn all_run_at_once_and_keep_their_order() {
        // Each waits for the other two: one after the other, none of them would ever end.
        let barrier = Barrier::new(3);
        let waiting = [10, 20, 30].map(|number| {
            let barrier = &barrier;
            async move {
                barrier.wait().await;
                number
            }
        });
        assert_eq!(together(waiting).await, [10, 20, 30]);
        assert!(together(Vec::<std::future::Ready<u8>>::new()).await.is_empty());
    }
}
