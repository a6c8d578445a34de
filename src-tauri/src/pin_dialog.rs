//! Where the PIN of the card is typed: the page's answer becomes the journey's.

use crate::events::Stage;
use cns_card::CardPin;
use cns_contract::{NotTaken, View};
use cns_login::{CardChoice, OfferedCard, PinAnswer, PinEntry, PinRequest};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// The desk between the page and the journey. A PIN that nobody waits for is wiped at once.
#[derive(Default)]
pub(crate) struct Desk {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    waiting: Waiting,
    /// Resolves when the person asks to go in; opened before the card is shown, so that no click is too early.
    entry: Option<oneshot::Receiver<()>>,
}

/// What is waited for.
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
        self.answer(|waiting| match waiting {
            Waiting::AtTheCard(answer) => Ok(answer.send(())),
            other @ (Waiting::Nothing | Waiting::ForThePin(_)) => Err(other),
        })
    }

    /// Hands a PIN to the journey, once.
    pub(crate) fn submit(&self, pin: CardPin) -> Result<(), NotTaken> {
        self.answer(|waiting| match waiting {
            Waiting::ForThePin(answer) => Ok(answer.send(Typed::Pin(pin)).map_err(drop)),
            other @ (Waiting::Nothing | Waiting::AtTheCard(_)) => Err(other),
        })
    }

    /// Goes back from the PIN to the card; no try is spent.
    pub(crate) fn back(&self) -> Result<(), NotTaken> {
        self.answer(|waiting| match waiting {
            Waiting::ForThePin(answer) => Ok(answer.send(Typed::Back).map_err(drop)),
            other @ (Waiting::Nothing | Waiting::AtTheCard(_)) => Err(other),
        })
    }

    /// Begins to wait for the wish to go in. The card with its button is shown after this.
    pub(crate) fn open_entry(&self) {
        let (answer, asked) = oneshot::channel();
        *self.lock() = Inner {
            waiting: Waiting::AtTheCard(answer),
            entry: Some(asked),
        };
    }

    fn entry(&self) -> Option<oneshot::Receiver<()>> {
        self.lock().entry.take()
    }

    fn open_form(&self) -> oneshot::Receiver<Typed> {
        let (answer, typed) = oneshot::channel();
        self.lock().waiting = Waiting::ForThePin(answer);
        typed
    }

    fn close(&self) {
        *self.lock() = Inner::default();
    }

    /// Gives what is waited for to `take`, which hands it back when it is not the question that was answered.
    ///
    /// The journey may ask its next question while a second click is still being served, so that nobody else looks
    /// at the desk until a question that was taken off it is back.
    fn answer(&self, take: impl FnOnce(Waiting) -> Result<Result<(), ()>, Waiting>) -> Result<(), NotTaken> {
        let mut inner = self.lock();
        match take(std::mem::take(&mut inner.waiting)) {
            Ok(heard) => heard.map_err(|()| NotTaken::NotNow),
            Err(still) => {
                inner.waiting = still;
                Err(NotTaken::NotNow)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The window as a place to type a PIN, for one card.
pub(crate) struct PinDialog {
    desk: Arc<Desk>,
    stage: Arc<Stage>,
}

impl PinDialog {
    /// A dialog on `stage`, answered through `desk`.
    pub(crate) fn new(desk: Arc<Desk>, stage: Arc<Stage>) -> Self {
        Self { desk, stage }
    }
}

impl Drop for PinDialog {
    /// The card is gone, or done with: nobody waits any more.
    fn drop(&mut self) {
        self.desk.close();
    }
}

impl PinEntry for PinDialog {
    /// The first question of a card waits until the person asks to go in. "Back" leads to the card and not to the
    /// end of the journey: nothing has happened yet that would need undoing.
    async fn ask(&mut self, request: PinRequest) -> Option<PinAnswer> {
        loop {
            if let Some(asked) = self.desk.entry() {
                asked.await.ok()?;
            }
            let typed = self.desk.open_form();
            self.stage.show(View::PinOfTheCard {
                host: request.host.clone(),
                tries_left: request.tries_left,
                refused: request.refused.is_some(),
            });
            match typed.await.ok()? {
                Typed::Pin(pin) => return Some(PinAnswer::Typed(pin)),
                Typed::Back => {
                    self.desk.open_entry();
                    self.stage.show_card_again(request.tries_left);
                }
            }
        }
    }
}

impl CardChoice for PinDialog {
    async fn choose(&mut self, _offered: &[OfferedCard]) -> Option<usize> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn a_second_click_takes_no_question_off_the_desk() {
        let (desk, done) = (Desk::default(), AtomicBool::new(false));
        let always_heard = std::thread::scope(|threads| {
            threads.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let _too_late = desk.enter();
                }
            });
            let always_heard = (0..20_000).all(|_| {
                let _typed = desk.open_form();
                desk.submit(CardPin::parse("12345").unwrap()).is_ok()
            });
            done.store(true, Ordering::Relaxed);
            always_heard
        });
        assert!(always_heard);
    }
}
