//! What the journey needs from the world. Each port has a real implementation and a scripted one.

use crate::{FoundCard, Problem, Session, SessionHandle};
use cns_card::{CardPin, Secret, UnlockedCard};
use cns_iso7816::{Channel, PinPad};
use cns_portal_api::ContributionStatement;
use cns_trust::CheckedCertificate;
use std::future::Future;
use tokio::sync::watch;

/// The readers of this computer.
pub trait Readers: Send + Sync {
    /// What is plugged in and inserted now, and every change of it, without polling.
    fn watch(&self) -> watch::Receiver<ReadersSnapshot>;

    /// Connects to the card in `reader`.
    ///
    /// # Errors
    /// A [`Problem`] that names why: removed, held by another program, mute, service gone.
    fn open(&self, reader: &str) -> impl Future<Output = Result<Box<dyn Channel>, Problem>> + Send;

    /// The name of another program that runs now and is known to hold cards: likely the one, never certainly.
    ///
    /// May look at every running program, so it is asked only when a card is held.
    fn likely_owner(&self) -> Option<String> {
        None
    }
}

impl<R: Readers> Readers for &R {
    fn watch(&self) -> watch::Receiver<ReadersSnapshot> {
        (**self).watch()
    }

    fn open(&self, reader: &str) -> impl Future<Output = Result<Box<dyn Channel>, Problem>> + Send {
        (**self).open(reader)
    }

    fn likely_owner(&self) -> Option<String> {
        (**self).likely_owner()
    }
}

/// The readers at one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadersSnapshot {
    /// False while the system's smart card service does not answer.
    pub service_running: bool,
    /// The readers, in the order of the service.
    pub slots: Vec<Slot>,
}

/// One reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The reader's name, as the service gives it.
    pub reader: String,
    /// What is in it.
    pub card: CardPresence,
    /// Grows with each insertion into this reader, so that a swapped card is not taken for the old one.
    pub insertion: u32,
}

/// What is in a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardPresence {
    /// No card.
    Absent,
    /// A card that answers no reset: upside down, dirty, or without a chip.
    Mute,
    /// A card.
    Present,
}

/// Where the person types the PIN of the card.
pub trait PinEntry: Send {
    /// Asks for the PIN. `None` means that the person gave up, or that there is nobody to ask again.
    ///
    /// When one try may be left, the person is asked once more, explicitly, before the answer counts. Each answer is an act
    /// of the person: an implementation that has nobody to ask again answers a refusal with `None`.
    fn ask(&mut self, request: PinRequest) -> impl Future<Output = Option<PinAnswer>> + Send;
}

/// What the person did about the PIN.
#[derive(Debug)]
pub enum PinAnswer {
    /// Typed it.
    Typed(CardPin),
    /// Chose to type it on the reader's own pad.
    OnThePad {
        /// Whether they want it compared even if one try is left.
        spends_last_try: bool,
    },
}

/// What the person must know before typing.
#[derive(Clone, PartialEq, Eq)]
pub struct PinRequest {
    /// Whose card it is; none when the card does not say.
    pub holder_name: Option<String>,
    /// The reader it is in.
    pub reader: String,
    /// Tries left, where known without risk.
    pub tries_left: Option<u8>,
    /// Whether a wrong PIN may be the last: it is compared only if the person says that they want it.
    pub last_try: bool,
    /// How the try before this one ended.
    pub refused: Option<PinRefusal>,
    /// The same in words for the person.
    pub problem: Option<Problem>,
    /// The host that will be opened with the card.
    pub host: String,
    /// Whether the reader has a PIN pad of its own.
    pub pin_pad: PinPad,
}

impl PinRequest {
    /// The first request for the PIN of a card that was found.
    pub fn first(found: &FoundCard, host: &str) -> Self {
        Self {
            holder_name: found.holder_name(),
            reader: found.slot.reader.clone(),
            tries_left: found.card.tries_left(),
            last_try: found.card.is_down_to_the_last(Secret::Pin),
            refused: None,
            problem: None,
            host: host.to_owned(),
            pin_pad: found.card.pin_pad(),
        }
    }

    /// The request after a typing that was not taken.
    pub(crate) fn again(found: &FoundCard, host: &str, refused: PinRefusal, problem: &Problem) -> Self {
        Self {
            refused: Some(refused),
            problem: Some(problem.clone()),
            ..Self::first(found, host)
        }
    }
}

impl std::fmt::Debug for PinRequest {
    /// Says nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PinRequest")
            .field("reader", &self.reader)
            .field("tries_left", &self.tries_left)
            .field("last_try", &self.last_try)
            .field("refused", &self.refused)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

/// Why the PIN typed before was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinRefusal {
    /// It was wrong and cost a try.
    Wrong,
    /// It would have been the last try known, which nobody had confirmed: nothing was sent.
    LastTryNotConfirmed,
    /// What was done on the reader's pad came to nothing (time-out, cancelled, length); no try was spent.
    Pad,
}

/// A portal, reached over the network.
pub trait Portal: Send + Sync {
    /// Opens a session with the card. The certificate's proof is the ticket: without a check there is no login.
    ///
    /// # Errors
    /// A [`Problem`] for every way in which the connection or the portal can refuse.
    fn log_in(
        &self,
        card: UnlockedCard,
        certificate: &CheckedCertificate,
    ) -> impl Future<Output = Result<Session, Problem>> + Send;

    /// The estratto conto contributivo of the session's holder.
    ///
    /// # Errors
    /// A [`Problem`]; `session_ended` when the portal no longer knows the session.
    fn statement(
        &self,
        session: &Session,
    ) -> impl Future<Output = Result<ContributionStatement, Problem>> + Send;

    /// Ends the session on the portal and closes every connection.
    ///
    /// # Errors
    /// A [`Problem`] when the portal could not be told; the connections are closed all the same.
    fn log_out(&self, session: &Session) -> impl Future<Output = Result<(), Problem>> + Send;
}

/// Where sessions are kept between two runs.
pub trait Vault: Send + Sync {
    /// Keeps a session and says where. A future that is dropped leaves nothing kept, whenever that happens.
    ///
    /// # Errors
    /// A [`Problem`] when it cannot be kept even in memory.
    fn keep(&self, session: &Session) -> impl Future<Output = Result<Kept, Problem>> + Send;

    /// The sessions that are kept; those past their end are forgotten on the way.
    ///
    /// # Errors
    /// A [`Problem`] when the vault cannot be read.
    fn sessions(&self) -> impl Future<Output = Result<Vec<Session>, Problem>> + Send;

    /// Forgets one session.
    ///
    /// # Errors
    /// A [`Problem`] when it cannot be removed.
    fn forget(&self, handle: &SessionHandle) -> impl Future<Output = Result<(), Problem>> + Send;
}

/// Where a session is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In the keyring of the operating system.
    Keyring,
    /// In memory only, until this program ends: there is no usable keyring.
    Memory,
}
