//! The journey, told on the stage.

use crate::chapter::Chapter;
use crate::desk::Desk;
use crate::events::Stage;
use crate::in_place::{is_in_place, is_there};
use crate::pin_dialog::PinDialog;
use crate::session::{WholePortal, World};
use cns_card::Glimpse;
use cns_contract::{CardOffered, CardSeen, GlimpseSeen, ProblemSeen, Purpose, StatementSeen, View};
use cns_login::{
    LoggedIn, OfferedCard, Ports, Problem, ProblemCode, Progress, Readers, ReadersSnapshot, Slot, Vault,
    WalkedIn, WebPorts, inserted, log_in, until_removed, walk_in,
};
use cns_tls::Arrival;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where a journey ended well.
pub(crate) enum Reached {
    /// In a session of the portal.
    Session(Box<LoggedIn>),
    /// At the pages of the portal.
    Pages(Box<WalkedIn<Arrival>>),
}

/// How a journey begins.
#[derive(Default)]
pub(crate) struct Start {
    /// What ended the one before, for the screen of the empty reader.
    pub(crate) after: Option<ProblemSeen>,
    /// The card that it is about, where the person has one in front of them already.
    pub(crate) card: Option<Slot>,
}

impl<R: Readers, D: WholePortal, V: Vault> World<'_, R, D, V> {
    /// Plays one journey, and takes note in `sight` of the card that it is about.
    pub(crate) async fn journey(
        &self,
        stage: &Arc<Stage>,
        desk: &Arc<Desk>,
        sight: &Sight,
        start: Start,
    ) -> Result<Reached, Problem> {
        let readers = self.cards.readers();
        let after = Mutex::new(start.after);
        let mut pin_entry = PinDialog::new(desk.clone(), stage.clone());
        let ports = Ports {
            cards: self.cards,
            person: &mut pin_entry,
            portal: self.portal,
            vault: self.vault,
        };
        if start.card.is_none() {
            stage.set_other_cards(Vec::clear);
        }
        let look_at = |reader: &str| {
            let snapshot = readers.watch().borrow().clone();
            sight.look_at(&snapshot, reader);
            if let Some(mut others) = sight.others(reader) {
                others.retain(|card| is_there(&snapshot, card));
                stage.set_other_cards(|cards| *cards = others);
            }
        };
        let tell = |progress: Progress| match progress {
            Progress::NoService => {
                stage.show(View::NoService {
                    problem: (&Problem::new(ProblemCode::ServiceNotRunning)).into(),
                });
            }
            Progress::NoReader => stage.show(View::NoReader),
            Progress::NoCard => stage.show(View::NoCard {
                after: after.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            }),
            Progress::Several { cards, taken: None } => {
                let cards = sight.offer(cards);
                stage.show(View::Cards { cards, asked: false });
            }
            Progress::Several { cards, .. } => {
                sight.offer(cards);
            }
            Progress::Reading { reader, holder_name } => {
                look_at(&reader);
                // Whoever saw the empty reader knows that this is another card.
                if matches!(stage.current().view, View::NoCard { .. }) {
                    *after.lock().unwrap_or_else(PoisonError::into_inner) = None;
                }
                stage.show(View::Reading { reader, holder_name });
            }
            Progress::NotRead { reader, glimpse } => {
                look_at(&reader);
                sight.remember(glimpse);
            }
            Progress::Card {
                reader,
                contents,
                verdict,
                tries_left,
                goes_on,
            } => {
                look_at(&reader);
                if let Some(pages) = self.web {
                    pages.note_card(&contents.certificate_der);
                }
                let card = CardSeen::new(&reader, &contents, &verdict, tries_left, goes_on);
                if card.may_log_in {
                    desk.open_entry();
                }
                let after = after.lock().unwrap_or_else(PoisonError::into_inner).take();
                stage.show(View::Card {
                    card: Box::new(card),
                    after,
                    pin_unsent: false,
                });
            }
            Progress::Judged {
                reader,
                contents,
                verdict,
                tries_left,
            } => stage.update_card(CardSeen::new(&reader, &contents, &verdict, tries_left, false)),
            Progress::OnThePad => stage.show(View::OnThePad {
                purpose: Purpose::LogIn {
                    host: self.profile.card_host().to_owned(),
                },
            }),
            Progress::Connecting { host } => stage.show(View::Connecting {
                host,
                passed: Vec::new(),
            }),
            Progress::Inside { session, kept } => {
                self.show_area(stage, &session, kept, true, StatementSeen::Loading)
            }
        };
        let card = start
            .card
            .filter(|slot| is_in_place(&readers.watch().borrow(), slot));
        let reader = card.as_ref().map(|slot| slot.reader.as_str());
        let journey = async {
            match self.web {
                None => log_in(ports, reader, self.profile, self.judge, &tell)
                    .await
                    .map(|inside| Reached::Session(Box::new(inside))),
                Some(pages) => {
                    let Ports { cards, person, .. } = ports;
                    let way = pages.begin(stage)?;
                    let ports = WebPorts { cards, person, way };
                    let walked = walk_in(ports, reader, self.judge, &tell).await?;
                    Ok(Reached::Pages(Box::new(walked)))
                }
            }
        };
        match &card {
            // Who waited for a card in this reader alone would not see one in another.
            Some(slot) => until_removed(readers, slot, journey).await,
            None => journey.await,
        }
    }
}

