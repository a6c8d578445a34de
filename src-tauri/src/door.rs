//! Nobody is logged in: the ways into the portal, and the life of its PIN.

mod activation;
mod entry;
mod request;
mod restoring;

pub(crate) use request::address;

use crate::area::Place;
use crate::asked::{Asked, Typed};
use crate::desk::{Answer, Desk, Question};
use crate::events::Stage;
use crate::forms;
use crate::person::{Exit, Person};
use crate::session::{WholePortal, World};
use cns_contract::{DeliverySeen, DoorPage, FormSeen, ReaderSeen, View};
use cns_login::{Kept, PortalKind, Readers, ReadersSnapshot, Session, Vault};
use cns_portal_api::ExpectedDelivery;
use serde::Serialize;

/// A step at the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The ways in, side by side.
    Door,
    /// The log-in with the PIN, with its halves if it is an initial one, and where it leads.
    LogIn { initial: bool, then: Place },
    /// The request of a PIN.
    Request,
    /// How a request is going.
    Lookup,
    /// The activation.
    Activate,
    /// The restore.
    Restore,
    /// The revocation.
    Revoke,
    /// What there is to say of a PIN that is locked.
    Locked,
    /// Away from the door, to the card.
    Card,
}

/// How the door was left.
pub(crate) enum Left {
    /// To the card.
    Card,
    /// Into the area.
    In(Box<Entered>),
    /// Out of this world.
    Exit(Exit),
}

/// A session that was opened at the door.
pub(crate) struct Entered {
    pub(crate) session: Session,
    pub(crate) kept: Kept,
    /// Where it leads.
    pub(crate) first: Place,
}

impl<R: Readers, D: WholePortal, V: Vault> World<'_, R, D, V> {
    /// Stands at the door until somebody goes in or away. No card is touched meanwhile.
    pub(crate) async fn at_the_door(&self, person: &mut Person) -> Left {
        let (stage, desk) = (person.stage.clone(), person.desk.clone());
        let threshold = Threshold {
            world: self,
            stage: &stage,
            desk: &desk,
        };
        let left = tokio::select! {
            biased;
            exit = person.leaves_the_door() => Left::Exit(exit),
            left = threshold.stand() => left,
        };
        desk.close();
        left
    }

    /// Whether the portal is only reached through the browser: then the door is all there is.
    pub(crate) fn has_only_a_door(&self) -> bool {
        self.profile.kind == PortalKind::Browser
    }
}

/// Where these stories play.
pub(crate) struct Threshold<'a, R, D, V> {
    pub(crate) world: &'a World<'a, R, D, V>,
    pub(crate) stage: &'a Stage,
    pub(crate) desk: &'a Desk,
}

/// What comes of a step.
pub(crate) enum Next {
    Step(Step),
    Left(Left),
}

impl From<Step> for Next {
    fn from(step: Step) -> Self {
        Self::Step(step)
    }
}

impl<R: Readers, D: WholePortal, V: Vault> Threshold<'_, R, D, V> {
    async fn stand(&self) -> Left {
        let mut step = Step::Door;
        loop {
            let next = match step {
                Step::Door => self.door().await,
                Step::LogIn { initial, then } => self.log_in(initial, then).await,
                Step::Request => self.request().await,
                Step::Lookup => self.lookup().await,
                Step::Activate => self.activate().await,
                Step::Restore => self.restore().await,
                Step::Revoke => self.revoke().await,
                Step::Locked => self.tell("locked", &[]).await,
                Step::Card => return Left::Card,
            };
            step = match next {
                Next::Step(step) if self.leads_somewhere(&step) => step,
                Next::Step(_) => Step::Door,
                Next::Left(left) => return left,
            };
        }
    }

    /// A portal without a PIN has no steps of one; one that only the browser opens takes no card here.
    fn leads_somewhere(&self, step: &Step) -> bool {
        match step {
            Step::Door => true,
            Step::Card => !self.world.has_only_a_door(),
            Step::LogIn { .. }
            | Step::Request
            | Step::Lookup
            | Step::Activate
            | Step::Restore
            | Step::Revoke
            | Step::Locked => self.world.profile.offered_pin().is_ok(),
        }
    }

    async fn door(&self) -> Next {
        let mut watch = self.world.cards.readers().watch();
        loop {
            let reader = reader_seen(&watch.borrow_and_update());
            let asked = self.ask(DoorPage::Door { reader });
            tokio::select! {
                biased;
                asked = asked => return elsewhere(asked).into(),
                Ok(()) = watch.changed() => {}
            }
        }
    }

    /// Tells that a step was made.
    pub(crate) async fn tell(&self, what: &str, expected: &[ExpectedDelivery]) -> Next {
        let page = DoorPage::Told {
            what: what.to_owned(),
            expected: deliveries(expected),
        };
        elsewhere(self.ask(page).await).into()
    }

    /// Shows a form until it is filled in, or until the person goes elsewhere.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a wish that this place does not know leads elsewhere, whichever it is"
    )]
    pub(crate) async fn fill(&self, form: &mut FormSeen) -> Result<Typed, Step> {
        match self.ask(DoorPage::Form { form: form.clone() }).await {
            Asked::Filled(typed) if typed.form() == form.name => {
                forms::keep(form, &typed);
                Ok(typed)
            }
            asked => Err(elsewhere(asked)),
        }
    }

    /// Shows a page, and waits for a wish.
    pub(crate) async fn ask(&self, page: DoorPage) -> Asked {
        let asked = self.desk.ask(Question::Portal);
        self.stage.show(View::AtTheDoor { page });
        match asked.await {
            Ok(Answer::Portal(asked)) => asked,
            _ => Asked::Back,
        }
    }
}

/// Where a wish leads from a step that does not know it.
pub(crate) fn elsewhere(asked: Asked) -> Step {
    let Asked::Go(to) = asked else {
        return Step::Door;
    };
    let log_in = |initial, then| Step::LogIn { initial, then };
    match to.as_str() {
        "log_in" => log_in(false, Place::Services),
        "log_in_initial" => log_in(true, Place::Services),
        "convert" => log_in(false, Place::Convert),
        "request" => Step::Request,
        "request_lookup" => Step::Lookup,
        "activate" => Step::Activate,
        "restore" => Step::Restore,
        "revoke" => Step::Revoke,
        "locked" => Step::Locked,
        "card" => Step::Card,
        _ => Step::Door,
    }
}

/// What comes, as the page sees it.
pub(crate) fn deliveries(expected: &[ExpectedDelivery]) -> Vec<DeliverySeen> {
    expected
        .iter()
        .map(|delivery| DeliverySeen {
            half: word_of(&delivery.half),
            by: word_of(&delivery.by),
            to: delivery.to.clone(),
            within_hours: delivery.within_hours,
            sent: delivery.sent,
        })
        .collect()
}

/// The portal's word, as it stands in its JSON.
pub(crate) fn word_of(word: &impl Serialize) -> String {
    struct Shown<'a, T>(&'a T);
    impl<T: Serialize> std::fmt::Display for Shown<'_, T> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.serialize(f)
        }
    }
    Shown(word).to_string()
}

fn reader_seen(snapshot: &ReadersSnapshot) -> ReaderSeen {
    use cns_login::CardPresence::Present;
    if !snapshot.service_running {
        ReaderSeen::NoService
    } else if snapshot.slots.is_empty() {
        ReaderSeen::NoReader
    } else if snapshot.slots.iter().any(|slot| slot.card == Present) {
        ReaderSeen::Card
    } else {
        ReaderSeen::NoCard
    }
}
