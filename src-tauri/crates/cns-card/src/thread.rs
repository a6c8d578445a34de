//! The card's thread. Acts come over a channel, one after the other; each is one transaction.
//!
//! PC/SC calls block, sometimes for seconds, and a card must not be spoken to by two at once: one thread per card
//! answers both.

use crate::card::UnlockedCard;
use crate::habits::Habits;
use crate::read::Reading;
use crate::shelf::Shelf;
use crate::sign::Signer;
use crate::verify::{AllTries, verify};
use crate::{CardError, CardPin, CardProfiles, Secret, SignatureScheme};
use cns_iso7816::{Channel, Ending};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::oneshot;

/// One act: what is asked of the thread, which answers by itself.
pub(crate) type Act = Box<dyn FnOnce(&mut Keeper) + Send>;

/// A signature that is asked for while the card is unlocked.
pub(crate) struct SignRequest {
    pub(crate) scheme: SignatureScheme,
    pub(crate) message: Vec<u8>,
    pub(crate) reply: mpsc::SyncSender<Result<Vec<u8>, CardError>>,
}

/// Starts the thread; it ends when nobody can ask it any more.
///
/// Where the system gives no thread, the channel is closed from the beginning and each act says so.
///
/// An unlocked card is released after `idle` without a signature; [`IDLE`] is the ordinary time.
pub(crate) fn start(
    channel: Box<dyn Channel>,
    profiles: CardProfiles,
    tries: Arc<AllTries>,
    idle: Duration,
) -> mpsc::Sender<Act> {
    let (sender, acts) = mpsc::channel::<Act>();
    let mut keeper = Keeper {
        channel,
        profiles,
        tries,
        idle,
        habits: Habits::default(),
        reading: None,
        shelf: Shelf::default(),
    };
    if let Err(error) = std::thread::Builder::new().name("card".into()).spawn(move || {
        while let Ok(act) = acts.recv() {
            act(&mut keeper);
        }
    }) {
        tracing::error!(%error, "no thread for the card");
    }
    sender
}

/// The one that touches the card.
pub(crate) struct Keeper {
    pub(crate) channel: Box<dyn Channel>,
    pub(crate) profiles: CardProfiles,
    pub(crate) tries: Arc<AllTries>,
    pub(crate) idle: Duration,
    pub(crate) habits: Habits,
    pub(crate) reading: Option<Arc<Reading>>,
    pub(crate) shelf: Shelf,
}

impl Keeper {
    /// Verifies and then serves signatures, all in one transaction, until the [`UnlockedCard`] is dropped.
    pub(crate) fn unlock(&mut self, pin: CardPin, reply: oneshot::Sender<Result<UnlockedCard, CardError>>) {
        let prepared = self.read().and_then(|reading| {
            if self.tries.pin.known() == Some(1) && !pin.spends_last_try() {
                return Err(CardError::LastTryNotConfirmed { of: Secret::Pin });
            }
            Ok(reading)
        });
        let reading = match prepared {
            Ok(reading) => reading,
            Err(error) => {
                let _ = reply.send(Err(error));
                return;
            }
        };

        let (habits, tries, idle) = (&mut self.habits, &self.tries.pin, self.idle);
        let mut asked = Some((pin, reply));
        let ended = self.channel.transaction(Ending::Reset, &mut |line| {
            // Taken out, so that no channel, however it is written, can have the PIN sent twice.
            let Some((pin, reply)) = asked.take() else { return };
            if reply.is_closed() {
                // Whoever typed the PIN has gone: it is not worth a try.
                return;
            }
            let verified = verify(line, &reading.profile, &reading.pin, habits, tries, &pin);
            drop(pin);
            match verified {
                Ok(()) => {
                    let (sender, requests) = mpsc::channel();
                    // When the reply finds nobody, it drops the sender, and the serving below ends at once.
                    let _ = reply.send(Ok(UnlockedCard::new(sender, Arc::clone(&reading))));
                    let mut signer = Signer::new(&reading.profile, &reading.key);
                    while let Ok(request) = requests.recv_timeout(idle) {
                        let outcome = signer.sign(line, habits, request.scheme, &request.message);
                        let _ = request.reply.send(outcome);
                    }
                }
                Err(error) => {
                    let _ = reply.send(Err(error));
                }
            }
        });
        match (asked, ended) {
            (Some((_, reply)), ended) => {
                let error = ended.err().map_or(CardError::ThreadGone, CardError::Channel);
                let _ = reply.send(Err(error));
            }
            (None, Err(error)) => tracing::debug!(%error, "the unlocked card could not be reset"),
            (None, Ok(())) => {}
        }
    }
}

/// How long a verified PIN waits for the next signature.
///
/// A login asks for its signature within a second or two; a server that hangs must not keep other programs from
/// the card for ever. Windows is stricter: since Windows 8 it resets a card whose transaction is idle for five
/// seconds, and the next signature then ends in `ChannelError::Reset`.
pub(crate) const IDLE: Duration = Duration::from_secs(60);
