//! What a holder does with applications.

use crate::applications::life::{self, Step};
use crate::applications::{forms, said};
use crate::area::{Operation, Permit};
use crate::audit::{self, Actor, Entry};
use crate::error::PortalError;
use crate::keys::{Index, Keys};
use crate::portal::{LiveSession, Portal};
use crate::problem::Refusal;
use crate::secret::random_id;
use crate::store::applications::{self, Event};
use crate::store::notices::{self, Told};
use crate::store::{Tx, instant, pin_kind, stored, word};
use cns_portal_api::{
    Application, ApplicationForm, ApplicationKind, ApplicationState, Applications, Level, NoticeKind, PinKind,
};
use time::OffsetDateTime;

impl Portal {
    /// The holder's applications, newest first.
    pub(crate) async fn applications(&self, session: &LiveSession) -> Result<Applications, Refusal> {
        let permit = session.may(Operation::Applications)?;
        let items = self
            .store()
            .applications(self.keys(), permit.citizen_id())
            .await?;
        Ok(Applications { items })
    }

    /// One of the holder's applications.
    pub(crate) async fn application(&self, session: &LiveSession, id: &str) -> Result<Application, Refusal> {
        let permit = session.may(Operation::Applications)?;
        self.store()
            .application(self.keys(), permit.citizen_id(), id)
            .await?
            .ok_or(Refusal::NotFound)
    }

    /// Begins an application.
    pub(crate) async fn begin_application(
        &self,
        session: &LiveSession,
        form: ApplicationForm,
    ) -> Result<Application, Refusal> {
        let permit = session.may(operation(form.kind()))?;
        expect_none(forms::too_large(&form))?;
        let now = self.now();
        let mut tx = self.store().writing().await?;
        applications::hold_citizen(&mut tx, permit.citizen_id()).await?;
        if applications::drafts(&mut tx, permit.citizen_id()).await? >= MOST_DRAFTS {
            return Err(Refusal::Conflict);
        }
        let mut application = Application {
            id: random_id(),
            version: 1,
            protocol: None,
            profile: permit.profile(),
            state: ApplicationState::Bozza,
            form,
            filed_at: None,
            level: None,
            due: None,
            events: Vec::new(),
        };
        applications::add(&mut tx, self.keys(), permit.citizen_id(), &application, now).await?;
        let event = Event {
            state: ApplicationState::Bozza,
            actor: APPLICANT,
            note: None,
            at: now,
        };
        applications::tell_event(&mut tx, self.keys(), &mut application, &event).await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(application)
    }

    /// Replaces what a draft says.
    pub(crate) async fn replace_application(
        &self,
        session: &LiveSession,
        id: &str,
        version: Option<u32>,
        form: ApplicationForm,
    ) -> Result<Application, Refusal> {
        let permit = session.may(operation(form.kind()))?;
        expect_none(forms::too_large(&form))?;
        let mut tx = self.store().writing().await?;
        let mut application = self.held(&mut tx, &permit, id, version).await?;
        if application.state != ApplicationState::Bozza || application.form.kind() != form.kind() {
            return Err(Refusal::Conflict);
        }
        application.form = form;
        application.profile = permit.profile();
        applications::change(&mut tx, self.keys(), &mut application).await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(application)
    }

    /// Throws a draft away, or withdraws what nobody has looked at yet.
    pub(crate) async fn withdraw_application(
        &self,
        session: &LiveSession,
        id: &str,
        version: Option<u32>,
    ) -> Result<(), Refusal> {
        let permit = session.may(Operation::Applications)?;
        let now = self.now();
        let mut tx = self.store().writing().await?;
        let mut application = self.held(&mut tx, &permit, id, version).await?;
        if application.state == ApplicationState::Bozza {
            applications::forget(&mut tx, id).await?;
        } else {
            self.does(&mut tx, &mut application, Step::Withdrawn, None, now)
                .await?;
            self.note_act(&mut tx, session, "application_withdrawn", &application, now)
                .await?;
        }
        tx.commit().await.map_err(PortalError::from)?;
        Ok(())
    }

