//! A PIN that was lost: new halves for who still has the contacts, the end of it for who has not.

use super::activation::tessera;
use super::{Next, Threshold};
use crate::forms::{self, Check};
use crate::session::WholePortal;
use cns_login::{Readers, Vault};

impl<R: Readers, D: WholePortal, V: Vault> Threshold<'_, R, D, V> {
    /// Asks for new halves. What the portal answers first, it answers to everybody.
    pub(super) async fn restore(&self) -> Next {
        let mut form = forms::restore();
        let codice_fiscale = loop {
            let typed = match self.fill(&mut form).await {
                Ok(typed) => typed,
                Err(step) => return step.into(),
            };
            let Some(codice_fiscale) = Check::of(&mut form, &typed).codice_fiscale("codice_fiscale") else {
                continue;
            };
            match self.world.portal.restore(&codice_fiscale).await {
                Ok(()) => break codice_fiscale,
                Err(problem) => forms::refuse(&mut form, &problem),
            }
        };
        let mut form = forms::code("restore_code");
        loop {
            let typed = match self.fill(&mut form).await {
                Ok(typed) => typed,
                Err(step) => return step.into(),
            };
            let Some(code) = Check::of(&mut form, &typed).code("code") else {
                continue;
            };
            match self.world.portal.confirm_restore(&codice_fiscale, &code).await {
                Ok(halves) => return self.tell("restore_sent", &halves.expected).await,
                Err(problem) => forms::refuse(&mut form, &problem),
            }
        }
    }

    /// Ends a PIN for good, after the code that came.
    pub(super) async fn revoke(&self) -> Next {
        let mut form = forms::revoke();
        let codice_fiscale = loop {
            let typed = match self.fill(&mut form).await {
                Ok(typed) => typed,
                Err(step) => return step.into(),
            };
            let mut check = Check::of(&mut form, &typed);
            let contacts_lost = check.is_ticked("contacts_lost");
            let Some(person) = tessera(&mut check) else {
                continue;
            };
            match self.world.portal.revoke(&person, contacts_lost).await {
                Ok(()) => break person.codice_fiscale,
                Err(problem) => forms::refuse(&mut form, &problem),
            }
        };
        let mut form = forms::code("revoke_code");
        loop {
            let typed = match self.fill(&mut form).await {
                Ok(typed) => typed,
                Err(step) => return step.into(),
            };
            let Some(code) = Check::of(&mut form, &typed).code("code") else {
                continue;
            };
            match self.world.portal.confirm_revoke(&codice_fiscale, &code).await {
                Ok(()) => return self.tell("revoked", &[]).await,
                Err(problem) => forms::refuse(&mut form, &problem),
            }
        }
    }
}
