//! Carries messages out, one worker for each way.
//!
//! A worker may end at any instant, with its process or without. Each step is committed before the next begins, so
//! the row says how far it came:
//!
//! | it ended | the row says | what follows, once the lease is over |
//! |---|---|---|
//! | before it took the message | `waiting` | another takes it |
//! | before it began | `claimed` | the same |
//! | before the first byte, midway, or before it could note the answer | `sending` | by SMS and letter it goes again, as the same message; a half of a PIN by e-mail is void; other e-mails go again |
//! | after | `sent` | nothing |

use crate::error::PortalError;
use crate::outbox::channel::{Channel, ChannelKind, Outgoing, SendError};
use crate::outbox::message::{self, Purpose};
use crate::outbox::settled::{Settled, settled};
use crate::portal::Portal;
use crate::secret::random_id;
use crate::store::Tx;
use crate::store::outbox::{self, Held, Outcome};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Carries out what goes one way.
#[derive(Clone)]
pub(crate) struct Worker {
    portal: Portal,
    channel: Arc<dyn Channel>,
    /// Told apart from every other worker, of this process and of others.
    name: String,
}

impl Worker {
    /// A worker for each way out that the portal has.
    pub(crate) fn all(portal: &Portal) -> Vec<Self> {
        let worker = |channel: &Arc<dyn Channel>| Self {
            portal: portal.clone(),
            channel: Arc::clone(channel),
            name: random_id(),
        };
        portal.channels().0.iter().map(worker).collect()
    }

