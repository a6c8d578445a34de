//! One person at a time: from an empty reader into the reserved area and out again, for as long as the window is
//! open.

use crate::area::{Live, Place};
use crate::care::{Cared, Trouble};
use crate::door::{Entered, Left};
use crate::events::Stage;
use crate::in_place::{follow, is_in_place, the_one_card};
use crate::person::{Exit, Found, Over, Person, Turn};
use crate::restart::Restart;
use crate::telling::{Reached, Sight, Start, quiet_end};
use crate::web_area::Pages;
use cns_contract::{Area, EndReason, KeptWhere, StatementSeen, View};
use cns_login::{
    Area as PortalArea, Cards, Judge, Kept, LoggedIn, PinPortal, Portal, PortalProfile, Problem, ProblemCode,
    Readers, Session, SessionHandle, Slot, Vault, removed,
};
use cns_trust::Clock;
use std::sync::Arc;
use time::format_description::well_known::Rfc3339;

/// The real adapters, or those of the example.
pub(crate) struct World<'a, R, D, V> {
    pub(crate) cards: &'a Cards<R>,
    pub(crate) portal: &'a D,
    pub(crate) vault: &'a V,
    pub(crate) profile: &'a PortalProfile,
    pub(crate) judge: &'a Judge,
    /// Set where the portal shows pages.
    pub(crate) web: Option<&'a Pages>,
    pub(crate) clock: &'a dyn Clock,
}

/// A portal with all that the window does there.
pub(crate) trait WholePortal: Portal + PinPortal + PortalArea {}

impl<D: Portal + PinPortal + PortalArea> WholePortal for D {}

