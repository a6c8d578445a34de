//! A card and its own thread: everything that touches the chip happens there.

use crate::read::Reading;
use crate::sign::schemes_of;
use crate::thread::{Act, IDLE, SignRequest, start};
use crate::verify::Tries;
use crate::{CardContents, CardError, CardPin, SignatureScheme};
use cns_iso7816::Channel;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::oneshot;

/// A card in a reader. Cloning it gives another handle on the same card and thread.
///
/// What the card has taught (its contents, the forms it takes, the tries left) lasts as long as the last handle:
/// one insertion. The next insertion is another `Card`.
#[derive(Clone)]
pub struct Card {
    acts: mpsc::Sender<Act>,
    tries: Arc<Tries>,
}

impl Card {
    /// Starts the card's thread on a connected channel. Nothing is sent to the card yet.
    pub fn open(channel: Box<dyn Channel>) -> Self {
        Self::open_with(channel, IDLE)
    }

    fn open_with(channel: Box<dyn Channel>, idle: Duration) -> Self {
        let tries = Arc::new(Tries::default());
        Self {
            acts: start(channel, Arc::clone(&tries), idle),
            tries,
        }
    }

    /// Reads certificate, ID_Carta and personal data once; later calls give the same contents without an APDU.
    ///
    /// A reading that failed is not kept: the next call reads again.
    ///
    /// # Errors
    /// [`CardError::NotACns`] and [`CardError::UnknownCard`] for other cards, [`CardError::NoCertificate`],
    /// [`CardError::Malformed`] and [`CardError::TooLarge`] for odd ones, [`CardError::Refused`] for an unexpected
    /// status word, [`CardError::Channel`] when the card is gone.
    pub async fn read(&self) -> Result<Arc<CardContents>, CardError> {
        let (reply, answer) = oneshot::channel();
        self.acts
            .send(Act::Read { reply })
            .map_err(|_| CardError::ThreadGone)?;
        answer.await.map_err(|_| CardError::ThreadGone)?
    }

    /// The tries left as the last PIN answer of this insertion told them; `None` is "not known".
    ///
    /// The card is never asked: some count the question as a wrong try.
    pub fn tries_left(&self) -> Option<u8> {
        self.tries.known()
    }

    /// Verifies the PIN with exactly one VERIFY and keeps the card to itself until the result is dropped.
    ///
    /// A future that is dropped before the card was reached costs no try.
    ///
    /// # Errors
    /// [`CardError::WrongPin`], [`CardError::PinBlocked`], [`CardError::PinNotUsable`], [`CardError::PinNotFound`],
    /// and those of [`Card::read`], which comes first when the card has not been read.
    pub async fn unlock(&self, pin: CardPin) -> Result<UnlockedCard, CardError> {
        let (reply, answer) = oneshot::channel();
        self.acts
            .send(Act::Unlock { pin, reply })
            .map_err(|_| CardError::ThreadGone)?;
        answer.await.map_err(|_| CardError::ThreadGone)?
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
    schemes: Vec<SignatureScheme>,
}

impl UnlockedCard {
    pub(crate) fn new(requests: mpsc::Sender<SignRequest>, reading: Arc<Reading>) -> Self {
        let schemes = schemes_of(&reading.key);
        Self {
            requests,
            reading,
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
        let request = SignRequest {
            scheme,
            message: message.to_vec(),
            reply,
        };
        self.requests
            .send(request)
            .map_err(|_| CardError::UnlockExpired)?;
        // The card may be released between the two: the request is then dropped without an answer.
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
        let card = Card::open_with(Box::new(slot.channel()), Duration::ZERO);
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