    /// Files a draft. With less than a PIN dispositivo it keeps its date and waits.
    pub(crate) async fn file_application(
        &self,
        session: &LiveSession,
        id: &str,
        version: Option<u32>,
    ) -> Result<Application, Refusal> {
        let now = self.now();
        let permit = session.may(Operation::Applications)?;
        let mut tx = self.store().writing().await?;
        let mut application = self.held(&mut tx, &permit, id, version).await?;
        let permit = session.may(operation(application.form.kind()))?;
        if application.state != ApplicationState::Bozza {
            return Err(Refusal::Conflict);
        }
        let holder = &session.citizen.codice_fiscale;
        expect_none(forms::incomplete(&application.form, holder, now.date()))?;
        // The PIN may have been converted since the session looked: what counts is what it is now, while nobody else
        // can convert it.
        let converted = permit.waits()
            && pin_kind::find(&mut tx, self.keys(), holder)
                .await?
                .is_some_and(|(_, kind)| kind == PinKind::Dispositivo);
        let (step, level) = if permit.waits() && !converted {
            (Step::FiledHeld, permit.held())
        } else {
            (Step::Filed, permit.held().max(Level::Dispositivo))
        };
        application.filed_at = Some(instant(stored(now), "application.filed_at")?);
        application.level = Some(level);
        application.profile = permit.profile();
        application.protocol = Some(applications::next_protocol(&mut tx, now.year()).await?);
        let note = (step == Step::FiledHeld).then(|| said::held(now.date()));
        self.does(&mut tx, &mut application, step, note.as_deref(), now)
            .await?;
        let told = said::filed(&application);
        tell(&mut tx, permit.citizen_id(), &application, &told, now).await?;
        self.note_act(&mut tx, session, "application_filed", &application, now)
            .await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(application)
    }

    /// Brings what was missing, or asks that a refusal be looked at again; each until its last day.
    pub(crate) async fn answer_application(
        &self,
        session: &LiveSession,
        id: &str,
        version: Option<u32>,
        text: &str,
    ) -> Result<Application, Refusal> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST_ANSWER {
            return Err(Refusal::Fields {
                reasons: vec!["text".to_owned()],
            });
        }
        let permit = session.may(Operation::Applications)?;
        let now = self.now();
        let mut tx = self.store().writing().await?;
        let mut application = self.held(&mut tx, &permit, id, version).await?;
        let step = match application.state {
            ApplicationState::InEvidenza => Step::Brought,
            ApplicationState::Respinta => Step::Reopened,
            ApplicationState::Bozza
            | ApplicationState::Trattenuta
            | ApplicationState::Acquisita
            | ApplicationState::InIstruttoria
            | ApplicationState::Sospesa
            | ApplicationState::Accolta
            | ApplicationState::InRiesame
            | ApplicationState::Annullata => return Err(Refusal::Conflict),
        };
        if application.due.is_none_or(|due| due < now.date()) {
            return Err(Refusal::Conflict);
        }
        self.does(&mut tx, &mut application, step, Some(text), now)
            .await?;
        self.note_act(&mut tx, session, "application_answered", &application, now)
            .await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(application)
    }

    /// Reads an application of the permit's holder for writing, in the version that the request knows.
    async fn held(
        &self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        id: &str,
        version: Option<u32>,
    ) -> Result<Application, Refusal> {
        applications::hold_citizen(tx, permit.citizen_id()).await?;
        let found = applications::by_id(tx, self.keys(), id).await?;
        let application = found
            .filter(|found| found.citizen_id == permit.citizen_id())
            .ok_or(Refusal::NotFound)?
            .application;
        if version.is_some_and(|version| version != application.version) {
            return Err(Refusal::ChangedMeanwhile);
        }
        Ok(application)
    }

    /// Does a step for the applicant, or refuses it.
    async fn does(
        &self,
        tx: &mut Tx<'_>,
        application: &mut Application,
        of_life: Step,
        note: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<(), Refusal> {
        let doing = Doing {
            step: of_life,
            actor: APPLICANT,
            note,
            now,
        };
        if step(tx, self.keys(), application, &doing).await? {
            Ok(())
        } else {
            Err(Refusal::Conflict)
        }
    }

    async fn note_act(
        &self,
        tx: &mut Tx<'_>,
        session: &LiveSession,
        event: &'static str,
        application: &Application,
        now: OffsetDateTime,
    ) -> Result<(), PortalError> {
        let person = self
            .keys()
            .index(Index::Person, session.citizen.codice_fiscale.as_str());
        let (protocol, state) = (
            application.protocol.as_deref().unwrap_or_default(),
            word(&application.state),
        );
        let entry = Entry {
            now,
            event,
            person: Some(&person),
            actor: Actor::Person,
            facts: &[("protocol", protocol), ("state", &state)],
        };
        audit::record(tx, self.keys(), &entry).await
    }
}

