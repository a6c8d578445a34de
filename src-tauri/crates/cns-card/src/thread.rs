//! The card's thread. Acts come over a channel, one after the other; each is one transaction.
//!
//! PC/SC calls block, sometimes for seconds, and a card must not be spoken to by two at once: one thread per card
//! answers both.

use crate::attended::Attended;
use crate::card::UnlockedCard;
use crate::entrusted::Entrusted;
use crate::errand::Job;
use crate::habits::Habits;
use crate::pulse::{Doing, Pulse};
use crate::read::{Reading, is_the_same};
use crate::shelf::Shelf;
use crate::sign::Signer;
use crate::tries::AllTries;
use crate::verify::{References, type_on_pad, verify};
use crate::{CardError, CardPin, CardProfiles, Secret, SignatureScheme};
use cns_iso7816::{Channel, Ending, Exchange, PadEntry};
use std::sync::{Arc, mpsc};

/// One act: what is asked of the thread, which answers by itself.
pub(crate) type Act = Box<dyn FnOnce(&mut Keeper) + Send>;

/// A signature that is asked for while the card is unlocked.
pub(crate) struct SignRequest {
    pub(crate) scheme: SignatureScheme,
    pub(crate) message: Vec<u8>,
    pub(crate) job: Job<Vec<u8>>,
}

/// How a PIN comes to the card.
pub(crate) enum Typing {
    /// It was typed here.
    Here(Entrusted<CardPin>),
    /// It is to be typed on the reader's own pad.
    OnPad,
}

/// Starts the thread; it ends when nobody can ask it any more.
///
/// Where the system gives no thread, the channel is closed from the beginning and each act says so.
pub(crate) fn start(
    channel: Box<dyn Channel>,
    profiles: CardProfiles,
    tries: Arc<AllTries>,
    pulse: Arc<Pulse>,
) -> mpsc::Sender<Act> {
    let (sender, acts) = mpsc::channel::<Act>();
    let mut keeper = Keeper {
        channel: Box::new(Attended::new(channel, Arc::clone(&pulse))),
        profiles,
        tries,
        pulse,
        habits: Habits::default(),
        references: References::default(),
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
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) habits: Habits,
    pub(crate) references: References,
    pub(crate) reading: Option<Arc<Reading>>,
    pub(crate) shelf: Shelf,
}

impl Keeper {
    /// Verifies and then serves signatures, all in one transaction, until the [`UnlockedCard`] is dropped.
    pub(crate) fn unlock(&mut self, typing: Typing, spends_last_try: bool, job: Job<UnlockedCard>) {
        let prepared = self.may_compare(Secret::Pin, spends_last_try);
        let reading = match prepared.and_then(|()| self.read()) {
            Ok(reading) => reading,
            Err(error) => return job.answer(Err(error)),
        };
        self.tries.asking().somebody_types();
        let Self {
            channel,
            tries,
            pulse,
            habits,
            references,
            ..
        } = self;
        let (profile, rows, tries) = (&*reading.profile, &reading.pin, &tries.pin);
        let mut asked = Some((typing, job));
        let ended = channel.transaction(Ending::Reset, &mut |line| {
            // Taken out, so that no channel, however it is written, can have the PIN sent twice.
            let Some((typing, job)) = asked.take() else { return };
            let verified = is_the_same(line, habits, &reading).and_then(|()| match &typing {
                Typing::Here(pin) => verify(line, profile, rows, references, tries, pin),
                Typing::OnPad => type_on_pad(line, profile, rows, references, tries, PadEntry::Verify),
            });
            drop(typing);
            match verified {
                Ok(()) => {
                    let (sender, requests) = mpsc::channel();
                    // When the answer finds nobody, the sender is dropped, and the serving below ends at once.
                    job.answer(Ok(UnlockedCard::new(
                        sender,
                        Arc::clone(&reading),
                        Arc::clone(pulse),
                    )));
                    serve(line, &requests, &reading, habits, pulse);
                }
                Err(error) => job.answer(Err(error)),
            }
        });
        match (asked, ended) {
            (Some((_, job)), Err(error)) => job.answer(Err(error.into())),
            (None, Err(error)) => tracing::debug!(%error, "the unlocked card could not be reset"),
            (Some(_) | None, Ok(())) => {}
        }
    }

    /// Says whether one more typing is to be sent: before the last try, the person has to want it.
    ///
    /// # Errors
    /// [`CardError::LastTryNotConfirmed`].
    pub(crate) fn may_compare(&self, of: Secret, spends_last_try: bool) -> Result<(), CardError> {
        if self.tries.of(of).are_down_to_the_last() && !spends_last_try {
            return Err(CardError::LastTryNotConfirmed { of });
        }
        Ok(())
    }
}

/// Serves signatures until nobody can ask for one, or nobody has asked for too long.
fn serve(
    line: &mut dyn Exchange,
    requests: &mpsc::Receiver<SignRequest>,
    reading: &Reading,
    habits: &mut Habits,
    pulse: &Pulse,
) {
    let mut signer = Signer::new(&reading.profile, &reading.key);
    pulse.beat(Doing::Serving);
    while let Ok(request) = requests.recv_timeout(pulse.patience().idle) {
        pulse.attend(request.job.asker().clone());
        let outcome = signer.sign(line, habits, request.scheme, &request.message);
        request.job.answer(outcome);
        pulse.beat(Doing::Serving);
    }
    pulse.beat(Doing::Talking);
}

/// Runs `act` in one transaction, once, however the channel is written.
///
/// Why the act failed says more than how its transaction ended, and what the card has done stays done though the
/// transaction ended badly.
///
/// # Errors
/// Those of `act`, and [`CardError::Channel`] when the transaction did not begin.
pub(crate) fn in_one_transaction<T>(
    channel: &mut dyn Channel,
    ending: Ending,
    act: impl FnOnce(&mut dyn Exchange) -> Result<T, CardError>,
) -> Result<T, CardError> {
    let (mut act, mut outcome) = (Some(act), None);
    let ended = channel.transaction(ending, &mut |line| {
        if let Some(act) = act.take() {
            outcome = Some(act(line));
        }
    });
    match outcome {
        Some(outcome) => outcome,
        None => Err(ended.err().map_or(CardError::ThreadGone, CardError::Channel)),
    }
}