/// The card that the journey is about, and what was seen of it and of the others.
#[derive(Default)]
pub(crate) struct Sight(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    slot: Option<Slot>,
    glimpse: Option<Glimpse>,
    offered: Option<Vec<CardOffered>>,
}

impl Sight {
    /// The card's place.
    pub(crate) fn slot(&self) -> Option<Slot> {
        self.lock().slot.clone()
    }

    /// What was seen of the card in this place, if it could not be read.
    pub(crate) fn glimpse(&self, slot: &Slot) -> Option<GlimpseSeen> {
        let seen = self.lock();
        let glimpse = seen.glimpse.as_ref()?;
        Some(GlimpseSeen::new(&slot.reader, glimpse))
    }

    fn look_at(&self, snapshot: &ReadersSnapshot, reader: &str) {
        self.lock().slot = inserted(snapshot, Some(reader)).ok();
    }

    fn remember(&self, glimpse: Glimpse) {
        self.lock().glimpse = Some(glimpse);
    }

    fn offer(&self, cards: Vec<OfferedCard>) -> Vec<CardOffered> {
        let cards: Vec<_> = cards.iter().map(CardOffered::from).collect();
        self.lock().offered = Some(cards.clone());
        cards
    }

    /// The other cards than the one in `reader`, of those that were offered. One of which nothing is known was the
    /// same card, seen a second time.
    fn others(&self, reader: &str) -> Option<Vec<CardOffered>> {
        let mut others = self.lock().offered.clone()?;
        others.retain(|card| card.reader != reader && (card.holder_name.is_some() || card.problem.is_some()));
        Some(others)
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A card that leaves before anything was opened with it needs no problem screen: the screen of the empty reader
/// names what happened. Gives what that screen says.
pub(crate) fn quiet_end(stage: &Stage, problem: &Problem) -> Option<Option<ProblemSeen>> {
    // Readers that nobody watches any more would end every journey at once: that is told, and waits.
    if !Chapter::of(&stage.current().view).nothing_was_opened() {
        return None;
    }
    if problem.is_in_doubt() && something_is_typed(&stage.current().view) {
        return None;
    }
    if problem.code == ProblemCode::CardRemoved {
        return Some(Some(problem.into()));
    }
    let told_by_the_next_screen = matches!(
        problem.code,
        ProblemCode::ReaderGone | ProblemCode::ServiceNotRunning
    );
    told_by_the_next_screen.then_some(None)
}

/// Whether a PIN or a PUK may be on its way to the card while this is shown.
fn something_is_typed(view: &View) -> bool {
    matches!(
        view,
        View::PinOfTheCard { .. } | View::OnThePad { .. } | View::ChangePin { .. } | View::UnblockPin { .. }
    )
}