impl<R: Readers, D: WholePortal, V: Vault> World<'_, R, D, V> {
    /// Serves one person after the other.
    pub(crate) async fn play(&self, person: &mut Person) -> Exit {
        let stage = person.stage.clone();
        tokio::select! {
            exit = self.serve(person) => exit,
            () = self.count_cards(&stage) => Exit::Closed,
            () = self.look_at_the_portal(&stage) => Exit::Closed,
        }
    }

    async fn serve(&self, person: &mut Person) -> Exit {
        if self.has_only_a_door() {
            loop {
                if let Left::Exit(exit) = self.at_the_door(person).await {
                    return exit;
                }
            }
        }
        let (stage, desk) = (person.stage.clone(), person.desk.clone());
        let mut known = Vec::new();
        let mut found = std::pin::pin!(self.found_session(stage.clone(), known.clone()));
        let mut already_looked = false;
        let mut start = Start::default();
        loop {
            let sight = Sight::default();
            let ended = tokio::select! {
                // In this order: no card is touched for a journey that a session known already would drop.
                biased;
                turn = person.turns_away() => Ended::Turned(turn),
                session = &mut found, if !already_looked => {
                    already_looked = true;
                    Ended::Found(Box::new(session))
                }
                ended = self.journey(&stage, &desk, &sight, start) => Ended::Journey(ended),
            };
            let mut then = match ended {
                Ended::Turned(turn) => self.see_to(Matter::Turn(turn), &sight, person).await,
                Ended::Found(session) => {
                    known.push(session.handle.clone());
                    let then = self.offer(*session, person).await;
                    // Where one was, there may be others.
                    found.set(self.found_session(stage.clone(), known.clone()));
                    already_looked = false;
                    then
                }
                Ended::Journey(Ok(Reached::Pages(walked))) => self.in_the_pages(*walked, person).await,
                Ended::Journey(Ok(Reached::Session(inside))) => {
                    known.push(inside.session.handle.clone());
                    let LoggedIn { session, kept, slot } = *inside;
                    self.inside(session, kept, Some(slot), Place::Statement, person)
                        .await
                }
                Ended::Journey(Err(problem)) => {
                    self.see_to(Matter::Trouble(problem.into()), &sight, person).await
                }
            };
            start = loop {
                then = match then {
                    Then::Start(start) => break start,
                    Then::Exit(exit) => return exit,
                    Then::Door => match self.at_the_door(person).await {
                        Left::Card => Then::Start(Start::default()),
                        Left::Exit(exit) => Then::Exit(exit),
                        Left::In(entered) => {
                            let Entered { session, kept, first } = *entered;
                            known.push(session.handle.clone());
                            self.inside(session, kept, None, first, person).await
                        }
                    },
                };
            };
        }
    }

    /// Sees to what the person turned to, and to what went wrong, until a journey can begin again.
    async fn see_to(&self, mut matter: Matter, sight: &Sight, person: &mut Person) -> Then {
        loop {
            let turn = match matter {
                Matter::Turn(turn) => turn,
                Matter::Trouble(trouble) => {
                    if trouble.unsure.is_none()
                        && let Some(after) = quiet_end(&person.stage, &trouble.problem)
                    {
                        return Then::Start(Start { after, card: None });
                    }
                    self.badly(trouble, sight, person).await
                }
            };
            let care = match (turn, sight.slot()) {
                (Turn::Exit(exit), _) => return Then::Exit(exit),
                (Turn::Door, _) => return Then::Door,
                (Turn::Again, card) => return Then::Start(Start { after: None, card }),
                (Turn::Care(care), Some(slot)) => self.care(care, &slot, person).await,
                (Turn::Begin | Turn::Care(_), _) => return Then::Start(Start::default()),
            };
            matter = match care {
                Cared::Back => Matter::Turn(Turn::Again),
                Cared::Exit(exit) => Matter::Turn(Turn::Exit(exit)),
                Cared::Badly(trouble) => Matter::Trouble(trouble),
            };
        }
    }

    /// Keeps the list of the other cards true, for as long as the world stands.
    async fn count_cards(&self, stage: &Stage) {
        let mut watch = self.cards.readers().watch();
        let mut before = watch.borrow_and_update().clone();
        while watch.changed().await.is_ok() {
            let now = watch.borrow_and_update().clone();
            stage.set_other_cards(|cards| follow(cards, &before, &now));
            before = now;
        }
        std::future::pending().await
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

    async fn offer(&self, session: Session, person: &mut Person) -> Then {
        person.stage.show_of(
            &session,
            View::SessionFound {
                holder_name: session.holder_name.clone(),
                expires_at: instant(&session),
            },
        );
        match person.about_the_found_session().await {
            Found::Use => {
                let slot = the_one_card(&self.cards.readers().watch().borrow());
                self.inside(session, Kept::Keyring, slot, Place::Statement, person)
                    .await
            }
            Found::End => self.end(&session, EndReason::LoggedOut, None, person).await,
            Found::Door => Then::Door,
            Found::Closed => Then::Exit(Exit::Closed),
        }
    }

    /// The reserved area, until it is left: by wish, by the card, by time, or by the portal.
    pub(crate) async fn inside(
        &self,
        session: Session,
        kept: Kept,
        slot: Option<Slot>,
        first: Place,
        person: &mut Person,
    ) -> Then {
        let live = Live::new(session, kept);
        let over = tokio::select! {
            biased;
            () = self.card_leaves(slot.as_ref()) => Over::Ended(EndReason::CardRemoved),
            () = self.time_is_over(&live) => Over::Ended(EndReason::Expired),
            over = self.stay(&live, slot.is_some(), first, person) => over,
        };
        person.desk.close();
        let session = live.session();
        match over {
            Over::Ended(why) => self.end(&session, why, slot, person).await,
            Over::Left(exit) => {
                // What no later run could find must not stay open on the portal.
                if exit == Exit::LeaveDemo || live.kept() == Kept::Memory {
                    self.close(&session).await;
                }
                Then::Exit(exit)
            }
        }
    }

    pub(crate) fn show_area(
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
        stage.show_of(session, View::ReservedArea { area });
    }

    pub(crate) async fn card_leaves(&self, slot: Option<&Slot>) {
        match slot {
            Some(slot) => {
                removed(self.cards.readers(), slot).await;
            }
            None => std::future::pending().await,
        }
    }

    /// Locks the screen at once, then ends the session everywhere.
    async fn end(&self, session: &Session, why: EndReason, slot: Option<Slot>, person: &mut Person) -> Then {
        let seen = Restart::after(self.cards.readers(), slot.as_ref());
        person.stage.show(View::SessionEnded { why, closed: None });
        let mut closed = self.close(session).await;
        if matches!(why, EndReason::Expired | EndReason::EndedByPortal) {
            closed.portal_told = None;
        }
        let nothing_is_left = closed.portal_told == Some(true) && closed.left_behind.is_none();
        if why == EndReason::PersonChanged && nothing_is_left && self.profile.offered_pin().is_ok() {
            return Then::Door;
        }
        person.stage.show(View::SessionEnded {
            why,
            closed: Some(closed),
        });
        match person.again(seen.wished(self.cards.readers())).await {
            Turn::Exit(exit) => Then::Exit(exit),
            Turn::Door => Then::Door,
            Turn::Begin | Turn::Again | Turn::Care(_) => Then::Start(Start::default()),
        }
    }

    /// Tells what went badly. A card that stays out although it was read keeps its screen, with the reasons, until it
    /// is taken out.
    async fn badly(&self, trouble: Trouble, sight: &Sight, person: &mut Person) -> Turn {
        let Trouble { problem, unsure } = trouble;
        let readers = self.cards.readers();
        let slot = sight.slot();
        let new_card = Restart::after(readers, slot.as_ref());
        if problem.code == ProblemCode::CertificateRefused {
            person.stage.show_refused_card();
        }
        if tells_it_already(&person.stage.current().view, problem.code) {
            return person.again(self.card_leaves(slot.as_ref())).await;
        }
        let in_place = slot.filter(|slot| is_in_place(&readers.watch().borrow(), slot));
        let seen = in_place.as_ref().and_then(|slot| sight.glimpse(slot));
        let holder = seen.as_ref().and_then(|seen| seen.holder.as_ref());
        let holder_name = holder
            .map(|holder| holder.full_name.clone())
            .or_else(|| person.stage.current().holder_name)
            .filter(|_| in_place.is_some());
        let view = View::Problem {
            problem: (&problem).into(),
            unsure,
            may_report: in_place.is_some() && asks_for_a_report(problem.code),
            may_unblock_pin: in_place.is_some()
                && problem.code == ProblemCode::PinBlocked
                && person.stage.may_unblock_pin(),
            seen,
        };
        person.stage.show_to(holder_name.as_deref(), view);
        let stage = person.stage.clone();
        let card_leaves = async {
            self.card_leaves(in_place.as_ref()).await;
            stage.forget_the_card();
            std::future::pending().await
        };
        let told = async {
            tokio::select! {
                () = new_card.wished(readers) => (),
                () = card_leaves => (),
            }
        };
        person.again(told).await
    }
}

