//! The desk between the page and the stories: one question at a time lies on it, and is answered once.

use crate::asked::Asked;
use cns_card::{CardPin, CardPuk};
use cns_contract::{CardPicked, NotTaken};
use cns_login::{PortalPin, TypedPin};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// The desk. A PIN that nobody waits for is wiped at once.
#[derive(Default)]
pub(crate) struct Desk {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    waiting: Option<(Question, oneshot::Sender<Answer>)>,
    /// Resolves when the person asks to go in; opened before the card is shown, so that no click is too early.
    entry: Option<oneshot::Receiver<Answer>>,
    /// A PIN that the portal has just made, until the page takes it.
    new_portal_pin: Option<PortalPin>,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Whether a profile that is not ours was read.
    OwnProfile,
    /// Which of several cards is meant.
    WhichCard,
    /// Whether the person goes in with the card that is shown.
    GoIn,
    /// Whether the last try is to be spent.
    LastTry,
    /// The PIN.
    Pin,
    /// The old PIN and the new one.
    NewPin,
    /// Whether the consequences of typing a PUK are understood.
    BeforeUnblocking,
    /// The PUK and the new PIN.
    Puk,
    /// What to do with a report.
    Report,
    /// What to do with a reminder.
    Reminder,
    /// Nothing: the person reads.
    Read,
    /// What the person wishes for on a screen of the portal.
    Portal,
}

/// What the page answered.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Yes, go on.
    GoOn,
    /// Back to the card.
    Back,
    /// This card.
    Card(CardPicked),
    /// This PIN.
    Pin(CardPin),
    /// The PIN comes on the reader's own pad.
    OnThePad,
    /// These PINs.
    NewPin { old: CardPin, new: TypedPin },
    /// This PUK, and this PIN.
    Puk { puk: CardPuk, new: TypedPin },
    /// Save the report, or the reminder, in this folder.
    SaveIn(PathBuf),
    /// This wish, on a screen of the portal.
    Portal(Asked),
}

impl Desk {
    /// Puts a question on the desk. Its screen is shown after this, so that no answer is too early.
    pub(crate) fn ask(&self, question: Question) -> oneshot::Receiver<Answer> {
        let (answer, heard) = oneshot::channel();
        self.lock().waiting = Some((question, answer));
        heard
    }

    /// Begins to wait for the wish to go in. The card with its button is shown after this.
    pub(crate) fn open_entry(&self) {
        let asked = self.ask(Question::GoIn);
        self.lock().entry = Some(asked);
    }

    /// The wish to go in, once.
    pub(crate) fn entry(&self) -> Option<oneshot::Receiver<Answer>> {
        self.lock().entry.take()
    }

    /// Answers the question on the desk, once, if it is this one.
    ///
    /// A story may ask its next question while a second click is still being served: nobody else looks at the desk
    /// until a question that was meant by nobody is back.
    pub(crate) fn answer(&self, to: Question, answer: Answer) -> Result<(), NotTaken> {
        let mut inner = self.lock();
        match inner.waiting.take_if(|(question, _)| *question == to) {
            Some((_, heard)) => heard.send(answer).map_err(|_| NotTaken::NotNow),
            None => Err(NotTaken::NotNow),
        }
    }

    /// Goes back to the card from whatever is asked; no try is spent.
    pub(crate) fn back(&self) -> Result<(), NotTaken> {
        let question = self.lock().waiting.as_ref().map(|(question, _)| *question);
        match question {
            None | Some(Question::GoIn | Question::WhichCard | Question::OwnProfile) => Err(NotTaken::NotNow),
            Some(question) => self.answer(question, Answer::Back),
        }
    }

    /// Lays down a PIN that the portal has just made.
    pub(crate) fn put_new_portal_pin(&self, pin: PortalPin) {
        self.lock().new_portal_pin = Some(pin);
    }

    /// Takes that PIN, once.
    pub(crate) fn take_new_portal_pin(&self) -> Option<PortalPin> {
        self.lock().new_portal_pin.take()
    }

    /// Nobody waits any more.
    pub(crate) fn close(&self) {
        *self.lock() = Inner::default();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
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
                    let _too_late = desk.answer(Question::GoIn, Answer::GoOn);
                }
            });
            let always_heard = (0..20_000).all(|_| {
                let _typed = desk.ask(Question::Pin);
                let pin = CardPin::parse("12345").unwrap();
                desk.answer(Question::Pin, Answer::Pin(pin)).is_ok()
            });
            done.store(true, Ordering::Relaxed);
            always_heard
        });
        assert!(always_heard);
    }
}
