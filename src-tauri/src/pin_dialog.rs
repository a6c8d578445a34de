//! Where the PIN of the card is typed: the page's answer becomes the journey's.

use crate::events::Stage;
use cns_card::CardPin;
use cns_contract::{NotTaken, View};
use cns_login::{PinEntry, PinRequest};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// The desk between the page and the journey. A PIN that nobody waits for is wiped at once.
#[derive(Default)]
pub(crate) struct Desk {
    waiting: Mutex<Waiting>,
}

/// What the journey waits for.
#[derive(Default)]
enum Waiting {
    #[default]
    Nothing,
    /// The person looks at the card and has not asked to go in.
    AtTheCard(oneshot::Sender<()>),
    /// The PIN screen is open.
    ForThePin(oneshot::Sender<Typed>),
}

enum Typed {
    Pin(CardPin),
    Back,
}

impl Desk {
    /// Opens the PIN screen.
    pub(crate) fn enter(&self) -> Result<(), NotTaken> {
        match self.take() {
            Waiting::AtTheCard(answer) => answer.send(()).map_err(|()| NotTaken::NotNow),
            other => self.refuse(other),
        }
    }

    /// Hands a PIN to the journey, once.
    pub(crate) fn submit(&self, pin: CardPin) -> Result<(), NotTaken> {
        match self.take() {
            Waiting::ForThePin(answer) => answer.send(Typed::Pin(pin)).map_err(|_| NotTaken::NotNow),
            other => self.refuse(other),
        }
    }

    /// Goes back from the PIN to the card; no try is spent.
    pub(crate) fn back(&self) -> Result<(), NotTaken> {
        match self.take() {
            Waiting::ForThePin(answer) => answer.send(Typed::Back).map_err(|_| NotTaken::NotNow),
            other => self.refuse(other),
        }
    }

    fn take(&self) -> Waiting {
        std::mem::take(&mut *self.lock())
    }

    fn refuse(&self, still: Waiting) -> Result<(), NotTaken> {
        *self.lock() = still;
        Err(NotTaken::NotNow)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The window as a place to type a PIN.
pub(crate) struct PinDialog {
    desk: Arc<Desk>,
    stage: Arc<Stage>,
}

impl PinDialog {
    /// A dialog on `stage`, answered through `desk`.
    pub(crate) fn new(desk: Arc<Desk>, stage: Arc<Stage>) -> Self {
        Self { desk, stage }
    }

    async fn asked_to_go_in(&self) -> Option<()> {
        let (answer, asked) = oneshot::channel();
        *self.desk.lock() = Waiting::AtTheCard(answer);
        asked.await.ok()
    }

    async fn typed(&self) -> Option<Typed> {
        let (answer, typed) = oneshot::channel();
        *self.desk.lock() = Waiting::ForThePin(answer);
        typed.await.ok()
    }
}

impl PinEntry for PinDialog {
    /// The first question of a card waits until the person asks to go in. "Back" leads to the card and not to the
    /// end of the journey: nothing has happened yet that would need undoing.
    async fn ask(&mut self, request: PinRequest) -> Option<CardPin> {
        let mut at_the_card = request.refused.is_none();
        loop {
            if at_the_card {
                self.asked_to_go_in().await?;
            }
            self.stage.show(View::PinOfTheCard {
                host: request.host.clone(),
                tries_left: request.tries_left,
                refused: request.refused.is_some(),
            });
            match self.typed().await? {
                Typed::Pin(pin) => return Some(pin),
                Typed::Back => {
                    self.stage.show_card_again(request.tries_left);
                    at_the_card = true;
                }
            }
        }
    }
}
