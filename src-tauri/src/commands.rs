//! What the page may ask for. Each command hands a wish on; none decides.

use crate::events::Stage;
use crate::person::{Act, Person};
use crate::pin_dialog::Desk;
use cns_card::CardPin;
use cns_contract::{NotTaken, PinTyped, Screen};
use std::sync::{Arc, Mutex, PoisonError};
use tauri::State;
use tokio::sync::mpsc;
use zeroize::Zeroizing;

/// The window's side of a [`Person`].
pub(crate) struct Wishes {
    pub(crate) stage: Arc<Stage>,
    pub(crate) desk: Arc<Desk>,
    /// None when the window is closed.
    acts: Mutex<Option<mpsc::Sender<Act>>>,
    demo_moves: mpsc::Sender<bool>,
}

impl Wishes {
    /// Both sides: what the commands use, and what the story serves.
    pub(crate) fn new(stage: Stage) -> (Self, Person, DemoMoves) {
        let (stage, desk) = (Arc::new(stage), Arc::new(Desk::default()));
        let (act, acts) = mpsc::channel(IMPATIENCE);
        let (demo_move, demo_moves) = mpsc::channel(IMPATIENCE);
        let wishes = Self {
            stage: stage.clone(),
            desk: desk.clone(),
            acts: Mutex::new(Some(act)),
            demo_moves: demo_move,
        };
        (wishes, Person { stage, desk, acts }, demo_moves)
    }

    /// Puts the example card into its reader, or takes it out.
    pub(crate) fn move_demo_card(&self, inserted: bool) -> Result<(), NotTaken> {
        self.demo_moves.try_send(inserted).map_err(|_| NotTaken::NotNow)
    }

    /// Hands a wish on; one that comes while too many others wait is not taken.
    pub(crate) fn act(&self, act: Act) -> Result<(), NotTaken> {
        let acts = self.acts.lock().unwrap_or_else(PoisonError::into_inner);
        let acts = acts.as_ref().ok_or(NotTaken::NotNow)?;
        acts.try_send(act).map_err(|_| NotTaken::NotNow)
    }

    /// Tells the story that the window is closed: there will be no other wish.
    pub(crate) fn close(&self) {
        *self.acts.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// In and out of the example card: true puts it in.
pub(crate) type DemoMoves = mpsc::Receiver<bool>;

/// Wishes that may wait: a person who clicks faster than the story goes loses the rest.
const IMPATIENCE: usize = 8;

/// The screen as it is: the page's first question.
#[tauri::command(async)]
pub(crate) fn current_screen(wishes: State<'_, Wishes>) -> Screen {
    wishes.stage.current()
}

/// Opens the PIN screen of the card that is shown.
#[tauri::command(async)]
pub(crate) fn enter(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.desk.enter()
}

/// Hands over the PIN: the text is wiped here, and only the typed secret goes on.
#[tauri::command(async)]
pub(crate) fn submit_pin(typed: PinTyped, wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    let typed = Zeroizing::new(typed.pin);
    let pin = CardPin::parse(&typed).map_err(|_| NotTaken::PinFormat)?;
    wishes.desk.submit(pin)
}

/// Goes back from the PIN to the card.
#[tauri::command(async)]
pub(crate) fn leave_pin(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.desk.back()
}

/// Tries again what ended badly.
#[tauri::command(async)]
pub(crate) fn retry(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.act(Act::Retry)
}

/// Ends the session.
#[tauri::command(async)]
pub(crate) fn log_out(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.act(Act::LogOut)
}

/// Goes on with the session that was found.
#[tauri::command(async)]
pub(crate) fn use_session(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.act(Act::UseSession)
}

/// Ends the session that was found.
#[tauri::command(async)]
pub(crate) fn end_session(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.act(Act::EndSession)
}

/// Begins to play with the example card.
#[tauri::command(async)]
pub(crate) fn start_demo(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.act(Act::StartDemo)
}

/// Goes back from the example to the real readers.
#[tauri::command(async)]
pub(crate) fn leave_demo(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.act(Act::LeaveDemo)
}

/// Puts the example card into its reader, or takes it out.
#[tauri::command(async)]
pub(crate) fn move_demo_card(inserted: bool, wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.move_demo_card(inserted)
}
