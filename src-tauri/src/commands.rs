//! What the page may ask for. Each command hands a wish on; none decides.

use crate::asked::Asked;
use crate::desk::{Answer, Desk, Question};
use crate::events::Stage;
use crate::person::{Act, Care, Person};
use crate::typed;
use cns_contract::{CardPicked, NotTaken, PinChange, PinTyped, PinUnblock, PortalWish, Screen};
use cns_login::Language;
use cns_portal_api::DocumentSide;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, Manager, State};
use tokio::sync::mpsc;
use zeroize::Zeroizing;

/// The window's side of a [`Person`].
pub(crate) struct Wishes {
    pub(crate) stage: Arc<Stage>,
    pub(crate) desk: Arc<Desk>,
    /// None when the window is closed.
    acts: Mutex<Option<mpsc::Sender<Act>>>,
    demo_moves: mpsc::Sender<DemoMove>,
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

    /// Moves the example card.
    pub(crate) fn move_demo_card(&self, to: DemoMove) -> Result<(), NotTaken> {
        self.demo_moves.try_send(to).map_err(|_| NotTaken::NotNow)
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

/// What happens to the example card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DemoMove {
    /// It goes into its reader.
    In,
    /// It is taken out.
    Out,
    /// The one with this name takes its place.
    Exchange(String),
    /// The people behind the counter do what waits for them.
    Operator,
}

/// The moves of the example card, in order.
pub(crate) type DemoMoves = mpsc::Receiver<DemoMove>;

/// Wishes that may wait: a person who clicks faster than the story goes loses the rest.
const IMPATIENCE: usize = 8;

/// The screen as it is: the page's first question.
#[tauri::command(async)]
pub(crate) fn current_screen(wishes: State<'_, Wishes>) -> Screen {
    wishes.stage.current()
}

/// Picks one of several cards.
#[tauri::command(async)]
pub(crate) fn pick_card(picked: CardPicked, wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.desk.answer(Question::WhichCard, Answer::Card(picked))
}

/// Leaves the card that is shown for another one.
#[tauri::command(async)]
pub(crate) fn other_card(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.act(Act::OtherCard)
}

/// Opens the PIN screen of the card that is shown.
#[tauri::command(async)]
pub(crate) fn enter(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.desk.answer(Question::GoIn, Answer::GoOn)
}

/// Says that the last try is to be spent.
#[tauri::command(async)]
pub(crate) fn spend_last_try(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.desk.answer(Question::LastTry, Answer::GoOn)
}

/// Hands over the PIN: the text is wiped here, and only the typed secret goes on.
#[tauri::command(async)]
pub(crate) fn submit_pin(typed: PinTyped, wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.desk.answer(Question::Pin, typed::pin(typed)?)
}

/// Has the PIN, or the old one and the new one, typed on the reader's own pad.
#[tauri::command(async)]
pub(crate) fn use_pin_pad(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    let here = |question| wishes.desk.answer(question, Answer::OnThePad);
    here(Question::Pin).or_else(|_| here(Question::NewPin))
}

/// Begins to change the PIN.
#[tauri::command(async)]
pub(crate) fn start_pin_change(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.act(Act::Care(Care::ChangePin))
}

/// Hands over the old PIN and the new one.
#[tauri::command(async)]
pub(crate) fn change_pin(typed: PinChange, wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.desk.answer(Question::NewPin, typed::change(typed)?)
}

/// Begins to unblock the PIN.
#[tauri::command(async)]
pub(crate) fn start_unblocking(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.act(Act::Care(Care::UnblockPin))
}

/// Says that the consequences of typing a PUK are understood.
#[tauri::command(async)]
pub(crate) fn consequences_understood(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.desk.answer(Question::BeforeUnblocking, Answer::GoOn)
}

/// The profile that is not ours was read.
#[tauri::command(async)]
pub(crate) fn read_profile(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.desk.answer(Question::OwnProfile, Answer::GoOn)
}

/// Hands over the PUK and the new PIN.
#[tauri::command(async)]
pub(crate) fn unblock_pin(typed: PinUnblock, wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.desk.answer(Question::Puk, typed::unblock(typed)?)
}

/// Begins a report on the card.
#[tauri::command(async)]
pub(crate) fn start_report(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.act(Act::Care(Care::Report))
}

/// Saves the report in the folder where this person's downloads or documents go, and nowhere else.
#[tauri::command(async)]
pub(crate) fn save_report(app: AppHandle, wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    let folder = folder_of_the_person(&app)?;
    wishes.desk.answer(Question::Report, Answer::SaveIn(folder))
}

/// Where this person's downloads or documents go.
fn folder_of_the_person(app: &AppHandle) -> Result<PathBuf, NotTaken> {
    let paths = app.path();
    paths
        .download_dir()
        .or_else(|_| paths.document_dir())
        .or_else(|_| paths.home_dir())
        .map_err(|_| NotTaken::NotNow)
}

/// Begins a reminder of the certificate's end, in this language.
#[tauri::command(async)]
pub(crate) fn start_reminder(language: String, wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    let language = match language.as_str() {
        "en" => Language::En,
        _ => Language::It,
    };
    wishes.act(Act::Care(Care::Reminder(language)))
}

/// Saves the reminder where a report would go.
#[tauri::command(async)]
pub(crate) fn save_reminder(app: AppHandle, wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    let folder = folder_of_the_person(&app)?;
    wishes.desk.answer(Question::Reminder, Answer::SaveIn(folder))
}

/// Goes back to the card.
#[tauri::command(async)]
pub(crate) fn go_back(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
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

/// Opens the ways into the portal that need no card.
#[tauri::command(async)]
pub(crate) fn open_door(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.act(Act::Door)
}

/// Ends the session, for somebody else is to take their place.
#[tauri::command(async)]
pub(crate) fn change_person(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.act(Act::ChangePerson)
}

/// Hands on a wish from a screen of the portal. What was typed is among it, and wipes itself from here on.
#[tauri::command(async)]
pub(crate) fn ask_portal(
    asked: PortalWish,
    app: AppHandle,
    wishes: State<'_, Wishes>,
) -> Result<(), NotTaken> {
    let folder = folder_of_the_person(&app)?;
    let asked = Asked::from_wish(asked, folder);
    wishes.desk.answer(Question::Portal, Answer::Portal(asked))
}

/// Takes in a page of a document: its bytes are the body, which page it is stands in the header `side`.
#[tauri::command(async)]
pub(crate) fn hand_document(request: Request<'_>, wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    let side = match request.headers().get("side").map(|side| side.as_bytes()) {
        Some(b"front") => DocumentSide::Front,
        Some(b"back") => DocumentSide::Back,
        Some(b"form") => DocumentSide::Form,
        _ => return Err(NotTaken::NotNow),
    };
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(NotTaken::NotNow);
    };
    if bytes.len() > LARGEST_PAGE {
        return Err(NotTaken::NotNow);
    }
    let bytes = bytes.clone();
    let document = Asked::Document { side, bytes };
    wishes.desk.answer(Question::Portal, Answer::Portal(document))
}

/// The PIN that the portal has just made: told once. It is the one secret that goes to the page, and no part of a
/// screen.
#[tauri::command(async)]
pub(crate) fn take_new_portal_pin(wishes: State<'_, Wishes>) -> Option<ToldOnce> {
    let pin = wishes.desk.take_new_portal_pin()?;
    Some(ToldOnce(Zeroizing::new(pin.reveal().to_owned())))
}

/// A secret on its way to the page. It wipes itself, and prints nothing.
pub(crate) struct ToldOnce(Zeroizing<String>);

impl Serialize for ToldOnce {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A page has at most 5 MiB; the portal says the same.
const LARGEST_PAGE: usize = 5 * 1024 * 1024;

/// Has the people behind the example's counter do what waits for them.
#[tauri::command(async)]
pub(crate) fn play_operator(wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.move_demo_card(DemoMove::Operator)
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
    wishes.move_demo_card(if inserted { DemoMove::In } else { DemoMove::Out })
}

/// Puts another example card into the place of the one that is there.
#[tauri::command(async)]
pub(crate) fn exchange_demo_card(card: String, wishes: State<'_, Wishes>) -> Result<(), NotTaken> {
    wishes.move_demo_card(DemoMove::Exchange(card))
}