    /// Works until the other end of `stop` is dropped. What is on its way then has a while to arrive.
    pub(crate) async fn run(self, mut stop: watch::Receiver<()>) {
        let patience = self.portal.limits().shutdown;
        let mut wake = self.portal.post();
        loop {
            wake.mark_unchanged();
            let round = tokio::select! {
                round = self.round() => Some(round),
                () = async { while stop.changed().await.is_ok() {} tokio::time::sleep(patience).await } => None,
            };
            let Some(round) = round else {
                tracing::warn!(target: "portal", channel = self.kind().word(), "messages were cut off at shut-down");
                return;
            };
            let pause = match round {
                Ok(0) => POLL,
                Ok(_) => Duration::ZERO,
                Err(error) => {
                    tracing::warn!(target: "portal", channel = self.kind().word(), %error, "the post stands still");
                    POLL
                }
            };
            tokio::select! {
                biased;
                gone = stop.changed() => if gone.is_err() { return },
                _ = wake.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Carries out some of what is due, and says how much it was.
    pub(crate) async fn round(&self) -> Result<usize, PortalError> {
        if !self
            .portal
            .store()
            .post_is_due(self.kind(), self.portal.now())
            .await?
        {
            return Ok(0);
        }
        let recovered = self.recover().await?;
        let claimed = self.claim().await?;
        let count = recovered + claimed.len();
        let mut under_way = JoinSet::new();
        for held in claimed {
            let worker = self.clone();
            under_way.spawn(async move { worker.deliver(held).await });
        }
        // All come to their end: leaving at the first error would break the others off on their way.
        let mut result = Ok(count);
        while let Some(delivered) = under_way.join_next().await {
            match delivered {
                Ok(Ok(())) => {}
                Ok(Err(error)) => result = Err(error),
                Err(ended) => tracing::error!(target: "portal", %ended, "a message was dropped on its way"),
            }
        }
        result
    }

    /// Deals with what was on its way when its worker ended.
    pub(crate) async fn recover(&self) -> Result<usize, PortalError> {
        let (store, now) = (self.portal.store(), self.portal.now());
        let mut recovered = 0;
        // One transaction each: who held several PINs at once could wait for somebody who waits for the first.
        loop {
            let mut tx = store.writing().await?;
            let Some(held) = store.interrupted_post(&mut tx, self.kind(), now).await? else {
                break;
            };
            self.conclude(&mut tx, &held, Err(SendError::InDoubt)).await?;
            tx.commit().await?;
            recovered += 1;
        }
        if recovered > 0 {
            self.portal.wake_post();
        }
        Ok(recovered)
    }

    pub(crate) async fn claim(&self) -> Result<Vec<Held>, PortalError> {
        let now = self.portal.now();
        self.portal
            .store()
            .claim_post(self.kind(), &self.name, now, now + CLAIM_LEASE)
            .await
    }

    async fn deliver(&self, held: Held) -> Result<(), PortalError> {
        let Some((held, message)) = self.begin(held).await? else {
            return Ok(());
        };
        let answer = self.send(&message).await;
        drop(message);
        self.settle(&held, answer).await
    }

    /// Opens a message and commits that it is on its way. `None` when somebody else holds it by now.
    pub(crate) async fn begin(&self, mut held: Held) -> Result<Option<(Held, Outgoing)>, PortalError> {
        let now = self.portal.now();
        let message = message::open(self.portal.keys(), &held, now)?;
        let begun = self
            .portal
            .store()
            .begin_post(&held, now, now + SENDING_LEASE)
            .await?;
        held.attempts += 1;
        Ok(begun.then_some((held, message)))
    }

    /// A channel that does not answer in time may have sent it.
    pub(crate) async fn send(&self, message: &Outgoing) -> Result<(), SendError> {
        tokio::time::timeout(LONGEST_SENDING, self.channel.send(message))
            .await
            .unwrap_or(Err(SendError::InDoubt))
    }

    pub(crate) async fn settle(&self, held: &Held, answer: Result<(), SendError>) -> Result<(), PortalError> {
        let mut tx = self.portal.store().writing().await?;
        self.conclude(&mut tx, held, answer).await?;
        tx.commit().await?;
        // What follows may be another message.
        self.portal.wake_post();
        Ok(())
    }

    /// Ends a message, or lets it wait for its next try.
    async fn conclude(
        &self,
        tx: &mut Tx<'_>,
        held: &Held,
        answer: Result<(), SendError>,
    ) -> Result<(), PortalError> {
        let now = self.portal.now();
        let outcome = match (answer, self.retry_after(held)) {
            (Ok(()), _) => Outcome::Sent,
            (Err(SendError::InDoubt), _) if self.doubt_voids(held.purpose) => Outcome::InDoubt,
            (Err(SendError::InDoubt | SendError::NotSent { retry: true }), Some(pause)) => {
                tracing::warn!(target: "portal", channel = self.kind().word(), attempts = held.attempts, "a message is tried again");
                return outbox::put_back(tx, held, now + pause).await;
            }
            (Err(SendError::NotSent { retry: false }), _) | (Err(_), None) => Outcome::Failed,
        };
        if !outbox::settle(tx, held, outcome, now).await? {
            return Ok(());
        }
        tracing::info!(target: "portal", channel = self.kind().word(), purpose = held.purpose.word(), outcome = outcome.word(), "a message is settled");
        let message = Settled {
            channel: self.kind(),
            purpose: held.purpose,
            subject: held.subject,
            outcome,
            now,
        };
        settled(&self.portal, tx, &message).await
    }

    /// Whether a message that may have left is void: a half of a PIN that a person could receive twice.
    fn doubt_voids(&self, purpose: Purpose) -> bool {
        match self.kind() {
            ChannelKind::Sms | ChannelKind::Letter => false,
            ChannelKind::Email | ChannelKind::Pec => matches!(purpose, Purpose::Half { .. }),
        }
    }

    /// How long a message waits after its latest try; `None` when that was the last.
    fn retry_after(&self, held: &Held) -> Option<Duration> {
        let tried = usize::try_from(held.attempts).ok()?;
        RETRIES.get(tried.saturating_sub(1)).copied()
    }

    fn kind(&self) -> ChannelKind {
        self.channel.kind()
    }
}

/// How long a worker that has nothing to do waits before it looks again: another process may have left something.
const POLL: Duration = Duration::from_secs(2);

/// A message that was taken is begun within this, or is another's.
pub(crate) const CLAIM_LEASE: Duration = Duration::from_secs(60);

/// A message on its way is settled within this, or its worker has ended. Longer than [`LONGEST_SENDING`], by as much
/// as the clocks of two computers may differ.
pub(crate) const SENDING_LEASE: Duration = Duration::from_secs(120);

/// A channel has this long.
const LONGEST_SENDING: Duration = Duration::from_secs(60);

/// Pauses between one try and the next: a minute, five, half an hour, two hours, half a day.
pub(crate) const RETRIES: [Duration; 5] = [
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 60 * 60),
    Duration::from_secs(12 * 60 * 60),
];
