//! Contacts that are changed for somebody who was identified.

use crate::audit::{self, Actor, Entry};
use crate::error::PortalError;
use crate::keys::Index;
use crate::operator::Operator;
use crate::outbox::{self, ChannelKind, NewMessage, Purpose, Subject};
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::store::applications::hold_citizen;
use crate::store::notices::{self, Told};
use crate::store::{Tx, contacts, word};
use cns_portal_api::{ContactChange, ContactKind, ContactValue, NoticeKind};
use time::OffsetDateTime;

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
        self.change_contact(&mut tx, citizen.id, &change.contact, now)
            .await?;
        // The operator has the person on the phone, and reads the value back to them.
        contacts::verify(&mut tx, citizen.id, change.contact.kind, now).await?;
        let person = self.keys().index(Index::Person, citizen.codice_fiscale.as_str());
        let entry = Entry {
            now,
            event: "contact_changed",
            person: Some(&person),
            actor: Actor::Operator(operator.name()),
            facts: &[("kind", &word(&change.contact.kind))],
        };
        audit::record(&mut tx, self.keys(), &entry).await?;
        tx.commit().await.map_err(PortalError::from)?;
        Ok(())
    }

    /// Sets a contact; the one whose place it takes is told, for it may be the only one that its owner still reads.
    pub(crate) async fn change_contact(
        &self,
        tx: &mut Tx<'_>,
        citizen_id: i64,
        contact: &ContactValue,
        now: OffsetDateTime,
    ) -> Result<(), PortalError> {
        let before = contacts::set(tx, self.keys(), citizen_id, contact.kind, &contact.value, now).await?;
        let told = Told {
            title: TITLE,
            text: TEXT,
            due: None,
            application: None,
        };
        notices::tell(tx, citizen_id, NoticeKind::Sicurezza, &told, now).await?;
        if let (Some(before), Some(channel)) = (before, channel(contact.kind)) {
            let message = NewMessage {
                channel,
                purpose: Purpose::Notice,
                subject: Subject::Citizen(citizen_id),
                to: &before,
                subject_line: TITLE,
                text: TEXT,
                code: None,
                now,
            };
            outbox::put(tx, self.keys(), &message).await?;
        }
        Ok(())
    }
}

/// How something is written to a contact; a landline and a fax are not written to.
fn channel(kind: ContactKind) -> Option<ChannelKind> {
    match kind {
        ContactKind::Mobile => Some(ChannelKind::Sms),
        ContactKind::Email => Some(ChannelKind::Email),
        ContactKind::Pec => Some(ChannelKind::Pec),
        ContactKind::Landline | ContactKind::Fax | ContactKind::Letter => None,
    }
}

const TITLE: &str = "Un tuo contatto è cambiato";
const TEXT: &str =
    "Un contatto della tua area riservata è stato cambiato. Se non sei stato tu, chiama il contact center.";
