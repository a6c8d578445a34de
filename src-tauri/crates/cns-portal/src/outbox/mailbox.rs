//! All four ways out as one box that whoever holds it can look into: for the demo and for tests.

use crate::outbox::channel::{Channel, ChannelKind, Channels, Outgoing, Sending};
use std::fmt;
use std::sync::Arc;
use tokio::sync::watch;
use zeroize::Zeroizing;

/// Where everything ends up that the portal sends. Clones are the same box.
#[derive(Clone, Debug)]
pub struct Mailbox {
    delivered: watch::Sender<Vec<Arc<Delivered>>>,
}

/// A message that arrived.
pub struct Delivered {
    /// The same however often it came.
    pub id: String,
    /// How it came.
    pub channel: ChannelKind,
    /// Number or address it was sent to.
    pub to: Zeroizing<String>,
    /// Its subject.
    pub subject: String,
    /// What it says.
    pub text: Zeroizing<String>,
}

impl fmt::Debug for Delivered {
    /// Prints nothing of what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivered")
            .field("id", &self.id)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

impl Default for Mailbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Mailbox {
    /// An empty box.
    pub fn new() -> Self {
        Self {
            delivered: watch::Sender::new(Vec::new()),
        }
    }

    /// What has arrived, oldest first, and word of what arrives later.
    pub fn delivered(&self) -> watch::Receiver<Vec<Arc<Delivered>>> {
        self.delivered.subscribe()
    }

    /// The four ways out, all of which end here.
    pub fn channels(&self) -> Channels {
        let slot = |kind| -> Arc<dyn Channel> {
            Arc::new(Slot {
                kind,
                mailbox: self.clone(),
            })
        };
        Channels(ChannelKind::ALL.map(slot).into())
    }
}

struct Slot {
    kind: ChannelKind,
    mailbox: Mailbox,
}

impl Channel for Slot {
    fn kind(&self) -> ChannelKind {
        self.kind
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> Sending<'a> {
        Box::pin(async move {
            let arrived = Arc::new(Delivered {
                id: message.id.clone(),
                channel: self.kind,
                to: message.to.clone(),
                subject: message.subject.clone(),
                text: message.body.as_text(),
            });
            self.mailbox.delivered.send_if_modified(|delivered| {
                let is_new = delivered.iter().all(|earlier| earlier.id != arrived.id);
                if is_new {
                    delivered.push(arrived);
                }
                is_new
            });
            Ok(())
        })
    }
}
