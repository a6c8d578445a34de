//! Contacts that are changed for somebody who was identified.

use crate::area::contacts;
use crate::audit::{self, Actor, Entry};
use crate::error::PortalError;
use crate::keys::Index;
use crate::operator::Operator;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::store::applications::hold_citizen;
use crate::store::{self, word};
use cns_portal_api::ContactChange;

impl Portal {
    /// Adds or changes a contact for somebody on the phone.
    pub(crate) async fn set_contact(
        &self,
        operator: &Operator,
        change: &ContactChange,
    ) -> Result<(), Refusal> {
        if !crate::applications::is_contact(change.contact.kind, &change.contact.value) {
            return Err(Refusal::Fields {
                reasons: vec!["contact.value".to_owned()],
            });
        }
        let now = self.now();
        let mut tx = self.store().writing().await?;
        let citizen = self.known(&mut tx, &change.codice_fiscale).await?;
        hold_citizen(&mut tx, citizen.id).await?;
        let (kind, value) = (change.contact.kind, change.contact.value.as_str());
        contacts::change(&mut tx, self.keys(), citizen.id, kind, value, now).await?;
        // The operator has the person on the phone, and reads the value back to them.
        store::contacts::verify(&mut tx, citizen.id, kind, now).await?;
        let person = self.keys().index(Index::Person, citizen.codice_fiscale.as_str());
        let entry = Entry {
            now,
            event: "contact_changed",
            person: Some(&person),
            actor: Actor::Operator(operator.name()),
            facts: &[("kind", &word(&kind))],
        };
        audit::record(&mut tx, self.keys(), &entry).await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(())
    }
}
