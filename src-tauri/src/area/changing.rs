//! A new PIN, because the person wants one.

use super::{Next, Place, Room, elsewhere};
use crate::asked::Asked;
use crate::door::chosen;
use crate::forms::{self, Check};
use crate::session::WholePortal;
use cns_contract::InsidePage;
use cns_login::{PinKind, Readers, Vault};

impl<R: Readers, D: WholePortal, V: Vault> Room<'_, R, D, V> {
    pub(super) async fn change(&self) -> Result<Next, Next> {
        let may_choose = match self.world.profile.offered_pin() {
            Ok(rules) => rules.may_be_chosen(),
            Err(problem) => return Ok(self.failed(&problem).await),
        };
        let mut form = forms::change_pin("wish", true, may_choose);
        loop {
            let typed = match self.ask(InsidePage::Form { form: form.clone() }).await {
                Asked::Filled(typed) if typed.form() == form.name => typed,
                Asked::Back => return Ok(Place::Pin.into()),
                asked => return Ok(elsewhere(asked).into()),
            };
            forms::keep(&mut form, &typed);
            let current = Check::of(&mut form, &typed).pin("current");
            let new = if may_choose {
                let Some(new) = chosen(&mut form, &typed) else {
                    continue;
                };
                Some(new)
            } else {
                None
            };
            let Some(current) = current else { continue };
            drop(typed);
            let session = self.live.session();
            let made = self
                .world
                .portal
                .change_pin(&session, Some(&current), new.as_ref())
                .await;
            match made {
                Ok(made) => {
                    let generated = made.new_pin.is_some();
                    self.goes_on(made.session).await;
                    if let Some(pin) = made.new_pin {
                        self.desk.put_new_portal_pin(pin);
                    }
                    let page = InsidePage::NewPortalPin {
                        dispositivo: session.kind == Some(PinKind::Dispositivo),
                        generated,
                        then: "portal_pin".to_owned(),
                    };
                    self.ask(page).await;
                    drop(self.desk.take_new_portal_pin());
                    return Ok(Place::Pin.into());
                }
                Err(problem) => {
                    self.refused(&problem)?;
                    forms::refuse(&mut form, &problem);
                }
            }
        }
    }

    /// The session goes on under a new name for the portal: the old one is worth nothing, here and in the keyring.
    async fn goes_on(&self, session: cns_login::Session) {
        self.live.goes_on_as(session.clone());
        if let Err(problem) = self.world.vault.keep(&session).await {
            tracing::warn!(
                problem = problem.code.name(),
                "the session goes on in memory only"
            );
        }
    }
}
