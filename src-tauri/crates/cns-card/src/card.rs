//! A card and its own thread: everything that touches the chip happens there.

use crate::entrusted::entrust;
use crate::errand::{Errand, Job};
use crate::pulse::Pulse;
use crate::read::Reading;
use crate::sign::schemes_of;
use crate::thread::{Act, Keeper, SignRequest, Typing, start};
use crate::tries::AllTries;
use crate::{
    CardContents, CardError, CardPin, CardProfiles, CardPuk, CardReport, Glimpse, Greeting, NewPin, Patience,
    Secret, SignatureScheme, ToldTries, Unblocked,
};
use cns_iso7816::{Atr, Channel, ChannelError, PadEntry, PinPad};
use std::sync::{Arc, mpsc};
use tokio::sync::oneshot;

/// A card in a reader. Cloning it gives another handle on the same card and thread.
///
/// What the card has taught (its contents, the forms it takes, the tries left) lasts as long as the last handle:
/// one insertion. The next insertion is another `Card`.
#[derive(Clone)]
pub struct Card {
    acts: mpsc::Sender<Act>,
    tries: Arc<AllTries>,
    pulse: Arc<Pulse>,
    atr: Atr,
    pin_pad: PinPad,
}

impl Card {
    /// Starts the card's thread on a connected channel, with the profiles of the crate. Nothing is sent yet.
    pub fn open(channel: Box<dyn Channel>) -> Self {
        Self::open_as(channel, &CardProfiles::built_in())
    }

    /// Starts the card's thread on a connected channel. Nothing is sent to the card yet.
    pub fn open_as(channel: Box<dyn Channel>, profiles: &CardProfiles) -> Self {
        Self::open_patiently(channel, profiles, Patience::ORDINARY)
    }

    /// As [`Card::open_as`], for a card that stayed in place while its channel had to be opened anew: it goes on with
    /// what was told of its tries.
    pub fn open_knowing(channel: Box<dyn Channel>, profiles: &CardProfiles, told: &ToldTries) -> Self {
        Self::begin(channel, profiles, told, Patience::ORDINARY)
    }

    /// As [`Card::open_as`], with time limits of its own.
    pub fn open_patiently(channel: Box<dyn Channel>, profiles: &CardProfiles, patience: Patience) -> Self {
        Self::begin(channel, profiles, &ToldTries::default(), patience)
    }

    fn begin(
        channel: Box<dyn Channel>,
        profiles: &CardProfiles,
        told: &ToldTries,
        patience: Patience,
    ) -> Self {
        let tries = Arc::clone(&told.0);
        let pulse = Pulse::new(patience);
        let atr = channel.atr().clone();
        let pin_pad = channel.pin_pad();
        Self {
            acts: start(channel, profiles.clone(), Arc::clone(&tries), Arc::clone(&pulse)),
            tries,
            pulse,
            atr,
            pin_pad,
        }
    }

    /// The answer to reset.
    pub fn atr(&self) -> &Atr {
        &self.atr
    }

    /// What the reader says of a PIN pad of its own.
    pub fn pin_pad(&self) -> PinPad {
        self.pin_pad
    }

    /// Reads ID_Carta and personal data only: enough to greet the holder, and kept for [`Card::read`].
    ///
    /// # Errors
    /// Those of [`Card::read`] for a card that is no CNS or is gone.
    pub async fn greet(&self) -> Result<Greeting, CardError> {
        self.ask(Keeper::greet).await
    }

    /// Reads certificate, ID_Carta and personal data once; later calls give the same contents without an APDU.
    ///
    /// A reading that failed is not kept: the next call reads again.
    ///
    /// # Errors
    /// [`CardError::NotACns`] and [`CardError::UnknownCard`] for other cards, [`CardError::NoCertificate`],
    /// [`CardError::Malformed`], [`CardError::TooLarge`] and [`CardError::Endless`] for odd ones,
    /// [`CardError::Refused`] for an unexpected status word, [`CardError::Channel`] when the card is gone.
    pub async fn read(&self) -> Result<Arc<CardContents>, CardError> {
        self.ask(|keeper| keeper.read().map(|reading| Arc::new(reading.contents.clone())))
            .await
    }

