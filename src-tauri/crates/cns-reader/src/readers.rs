//! The readers of this computer.

use crate::channel::PcscChannel;
use crate::opening::Openings;
use crate::owner::likely_owner;
use crate::stop::Stop;
use crate::watcher;
use cns_iso7816::Channel;
use cns_login::{Problem, ProblemCode, Readers, ReadersSnapshot};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// The readers that the system's smart card service knows, followed by one thread until this is dropped.
///
/// The thread sleeps inside PC/SC and wakes when a card or a reader comes or goes. Dropping it cancels that wait.
pub struct PcscReaders {
    snapshots: watch::Receiver<ReadersSnapshot>,
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
    openings: Openings,
}

impl PcscReaders {
    /// Starts to follow the readers.
    ///
    /// Returns after the first look, which takes a few milliseconds where the service runs, so that the first snapshot
    /// is true. A service that has to be started by the system gets one second; after that the snapshot follows later.
    pub fn start() -> Self {
        let (publish, snapshots) = watch::channel(ReadersSnapshot::default());
        let (first_look, looked) = mpsc::sync_channel(1);
        let stop = Arc::new(Stop::default());
        let thread_stop = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name(THREAD_NAME.to_owned())
            .spawn(move || {
                watcher::run(&publish, &first_look, &thread_stop);
                thread_stop.ended();
            });
        let thread = match thread {
            Ok(thread) => {
                if looked.recv_timeout(FIRST_LOOK).is_err() {
                    tracing::debug!("the smart card service takes long for its first answer");
                }
                Some(thread)
            }
            Err(error) => {
                // The snapshot stays at "service not running", which is what the person can act on.
                tracing::error!(%error, "no thread for the readers");
                None
            }
        };
        Self {
            snapshots,
            stop,
            thread,
            openings: Openings::default(),
        }
    }
}

impl Readers for PcscReaders {
    fn watch(&self) -> watch::Receiver<ReadersSnapshot> {
        self.snapshots.clone()
    }

    async fn open(&self, reader: &str) -> Result<Box<dyn Channel>, Problem> {
        let name = reader.to_owned();
        let opened = self
            .openings
            .open(reader, move || PcscChannel::connect(&name))
            .await;
        match opened {
            Ok(channel) => Ok(Box::new(channel)),
            Err(problem) if problem.code == ProblemCode::CardBusy => Err(with_owner(problem).await),
            Err(problem) => Err(problem),
        }
    }

    fn likely_owner(&self) -> Option<String> {
        likely_owner()
    }
}

/// Adds who likely holds the card, where that is known.
async fn with_owner(problem: Problem) -> Problem {
    match tokio::task::spawn_blocking(likely_owner).await {
        Ok(Some(owner)) => problem.with("owner", owner),
        Ok(None) | Err(_) => problem,
    }
}

impl Drop for PcscReaders {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take()
            && self.stop.ask()
            && thread.join().is_err()
        {
            tracing::error!("the thread for the readers ended early");
        }
    }
}

impl std::fmt::Debug for PcscReaders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PcscReaders")
            .field("snapshot", &*self.snapshots.borrow())
            .finish_non_exhaustive()
    }
}

const THREAD_NAME: &str = "card-readers";
const FIRST_LOOK: Duration = Duration::from_secs(1);
