//! One person at a time: from an empty reader into the reserved area and out again, for as long as the window is
//! open.

use crate::events::Stage;
use crate::expiry;
use crate::person::{Exit, Found, Inside, Over, Person};
use crate::pin_dialog::{Desk, PinDialog};
use crate::restart::Restart;
use cns_contract::{Area, CardSeen, Closed, EndReason, KeptWhere, ProblemSeen, StatementSeen, View};
use cns_login::{
    CardPresence, Cards, Kept, LoggedIn, Portal, PortalProfile, Ports, Problem, ProblemCode, Progress,
    Readers, ReadersSnapshot, Session, SessionHandle, Slot, Vault, inserted, log_in, removed,
};
use cns_trust::{Clock, TrustSource};
use std::sync::{Arc, Mutex, PoisonError};
use time::format_description::well_known::Rfc3339;

/// The real adapters, or those of the example.
pub(crate) struct World<'a, R, D, V> {
    pub(crate) cards: &'a Cards<R>,
    pub(crate) portal: &'a D,
    pub(crate) vault: &'a V,
    pub(crate) profile: &'a PortalProfile,
    pub(crate) trust: &'a dyn TrustSource,
    pub(crate) clock: &'a dyn Clock,
}

impl<R: Readers, D: Portal, V: Vault> World<'_, R, D, V> {
    /// Serves one person after the other.
    pub(crate) async fn play(&self, person: &mut Person) -> Exit {
        let (stage, desk) = (person.stage.clone(), person.desk.clone());
        let mut known = Vec::new();
        let mut found = std::pin::pin!(self.found_session(stage.clone(), known.clone()));
        let mut already_looked = false;
        let mut after = None;
        loop {
            let card = CardInSight::default();
            let ended = tokio::select! {
                // In this order: no card is touched for a journey that a session known already would drop.
                biased;
                exit = person.left() => return exit,
                session = &mut found, if !already_looked => {
                    already_looked = true;
                    Ended::Found(session)
                }
                ended = self.journey(&stage, &desk, &card, after.take()) => Ended::Journey(ended),
            };
            let next = match ended {
                Ended::Found(session) => {
                    known.push(session.handle.clone());
                    let next = self.offer(session, person).await;
                    // Where one was, there may be others.
                    found.set(self.found_session(stage.clone(), known.clone()));
                    already_looked = false;
                    next
                }
                Ended::Journey(Ok(inside)) => {
                    known.push(inside.session.handle.clone());
                    self.inside(inside.session, inside.kept, Some(inside.slot), person)
                        .await
                }
                Ended::Journey(Err(problem)) => {
                    let slot = card.slot();
                    if let Some(quietly) = quiet_end(&stage, &problem) {
                        after = quietly;
                        continue;
                    }
                    self.badly(problem, slot, person).await
                }
            };
            if let Some(exit) = next {
                return exit;
            }
        }
    }

    /// The journey, told on the stage.
    async fn journey(
        &self,
        stage: &Arc<Stage>,
        desk: &Arc<Desk>,
        card: &CardInSight,
        after: Option<ProblemSeen>,
    ) -> Result<LoggedIn, Problem> {
        let mut pin_entry = PinDialog::new(desk.clone(), stage.clone());
        let ports = Ports {
            cards: self.cards,
            person: &mut pin_entry,
            portal: self.portal,
            vault: self.vault,
        };
        let tell = |progress: Progress| match progress {
            Progress::NoService => {
                stage.show(View::NoService {
                    problem: (&Problem::new(ProblemCode::ServiceNotRunning)).into(),
                });
            }
            Progress::NoReader => stage.show(View::NoReader),
            Progress::NoCard => stage.show(View::NoCard { after: after.clone() }),
            Progress::Reading { reader, .. } => {
                card.set(inserted(&self.cards.readers().watch().borrow(), Some(&reader)).ok());
                stage.show(View::Reading { reader });
            }
            Progress::Card {
                reader,
                contents,
                verdict,
                tries_left,
            } => {
                let card = CardSeen::new(&reader, &contents, &verdict, tries_left);
                if card.may_log_in {
                    desk.open_entry();
                }
                stage.show(View::Card { card });
            }
            Progress::Several { .. } | Progress::NotRead { .. } | Progress::OnThePad => {}
            Progress::Connecting { host } => stage.show(View::Connecting { host }),
            Progress::Inside { session, kept } => {
                self.show_area(stage, &session, kept, true, StatementSeen::Loading)
            }
        };
        log_in(ports, None, self.profile, self.trust, self.clock, &tell).await
    }

    /// The newest session that the vault kept for this portal, of those that this window does not know. Does not
    /// resolve when there is none, or when the person has gone further meanwhile.
    async fn found_session(&self, stage: Arc<Stage>, known: Vec<SessionHandle>) -> Session {
        let kept = self.vault.sessions().await.unwrap_or_else(|problem| {
            tracing::warn!(problem = problem.code.name(), "the vault cannot be read");
            Vec::new()
        });
        let newest = kept
            .into_iter()
            .filter(|session| session.portal == self.profile.id && !known.contains(&session.handle))
            .max_by_key(|session| session.expires_at);
        match newest {
            Some(session) if !at_the_pin_or_beyond(&stage.current().view) => session,
            _ => std::future::pending().await,
        }
    }

    async fn offer(&self, session: Session, person: &mut Person) -> Option<Exit> {
        person.stage.show_to(
            &session.holder_name,
            View::SessionFound {
                holder_name: session.holder_name.clone(),
                expires_at: instant(&session),
            },
        );
        match person.about_the_found_session().await {
            Found::Use => {
                let slot = the_one_card(&self.cards.readers().watch().borrow());
                self.inside(session, Kept::Keyring, slot, person).await
            }
            Found::End => self.end(&session, EndReason::LoggedOut, None, person).await,
            Found::Closed => Some(Exit::Closed),
        }
    }

    /// The reserved area, until it is left: by wish, by the card, by time, or by the portal.
    async fn inside(
        &self,
        session: Session,
        kept: Kept,
        slot: Option<Slot>,
        person: &mut Person,
    ) -> Option<Exit> {
        let over = tokio::select! {
            biased;
            () = self.card_leaves(slot.as_ref()) => Over::Ended(EndReason::CardRemoved),
            () = expiry::until(session.expires_at, self.clock) => Over::Ended(EndReason::Expired),
            over = self.stay(&session, kept, slot.is_some(), person) => over,
        };
        match over {
            Over::Ended(why) => self.end(&session, why, slot, person).await,
            Over::Left(exit) => {
                // What no later run could find must not stay open on the portal.
                if exit == Exit::LeaveDemo || kept == Kept::Memory {
                    self.close(&session).await;
                }
                Some(exit)
            }
        }
    }

    async fn stay(&self, session: &Session, kept: Kept, card_inside: bool, person: &mut Person) -> Over {
        loop {
            self.show_area(&person.stage, session, kept, card_inside, StatementSeen::Loading);
            let asked = tokio::select! {
                wish = person.inside() => match wish {
                    Inside::Over(over) => return over,
                    Inside::StatementAgain => continue,
                },
                asked = self.portal.statement(session) => asked,
            };
            let statement = match &asked {
                Ok(statement) => StatementSeen::Ready {
                    statement: statement.into(),
                },
                Err(problem) if problem.code == ProblemCode::SessionEnded => {
                    return Over::Ended(EndReason::EndedByPortal);
                }
                Err(problem) => StatementSeen::Failed {
                    problem: problem.into(),
                },
            };
            self.show_area(&person.stage, session, kept, card_inside, statement);
            match person.inside().await {
                Inside::Over(over) => return over,
                Inside::StatementAgain => {}
            }
        }
    }

    fn show_area(
        &self,
        stage: &Stage,
        session: &Session,
        kept: Kept,
        card_inside: bool,
        statement: StatementSeen,
    ) {
        let area = Area {
            expires_at: instant(session),
            kept: KeptWhere::from(kept),
            card_inside,
            statement,
        };
        stage.show_to(&session.holder_name, View::ReservedArea { area });
    }

    async fn card_leaves(&self, slot: Option<&Slot>) {
        match slot {
            Some(slot) => {
                removed(self.cards.readers(), slot).await;
            }
            None => std::future::pending().await,
        }
    }

    /// Locks the screen at once, then ends the session everywhere.
    async fn end(
        &self,
        session: &Session,
        why: EndReason,
        slot: Option<Slot>,
        person: &mut Person,
    ) -> Option<Exit> {
        let seen = Restart::after(self.cards.readers(), slot.as_ref());
        person.stage.show(View::SessionEnded { why, closed: None });
        let mut closed = self.close(session).await;
        if matches!(why, EndReason::Expired | EndReason::EndedByPortal) {
            closed.portal_told = None;
        }
        person.stage.show(View::SessionEnded {
            why,
            closed: Some(closed),
        });
        person.again(seen.wished(self.cards.readers())).await
    }

    /// Ends a session on the portal and in the vault.
    async fn close(&self, session: &Session) -> Closed {
        let (told, forgotten) =
            tokio::join!(self.portal.log_out(session), self.vault.forget(&session.handle));
        if let Err(problem) = &told {
            tracing::warn!(
                problem = problem.code.name(),
                "the portal could not be told of the end"
            );
        }
        Closed {
            portal_told: Some(told.is_ok()),
            left_behind: forgotten.as_ref().err().map(ProblemSeen::from),
        }
    }

    /// A journey that ended badly. The card with a bad certificate stays on the screen, with the reasons, until it
    /// is taken out.
    async fn badly(&self, problem: Problem, slot: Option<Slot>, person: &mut Person) -> Option<Exit> {
        let seen = Restart::after(self.cards.readers(), slot.as_ref());
        if problem.code == ProblemCode::CertificateRefused {
            return person.again(self.card_leaves(slot.as_ref())).await;
        }
        person.stage.show(View::Problem {
            problem: (&problem).into(),
        });
        person.again(seen.wished(self.cards.readers())).await
    }
}

