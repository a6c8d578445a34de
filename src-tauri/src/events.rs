//! The one event of the window: a new screen.

use crate::chapter::Chapter;
use crate::person::Care;
use cns_contract::{CardOffered, CardSeen, DemoSeen, FindingSeen, PinOffered, PortalSeen, Screen, View};
use cns_login::Session;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The name of the event that carries a [`Screen`].
pub(crate) const SCREEN: &str = "screen";

/// What the window shows. The story begins before there is a window: the first page asks for the current screen,
/// and hears of each one after it.
pub(crate) struct Stage {
    inner: Mutex<Inner>,
}

struct Inner {
    screen: Screen,
    /// The card of the last card screen, for who comes back from the PIN.
    card: Option<CardSeen>,
    /// What a look at the portal found; the screens before the PIN tell it.
    look: Vec<FindingSeen>,
    audience: Option<Audience>,
}

/// Who hears of a new screen.
pub(crate) type Audience = Box<dyn Fn(&Screen) + Send>;

impl Stage {
    /// A stage before the first screen.
    pub(crate) fn new(portal: PortalSeen) -> Self {
        let screen = Screen {
            turn: 0,
            view_turn: 0,
            view: View::Starting,
            portal,
            holder_name: None,
            holder_code: None,
            demo: None,
            demo_offered: false,
            door_offered: false,
            other_cards: Vec::new(),
            other_card_offered: false,
            look: Vec::new(),
        };
        Self {
            inner: Mutex::new(Inner {
                screen,
                card: None,
                look: Vec::new(),
                audience: None,
            }),
        }
    }

    /// Tells every later screen to `audience`.
    pub(crate) fn attach(&self, audience: Audience) {
        self.lock().audience = Some(audience);
    }

    /// The screen as it is.
    pub(crate) fn current(&self) -> Screen {
        self.lock().screen.clone()
    }

    /// Changes the portal whose door is shown, with the mark of the example when it is the example's.
    pub(crate) fn set_scene(&self, portal: PortalSeen, demo: Option<DemoSeen>) {
        let mut inner = self.lock();
        inner.screen.portal = portal;
        inner.screen.demo = demo;
        inner.turn_to(View::Starting, Whose::default());
    }

    /// Changes what is said of the example.
    #[cfg(feature = "demo")]
    pub(crate) fn set_demo(&self, change: impl FnOnce(&mut DemoSeen)) {
        let mut inner = self.lock();
        if let Some(demo) = &mut inner.screen.demo {
            change(demo);
            inner.tell();
        }
    }

    /// Tells which other cards there are, beside the one that is shown.
    pub(crate) fn set_other_cards(&self, change: impl FnOnce(&mut Vec<CardOffered>)) {
        let mut inner = self.lock();
        let mut cards = inner.screen.other_cards.clone();
        change(&mut cards);
        if inner.screen.other_cards != cards {
            inner.screen.other_card_offered = cards.iter().any(|card| card.may_be_meant);
            inner.screen.other_cards = cards;
            inner.tell();
        }
    }

    /// Tells what a look at the portal found.
    pub(crate) fn set_look(&self, found: Vec<FindingSeen>) {
        let mut inner = self.lock();
        inner.look = found;
        inner.tell();
    }

    /// Takes what belongs to the card off a screen that stays when the card leaves.
    pub(crate) fn forget_the_card(&self) {
        let mut inner = self.lock();
        inner.card = None;
        inner.screen.holder_name = None;
        inner.screen.holder_code = None;
        if let View::Problem {
            seen,
            may_report,
            may_unblock_pin,
            ..
        } = &mut inner.screen.view
        {
            *seen = None;
            *may_report = false;
            *may_unblock_pin = false;
        }
        inner.tell();
    }

    /// Shows a screen. The holder's name stays while the same card is in front of the person, and goes with it.
    pub(crate) fn show(&self, view: View) {
        let mut inner = self.lock();
        let holder_name = if let View::Card { card, .. } = &view {
            inner.card = Some((**card).clone());
            card.holder.as_ref().map(|holder| holder.full_name.clone())
        } else if let View::Reading { holder_name, .. } = &view {
            holder_name.clone()
        } else {
            let name = inner.screen.holder_name.clone();
            name.filter(|_| Chapter::of(&view).is_about_the_card())
        };
        inner.turn_to(view, Whose::named(holder_name));
    }

    /// Shows a screen that belongs to somebody, or to nobody.
    pub(crate) fn show_to(&self, holder_name: Option<&str>, view: View) {
        let name = holder_name.map(str::to_owned);
        self.lock().turn_to(view, Whose::named(name));
    }

    /// Shows a screen of a session: whose it is stands on it, with the masked code that tells people of one name apart.
    pub(crate) fn show_of(&self, session: &Session, view: View) {
        let whose = Whose {
            name: Some(session.holder_name.clone()),
            code: session.masked_code.clone(),
        };
        self.lock().turn_to(view, whose);
    }