    /// What an attempt to read gave of a card that turned out to be no CNS, or an unknown one. Sends nothing.
    ///
    /// # Errors
    /// [`CardError::ThreadGone`] and [`CardError::Channel`].
    pub async fn glimpse(&self) -> Result<Glimpse, CardError> {
        self.ask(|keeper| Ok(keeper.glimpse())).await
    }

    /// Tries everything that can be tried without a PIN and says what the card answered, without any of its data.
    ///
    /// # Errors
    /// [`CardError::ThreadGone`]; a card that fails on the way is what the report is about.
    pub async fn report(&self) -> Result<CardReport, CardError> {
        self.ask(Keeper::report).await
    }

    /// The tries left as the last PIN answer of this insertion told them; `None` is "not known".
    ///
    /// The card is not asked: some count the question as a wrong try. See [`Card::ask_tries_left`].
    pub fn tries_left(&self) -> Option<u8> {
        self.tries.pin.known()
    }

    /// The tries left for the PUK, as the last PUK answer of this insertion told them.
    pub fn puk_tries_left(&self) -> Option<u8> {
        self.tries.puk.known()
    }

    /// Whether one try may be the last: without a word for it, nothing is compared. A comparison whose answer was lost
    /// may have spent one.
    pub fn is_down_to_the_last(&self, of: Secret) -> bool {
        self.tries.of(of).are_down_to_the_last()
    }

    /// Whether a comparison was sent in this insertion whose verdict is not known, and the card has told no number since.
    pub fn is_in_doubt(&self, of: Secret) -> bool {
        self.tries.of(of).are_in_doubt()
    }

    /// Asks the card for the tries left by a VERIFY without a PIN, where its profile says that this costs none.
    ///
    /// If the number ever falls between two questions, this card is not asked again.
    ///
    /// # Errors
    /// [`CardError::TriesNotAsked`] where nothing was sent, and those of [`Card::read`].
    pub async fn ask_tries_left(&self) -> Result<Option<u8>, CardError> {
        self.ask(Keeper::ask_tries_left).await
    }

    /// Verifies the PIN with exactly one VERIFY and keeps the card to itself until the result is dropped.
    ///
    /// A future that is dropped before the card was reached costs no try.
    ///
    /// # Errors
    /// [`CardError::WrongPin`], [`CardError::PinBlocked`], [`CardError::PinNotUsable`], [`CardError::PinNotFound`],
    /// [`CardError::PinNotAllowed`], [`CardError::LastTryNotConfirmed`],
    /// and those of [`Card::read`], which comes first when the card has not been read.
    pub async fn unlock(&self, pin: CardPin) -> Result<UnlockedCard, CardError> {
        let spends_last_try = pin.spends_last_try();
        let (_lender, pin) = entrust(pin);
        self.have(|job| Box::new(move |keeper| keeper.unlock(Typing::Here(pin), spends_last_try, job)))
            .await
    }

    /// As [`Card::unlock`], the PIN being typed on the reader's own pad. `spends_last_try` says that the person wants
    /// it compared even if one try is left.
    ///
    /// # Errors
    /// Those of [`Card::unlock`], and [`CardError::PadTimeout`], [`CardError::PadCancelled`],
    /// [`CardError::PadPinLength`], [`CardError::PadRefused`], [`CardError::PadOnceMore`].
    pub async fn unlock_on_pad(&self, spends_last_try: bool) -> Result<UnlockedCard, CardError> {
        self.needs_pad(PadEntry::Verify)?;
        self.have(|job| Box::new(move |keeper| keeper.unlock(Typing::OnPad, spends_last_try, job)))
            .await
    }