/// How one look at the world ended.
enum Ended {
    Found(Session),
    Journey(Result<LoggedIn, Problem>),
}

/// The card that the journey is about.
#[derive(Default)]
struct CardInSight(Mutex<Option<Slot>>);

impl CardInSight {
    fn set(&self, slot: Option<Slot>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = slot;
    }

    fn slot(&self) -> Option<Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The card that holds open a session which was found: the one in its place, if there is just one.
///
/// Whose card it is is not asked. A session names its holder only as the portal spells the name, and a card that is
/// merely inserted proves nothing about who inserted it. What counts is the place: what lay in the reader when the
/// session was taken up has to stay there, and its removal or exchange ends the session. A card that comes later
/// neither keeps the session open nor ends it, and is not read before the session is over. Of two cards nobody can say
/// which one is meant: then it is none, and the screen promises nothing.
fn the_one_card(snapshot: &ReadersSnapshot) -> Option<Slot> {
    let cards = snapshot
        .slots
        .iter()
        .filter(|slot| slot.card != CardPresence::Absent)
        .count();
    inserted(snapshot, None).ok().filter(|_| cards == 1)
}

fn at_the_pin_or_beyond(view: &View) -> bool {
    matches!(
        view,
        View::PinOfTheCard { .. } | View::Connecting { .. } | View::ReservedArea { .. }
    )
}

fn before_the_pin(view: &View) -> bool {
    matches!(
        view,
        View::Starting
            | View::NoService { .. }
            | View::NoReader
            | View::NoCard { .. }
            | View::Reading { .. }
            | View::Card { .. }
    )
}

/// A card that leaves before anything was opened with it needs no problem screen: the screen of the empty reader
/// names what happened. Gives what that screen says.
fn quiet_end(stage: &Stage, problem: &Problem) -> Option<Option<ProblemSeen>> {
    let view = stage.current().view;
    let opened = !before_the_pin(&view) && !matches!(view, View::PinOfTheCard { .. });
    // Readers that nobody watches any more would end every journey at once: that is told, and waits.
    if opened || matches!(view, View::NoService { .. }) {
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

fn instant(session: &Session) -> String {
    session.expires_at.format(&Rfc3339).unwrap_or_default()
}
