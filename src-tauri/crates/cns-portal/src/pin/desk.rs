//! What the body's own people do about PINs: they note a call, hand one over at the counter, offer one by letter, end
//! one. Who may is asked before; what was done is noted here.

use crate::area::Registered;
use crate::audit::Actor;
use crate::error::PortalError;
use crate::keys::Index;
use crate::outbox::{self, NewMessage, Purpose, Subject};
use crate::pin::asking::{commit, end, opened};
use crate::pin::code::PinCode;
use crate::pin::form;
use crate::pin::holder::{Holder, all_contacts};
use crate::pin::life::{self, PinEvent};
use crate::pin::texts;
use crate::portal::Portal;
use crate::problem::Refusal;
use crate::store;
use crate::store::credentials::{self, NewCredential};
use crate::store::{archive, citizens, contacts};
use crate::throttle::{self, Act};
use cns_portal_api::{CallSlot, ContactKind, CounterIssue, PinKind, PinState, Residence, VerificationCase};
use cns_trust::CodiceFiscale;

impl Portal {
    /// Requests that wait for a call, oldest first.
    pub(crate) async fn requests_to_verify(&self) -> Result<Vec<VerificationCase>, PortalError> {
        let requests = self.store().requests_to_verify().await?;
        requests
            .into_iter()
            .map(|request| {
                let asked = opened(self.keys(), &request)?;
                let number = match asked.preferred_phone {
                    ContactKind::Mobile => asked.contacts.mobile,
                    ContactKind::Landline
                    | ContactKind::Email
                    | ContactKind::Pec
                    | ContactKind::Fax
                    | ContactKind::Letter => asked.contacts.landline,
                };
                let slot = match asked.call_slot {
                    CallSlot::Morning => "8-12",
                    CallSlot::Afternoon => "12-16",
                    CallSlot::Evening => "16-20",
                };
                Ok(VerificationCase {
                    id: request.id,
                    codice_fiscale: asked.codice_fiscale,
                    reasons: request.reasons,
                    call: format!("{} ({slot})", number.unwrap_or_default()),
                    state: PinState::ToVerify,
                })
            })
            .collect()
    }

    /// Notes what came of a call: the halves leave, or the request ends.
    pub(crate) async fn note_call(
        &self,
        request: &str,
        confirmed: bool,
        operator: &str,
    ) -> Result<PinState, Refusal> {
        let (rules, now) = (self.pin_rules(), self.now());
        let mut tx = self.store().writing().await?;
        let pin = credentials::hold_of_request(&mut tx, self.store(), request).await?;
        let mut pin = pin.ok_or(Refusal::NotFound)?;
        let event = if confirmed {
            PinEvent::CallConfirmed
        } else {
            PinEvent::CallRefused
        };
        if !pin.happens(event, &rules, now) {
            return Err(Refusal::Conflict);
        }
        if confirmed {
            credentials::save(&mut tx, &pin).await?;
            self.order_halves_of_request(&mut tx, pin.id).await?;
        } else {
            end(&mut tx, &mut pin, now).await?;
        }
        let facts = [("state", life::word(pin.state))];
        self.note(
            &mut tx,
            "pin_call_noted",
            &pin.person,
            Actor::Operator(operator),
            &facts,
        )
        .await?;
        commit(tx).await?;
        self.wake_post();
        Ok(pin.state)
    }

    /// Hands over an active PIN dispositivo in a sealed envelope, and answers the envelope's name in the spool.
    pub(crate) async fn issue_at_counter(
        &self,
        issue: &CounterIssue,
        operator: &str,
    ) -> Result<String, Refusal> {
        self.offers_pin()?;
        let (issue, codice_fiscale) = counter_form(issue)?;
        let code = PinCode::random();
        let turn = self.hasher().turn()?;
        let hash = self.hasher().hash(&turn, code.clone()).await?;
        drop(turn);
        let (keys, now) = (self.keys(), self.now());
        let person = keys.index(Index::Person, codice_fiscale.as_str());
        let holder = Holder::at_counter(&issue, &codice_fiscale);
        let mut tx = self.store().writing().await?;
        let state = life::next(None, PinEvent::Counter).unwrap_or(PinState::Active);
        let new = NewCredential {
            person: &person,
            request: None,
            holder: &holder.seal(keys, &person)?,
            state,
            kind: PinKind::Dispositivo,
            origin: "sportello",
            now,
        };
        if let Some(mut old) = credentials::hold(&mut tx, self.store(), &person).await?
            && self.standing(&old) == PinState::Revoked
        {
            end(&mut tx, &mut old, now).await?;
        }
        // Who has a PIN has it made dispositivo; nobody gets a second one.
        let id = credentials::put(&mut tx, &new).await?.ok_or(Refusal::Conflict)?;
        let name = holder.full_name();
        let citizen = citizens::find_or_make(&mut tx, &codice_fiscale, Some(&name), now).await?;
        for way in all_contacts(&holder.contacts) {
            contacts::set(&mut tx, keys, citizen, way.kind, &way.to, now).await?;
            contacts::verify(&mut tx, citizen, way.kind, now).await?;
        }
        let pin = credentials::hold_row(&mut tx, self.store(), id).await?;
        let mut pin = pin.ok_or(Refusal::Unavailable)?;
        pin.citizen = Some(citizen);
        pin.hash = Some(hash);
        pin.changed_at = Some(now);
        pin.used_at = Some(now);
        credentials::save(&mut tx, &pin).await?;
        // Who guessed at a PIN that was not there has not locked the one that is handed over.
        throttle::forgive(&mut tx, Act::PinLogin, &person).await?;
        let text = texts::envelope();
        let message = NewMessage {
            channel: outbox::ChannelKind::Letter,
            purpose: Purpose::Code,
            subject: Subject::Credential(id),
            to: &holder.letter().to,
            subject_line: text.subject,
            text: &text.text,
            code: Some(&code.reveal()),
            now,
        };
        outbox::put(&mut tx, keys, &message).await?;
        let envelope = store::outbox::latest(&mut tx, Subject::Credential(id)).await?;
        self.note(
            &mut tx,
            "pin_issued_at_counter",
            &person,
            Actor::Operator(operator),
            &[],
        )
        .await?;
        commit(tx).await?;
        self.wake_post();
        envelope.ok_or(Refusal::Unavailable)
    }