    /// Replaces the PIN with exactly one CHANGE REFERENCE DATA.
    ///
    /// # Errors
    /// [`CardError::NewPinSameAsOld`] before the card is touched, and those of [`Card::unlock`].
    pub async fn change_pin(&self, old: CardPin, new: NewPin) -> Result<(), CardError> {
        if old.digits() == new.digits() {
            return Err(CardError::NewPinSameAsOld);
        }
        let spends_last_try = old.spends_last_try();
        let (_lender, typed) = entrust((old, new));
        self.ask(move |keeper| keeper.change_pin(&typed, spends_last_try))
            .await
    }

    /// As [`Card::change_pin`], both PINs being typed on the reader's own pad; nobody can say whether the new one is
    /// weak.
    ///
    /// # Errors
    /// Those of [`Card::unlock_on_pad`], and [`CardError::PadPinsDiffer`].
    pub async fn change_pin_on_pad(&self, spends_last_try: bool) -> Result<(), CardError> {
        self.needs_pad(PadEntry::Change)?;
        self.ask(move |keeper| keeper.change_pin_on_pad(spends_last_try))
            .await
    }

    /// Unblocks the PIN. The PUK is compared once at most, whatever forms of the command the profile knows.
    ///
    /// # Errors
    /// [`CardError::WrongPuk`], [`CardError::PukBlocked`], [`CardError::PukNotFound`],
    /// [`CardError::UnblockNotSupported`], [`CardError::LastTryNotConfirmed`], and those of [`Card::read`].
    pub async fn unblock_pin(&self, puk: CardPuk, new: NewPin) -> Result<Unblocked, CardError> {
        let spends_last_try = puk.spends_last_try();
        let (_lender, typed) = entrust((puk, new));
        self.ask(move |keeper| keeper.unblock_pin(&typed, spends_last_try))
            .await
    }

    /// Has the thread do one act and waits for what came of it.
    async fn ask<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Keeper) -> Result<T, CardError> + Send + 'static,
    ) -> Result<T, CardError> {
        self.have(|job| Box::new(move |keeper| job.answer(act(keeper))))
            .await
    }

    /// Has the thread take up a job and waits for its answer, as long as patience lasts.
    ///
    /// When this future is dropped, or patience runs out, nothing more is sent to the card for it.
    async fn have<T: Send + 'static>(&self, act: impl FnOnce(Job<T>) -> Act) -> Result<T, CardError> {
        let (reply, answer) = oneshot::channel();
        let errand = Errand::new(Box::new(move |outcome| {
            // Whoever asked may have gone; what was learned stays with the keeper.
            let _ = reply.send(outcome);
        }));
        let _waiting = self.pulse.wait_for(errand.clone());
        let act = act(Job::new(Arc::clone(&errand), CardError::ThreadGone));
        self.send(Box::new(move |keeper| {
            keeper.pulse.attend(errand);
            act(keeper);
        }))?;
        answer.await.map_err(|_| CardError::ThreadGone)?
    }

    /// Says whether the reader has a pad that can ask for this, as far as the reader itself says so.
    fn needs_pad(&self, entry: PadEntry) -> Result<(), CardError> {
        match (self.pin_pad, entry) {
            (PinPad::Absent, _) | (PinPad::Present { changes: false }, PadEntry::Change) => {
                Err(ChannelError::NoPinPad.into())
            }
            (PinPad::Present { .. } | PinPad::Doubtful, _) => Ok(()),
        }
    }

    fn send(&self, act: Act) -> Result<(), CardError> {
        self.acts.send(act).map_err(|_| CardError::ThreadGone)
    }
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Card")
            .field("tries_left", &self.tries_left())
            .finish_non_exhaustive()
    }
}

/// Proof of a verified PIN, and the only way to a signature.
///
/// While it lives the card thread stays inside the transaction of the VERIFY; dropping it resets the card, so
/// that no other program finds the PIN verified. After 60 seconds without a signature the thread does so by itself.
pub struct UnlockedCard {
    requests: mpsc::Sender<SignRequest>,
    reading: Arc<Reading>,
    pulse: Arc<Pulse>,
    schemes: Vec<SignatureScheme>,
}

impl UnlockedCard {
    pub(crate) fn new(requests: mpsc::Sender<SignRequest>, reading: Arc<Reading>, pulse: Arc<Pulse>) -> Self {
        let schemes = schemes_of(&reading.key);
        Self {
            requests,
            reading,
            pulse,
            schemes,
        }
    }

