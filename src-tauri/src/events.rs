//! The one event of the window: a new screen.

use cns_contract::{CardSeen, DemoSeen, PortalSeen, Screen, View};
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
    audience: Option<Audience>,
}

/// Who hears of a new screen.
pub(crate) type Audience = Box<dyn Fn(&Screen) + Send>;

impl Stage {
    /// A stage before the first screen.
    pub(crate) fn new(portal: PortalSeen) -> Self {
        let screen = Screen {
            turn: 0,
            view: View::Starting,
            portal,
            holder_name: None,
            demo: None,
            demo_offered: false,
        };
        Self {
            inner: Mutex::new(Inner {
                screen,
                card: None,
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
        inner.turn_to(View::Starting, None);
    }

    /// Tells where the example card is.
    #[cfg(feature = "demo")]
    pub(crate) fn set_demo(&self, demo: DemoSeen) {
        let mut inner = self.lock();
        inner.screen.demo = Some(demo);
        inner.tell();
    }

    /// Shows a screen. The holder's name stays while the same card is in front of the person, and goes with it.
    pub(crate) fn show(&self, view: View) {
        let mut inner = self.lock();
        let holder_name = match &view {
            View::Card { card } => {
                inner.card = Some(card.clone());
                card.holder.as_ref().map(|holder| holder.full_name.clone())
            }
            View::PinOfTheCard { .. } | View::Connecting { .. } | View::ReservedArea { .. } => {
                inner.screen.holder_name.clone()
            }
            View::Starting
            | View::SessionFound { .. }
            | View::NoService { .. }
            | View::NoReader
            | View::NoCard { .. }
            | View::Reading { .. }
            | View::SessionEnded { .. }
            | View::Problem { .. } => None,
        };
        inner.turn_to(view, holder_name);
    }

    /// Shows a screen that belongs to somebody whose name the portal told.
    pub(crate) fn show_to(&self, holder_name: &str, view: View) {
        self.lock().turn_to(view, Some(holder_name.to_owned()));
    }

    /// Goes back to the card, with what is known of its tries meanwhile.
    pub(crate) fn show_card_again(&self, tries_left: Option<u8>) {
        let Some(mut card) = self.lock().card.clone() else {
            return;
        };
        card.tries_left = tries_left;
        self.show(View::Card { card });
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn turn_to(&mut self, view: View, holder_name: Option<String>) {
        // Nothing of a card outlives the screens that are about it.
        if holder_name.is_none() && !matches!(view, View::Card { .. }) {
            self.card = None;
        }
        self.screen.demo_offered = cfg!(feature = "demo")
            && self.screen.demo.is_none()
            && matches!(
                view,
                View::NoService { .. } | View::NoReader | View::NoCard { .. }
            );
        self.screen.holder_name = holder_name;
        self.screen.view = view;
        self.tell();
    }

    fn tell(&mut self) {
        self.screen.turn += 1;
        tracing::debug!(screen = self.screen.view.name(), "screen");
        if let Some(audience) = &self.audience {
            audience(&self.screen);
        }
    }
}
