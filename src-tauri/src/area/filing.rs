//! Applications: begun, kept as a draft, filed, and what becomes of them.

use super::{Next, Place, Record, Room, elsewhere};
use crate::asked::Asked;
use crate::door::word_of;
use crate::forms::{self, applications};
use crate::session::WholePortal;
use cns_contract::{ApplicationSeen, EventSeen, InsidePage};
use cns_login::{Print, Problem, Readers, Vault};
use cns_portal_api::{Application, ApplicationForm, ApplicationKind, ApplicationState};
use time::format_description::well_known::Rfc3339;

impl<R: Readers, D: WholePortal, V: Vault> Room<'_, R, D, V> {
    /// Fills in an application: a new one, or the draft that was kept.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a wish that this place does not know leads elsewhere, whichever it is"
    )]
    pub(super) async fn fill_in(
        &self,
        kind: ApplicationKind,
        mut kept: Option<Application>,
    ) -> Result<Next, Next> {
        let (session, portal) = (self.live.session(), self.world.portal);
        let mut form = applications::form(kind, kept.as_ref().map(|draft| &draft.form));
        loop {
            let (typed, files) = match self.ask(InsidePage::Form { form: form.clone() }).await {
                Asked::Filled(typed) if typed.form() == form.name => (typed, true),
                Asked::Save(typed) if typed.form() == form.name => (typed, false),
                Asked::Back => return Ok(Place::Services.into()),
                asked => return Ok(elsewhere(asked).into()),
            };
            forms::keep(&mut form, &typed);
            let Some(filled) = applications::read(kind, &mut form, &typed) else {
                continue;
            };
            let draft = match self.keep_draft(kept.as_ref(), &filled).await {
                Ok(draft) => draft,
                Err(problem) => {
                    self.refused(&problem)?;
                    forms::refuse(&mut form, &problem);
                    continue;
                }
            };
            if !files {
                return Ok(Place::from(Record::Applications).into());
            }
            match portal
                .submit_application(&session, &draft.id, draft.version)
                .await
            {
                Ok(filed) => return Ok(Place::Application(filed.id).into()),
                Err(problem) => {
                    self.refused(&problem)?;
                    forms::refuse(&mut form, &problem);
                    kept = Some(draft);
                }
            }
        }
    }

    async fn keep_draft(
        &self,
        kept: Option<&Application>,
        form: &ApplicationForm,
    ) -> Result<Application, Problem> {
        let (session, portal) = (self.live.session(), self.world.portal);
        match kept {
            Some(draft) => {
                portal
                    .replace_application(&session, &draft.id, draft.version, form)
                    .await
            }
            None => portal.begin_application(&session, form).await,
        }
    }

    /// One application: a draft is gone on with, of what was filed one sees where it is.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a wish that this place does not know leads elsewhere, whichever it is"
    )]
    pub(super) async fn application(&self, id: &str) -> Result<Next, Next> {
        let (session, portal) = (self.live.session(), self.world.portal);
        let application = self.got(portal.application(&session, id)).await?;
        if application.state == ApplicationState::Bozza {
            return self.fill_in(application.form.kind(), Some(application)).await;
        }
        let (mut saved_in, mut refused) = (None, None);
        loop {
            let page = InsidePage::Application {
                application: seen(&application),
                saved_in: saved_in.take(),
                refused: refused.take(),
            };
            match self.ask(page).await {
                Asked::Print(folder) => {
                    let print = Print::Application { id: id.to_owned() };
                    match self.save(portal.print(&session, &print), &folder).await {
                        Ok(path) => saved_in = Some(path),
                        Err(problem) => refused = Some(self.refused(&problem)?),
                    }
                }
                Asked::Go(to) if to == "integrate" => return self.integrate(&application).await,
                Asked::Back => return Ok(Place::from(Record::Applications).into()),
                asked => return Ok(elsewhere(asked).into()),
            }
        }
    }

    /// Brings what is missing.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a wish that this place does not know leads elsewhere, whichever it is"
    )]
    async fn integrate(&self, application: &Application) -> Result<Next, Next> {
        let (session, portal, id) = (self.live.session(), self.world.portal, &application.id);
        let above = || Ok(Place::Application(id.clone()).into());
        let mut form = forms::integrate();
        loop {
            let typed = match self.ask(InsidePage::Form { form: form.clone() }).await {
                Asked::Filled(typed) if typed.form() == form.name => typed,
                Asked::Back => return above(),
                asked => return Ok(elsewhere(asked).into()),
            };
            forms::keep(&mut form, &typed);
            let Some(text) = forms::Check::of(&mut form, &typed).text("text") else {
                continue;
            };
            let brought = portal.integrate_application(&session, id, application.version, &text);
            match brought.await {
                Ok(_) => return above(),
                Err(problem) => {
                    self.refused(&problem)?;
                    forms::refuse(&mut form, &problem);
                }
            }
        }
    }
}

fn seen(application: &Application) -> ApplicationSeen {
    let instant = |at: time::OffsetDateTime| at.format(&Rfc3339).unwrap_or_default();
    ApplicationSeen {
        kind: word_of(&application.form.kind()),
        state: word_of(&application.state),
        protocol: application.protocol.clone(),
        filed_at: application.filed_at.map(instant),
        due: application.due.map(|due| due.to_string()),
        events: application
            .events
            .iter()
            .map(|event| EventSeen {
                at: instant(event.at),
                state: word_of(&event.state),
                note: event.note.clone(),
            })
            .collect(),
        may_integrate: application.state == ApplicationState::InEvidenza,
    }
}