    /// Signs `message` (the message, not its digest). Blocks until the card has answered: call it from a thread
    /// that may wait, never from an async worker.
    ///
    /// The signature has been checked against the certificate's key when it is returned.
    ///
    /// # Errors
    /// [`CardError::SchemeNotSupported`] without touching the card, [`CardError::SignatureMismatch`],
    /// [`CardError::Refused`], [`CardError::Channel`], and [`CardError::UnlockExpired`] when the card was released
    /// after waiting too long.
    pub fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CardError> {
        let (reply, answer) = mpsc::sync_channel(1);
        let errand = Errand::new(Box::new(move |outcome| {
            let _ = reply.send(outcome);
        }));
        let _waiting = self.pulse.wait_for(errand.clone());
        let request = SignRequest {
            scheme,
            message: message.to_vec(),
            // The card may be released before it takes this up: the request is then dropped.
            job: Job::new(errand, CardError::UnlockExpired),
        };
        self.requests
            .send(request)
            .map_err(|_| CardError::UnlockExpired)?;
        answer.recv().map_err(|_| CardError::UnlockExpired)?
    }

    /// The schemes this card's key can do, best first.
    pub fn schemes(&self) -> &[SignatureScheme] {
        &self.schemes
    }

    /// The authentication certificate, DER.
    pub fn certificate_der(&self) -> &[u8] {
        &self.reading.contents.certificate_der
    }
}

impl std::fmt::Debug for UnlockedCard {
    /// Names what the key can do: the rest is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnlockedCard")
            .field("schemes", &self.schemes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cns_virtual_card::{EXAMPLE_PIN, Personality, VirtualCard, VirtualCardHandle, pki};
    use time::macros::datetime;

    #[tokio::test]
    async fn a_verified_pin_that_nobody_uses_is_forgotten_by_the_card() {
        let person = pki::identity("citizen-good", datetime!(2026-11-22 12:00 UTC)).unwrap();
        let kind = Personality::named("classic-st2021").unwrap();
        let slot = VirtualCardHandle::inserted(VirtualCard::new(kind, person, EXAMPLE_PIN).unwrap());
        let impatient = Patience {
            idle: std::time::Duration::ZERO,
            ..Patience::ORDINARY
        };
        let card = Card::open_patiently(Box::new(slot.channel()), &CardProfiles::built_in(), impatient);
        let unlocked = card.unlock(CardPin::parse(EXAMPLE_PIN).unwrap()).await.unwrap();
        // The next act begins when the transaction of the PIN has ended.
        card.read().await.unwrap();
        assert!(!slot.with_card(|card| card.is_pin_verified()));
        let late = unlocked.sign(SignatureScheme::PssSha256, b"a message");
        assert_eq!(late, Err(CardError::UnlockExpired));
        assert!(card.unlock(CardPin::parse(EXAMPLE_PIN).unwrap()).await.is_ok());
    }

    #[tokio::test]
    async fn a_signature_asked_for_as_the_time_runs_out_finds_the_card_released() {
        let person = pki::identity("citizen-good", datetime!(2026-11-22 12:00 UTC)).unwrap();
        let kind = Personality::named("classic-st2021").unwrap();
        let slot = VirtualCardHandle::inserted(VirtualCard::new(kind, person, EXAMPLE_PIN).unwrap());
        let card = Card::open(Box::new(slot.channel()));
        let mut unlocked = card.unlock(CardPin::parse(EXAMPLE_PIN).unwrap()).await.unwrap();
        let (requests, served) = mpsc::channel::<SignRequest>();
        unlocked.requests = requests;
        // The request has been sent, and goes down with whoever should have served it.
        let serving = std::thread::spawn(move || drop(served.recv().unwrap()));
        let late = unlocked.sign(SignatureScheme::PssSha256, b"a message");
        assert_eq!(late, Err(CardError::UnlockExpired));
        serving.join().unwrap();
    }
}
