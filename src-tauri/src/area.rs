//! The reserved area: its places, and the way from one to another, for as long as the session lasts.

mod changing;
mod converting;
mod filing;
mod place;
mod reading;
mod records;

pub(crate) use place::{Place, Record, WhyChange};

use crate::asked::{Asked, Typed};
use crate::desk::{Answer, Desk, Question};
use crate::events::Stage;
use crate::forms;
use crate::person::{Inside as Wish, Over, Person};
use crate::report::{self, Paper};
use crate::session::{WholePortal, World};
use cns_contract::{
    EndReason, FormSeen, Inside, InsidePage, KeptWhere, ProblemSeen, StatementSeen, View, WayIn,
};
use cns_login::{Kept, Method, PinKind, Problem, ProblemCode, Readers, Scope, Session, Vault};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use time::format_description::well_known::Rfc3339;

/// A session that goes on: a new PIN gives it a new name on the portal.
pub(crate) struct Live(Mutex<(Session, Kept)>);

impl Live {
    pub(crate) fn new(session: Session, kept: Kept) -> Self {
        Self(Mutex::new((session, kept)))
    }

    /// The session as it is.
    pub(crate) fn session(&self) -> Session {
        self.lock().0.clone()
    }

    /// Where it is kept.
    pub(crate) fn kept(&self) -> Kept {
        self.lock().1
    }

    /// Whether it is good for more than making a new PIN.
    fn is_full(&self) -> bool {
        self.lock().0.scope == Scope::Full
    }

    fn goes_on_as(&self, session: Session, kept: Kept) {
        *self.lock() = (session, kept);
    }

    fn lock(&self) -> MutexGuard<'_, (Session, Kept)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Readers, D: WholePortal, V: Vault> World<'_, R, D, V> {
    /// Stays inside, from `first` on, until the person leaves or the portal ends the session. A session that is good
    /// for a new PIN only stays at its first place until that PIN is made.
    pub(crate) async fn stay(
        &self,
        live: &Live,
        card_inside: bool,
        first: Place,
        person: &mut Person,
    ) -> Over {
        let (stage, desk) = (person.stage.clone(), person.desk.clone());
        let room = Room {
            world: self,
            stage: &stage,
            desk: &desk,
            live,
            card_inside,
        };
        let mut place = first;
        let over = loop {
            tokio::select! {
                biased;
                wish = person.inside() => match wish {
                    Wish::Over(over) => break over,
                    Wish::Again => {}
                },
                next = room.visit(place.clone()) => match next {
                    Next::Place(next) if live.is_full() => place = next,
                    Next::Place(_) => {}
                    Next::Over(why) => break Over::Ended(why),
                },
            }
        };
        desk.close();
        over
    }
}

/// Where these stories play.
struct Room<'a, R, D, V> {
    world: &'a World<'a, R, D, V>,
    stage: &'a Stage,
    desk: &'a Desk,
    live: &'a Live,
    card_inside: bool,
}

/// What comes of a visit.
enum Next {
    Place(Place),
    Over(EndReason),
}

impl From<Place> for Next {
    fn from(place: Place) -> Self {
        Self::Place(place)
    }
}