    /// Offers a PIN to somebody who has none: a letter with the first half. False when they have one, or the
    /// archive does not know them.
    pub(crate) async fn offer_by_letter(
        &self,
        codice_fiscale: &str,
        operator: &str,
    ) -> Result<bool, Refusal> {
        self.offers_pin()?;
        let Ok(codice_fiscale) = CodiceFiscale::parse(codice_fiscale) else {
            return Ok(false);
        };
        let (keys, now) = (self.keys(), self.now());
        let person = keys.index(Index::Person, codice_fiscale.as_str());
        let mut tx = self.store().writing().await?;
        let known: Option<Registered> = archive::find(&mut tx, &codice_fiscale).await?;
        let Some(known) = known else { return Ok(false) };
        let holder = Holder::of_archive(&known);
        let new = NewCredential {
            person: &person,
            request: None,
            holder: &holder.seal(keys, &person)?,
            state: life::next(None, PinEvent::Campaign).unwrap_or(PinState::Requested),
            kind: PinKind::Ordinario,
            origin: "campagna",
            now,
        };
        let Some(id) = credentials::put(&mut tx, &new).await? else {
            return Ok(false);
        };
        let pin = credentials::hold_row(&mut tx, self.store(), id).await?;
        let mut pin = pin.ok_or(Refusal::Unavailable)?;
        self.order_halves(&mut tx, &mut pin, holder.letter(), None)
            .await?;
        self.note(&mut tx, "pin_offered", &person, Actor::Operator(operator), &[])
            .await?;
        commit(tx).await?;
        self.wake_post();
        Ok(true)
    }

    /// Ends the PIN of somebody who was identified (C-12). False when they have none.
    pub(crate) async fn revoke_at_desk(
        &self,
        codice_fiscale: &CodiceFiscale,
        operator: &str,
    ) -> Result<bool, PortalError> {
        let person = self.keys().index(Index::Person, codice_fiscale.as_str());
        let mut tx = self.store().writing().await?;
        let Some(mut pin) = credentials::hold(&mut tx, self.store(), &person).await? else {
            return Ok(false);
        };
        self.finish(&mut tx, &mut pin, Actor::Operator(operator)).await?;
        commit(tx).await?;
        self.wake_post();
        Ok(true)
    }
}

impl Holder {
    fn at_counter(issue: &CounterIssue, codice_fiscale: &CodiceFiscale) -> Self {
        Self::new(
            codice_fiscale,
            &issue.surname,
            &issue.name,
            &issue.address,
            &issue.contacts,
        )
    }
}

/// What was typed at the counter, as it is kept.
fn counter_form(issue: &CounterIssue) -> Result<(CounterIssue, CodiceFiscale), Refusal> {
    let mut issue = issue.clone();
    let mut wrong = Vec::new();
    form::line("surname", &mut issue.surname, 1, 80, &mut wrong);
    form::line("name", &mut issue.name, 1, 80, &mut wrong);
    let residence = if issue.address.country == "IT" {
        Residence::Italy
    } else {
        Residence::Abroad
    };
    form::address("address", &mut issue.address, residence, &mut wrong);
    form::contacts("contacts", &mut issue.contacts, &mut wrong);
    let codice_fiscale = form::codice_fiscale(&issue.identified.codice_fiscale)?;
    if wrong.is_empty() {
        Ok((issue, codice_fiscale))
    } else {
        Err(Refusal::Fields { reasons: wrong })
    }
}