/// Does one step of the table of life. False where the table has none.
pub(super) async fn step(
    tx: &mut Tx<'_>,
    keys: &Keys,
    application: &mut Application,
    doing: &Doing<'_>,
) -> Result<bool, PortalError> {
    let from = application.state;
    let Some(state) = life::next(from, doing.step) else {
        return Ok(false);
    };
    application.state = state;
    application.due = doing.step.due(from, doing.now.date());
    let event = Event {
        state,
        actor: doing.actor,
        note: doing.note,
        at: doing.now,
    };
    applications::change(tx, keys, application).await?;
    applications::tell_event(tx, keys, application, &event).await?;
    Ok(true)
}

/// A step, who does it, what the applicant is told of it.
pub(super) struct Doing<'a> {
    pub(super) step: Step,
    pub(super) actor: &'a str,
    pub(super) note: Option<&'a str>,
    pub(super) now: OffsetDateTime,
}

/// Moves on whatever a citizen had filed with a PIN ordinario; the date stays that of the filing. To be called
/// in the transaction in which the PIN becomes dispositivo, or the citizen comes with the card. Answers how many.
pub(crate) async fn converted(
    tx: &mut Tx<'_>,
    keys: &Keys,
    citizen_id: i64,
    now: OffsetDateTime,
) -> Result<u32, PortalError> {
    applications::hold_citizen(tx, citizen_id).await?;
    let mut moved = 0;
    for mut application in applications::in_state(tx, keys, citizen_id, ApplicationState::Trattenuta).await? {
        let note = said::moved_on(&application);
        let doing = Doing {
            step: Step::Converted,
            actor: PORTAL,
            note: Some(&note),
            now,
        };
        if step(tx, keys, &mut application, &doing).await? {
            tell(tx, citizen_id, &application, &said::acquired(&application), now).await?;
            moved += 1;
        }
    }
    Ok(moved)
}

/// Tells the applicant about an application.
pub(super) async fn tell(
    tx: &mut Tx<'_>,
    citizen_id: i64,
    application: &Application,
    (title, text): &(String, String),
    now: OffsetDateTime,
) -> Result<(), PortalError> {
    let told = Told {
        title,
        text,
        due: application.due,
        application: Some(&application.id),
    };
    let kind = if application.due.is_some() {
        NoticeKind::Scadenza
    } else {
        NoticeKind::Comunicazione
    };
    notices::tell(tx, citizen_id, kind, &told, now).await
}

/// What of the table of walls an application is.
fn operation(kind: ApplicationKind) -> Operation {
    match kind {
        ApplicationKind::AssegnoUnico | ApplicationKind::AssegnoNucleo => Operation::Benefit,
        ApplicationKind::Isee => Operation::Isee,
        ApplicationKind::VariazioneIndirizzo | ApplicationKind::VariazioneContatti => {
            Operation::AddressChange
        }
    }
}

fn expect_none(reasons: Vec<String>) -> Result<(), Refusal> {
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Fields { reasons })
    }
}

const APPLICANT: &str = "applicant";
const PORTAL: &str = "portal";

/// Drafts that one person may have at a time.
const MOST_DRAFTS: i64 = 50;

/// Characters of an answer.
const LONGEST_ANSWER: usize = 2000;