impl<R: Readers, D: WholePortal, V: Vault> Room<'_, R, D, V> {
    async fn visit(&self, place: Place) -> Next {
        self.try_visit(place).await.unwrap_or_else(|next| next)
    }

    /// Goes to a place; an error is only the shorter way to another one.
    async fn try_visit(&self, place: Place) -> Result<Next, Next> {
        match place {
            Place::Statement => self.statement().await,
            Place::Services => self.services().await,
            Place::Record(record) => self.read(&record).await,
            Place::Application(id) => self.application(&id).await,
            Place::Draft(kind) => self.fill_in(kind, None).await,
            Place::Change { why, then } => self.change(why, *then).await,
            Place::Convert => self.convert().await,
            Place::Conversion(id) => self.conversion(&id).await,
        }
    }

    /// The estratto conto, which has a screen of its own.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a wish that this place does not know leads elsewhere, whichever it is"
    )]
    async fn statement(&self) -> Result<Next, Next> {
        let session = self.live.session();
        let show = |statement| {
            self.world.show_area(
                self.stage,
                &session,
                self.live.kept(),
                self.card_inside,
                statement,
            );
        };
        let asked = self.desk.ask(Question::Portal);
        show(StatementSeen::Loading);
        let mut asked = std::pin::pin!(asked);
        let came = tokio::select! {
            biased;
            wish = &mut asked => return Ok(elsewhere(of(wish.ok())).into()),
            came = self.world.portal.statement(&session) => came,
        };
        match &came {
            Ok(statement) => show(StatementSeen::Ready {
                statement: statement.into(),
            }),
            Err(problem) if problem.code == ProblemCode::SessionEnded => {
                return Err(Next::Over(EndReason::EndedByPortal));
            }
            Err(problem) => show(StatementSeen::Failed {
                problem: problem.into(),
            }),
        }
        match of(asked.await.ok()) {
            // Whoever goes back from the first page stays on it.
            Asked::Back => Ok(Place::Statement.into()),
            asked => Ok(elsewhere(asked).into()),
        }
    }

    /// Shows a page, and waits for a wish.
    async fn ask(&self, page: InsidePage) -> Asked {
        let asked = self.desk.ask(Question::Portal);
        self.show(page);
        of(asked.await.ok())
    }

    /// Shows a form until it is filled in, or until the person goes elsewhere.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a wish that this place does not know leads elsewhere, whichever it is"
    )]
    async fn fill(&self, form: &mut FormSeen) -> Result<Typed, Next> {
        match self.ask(InsidePage::Form { form: form.clone() }).await {
            Asked::Filled(typed) if typed.form() == form.name => {
                forms::keep(form, &typed);
                Ok(typed)
            }
            asked => Err(elsewhere(asked).into()),
        }
    }

    fn show(&self, page: InsidePage) {
        let session = self.live.session();
        let inside = Box::new(Inside {
            expires_at: session.expires_at.format(&Rfc3339).unwrap_or_default(),
            kept: KeptWhere::from(self.live.kept()),
            card_inside: self.card_inside,
            way_in: way_in(&session),
            page,
        });
        self.stage.show_of(&session, View::Inside { inside });
    }

    /// Waits for the portal, with a screen that says so; what did not come has a screen of its own.
    async fn got<T>(&self, asked: impl Future<Output = Result<T, Problem>>) -> Result<T, Next> {
        self.show(InsidePage::Loading);
        match asked.await {
            Ok(came) => Ok(came),
            Err(problem) => Err(self.failed(&problem).await),
        }
    }

    /// Tells what did not come. "Retry" goes to the same place again, by another way than this.
    async fn failed(&self, problem: &Problem) -> Next {
        if problem.code == ProblemCode::SessionEnded {
            return Next::Over(EndReason::EndedByPortal);
        }
        let problem = ProblemSeen::from(problem);
        elsewhere(self.ask(InsidePage::Failed { problem }).await).into()
    }

    /// What to say of a wish that the portal did not fulfil; that the session is over is said elsewhere.
    fn refused(&self, problem: &Problem) -> Result<ProblemSeen, Next> {
        if problem.code == ProblemCode::SessionEnded {
            return Err(Next::Over(EndReason::EndedByPortal));
        }
        Ok(problem.into())
    }

    /// Has the portal make a print, and saves it where a report would go.
    async fn save(
        &self,
        print: impl Future<Output = Result<Vec<u8>, Problem>>,
        folder: &Path,
    ) -> Result<String, Problem> {
        let bytes = print.await?;
        let path = report::save(Paper::Print, bytes, folder, self.world.clock.now())?;
        Ok(path.display().to_string())
    }
}

/// With what the person came in.
pub(crate) fn way_in(session: &Session) -> WayIn {
    match (session.method, session.kind) {
        (Method::Cns, _) => WayIn::Card,
        (Method::Pin, Some(PinKind::Dispositivo)) => WayIn::PinDispositivo,
        (Method::Pin, _) => WayIn::PinOrdinario,
    }
}

/// Where a wish leads from a place that does not know it.
fn elsewhere(asked: Asked) -> Place {
    match asked {
        Asked::Open(what) => Place::named(&what).unwrap_or(Place::Services),
        Asked::Go(to) if to == "convert" => Place::Convert,
        Asked::Go(_)
        | Asked::Filled(_)
        | Asked::Save(_)
        | Asked::Send
        | Asked::Back
        | Asked::Noted
        | Asked::Print(_)
        | Asked::Document { .. } => Place::Services,
    }
}

fn of(answer: Option<Answer>) -> Asked {
    match answer {
        Some(Answer::Portal(asked)) => asked,
        _ => Asked::Back,
    }
}
