//! The page's side of the stories, and the worlds they play in.

use crate::commands::{DemoMoves, Wishes};
use crate::demo;
use crate::desk::{Answer, Question};
use crate::events::Stage;
use crate::person::{Exit, Person};
use crate::session::World;
use crate::typed;
use cns_card::{CardPin, CardProfiles};
use cns_contract::{
    CardSeen, Closed, EndReason, NotTaken, PinChange, PinOffered, PinUnblock, PortalSeen, Screen,
    StatementSeen, View,
};
use cns_demo::{Demo, DemoReaders};
use cns_login::{Cards, Judge, Readers, Vault};
use cns_session::SessionVault;
use cns_tls::HttpsPortal;
use cns_trust::{Clock, SystemClock};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// The page's side of a story: what it is shown, and what it wishes for.
pub(super) struct Page {
    pub(super) wishes: Wishes,
    screens: mpsc::UnboundedReceiver<Screen>,
}

impl Page {
    pub(super) fn open() -> (Self, Person, DemoMoves) {
        let nowhere = PortalSeen {
            name: Default::default(),
            host: String::new(),
            pin: PinOffered::None,
            pin_note: Default::default(),
            in_the_browser: None,
            numbers: Vec::new(),
        };
        let (wishes, person, moves) = Wishes::new(Stage::new(nowhere));
        let (tell, screens) = mpsc::unbounded_channel();
        wishes.stage.attach(Box::new(move |screen| {
            let _ = tell.send(screen.clone());
        }));
        (Self { wishes, screens }, person, moves)
    }

    /// A page on which the example is played.
    pub(super) fn of_the_example() -> Self {
        let (page, mut person, mut moves) = Self::open();
        tokio::spawn(async move { demo::play(clock(), &mut person, &mut moves).await });
        page
    }

    /// The next screen of that name; what comes before it is passed over.
    pub(super) async fn until(&mut self, name: &str) -> Screen {
        let mut passed_over = Vec::new();
        let found = async {
            while let Some(screen) = self.screens.recv().await {
                if screen.view.name() == name {
                    return Some(screen);
                }
                passed_over.push(screen.view.name());
            }
            None
        };
        let found = tokio::time::timeout(Duration::from_secs(30), found).await;
        match found {
            Ok(Some(screen)) => screen,
            Ok(None) | Err(_) => panic!("no {name} after {passed_over:?}"),
        }
    }

    pub(super) async fn card(&mut self) -> CardSeen {
        let View::Card { card, .. } = self.until("card").await.view else {
            panic!()
        };
        *card
    }

    pub(super) fn enter(&self) -> Result<(), NotTaken> {
        self.wishes.desk.answer(Question::GoIn, Answer::GoOn)
    }

    pub(super) fn go_on_from(&self, question: Question) -> Result<(), NotTaken> {
        self.wishes.desk.answer(question, Answer::GoOn)
    }

    pub(super) fn type_pin(&self, pin: &str) -> Result<(), NotTaken> {
        let pin = CardPin::parse(pin).unwrap();
        self.wishes.desk.answer(Question::Pin, Answer::Pin(pin))
    }

    pub(super) fn type_change(&self, old: &str, new: &str) -> Result<(), NotTaken> {
        let [old, new, again] = [old, new, new].map(str::to_owned);
        let change = typed::change(PinChange { old, new, again })?;
        self.wishes.desk.answer(Question::NewPin, change)
    }

    pub(super) fn type_unblock(&self, puk: &str, new: &str) -> Result<(), NotTaken> {
        let [puk, new, again] = [puk, new, new].map(str::to_owned);
        let unblock = typed::unblock(PinUnblock { puk, new, again })?;
        self.wishes.desk.answer(Question::Puk, unblock)
    }

    /// From the card into the area, to the statement.
    pub(super) async fn go_in(&mut self) -> Screen {
        self.enter().unwrap();
        self.until("pin_of_the_card").await;
        self.type_pin(cns_demo::PIN).unwrap();
        self.statement().await
    }

