//! What operators do with applications, and what happens when nobody answers them.

use crate::applications::acts::{Doing, step, tell};
use crate::applications::life::{self, Step};
use crate::applications::said;
use crate::area::contacts;
use crate::audit::{self, Actor, Entry};
use crate::error::PortalError;
use crate::keys::Index;
use crate::operator::Operator;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::store::{Citizen, Tx, applications, citizens, word};
use cns_portal_api::{Application, ApplicationCase, ApplicationForm, NewApplicationEvent};
use time::OffsetDateTime;

impl Portal {
    /// An application, to look at. Drafts are their holder's alone.
    pub(crate) async fn application_to_work(&self, id: &str) -> Result<Application, Refusal> {
        let mut tx = self.store().reading().begin().await.map_err(PortalError::from)?;
        applications::by_id(&mut tx, self.keys(), id)
            .await?
            .map(|found| found.application)
            .filter(|application| application.filed_at.is_some())
            .ok_or(Refusal::NotFound)
    }

    /// The applications that wait.
    pub(crate) async fn application_cases(&self) -> Result<Vec<ApplicationCase>, PortalError> {
        let waiting = self.store().applications_waiting().await?;
        Ok(waiting
            .into_iter()
            .map(|waiting| ApplicationCase {
                id: waiting.id,
                codice_fiscale: waiting.codice_fiscale,
                protocol: waiting.protocol,
                state: waiting.state,
            })
            .collect())
    }

    /// Moves an application on.
    pub(crate) async fn work_application(
        &self,
        operator: &Operator,
        id: &str,
        event: &NewApplicationEvent,
    ) -> Result<ApplicationCase, Refusal> {
        let now = self.now();
        let note = event
            .note
            .as_deref()
            .map(str::trim)
            .filter(|note| !note.is_empty());
        if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
            return Err(Refusal::Fields {
                reasons: vec!["note".to_owned()],
            });
        }
        let mut tx = self.store().writing().await?;
        let found = applications::by_id(&mut tx, self.keys(), id)
            .await?
            .ok_or(Refusal::NotFound)?;
        let citizen_id = found.citizen_id;
        applications::hold_citizen(&mut tx, citizen_id).await?;
        // It may have changed before the citizen was held.
        let found = applications::by_id(&mut tx, self.keys(), id)
            .await?
            .ok_or(Refusal::NotFound)?;
        let mut application = found.application;
        let of_life = life::operators_step(application.state, event.state).ok_or(Refusal::Conflict)?;
        if of_life.needs_a_note() && note.is_none() {
            return Err(Refusal::Fields {
                reasons: vec!["note".to_owned()],
            });
        }
        let citizen = citizens::by_id(&mut tx, citizen_id).await?;
        let actor = operator.actor();
        let doing = Doing {
            step: of_life,
            actor: &actor,
            note,
            now,
        };
        if !step(&mut tx, self.keys(), &mut application, &doing).await? {
            return Err(Refusal::Conflict);
        }
        if of_life == Step::Granted {
            self.make_it_so(&mut tx, &citizen, &application, now).await?;
        }
        tell(
            &mut tx,
            citizen_id,
            &application,
            &said::worked(&application, note),
            now,
        )
        .await?;
        let person = self.keys().index(Index::Person, citizen.codice_fiscale.as_str());
        let (protocol, state) = (
            application.protocol.clone().unwrap_or_default(),
            word(&application.state),
        );
        let entry = Entry {
            now,
            event: "application_worked",
            person: Some(&person),
            actor: Actor::Operator(operator.name()),
            facts: &[("protocol", &protocol), ("state", &state)],
        };
        audit::record(&mut tx, self.keys(), &entry).await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(ApplicationCase {
            id: application.id,
            codice_fiscale: citizen.codice_fiscale.as_str().to_owned(),
            protocol,
            state: application.state,
        })
    }

    /// Does what was granted, where it is a change of what the body knows.
    async fn make_it_so(
        &self,
        tx: &mut Tx<'_>,
        citizen: &Citizen,
        application: &Application,
        now: OffsetDateTime,
    ) -> Result<(), PortalError> {
        let keys = self.keys();
        match &application.form {
            ApplicationForm::VariazioneIndirizzo { address, .. } => {
                contacts::change_address(tx, keys, citizen.id, &citizen.codice_fiscale, address, now).await
            }
            ApplicationForm::VariazioneContatti { contact, value } => {
                contacts::change(tx, keys, citizen.id, *contact, value, now).await
            }
            ApplicationForm::AssegnoUnico { .. }
            | ApplicationForm::AssegnoNucleo { .. }
            | ApplicationForm::Isee { .. } => Ok(()),
        }
    }

    /// Refuses what was due and was not answered.
    pub(crate) async fn refuse_overdue(&self) -> Result<(), PortalError> {
        let now = self.now();
        let mut tx = self.store().writing().await?;
        for (id, citizen_id) in applications::overdue(&mut tx, now.date()).await? {
            applications::hold_citizen(&mut tx, citizen_id).await?;
            let Some(found) = applications::by_id(&mut tx, self.keys(), &id).await? else {
                continue;
            };
            let mut application = found.application;
            if application.due.is_none_or(|due| due >= now.date()) {
                continue;
            }
            let doing = Doing {
                step: Step::Refused,
                actor: "portal",
                note: Some(said::OVERDUE),
                now,
            };
            if step(&mut tx, self.keys(), &mut application, &doing).await? {
                let told = said::worked(&application, doing.note);
                tell(&mut tx, citizen_id, &application, &told, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Characters of a note.
const LONGEST_NOTE: usize = 2000;