    /// Tells more of the card that is in front of the person. The screen stays where it is, and what is typed or has the
    /// focus there too.
    pub(crate) fn update_card(&self, seen: CardSeen) {
        let mut inner = self.lock();
        if let View::Card { card, .. } = &mut inner.screen.view {
            **card = seen.clone();
        } else if let View::PinOfTheCard { checking, .. } = &mut inner.screen.view {
            *checking = seen.verdict.checking;
        }
        inner.card = Some(seen);
        inner.tell();
    }

    /// Goes back to the card that turned out to be refused, if the person had gone on to its PIN: that was not sent.
    pub(crate) fn show_refused_card(&self) {
        let card = self.card();
        let at_the_pin = matches!(
            self.current().view,
            View::PinOfTheCard { .. } | View::LastTry { .. }
        );
        if let Some(card) = card.filter(|_| at_the_pin) {
            self.show(View::Card {
                card: Box::new(card),
                after: None,
                pin_unsent: true,
            });
        }
    }

    /// Whether something is still being asked about the card that is shown.
    pub(crate) fn is_checking(&self) -> bool {
        self.lock()
            .card
            .as_ref()
            .is_some_and(|card| card.verdict.checking)
    }

    /// The card of the last card screen.
    pub(crate) fn card(&self) -> Option<CardSeen> {
        self.lock().card.clone()
    }

    /// Goes back to the card, with what is known of its tries meanwhile.
    pub(crate) fn show_card_again(&self, tries_left: Option<u8>) {
        let Some(card) = self.lock().card.clone() else {
            return;
        };
        let card = card.with_tries_left(tries_left);
        self.show(View::Card {
            card: Box::new(card),
            after: None,
            pin_unsent: false,
        });
    }

    /// Whether unblocking is offered for the card that is shown.
    pub(crate) fn may_unblock_pin(&self) -> bool {
        self.lock().card.as_ref().is_some_and(|card| card.may_unblock_pin)
    }

    /// Whether the screen has a button for this.
    pub(crate) fn offers(&self, care: Care) -> bool {
        match (&self.lock().screen.view, care) {
            (View::Card { card, .. }, Care::ChangePin) => card.may_change_pin,
            (View::Card { card, .. }, Care::UnblockPin) => card.may_unblock_pin,
            (View::Card { .. }, Care::Report) => true,
            (View::Card { card, .. }, Care::Reminder(_)) => card.ends.may_be_reminded(),
            (View::LastTry { may_unblock_pin, .. }, Care::UnblockPin)
            | (View::Problem { may_unblock_pin, .. }, Care::UnblockPin) => *may_unblock_pin,
            (View::Problem { may_report, .. }, Care::Report) => *may_report,
            _ => false,
        }
    }

    /// Whether the screen has a button that leads to another card.
    pub(crate) fn offers_another_card(&self) -> bool {
        let inner = self.lock();
        inner.screen.other_card_offered
            && matches!(inner.screen.view, View::Card { .. } | View::Problem { .. })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whose a screen is.
#[derive(Default)]
struct Whose {
    name: Option<String>,
    code: Option<String>,
}

impl Whose {
    fn named(name: Option<String>) -> Self {
        Self { name, code: None }
    }
}

impl Inner {
    fn turn_to(&mut self, view: View, whose: Whose) {
        // Nothing of a card outlives the screens that are about it.
        if !Chapter::of(&view).is_about_the_card() {
            self.card = None;
        }
        self.screen.demo_offered = cfg!(feature = "demo")
            && self.screen.demo.is_none()
            && matches!(
                view,
                View::NoService { .. } | View::NoReader | View::NoCard { .. }
            );
        self.screen.door_offered = self.screen.portal.pin == PinOffered::Offered && leads_to_the_door(&view);
        self.screen.holder_name = whose.name;
        self.screen.holder_code = whose.code;
        self.screen.view = view;
        self.screen.view_turn += 1;
        self.tell();
    }

    fn tell(&mut self) {
        self.screen.turn += 1;
        self.screen.look = match is_before_the_pin(&self.screen.view) && self.screen.demo.is_none() {
            true => self.look.clone(),
            false => Vec::new(),
        };
        tracing::debug!(screen = self.screen.view.name(), "screen");
        if let Some(audience) = &self.audience {
            audience(&self.screen);
        }
    }
}

/// Whether the card is fetched or shown, and its PIN not yet typed.
fn is_before_the_pin(view: &View) -> bool {
    matches!(
        view,
        View::NoReader | View::NoCard { .. } | View::Reading { .. } | View::Card { .. }
    )
}

/// Whether the other ways in are offered on this screen: wherever nothing is open and nothing is being typed.
fn leads_to_the_door(view: &View) -> bool {
    matches!(
        view,
        View::SessionFound { .. }
            | View::NoService { .. }
            | View::NoReader
            | View::NoCard { .. }
            | View::Cards { .. }
            | View::Card { .. }
            | View::SessionEnded { closed: Some(_), .. }
            | View::Problem { .. }
    )
}