/// How one look at the world ended.
enum Ended {
    Turned(Turn),
    Found(Box<Session>),
    Journey(Result<Reached, Problem>),
}

/// What is to be seen to before the next journey.
enum Matter {
    Turn(Turn),
    Trouble(Trouble),
}

/// What comes next.
pub(crate) enum Then {
    Start(Start),
    Door,
    Exit(Exit),
}

/// Whether the screen of the card says already why nobody goes in with it.
fn tells_it_already(view: &View, code: ProblemCode) -> bool {
    let View::Card { card, .. } = view else {
        return false;
    };
    code == ProblemCode::CertificateRefused || (code == ProblemCode::PinBlocked && card.pin_blocked)
}

/// Whether who looks after the driver could learn from such a card.
fn asks_for_a_report(code: ProblemCode) -> bool {
    matches!(
        code,
        ProblemCode::UnknownCard
            | ProblemCode::NotACns
            | ProblemCode::NoCertificate
            | ProblemCode::CardMalformed
            | ProblemCode::CardRefused
            | ProblemCode::PinNotFound
            | ProblemCode::PukNotFound
            | ProblemCode::UnblockNotSupported
            | ProblemCode::SignatureMismatch
    )
}

fn at_the_pin_or_beyond(view: &View) -> bool {
    matches!(
        view,
        View::LastTry { .. }
            | View::PinOfTheCard { .. }
            | View::OnThePad { .. }
            | View::Connecting { .. }
            | View::ReservedArea { .. }
            | View::Inside { .. }
            | View::WebArea { .. }
            | View::AtTheDoor { .. }
    )
}

fn instant(session: &Session) -> String {
    session.expires_at.format(&Rfc3339).unwrap_or_default()
}
