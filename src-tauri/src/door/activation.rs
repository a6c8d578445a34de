//! The activation: who has the first half and the tessera says where the second goes.

use super::{Next, Threshold};
use crate::forms::{self, Check};
use crate::session::WholePortal;
use cns_login::{ChosenContacts, ProblemCode, Readers, Tessera, Vault};
use cns_portal_api::{ContactKind, ContactValue};

impl<R: Readers, D: WholePortal, V: Vault> Threshold<'_, R, D, V> {
    pub(super) async fn activate(&self) -> Next {
        let mut form = forms::activate();
        loop {
            let typed = match self.fill(&mut form).await {
                Ok(typed) => typed,
                Err(step) => return step.into(),
            };
            let mut check = Check::of(&mut form, &typed);
            let (person, first) = (tessera(&mut check), check.half("first_half"));
            let (Some(person), Some(first)) = (person, first) else {
                continue;
            };
            let activation = match self.world.portal.activate(&person, &first).await {
                Ok(activation) => activation,
                Err(problem) => {
                    forms::refuse(&mut form, &problem);
                    continue;
                }
            };
            let mut contacts_form = forms::activate_contacts();
            loop {
                let typed = match self.fill(&mut contacts_form).await {
                    Ok(typed) => typed,
                    Err(step) => return step.into(),
                };
                let Some(contacts) = contacts(&mut Check::of(&mut contacts_form, &typed)) else {
                    continue;
                };
                match self
                    .world
                    .portal
                    .choose_contacts(activation.clone(), &contacts)
                    .await
                {
                    Ok(halves) => return self.tell("activated", &halves.expected).await,
                    // The activation was used, or is too old: the first step has to be made again.
                    Err(problem) if problem.code == ProblemCode::PortalCodeRefused => {
                        forms::refuse(&mut form, &problem);
                        break;
                    }
                    Err(problem) => forms::refuse(&mut contacts_form, &problem),
                }
            }
        }
    }
}

/// A person as the tessera names them.
pub(super) fn tessera(check: &mut Check<'_>) -> Option<Tessera> {
    let codice_fiscale = check.codice_fiscale("codice_fiscale");
    let number = check.tessera();
    let expiry = check.day("tessera_expiry");
    Some(Tessera {
        codice_fiscale: codice_fiscale?,
        number: number?,
        expiry: expiry?,
    })
}

fn contacts(check: &mut Check<'_>) -> Option<ChosenContacts> {
    check.text("mobile");
    let mobile = check.phone("mobile");
    let kind = check.word::<ContactKind>("other_kind");
    check.text("other_value");
    let value = match kind {
        Some(ContactKind::Email | ContactKind::Pec) => check.email("other_value"),
        _ => check.phone("other_value"),
    };
    let send_second_to = check.word::<ContactKind>("send_second_to");
    Some(ChosenContacts {
        mobile: mobile?,
        other: ContactValue {
            kind: kind?,
            value: value?,
        },
        send_second_to: send_second_to?,
    })
}