    /// From the card to its blocked PIN, by as many wrong ones as it takes.
    pub(super) async fn block(&mut self) {
        self.enter().unwrap();
        self.until("pin_of_the_card").await;
        self.type_pin("99999").unwrap();
        self.until("pin_of_the_card").await;
        self.type_pin("99999").unwrap();
        self.until("last_try").await;
        self.go_on_from(Question::LastTry).unwrap();
        self.until("pin_of_the_card").await;
        self.type_pin("99999").unwrap();
    }

    /// The area, when the statement is there.
    pub(super) async fn statement(&mut self) -> Screen {
        loop {
            let screen = self.until("reserved_area").await;
            let View::ReservedArea { area } = &screen.view else {
                panic!()
            };
            if area.statement != StatementSeen::Loading {
                return screen;
            }
        }
    }

    pub(super) async fn closed(&mut self) -> (EndReason, Closed) {
        loop {
            let screen = self.until("session_ended").await;
            assert_eq!(screen.holder_name, None, "the screen is locked");
            if let View::SessionEnded {
                why,
                closed: Some(closed),
            } = screen.view
            {
                return (why, closed);
            }
        }
    }
}

/// A portal and a vault that outlive the windows on them.
pub(super) async fn what_stays() -> (&'static Demo, &'static SessionVault) {
    let demo = Demo::start(clock()).await.unwrap();
    (
        Box::leak(Box::new(demo)),
        Box::leak(Box::new(SessionVault::in_memory(clock()))),
    )
}

/// A page on such a world, and its story.
pub(super) fn play_in(demo: &'static Demo, vault: &'static SessionVault) -> (Page, JoinHandle<Exit>) {
    let (page, mut person, _) = Page::open();
    let played = tokio::spawn(async move { world_of(demo, vault).play(&mut person).await });
    (page, played)
}

pub(super) fn world_of(
    demo: &'static Demo,
    vault: &'static SessionVault,
) -> World<'static, &'static DemoReaders, HttpsPortal, SessionVault> {
    World {
        cards: Box::leak(Box::new(Cards::new(&demo.readers, CardProfiles::built_in()))),
        portal: &demo.portal,
        vault,
        profile: &demo.profile,
        judge: Box::leak(Box::new(demo.judge(clock()))),
        web: None,
        clock: &SystemClock,
    }
}

/// Leaves a session open, as a computer does that loses its power.
pub(super) async fn leave_open(demo: &'static Demo, vault: &'static SessionVault) {
    let own: &'static SessionVault = Box::leak(Box::new(SessionVault::in_memory(clock())));
    let (mut page, played) = play_in(demo, own);
    page.card().await;
    page.go_in().await;
    played.abort();
    // A story that still runs would hear its window close, and end the session on the portal.
    assert!(played.await.is_err());
    let session = own.sessions().await.unwrap().remove(0);
    vault.keep(&session).await.unwrap();
}

/// A page on such a world, whose cards are judged by this judge.
pub(super) fn page_judged_by(judge: Judge, demo: &'static Demo, vault: &'static SessionVault) -> Page {
    let (page, mut person, _) = Page::open();
    tokio::spawn(async move {
        let world = World {
            judge: &judge,
            ..world_of(demo, vault)
        };
        world.play(&mut person).await
    });
    page
}

/// A page on such a world, with these readers in the place of its own.
pub(super) fn page_with<R: Readers + 'static>(
    readers: R,
    demo: &'static Demo,
    vault: &'static SessionVault,
) -> Page {
    let cards: &'static Cards<R> = Box::leak(Box::new(Cards::new(readers, CardProfiles::built_in())));
    let (page, mut person, _) = Page::open();
    tokio::spawn(async move {
        let outside = world_of(demo, vault);
        let world = World {
            cards,
            portal: outside.portal,
            vault: outside.vault,
            profile: outside.profile,
            judge: outside.judge,
            web: None,
            clock: outside.clock,
        };
        world.play(&mut person).await
    });
    page
}

pub(super) fn page_of(demo: &'static Demo, vault: &'static SessionVault) -> Page {
    play_in(demo, vault).0
}

pub(super) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
